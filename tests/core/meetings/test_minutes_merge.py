"""Items of several parts as one list each."""

from __future__ import annotations

from app.core.grounding.rules import rules_of
from app.core.meetings.minutes_merge import merge, outline, to_lists, to_topics
from app.core.meetings.minutes_parse import Item, Items

EN = rules_of("en")


def merged(*items: Item) -> list[Item]:
    return merge(Items(actions=list(items)), EN).actions


def test_what_says_the_same_is_said_once_with_both_places() -> None:
    assert merged(
        Item("Call the company.", (9,), due="by Friday"), Item("Call the company", (2,), "Anna")
    ) == [Item("Call the company", (2, 9), "Anna", "by Friday")]


def test_like_words_with_another_number_date_or_denial_stay_apart() -> None:
    apart = [
        Item("Order food for 12 people by Monday", (1,)),
        Item("Order food for 15 people by Monday", (2,)),
        Item("Order food for 12 people by Friday", (3,)),
        Item("Do not order food for 12 people by Monday", (4,)),
    ]
    assert merged(*apart) == apart


def test_the_same_task_of_two_people_is_two_tasks() -> None:
    assert len(merged(Item("Call", (1,), "Anna"), Item("Call", (2,), "Tom"))) == 2


def test_items_come_in_the_order_of_the_meeting() -> None:
    late, early = Item("Late thing", (9,)), Item("Early matter", (1,))
    assert merged(late, early) == [early, late]


def test_topics_of_like_title_become_one() -> None:
    one, two = Item("It moves.", (1,)), Item("It costs money.", (5,))
    topics = merge(Items(topics=[("The Move", [one]), ("the move", [two, one])]), EN).topics
    assert topics == [("The Move", [one, two])]


def test_nothing_becomes_nothing() -> None:
    nothing = merge(Items(), EN)
    assert to_topics(nothing) == () and outline(nothing) == []
    assert to_lists(nothing) == {"decisions": (), "actions": (), "questions": (), "dates": ()}


def test_the_outline_begins_with_what_decides() -> None:
    items = Items(
        topics=[("Move", [Item("It moves.", (1,)), Item("Soon.", (2,))])],
        decisions=[Item("Move it.", (1,))],
        actions=[Item("Call", (2,), "Anna", "Friday")],
        questions=[Item("Who?", (3,)), Item("When?", (3,), answer=Item("Soon.", (4,)))],
        dates=[Item("Friday", (4,))],
    )
    assert outline(items) == [
        "Decision: Move it.",
        "Action: Call (Anna), Friday",
        "Topic: Move: It moves.",
        "Question: Who? Still open.",
        "Question: When? Answer: Soon.",
        "Date: Friday",
        "Soon.",
    ]
    assert to_topics(items)[0].points[0].kind == "written"
    assert to_lists(items)["questions"][1].answer.text == "Soon."


def asked(*questions: Item) -> list[Item]:
    return merge(Items(questions=list(questions)), EN).questions


def test_a_question_that_was_heard_again_with_its_answer_is_no_longer_open() -> None:
    open_one = Item("Who calls the company?", (7,))
    answered = Item("Who is it that calls the company?", (7,), answer=Item("David.", (8,)))
    assert asked(open_one, answered) == [answered]


def test_another_question_of_the_same_entry_or_in_like_words_elsewhere_stays_open() -> None:
    answered = Item("Who calls the company?", (7,), answer=Item("David.", (8,)))
    other = Item("When do the numbers move?", (7,))
    later = Item("And who then pays the company that we call?", (30,))
    assert asked(answered, other, later) == [answered, other, later]
