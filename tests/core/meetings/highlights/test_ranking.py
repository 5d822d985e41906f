"""What deserves to be shown."""

from __future__ import annotations

from support.spoken import units

from app.core.meetings.highlights.chapters import find_chapters
from app.core.meetings.highlights.ranking import rank
from app.core.meetings.highlights.terms import Terms

TEXT = """
Anna: We are here because the bridge over the river is closed.
Tom: Thank you, nice to meet you all here today again.
Tom: The main problem is that the bridge needs a new bearing before the winter.
Anna: the bridge uh the the bridge b bearing is is old old and and th weak
Tom: Cool bridge.
Anna: The bearing of the bridge is old and weak and the river is high.
"""


def ranked() -> dict[str, float]:
    found = units(TEXT)
    ranking = rank(found, find_chapters(found), Terms(found))
    return {u.text: s for u, s in zip(ranking.units, ranking.scores, strict=True)}


def test_what_is_announced_as_important_comes_first():
    scores = ranked()
    assert max(scores, key=scores.__getitem__).startswith("The main problem is")


def test_courtesies_and_fragments_come_last():
    scores = sorted(ranked().items(), key=lambda item: item[1])
    assert {text for text, _ in scores[:3]} == {
        "nice to meet you all here today again.",
        "Cool bridge.",
        "weak",
    }


def test_a_clean_sentence_goes_before_a_stammered_one():
    scores = ranked()
    clean = scores["The bearing of the bridge is old and weak and the river is high."]
    stammered = next(s for t, s in scores.items() if t.startswith("the bridge uh"))
    assert clean > stammered


def test_nothing_is_ranked_as_nothing():
    assert rank([], [], Terms([])).best_first() == []


def test_without_content_words_there_still_is_an_order():
    found = units("Anna: I will do that\nTom: you will not")
    ranking = rank(found, find_chapters(found), Terms(found))
    assert sorted(ranking.best_first()) == list(range(len(found)))
