"""Where the topic changes."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from support.spoken import units

from app.core.meetings.highlights.chapters import Chapter, find_chapters

SUBJECTS = (
    "harbour crane ship cargo port dock",
    "invoice payment budget tax ledger account",
    "nurse patient ward hospital doctor clinic",
)


def talk(subject: str, turns: int, opening: str = "") -> list[str]:
    words = subject.split()
    said = [
        f"Anna: the {a} and the {b} need the {c} here ."
        for a, b, c in (
            (words[i % 6], words[(i + 1) % 6], words[(i + 2) % 6]) for i in range(turns)
        )
    ]
    return [f"Tom: {opening}", *said] if opening else said


def starts(lines: list[str]) -> list[int]:
    found = units("\n".join(lines))
    return [found[c.first].at for c in find_chapters(found)]


def test_three_subjects_are_three_chapters():
    lines = [line for subject in SUBJECTS for line in talk(subject, 80)]
    borders = starts(lines)
    assert len(borders) >= 3
    for change in (80, 160):
        assert min(abs(b - change) for b in borders) <= 4


def test_a_phrase_that_announces_a_topic_draws_the_border_to_itself():
    lines = talk(SUBJECTS[0], 80) + talk(SUBJECTS[1], 80, "Let's move on to the next item.")
    assert 80 in starts(lines)


def test_a_short_meeting_is_one_chapter():
    found = units("\n".join(talk(SUBJECTS[0], 5)))
    assert find_chapters(found) == [Chapter(0, 5)]


def test_nothing_has_no_chapters():
    assert find_chapters([]) == []


@settings(deadline=None)
@given(st.lists(st.integers(0, 2), min_size=1, max_size=40))
def test_chapters_hold_every_unit_once(order: list[int]):
    found = units("\n".join(line for i in order for line in talk(SUBJECTS[i], 8)))
    chapters = find_chapters(found)
    assert chapters[0].first == 0 and chapters[-1].last == len(found)
    assert all(a.last == b.first for a, b in zip(chapters, chapters[1:], strict=False))
    assert len(chapters) <= 16


def test_a_subject_that_never_changes_has_few_chapters():
    lines = ["Anna: the crane lifts the cargo in the harbour ."] * 200
    assert len(starts(lines)) <= 3
