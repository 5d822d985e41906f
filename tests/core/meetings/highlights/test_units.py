"""What can be quoted."""

from __future__ import annotations

from support.spoken import units

from app.core.meetings.highlights.units import build_units
from app.core.meetings.model import Segment, Word
from app.core.text.languages import shipped


def texts(text: str) -> list[str]:
    return [u.text for u in units(text)]


def test_a_turn_is_cut_into_sentences_without_filler():
    assert texts("Anna: Um, the price is high. Okay. So we wait , right ?") == [
        "the price is high.",
        "we wait",
    ]


def test_a_tag_makes_no_question_and_a_mark_does():
    found = units("Anna: It is late , right ? Is it late ? Is it late , um ?")
    assert [u.is_question for u in found] == [False, True, True]


def test_a_label_goes_and_says_what_its_sentence_is():
    found = units("Decision: We wait. It is cheaper.\nNote: nothing\nAnna: Action: Tom calls")
    assert [(u.text, u.label) for u in found] == [
        ("We wait.", "decision"),
        ("It is cheaper.", None),
        ("nothing", "note"),
        ("Tom calls", "action"),
    ]


def test_a_label_alone_names_the_next_line():
    found = units("Decision:\nWe wait here.\nWe go there.")
    assert [u.label for u in found] == ["decision", None]


def test_a_label_alone_names_the_list_that_follows():
    found = units("Actions:\n- call Tom\n- call Anna\nThe rest waits.\n- not this one")
    assert [u.label for u in found] == ["action", "action", None, None]


def test_an_unfinished_sentence_at_the_end_of_a_segment_is_open():
    found = units("Anna: We go now. I will send the report\nAnna: by Friday.")
    assert [u.is_open for u in found] == [False, True, False]


def test_a_clean_sentence_is_more_fluent_than_a_broken_one():
    clean, broken = units("Anna: We take the blue design.\nTom: we w we we take uh th the design")
    assert clean.fluency == 1.0 > broken.fluency >= 0.4


def test_a_long_turn_knows_its_length():
    assert units("Anna: We wait. You go home.")[0].turn == 5


def heard(*words: tuple[str, float]) -> list[str]:
    """Return the quotes of words without punctuation, each with the pause in front of it."""
    timed, now = [], 0.0
    for text, pause in words:
        now += pause
        timed.append(Word(now, now + 0.2, " " + text))
        now += 0.2
    said = " ".join(text for text, _ in words)
    segment = Segment(1, 0.0, now, said, words=tuple(timed))
    return [u.text for u in build_units([segment], shipped().get("en"))]


def evenly(text: str) -> list[tuple[str, float]]:
    return [(word, 0.0) for word in text.split()]


def test_words_without_punctuation_are_cut_where_a_sentence_seems_to_begin():
    said = "we decided to buy the new printer what does the old printer cost"
    assert heard(*evenly(said)) == [
        "we decided to buy the new printer",
        "what does the old printer cost",
    ]


def test_a_silence_ends_a_sentence_without_punctuation():
    said = evenly("the old printer is slow") + [("paper", 0.4)] + evenly("is in the drawer")
    assert heard(*said) == ["the old printer is slow", "paper is in the drawer"]


def test_a_short_silence_in_front_of_a_likely_start_does_too():
    said = evenly("send it to the bank on friday") + [("what", 0.1)] + evenly("does it really cost")
    assert heard(*said) == ["send it to the bank on friday", "what does it really cost"]


def test_words_with_punctuation_are_cut_by_that_alone():
    said = "We decided to buy, in spring, the new printer what does it cost."
    assert heard(*evenly(said)) == [said]


def test_times_of_other_words_cut_nothing():
    words = (Word(0.0, 1.0, "other"), Word(5.0, 6.0, ""), Word(9.0, 9.5, "crane"))
    segment = Segment(1, 0.0, 9.0, "the old crane lifts the cargo of the ship", words=words)
    assert len(build_units([segment], shipped().get("en"))) == 1


def test_and_begins_a_sentence_only_with_its_subject():
    assert heard(*evenly("i will call the old company and confirm the time")) == [
        "i will call the old company and confirm the time"
    ]
    assert heard(*evenly("i will call the old company and they confirm the time")) == [
        "i will call the old company",
        "they confirm the time",
    ]
