from __future__ import annotations

import pytest

from app.core.meetings.model import Segment, Word
from app.core.meetings.speech_loops import LoopFilter, loop_in, without_loop


def segment(text: str, words: bool = True) -> Segment:
    tokens = text.split()
    timed = tuple(Word(n, n + 0.5, t) for n, t in enumerate(tokens)) if words else ()
    return Segment(1, 0.0, float(len(tokens)), text, words=timed)


def passed(*texts: str) -> list[str]:
    loops = LoopFilter()
    kept = [loops.accept(segment(t)) for t in texts]
    return [s.text for s in kept if s is not None]


def test_a_phrase_that_goes_round_is_cut_to_its_first_round():
    cut = without_loop(
        segment("So and then we go, and then we go, and then we go, and then we go.")
    )
    assert cut.text == "So and then we go,"
    assert [w.text for w in cut.words] == cut.text.split()
    assert cut.end == cut.words[-1].end


def test_a_loop_behind_other_words_keeps_what_follows():
    cut = without_loop(segment("one day it was late it was late it was late and we left"))
    assert cut.text == "one day it was late and we left"


@pytest.mark.parametrize(
    "text",
    [
        "No, no, no, no.",
        "It was very, very, very good.",
        "I said yes I said yes twice",
        "The number is 0 0 0 0 0 0 0 7.",
        "five five five five",
    ],
)
def test_what_people_say_stays(text):
    assert without_loop(segment(text)).text == text


def test_words_whose_times_do_not_match_the_text_are_dropped_with_the_loop():
    looped = segment("go on now go on now go on now go on now")
    torn = Segment(1, 0.0, 9.0, looped.text, words=looped.words[:5])
    assert without_loop(torn).words == ()


def test_a_loop_without_word_times_keeps_its_end():
    assert without_loop(segment("a b c " * 6, words=False)).end == 18.0


def test_two_loops_are_both_cut():
    text = "we can do we can do we can do it then and so on and so on and so on"
    assert without_loop(segment(text)).text == "we can do it then and so on"


def test_a_repeated_sentence_is_dropped():
    assert passed(*["I will see you in the next video"] * 6) == ["I will see you in the next video"]


def test_a_short_sentence_may_be_said_twice():
    assert passed(*["Thank you very much."] * 5) == ["Thank you very much."] * 2


def test_yes_may_be_said_by_everybody_but_not_for_ever():
    assert passed(*["Yes."] * 20) == ["Yes."] * 5


def test_sentences_in_turns_are_a_loop_from_the_second_round_on():
    a, b = "we have to go there now", "but nobody wants to come"
    assert passed(a, b, a, b, a, b, a, b)[:3] == [a, b, a]
    assert len(passed(a, b, a, b, a, b, a, b)) == 3


def test_short_answers_in_turns_are_no_loop():
    assert len(passed("Yes.", "No.", "Yes.", "No.", "Yes.", "No.")) == 6


def test_a_segment_of_marks_alone_is_dropped():
    assert passed("...", "♪ ♪", "Well.") == ["Well."]


def test_another_sentence_after_a_loop_is_heard_again():
    one, two = "this is said again and again", "and now something quite different"
    assert passed(one, one, two, one) == [one, two, one]


def test_a_loop_is_found_with_its_place_and_length():
    assert loop_in("x a b c a b c a b c".split()) == (1, 3, 3)
    assert loop_in("a b c d".split()) is None


def test_a_text_of_nothing_but_loops_is_cut_in_bounded_time():
    text = " ".join(f"{a} {a} {a} {a} {a} {a} {a}" for a in "abcdefghijkl")
    assert len(without_loop(segment(text)).text.split()) < len(text.split())
