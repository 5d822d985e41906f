"""A data folder of its own for the tools."""

from __future__ import annotations

import os
import sys

import pytest

from app.core import paths
from app.ui.tools import smoke
from app.ui.tools.own_home import home_of_its_own


def test_a_tool_works_elsewhere_with_the_models_of_the_person(home) -> None:
    models = paths.models()
    with home_of_its_own("test") as place:
        assert paths.home() == place != home
        assert paths.models() == models and not models.is_symlink()
    assert paths.home() == home and not place.exists()
    assert "ALCOVE_MODELS" not in os.environ


def test_the_places_of_before_come_back_after_an_error(home, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("ALCOVE_MODELS", str(tmp_path / "m"))
    with pytest.raises(RuntimeError), home_of_its_own("test"):
        raise RuntimeError
    assert (paths.home(), paths.models()) == (home, tmp_path / "m")


def test_the_smoke_test_leaves_the_library_of_the_person_alone(home, tmp_path, monkeypatch) -> None:
    seen = []

    class House:
        def close(self) -> None:
            seen.append(paths.home())

    for step in ("tabs", "children", "neighbours", "transcript"):
        monkeypatch.setattr(smoke.Smoke, step, _named(step))
    assert smoke.run(["--report", str(tmp_path / "r.json")], House) == 0
    assert seen and seen[0] != home
    assert {p.name for p in home.iterdir()} <= {"models"}
    assert sys.stderr is not None


def _named(name: str):
    def step(self) -> str:
        return "done"

    step.__name__ = name
    return step
