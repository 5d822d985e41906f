"""Which notes go with which part, and how they are told."""

from __future__ import annotations

import pytest

from app.core.meetings.minutes_notes import noted, notes_of, room_for
from app.core.meetings.model import Note, Segment

TIMED = tuple(Segment(n, n * 10.0, n * 10.0 + 5, "word") for n in (1, 2, 3))


@pytest.mark.parametrize(
    ("time", "line"),
    [(0.0, "- (1) x"), (10.0, "- (1) x"), (19.9, "- (1) x"), (99.0, "- (3) x"), (None, "- x")],
)
def test_a_note_is_told_by_the_entry_of_its_moment(time: float | None, line: str) -> None:
    assert [n.written() for n in noted([Note("x", time)], TIMED)] == [line]


def test_a_transcript_without_times_has_no_moments() -> None:
    plain = (Segment(1, None, None, "word"),)
    notes = noted([Note("x", 5.0), Note("", 5.0)], plain)
    assert [n.written() for n in notes] == ["- x"], "a marker alone says nothing there"


def test_a_silent_entry_is_no_moment() -> None:
    segments = (*TIMED, Segment(4, 40.0, 45.0, "  "))
    assert noted([Note("", 41.0)], segments)[0].segment == 3


def test_a_part_gets_its_own_notes_first_and_only_what_fits() -> None:
    notes = noted([Note("all", None), Note("one", 10.0), Note("three", 30.0)], TIMED)
    assert [n.text for n in notes_of(notes, {3}, 100)] == ["three", "all"]
    assert [n.text for n in notes_of(notes, {3}, notes[2].size)] == ["three"]
    assert notes_of(notes, {3}, 0) == []
    assert room_for(notes, 10_000) == sum(n.size for n in notes)
    assert room_for(notes, 60) == 10


def test_a_long_note_is_shortened_for_the_model_alone() -> None:
    assert len(noted([Note("long " * 1000)], TIMED)[0].text) == 400
