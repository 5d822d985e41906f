"""Names of exported files: taken by every system, whole signs only."""

from __future__ import annotations

import pytest

from app.core.meetings.export_files import plain_name

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
WAVE = "\U0001f44b\U0001f3fd"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("a: b/c?", "a- b-c"), ("...", "meeting"), ("x" * 90, "x" * 80),
        ("x" * 79 + " y", "x" * 79), ("会" * 100, "会" * 60), ("🎉" * 60, "🎉" * 45),
        ("x" * 79 + "e\u0301", "x" * 79), ("x" * 79 + WAVE, "x" * 79),
        (FAMILY * 20, FAMILY * 10), ("e" + "\u0301" * 200, "e" + "\u0301" * 79),
        ("x" * 90 + "\ud800", "x" * 80),
    ],
)  # fmt: skip
def test_a_title_becomes_a_name_that_every_system_takes(title: str, name: str) -> None:
    assert plain_name(title) == name
    assert len(name.encode("utf-8")) <= 180
