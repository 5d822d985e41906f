"""Decisions, actions and dates by cue phrases."""

from __future__ import annotations

import pytest
from support.spoken import units

from app.core.meetings.highlights.items import (
    choose,
    find_actions,
    find_dates,
    find_decisions,
    most_items,
)


@pytest.mark.parametrize(
    "said",
    [
        "We decided to keep the old supplier.",
        "So we've agreed on the blue design.",
        "It was agreed that the office closes early.",
        "Let's go with the second offer.",
        "We'll stick with the rubber buttons.",
        "Our decision is to postpone the launch.",
        "The committee has resolved to meet in private.",
        "Decision: rubber buttons",
        "Let's keep the same numbers.",
        "Let's keep the old meeting room.",
        "We'll use the last offer.",
        "So let's ship it on Monday then.",
        "Let's meet the supplier on the third of May.",
        "Let's leave it at ten copies.",
        "We agreed, let's not send the newsletter any more.",
        "We agreed to take the offer, and we'll talk to them tomorrow.",
        "We decided to use the printer, and we'll see the supplier next week.",
        "We decided to drop the old plan, so let's not discuss it again.",
        "We agreed to leave it there for now.",
    ],
)
def test_a_decision_is_heard(said: str):
    assert len(find_decisions(units(said))) == 1


@pytest.mark.parametrize(
    "said",
    [
        "We haven't decided on the supplier yet.",
        "Have we decided on the supplier?",
        "Once we have decided on the supplier, we call them.",
        "We still need to decide whether to postpone.",
        "Should we go with the second offer?",
        "If we decided to postpone, nobody would mind.",
        "We decided.",
        "The supplier delivers tomorrow.",
        "Let's start with the printer.",
        "Let's keep the meeting short.",
        "Let's take a short break.",
        "Let's keep going, we have ten minutes.",
        "We'll keep it in mind.",
        "Let's make it quick.",
        "We will keep our eyes open.",
        "Let's skip ahead to the third page.",
        "Let's leave it open and decide next week.",
        "Let's leave the colour of the printer open.",
        "Let's leave it for the next meeting with the supplier.",
        "Let's leave it at that with the printer.",
        "Let's discuss the supplier again on Monday.",
        "We'll use the time and talk about the supplier tomorrow.",
        "So then let's see the supplier again on Monday.",
        "Let's not decide on the supplier on Friday.",
        "Let's hear what happened on Monday.",
        "Let's say the printer comes on Monday.",
        "Let's hope the supplier comes on Monday.",
    ],
)
def test_what_only_sounds_like_a_decision_is_none(said: str):
    assert find_decisions(units(said)) == []


@pytest.mark.parametrize(
    ("said", "owner", "due"),
    [
        ("Anna: I'll send the minutes by Friday.", "Anna", "by Friday"),
        ("Anna: I will, um, prepare the budget.", "Anna", None),
        ("I'll send the minutes tomorrow.", None, "tomorrow"),
        ("Anna: I'll send the report by May.", "Anna", "by May"),
        ("Anna: Tom, can you book the room?", "Tom", None),
        ("Anna: Could you please check the figures, Tom?", "Tom", None),
        ("Anna: Tom Smith will write it before lunch.", "Tom Smith", "before lunch"),
        ("Anna: We need to order paper by the end of the week.", None, "by the end of the week"),
        ("Anna: Please circulate the draft as soon as possible.", None, "as soon as possible"),
        ("Anna: The report is assigned to Maria.", "Maria", None),
        ("Anna: Maria is responsible for the catering.", "Maria", None),
        ("Action: Maria calls the bank (Tom helps)", "Maria", None),
        ("Action: call the bank - Tom", "Tom", None),
        ("Anna: Somebody should update the website.", None, None),
        ("Anna: Don't forget to lock the archive.", None, None),
        (
            "Anna: The exam is on the ninth of May, and we must submit the form by Friday.",
            None,
            "by Friday",
        ),
        ("Anna: Tom, you talk to the bank.", "Tom", None),
        ("Anna: Tom, please tell the night shift.", "Tom", None),
        ("Anna: And could somebody check whether the contract ends in June?", None, None),
        ("Anna: Can someone please book the room by Friday?", None, "by Friday"),
        ("Anna: Tom, you're in charge.", "Tom", None),
        ("Anna: You have until the end of May to book the hall.", None, "until the end of May"),
        ("Anna: I'll open a ticket with them.", "Anna", None),
        ("Anna: Tomorrow I'll send the form, we meet on Friday.", "Anna", "Tomorrow"),
        ("Anna: We meet on Friday, and I'll send the form.", "Anna", None),
        ("Anna: I'll open a ticket, so the technician can come on Friday.", "Anna", None),
        ("Anna: I'll check the figures, and send them by Friday.", "Anna", "by Friday"),
    ],
)  # fmt: skip
def test_an_action_is_heard_with_its_owner_and_its_due(said: str, owner, due):
    found = find_actions(units(said))
    assert [(a.owner, a.due) for a in found] == [(owner, due)]


@pytest.mark.parametrize(
    "said",
    [
        "Anna: I'll bring in Suzy now.",
        "Anna: Can I ask you about the budget?",
        "Anna: I don't know what I'm going to write about.",
        "Anna: We need to talk.",
        "Anna: You should have sent the report.",
        "Anna: Let me say something about it.",
        "Anna: I will.",
        "Anna: The printer works.",
    ],
)
def test_what_only_sounds_like_an_action_is_none(said: str):
    assert find_actions(units(said)) == []


def test_a_sentence_that_goes_on_in_the_next_segment_cites_both():
    found = find_actions(units("Anna: I'll send the report to the board\nAnna: by Friday."))
    assert [(a.segments, a.due) for a in found] == [((1, 2), "by Friday")]


def test_another_speaker_does_not_go_on_with_a_sentence():
    found = find_actions(units("Anna: I'll send the report to the board\nTom: by Friday."))
    assert [(a.segments, a.due) for a in found] == [((1,), None)]


@pytest.mark.parametrize(
    ("said", "count"),
    [
        ("The review is on Friday.", 1),
        ("We meet at 10:30.", 1),
        ("The deadline is 14 March 2025.", 1),
        ("Deadline: end of term", 1),
        ("The plan is to launch the product in May.", 1),
        ("It must be ready before March.", 1),
        ("You may go now.", 0),
        ("They march through the town every year.", 0),
        ("Standing Order 34.19 applies.", 0),
    ],
)
def test_dates_are_heard(said: str, count: int):
    assert len(find_dates(units(said))) == count


def test_the_same_words_are_shown_once_and_in_order_of_time():
    text = "We decided to wait here.\nDecision: we go\nSo, we decided to wait here"
    assert [d.segments for d in find_decisions(units(text))] == [(1,), (2,)]


def test_a_longer_meeting_may_have_more_items():
    few = units("Anna: We decided to buy paper.")
    many = units("\n".join(f"Anna: We decided to buy paper number {i}." for i in range(2000)))
    assert most_items(few) == 10
    assert len(choose(many, [1.0] * len(many))) == most_items(many) > 10
