"""Chapters as topics."""

from __future__ import annotations

from support.spoken import BOARD, units

from app.core.meetings.highlights.chapters import Chapter, find_chapters
from app.core.meetings.highlights.ranking import rank
from app.core.meetings.highlights.terms import Terms
from app.core.meetings.highlights.topics import find_topics


def topics(text: str, *, chapters: list[Chapter] | None = None, shown=(), speakers=()):
    found = units(text)
    terms = Terms(found)
    chapters = chapters or find_chapters(found)
    return find_topics(rank(found, chapters, terms), chapters, terms, shown, speakers)


HARBOUR = "Anna: The harbour crane lifts the cargo. The harbour crane is old and slow.\n"
BUDGET = "Tom: The budget for the invoice is spent. The invoice was paid from the budget.\n"


def test_a_title_is_made_of_distinctive_words_that_stand_in_the_quotes():
    found = topics(HARBOUR + BUDGET, chapters=[Chapter(0, 2), Chapter(2, 4)])
    assert "harbour" in found[0].title and "budget" in found[1].title
    for topic in found:
        quoted = " ".join(p.text for p in topic.points)
        assert all(word in quoted for word in topic.title.split(", "))


def test_words_that_are_said_together_stand_in_that_order():
    title = topics(HARBOUR)[0].title.split(", ")
    assert title.index("harbour") + 1 == title.index("crane")


def test_who_speaks_is_no_subject():
    text = "Tom: Anna has the crane. Anna knows the crane. Anna likes the crane."
    assert "Anna" not in topics(text, speakers={"Anna"})[0].title


def test_numbers_are_no_subject():
    title = topics("Tom: Twenty cranes or thirty cranes, twenty or thirty of the cranes.")[0].title
    assert title == "cranes"


def test_times_are_no_subject():
    text = "Tom: A crane for the morning.\nTom: Six months of the crane, a month of mornings."
    assert topics(text)[0].title == "crane"


def test_what_is_said_of_anything_is_no_subject():
    text = "Tom: The next crane clearly comes next, at the end.\nTom: The next crane, to the end."
    assert topics(text)[0].title == "crane"


def test_quotes_are_in_order_and_not_alike():
    text = "\n".join(["Anna: The harbour crane lifts the heavy cargo here."] * 5 + [BUDGET])
    points = topics(text)[0].points
    assert [p.segments[0] for p in points] == sorted(p.segments[0] for p in points)
    assert len({p.text for p in points}) == len(points)


def test_what_is_shown_elsewhere_gives_way():
    first = topics(BOARD)[0].points
    number = next(i for i, u in enumerate(units(BOARD)) if u.text == first[0].text)
    again = topics(BOARD, shown={number})[0].points
    assert first[0].text not in [p.text for p in again]


def test_a_chapter_of_nothing_is_no_topic():
    assert topics("Anna: I will do that\nTom: you will not do it") == []
