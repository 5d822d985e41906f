from __future__ import annotations

import dataclasses

import pytest

from app.core.meetings.model import Span
from app.core.meetings.speech_draft import FLOOR, HeardWord, Stretch, evidence, judge

CLEAR = {"posterior": 0.9, "fit": -2.4, "order": 3, "surprise": -0.03}
SALAD = {"posterior": 0.2, "fit": -5.7, "order": 1, "surprise": -0.05}


def words(count: int, quality: dict, frames: int = 30) -> tuple[HeardWord, ...]:
    made = []
    for n in range(count):
        start = n * frames / 100
        made.append(
            HeardWord(
                f"w{n}",
                start,
                start + frames / 100,
                quality["posterior"],
                quality["fit"] * frames,
                quality["order"],
                quality["surprise"],
            )
        )
    return tuple(made)


def stretch(*heard: HeardWord) -> Stretch:
    return Stretch(Span(0.0, 20.0), heard)


def test_clear_english_is_understood_and_word_salad_is_not():
    assert judge(stretch(*words(8, CLEAR))).understood
    assert not judge(stretch(*words(8, SALAD))).understood


@pytest.mark.parametrize("count", [1, 5, 40])
def test_the_score_does_not_depend_on_the_length(count):
    score = judge(stretch(*words(count, CLEAR))).score
    assert score == pytest.approx(judge(stretch(*words(8, CLEAR))).score)


@pytest.mark.parametrize(
    ("field", "worse"), [("posterior", 0.1), ("fit", -250.0), ("order", 1), ("surprise", -0.2)]
)
def test_each_kind_of_doubt_lowers_the_score(field, worse):
    clear = words(5, CLEAR)
    doubted = tuple(dataclasses.replace(w, **{field: worse}) for w in clear)
    assert judge(stretch(*doubted)).score < judge(stretch(*clear)).score


def test_a_stretch_without_words_is_not_understood():
    judged = judge(stretch())
    assert judged.score is None and not judged.understood


def test_long_words_weigh_more_in_sound_and_certainty():
    long, short = words(1, CLEAR, 90)[0], words(1, SALAD, 10)[0]
    fit, posterior, order, _ = evidence((long, short))
    assert fit == pytest.approx((-2.4 * 90 - 5.7 * 10) / 100)
    assert posterior == pytest.approx((0.9 * 90 + 0.2 * 10) / 100)
    assert order == 2.0


def test_the_segment_holds_the_words_as_heard_and_their_times():
    segment = judge(stretch(*words(3, CLEAR))).segment(7)
    assert (segment.id, segment.text, segment.language) == (7, "w0 w1 w2", "en")
    assert (segment.start, segment.end) == (0.0, pytest.approx(0.9))
    assert [w.text for w in segment.words] == ["w0", "w1", "w2"]


def test_the_confidence_grows_with_the_score():
    clear = judge(stretch(*words(3, CLEAR))).segment(1).confidence
    salad = judge(stretch(*words(3, SALAD))).segment(1).confidence
    assert 0.0 <= salad < 0.5 < clear <= 1.0


def test_the_end_of_the_last_word_stays_in_its_stretch():
    heard = words(3, CLEAR)
    assert judge(Stretch(Span(0.0, 0.85), heard)).segment(1).end == 0.85


def test_the_floor_is_below_even_odds():
    assert FLOOR < 0
