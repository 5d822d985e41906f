"""What can be quoted."""

from __future__ import annotations

from support.spoken import units


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
