"""Numbers and dates as they stand in a text."""

from __future__ import annotations

import pytest

from app.core.text.languages import shipped
from app.core.text.quantities import find_dates, find_numbers

ENGLISH, GERMAN = shipped().get("en"), shipped().get("de")


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("by next Tuesday afternoon", ["next Tuesday afternoon"]),
        ("on Friday the 14th of March", ["Friday the 14th of March"]),
        ("at 10:30 or at 3 p.m.", ["at 10:30", "3 p.m."]),
        ("half past ten is late", []),
        ("in two weeks", ["in two weeks"]),
        ("2025-03-14 or 14.3.2025", ["2025-03-14", "14.3.2025"]),
        ("the end of the month", ["the end of the month"]),
        ("see paragraph 34.19 and 1.25 million", []),
        ("you may go", []),
        ("tomorrow morning", ["tomorrow morning"]),
    ],
)
def test_dates_are_found_in_the_words_that_were_said(text: str, dates: list[str]):
    assert [text[a:b] for a, b in find_dates(text, ENGLISH)] == dates


def test_without_cues_no_dates_are_found():
    assert find_dates("am Freitag", GERMAN) == []


def test_numbers_in_figures_and_in_words():
    text = "twenty five euros or 3.5 of them, not twenty-two"
    found = [text[a:b] for a, b in find_numbers(text, ENGLISH)]
    assert found == ["twenty five", "3.5", "twenty-two"]


def test_figures_are_numbers_in_every_language():
    assert len(find_numbers("um 10 Uhr", GERMAN)) == 1
