"""Whether a library can be loaded is found out by loading it."""

from __future__ import annotations

from pathlib import Path

import numpy
import pytest

from app.workers.imports import importable


def test_a_library_tells_its_version() -> None:
    assert importable(["numpy"]) == {"numpy": numpy.__version__}


def test_a_module_without_a_version_is_there_all_the_same() -> None:
    assert importable(["bisect"]) == {"bisect": ""}


def test_a_library_that_is_not_there_is_none() -> None:
    assert importable(["no_such_library"]) == {"no_such_library": None}


@pytest.mark.parametrize(
    "broken", ["import no_such_part", "raise OSError('cannot open shared object')", "None.missing"]
)
def test_half_a_library_is_none(
    broken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "half_a_library.py").write_text(f"{broken}\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert importable(["half_a_library", "bisect"]) == {"half_a_library": None, "bisect": ""}
