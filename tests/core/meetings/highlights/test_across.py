"""Sentences that a recorder cut between segments."""

from __future__ import annotations

import pytest
from support.spoken import spoken, units

from app.core.meetings.highlights import make_highlights
from app.core.meetings.highlights.across import cited, parts, whole
from app.core.meetings.highlights.items import find_actions, find_decisions
from app.core.meetings.highlights.questions import find_questions


def asked(text: str) -> list[tuple]:
    return [
        (q.text, q.segments, q.answer and (q.answer.text, q.answer.segments))
        for q in find_questions(units(text))
    ]


@pytest.mark.parametrize(
    ("first", "second", "answer"),
    [
        ("I wonder if the harbour is", "open in winter.", "It is closed."),
        ("We still need to find out who", "owns the printer.", "Maria owns it."),
        ("What does the new licence", "cost per year?", "It costs ten euros."),
        ("Who is going to do", "it?", "I will."),
        ("When will the report be", "ready?", "Next week."),
    ],
)
def test_the_second_half_of_a_question_is_neither_its_answer_nor_another_question(
    first: str, second: str, answer: str
):
    assert asked(f"{first}\n{second}\n{answer}") == [(first, (1, 2), (answer, (3,)))]


def test_a_sentence_may_lie_in_three_segments():
    text = "The question is whether\nthe budget covers\nthe new crane.\nI think it covers that."
    assert asked(text) == [
        ("The question is whether", (1, 2, 3), ("I think it covers that.", (4,)))
    ]


def test_a_word_that_ends_a_quote_badly_is_still_part_of_the_sentence():
    text = "Anna: I'll take care of\nAnna: that crane before the end of the month."
    found = find_actions(units(text))
    assert [(a.owner, a.due, a.segments) for a in found] == [
        ("Anna", "before the end of the month", (1, 2))
    ]
    assert whole(units(text), 0).text == text.replace("Anna: ", "").replace("\n", " ")


def test_a_caption_without_a_name_goes_on_with_the_last_one():
    text = "Anna: What should we do about\nparking next year?\nTom: We cut the trees."
    assert asked(text) == [("What should we do about", (1, 2), ("We cut the trees.", (3,)))]


def test_a_question_that_begins_in_the_second_half_is_shown_there():
    text = "Look at the crane, because\nwhat does the harbour cost a year?\nTen euros."
    assert asked(text)[0][:2] == ("what does the harbour cost a year?", (2,))


def test_an_action_and_a_decision_are_found_over_the_cut():
    found = find_actions(units("Tom, can you send the\nbudget to Eva by Friday."))
    assert [(a.task, a.owner, a.due, a.segments) for a in found] == [
        ("Tom, can you send", "Tom", "by Friday", (1, 2))
    ]
    decided = find_decisions(units("We have decided that the\ncrane is going to be blue."))
    assert [(d.text, d.segments) for d in decided] == [("We have decided that", (1, 2))]


def test_a_request_over_a_cut_is_not_a_question_too():
    found = make_highlights(spoken("Can you send the\nbudget to Tom today?"), title="t")
    assert (len(found.actions), found.questions) == (1, ())


@pytest.mark.parametrize(
    "text",
    [
        "We drive to the harbour.\nthen we eat.",  # the sentence has ended
        "We drive to\nThe harbour is closed.",  # a new one begins
        "Anna: we drive to\nTom: the harbour.",  # somebody else speaks
        "we drive to\nthe harbour\nand eat\nand sing",  # nothing marks sentences
    ],
)
def test_other_neighbours_are_no_halves(text: str):
    assert len(parts(units(text), 0)) == 1


def test_a_whole_is_the_words_of_its_parts_with_their_names():
    found = units("the crane goes north\nwith help from Tom and Eva by noon.")
    sentence = whole(found, 0)
    assert sentence.text == "the crane goes north with help from Tom and Eva by noon."
    assert [sentence.slice(i, i) for i in sorted(sentence.names)] == ["Tom", "Eva"]
    assert cited(found, 0) == (1, 2)
