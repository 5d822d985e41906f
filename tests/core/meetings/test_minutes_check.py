"""Items against the entries that they cite."""

from __future__ import annotations

import pytest

from app.core.meetings.minutes_check import NO_DATE, Checker
from app.core.meetings.minutes_parse import Item, Items
from app.core.meetings.model import Segment

SAID = (
    ("Robert", "We decided to move the numbers on Monday, the ninth of March."),
    ("David", "I will call the company and confirm the time by Thursday."),
    ("Robert", "Maria will prepare the pictures."),
    ("David", "Who will train the night shift?"),
    ("Robert", "We do not know that yet. It costs two hundred dollars."),
    ("David", "The next meeting is on Tuesday at nine."),
)


def checker() -> Checker:
    segments = [Segment(i, None, None, text, who) for i, (who, text) in enumerate(SAID, 1)]
    return Checker(segments, "en")


def one_action(owner: str | None, due: str | None, segment: int = 2) -> Item:
    item = Item("Call the company and confirm the time", (segment,), owner, due)
    if segment == 3:
        item = Item("Prepare the pictures", (3,), owner, due)
    return checker().check(Items(actions=[item])).actions[0]


def test_what_was_said_stays_and_what_was_not_is_set_aside() -> None:
    check = checker()
    good = Item("Move the numbers on March 9.", (1,))
    items = check.check(Items(decisions=[good, Item("Move the numbers on March 10.", (1,))]))
    assert items.decisions == [good]
    assert [(u.text, u.reason) for u in check.unsupported] == [
        ("Move the numbers on March 10.", "number_not_said")
    ]


def test_an_item_that_cites_nothing_is_never_kept() -> None:
    check = checker()
    nothing = Item("Move the numbers.", ())
    items = check.check(
        Items(
            topics=[("T", [nothing])],
            decisions=[nothing],
            actions=[nothing],
            questions=[nothing],
            dates=[Item("On Monday", ())],
        )
    )
    assert list(items.all()) == []
    assert {u.reason for u in check.unsupported} == {"not_cited"}


def test_a_neighbour_that_holds_it_is_cited_too() -> None:
    items = checker().check(Items(dates=[Item("Next meeting on Tuesday at 9:00", (5,))]))
    assert items.dates[0].segments == (5, 6)


def test_an_entry_further_away_is_not_searched_for() -> None:
    check = checker()
    assert check.check(Items(decisions=[Item("The price is 200 dollars", (1,))])).decisions == []


def test_an_owner_must_be_named_or_speak_in_the_cited_entries() -> None:
    assert one_action("David", None).owner == "David"
    assert one_action("Maria", None, 3).owner == "Maria"
    assert one_action("Robert", None).owner is None
    assert one_action("the company", None).owner is None
    assert one_action("Maria Smith", None, 3).owner is None
    assert one_action(None, None).owner is None


def test_i_is_the_one_who_speaks() -> None:
    assert one_action("I", None).owner == "David"
    assert one_action("speaker", None).owner == "David"


def test_an_owner_may_be_called_as_the_transcript_calls_who_speaks() -> None:
    said = Segment(1, None, None, "I will call Will.", "Speaker 1")
    actions = [Item("Call Will", (1,), owner) for owner in ("Speaker 1", "speaker 1", "Speaker 2")]
    found = Checker([said], "en").check(Items(actions=actions)).actions
    assert [a.owner for a in found] == ["Speaker 1", "Speaker 1", None]


def test_a_word_that_names_nobody_is_no_owner() -> None:
    said = Segment(1, None, None, "Well, we need you to call Will, and they call us.", "Anna")
    owners = ("We", "You", "They", "Us", "Will")
    actions = [Item("Call Will", (1,), owner) for owner in owners]
    found = Checker([said], "en").check(Items(actions=actions)).actions
    assert [a.owner for a in found] == [None, None, None, None, "Will"]


def test_a_department_is_an_owner_though_its_letters_are_a_common_word() -> None:
    said = [
        Segment(1, None, None, "IT has to call the bank, and it has to call us.", "Anna"),
        Segment(2, None, None, "It has to call the bank, and they call us.", "Anna"),
    ]
    actions = [Item("Call the bank", (n,), owner) for n in (1, 2) for owner in ("IT", "It", "US")]
    found = Checker(said, "en").check(Items(actions=actions)).actions
    assert [a.owner for a in found] == ["IT", None, None, None, None, None]


def test_a_due_date_that_says_nothing_is_none() -> None:
    said = Segment(1, None, None, "It has to be called now, by the second.", "Anna")
    actions = [Item("Call it", (1,), None, due) for due in ("?", "to be", "by the", "now")]
    actions.append(Item("Call it", (1,), None, "by the second"))
    found = Checker([said], "en").check(Items(actions=actions)).actions
    assert [a.due for a in found] == [None, None, None, "now", "by the second"]


def test_a_due_date_that_was_not_said_is_left_out() -> None:
    assert one_action("David", "by Thursday").due == "by Thursday"
    assert one_action("David", "by Friday").due is None
    assert one_action("David", "as soon as the budget allows").due is None


def test_an_answer_must_be_said_too() -> None:
    check = checker()
    questions = [
        Item("Who will train the night shift?", (4,), answer=Item("Not known yet.", (5,))),
        Item("Who will train the night shift?", (4,), answer=Item("Anna and 3 others.", (5,))),
        Item("Who will train the night shift?", (4,), answer=Item("Not known yet.", ())),
    ]
    answers = [q.answer for q in check.check(Items(questions=questions)).questions]
    assert [a is not None for a in answers] == [True, False, False]


def test_what_names_no_date_is_no_date() -> None:
    check = checker()
    assert check.check(Items(dates=[Item("The meeting", (6,))])).dates == []
    assert check.unsupported[0].reason == NO_DATE


def test_a_topic_keeps_its_title_unless_that_says_more() -> None:
    points = [Item("The numbers move on Monday.", (1,))]
    titles = [
        title
        for title, _ in checker()
        .check(Items(topics=[("Moving numbers", points), ("Budget 2027", points), ("Gone", [])]))
        .topics
    ]
    assert titles == ["Moving numbers", "The numbers move on Monday"]


def test_an_overview_keeps_the_sentences_that_are_held() -> None:
    check = checker()
    items = Items(decisions=[Item("Move the numbers on March 9.", (1,))])
    text = "They move the numbers on March 9. It will cost $999. Zoltan will pay."
    written = ["Decision: Move the numbers on March 9."]
    assert check.overview(text, items, written) == "They move the numbers on March 9."
    assert len(check.unsupported) == 2
    assert check.overview("It will cost $999.", items, written) is None


def test_greetings_and_other_forms_are_no_overview() -> None:
    items = Items(decisions=[Item("Move the numbers on March 9.", (1,))])
    check = checker()
    text = "Sure! Here is the overview: They move the numbers."
    assert check.overview(text.replace(": ", ":\n\n"), items, []) == "They move the numbers."
    assert check.overview('{"topics": []}', items, []) is None
    assert check.unsupported == []


def test_a_sentence_about_the_overview_is_none_of_it() -> None:
    items = Items(decisions=[Item("Move the numbers on March 9.", (1,))])
    for intro in ("Here is an overview of the meeting.", "Sure, here's a summary of the talk."):
        check = checker()
        text = f"{intro} They move the numbers."
        assert check.overview(text, items, []) == "They move the numbers."
        assert check.unsupported == []
    kept = "Here they move the numbers and the overview."
    assert checker().overview(kept, items, []) == kept


def test_a_title_before_a_name_ends_no_sentence_of_an_overview() -> None:
    said = Segment(1, None, None, "Mr. Smith moves the numbers.", "Dr. Smith")
    items = Items(decisions=[Item("Mr. Smith moves the numbers.", (1,))])
    text = "Mr. Smith moves the numbers."
    assert Checker([said], "en").overview(text, items, []) == text


def test_a_currency_is_no_name_that_must_be_said_again() -> None:
    said = ("We sell it for twenty five Euro , and make many Euros .", "It costs twelve fifty .")
    check = Checker([Segment(n, None, None, text, "Anna") for n, text in enumerate(said, 1)], "en")
    item = Item("It costs 12.50 Euros.", (2,))
    assert check.check(Items(decisions=[item])).decisions == [item]
    check.check(Items(decisions=[Item("It costs 13.50 Euros.", (2,))]))
    assert [u.reason for u in check.unsupported] == ["number_not_said"]


@pytest.mark.parametrize("due", ["this week", "in a week", "right away", "later"])
def test_a_due_time_may_be_of_common_words(due: str) -> None:
    said = Segment(1, None, None, f"We have to call it {due}.", "Anna")
    items = Items(actions=[Item("Call it", (1,), None, due)])
    assert Checker([said], "en").check(items).actions[0].due == due


def test_a_due_time_may_be_written_in_figures() -> None:
    said = Segment(1, None, None, "Das schult Sabine, am Dienstag um zehn.", "Anna")
    dues = ("Dienstag um 10 Uhr", "am Dienstag", "Dienstag um 11 Uhr", "Mittwoch")
    items = [Item("Sabine schult", (1,), "Sabine", due) for due in dues]
    found = Checker([said], "de").check(Items(actions=items)).actions
    assert [a.due for a in found] == ["Dienstag um 10 Uhr", "am Dienstag", None, None]
