"""The hints of the doctor."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from app.words.doctor import MODELS, hint_of_part
from app.words.engines import part_hint


@pytest.mark.parametrize("name", sorted(MODELS))
def test_a_hint_on_the_command_line_points_at_no_place_on_a_page(name: str) -> None:
    part = SimpleNamespace(name=name, state="no_model", hint="")
    assert "below" in part_hint(part)
    assert "below" not in hint_of_part(part)


def test_the_other_hints_are_those_of_the_page() -> None:
    part = SimpleNamespace(name="ollama", state="not_running", hint="")
    assert hint_of_part(part) == part_hint(part) != ""
