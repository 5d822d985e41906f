"""Statements held against the passages that they cite."""

from __future__ import annotations

import pytest

from app.core.grounding.check import (
    DATE_NOT_SAID,
    NAME_NOT_SAID,
    NEGATION_DIFFERS,
    NOT_CITED,
    NOT_SAID,
    NUMBER_NOT_SAID,
    Ground,
    Passage,
)

NUMBERS = Passage("The old numbers were not moved, so some people heard a busy signal.", "David")
COST = Passage("It will cost two hundred and forty dollars each month.", "Robert")
ROOM = Passage("The small room is not big enough for twelve people.", "David")
TASK = Passage("Maria from the support team will prepare the pictures by Monday.", "Robert")
TALK = Passage("Yesterday Anna spoke with Google about the printers.", "Robert")
GROUND = Ground([NUMBERS, COST, ROOM, TASK, TALK], "en")


@pytest.mark.parametrize(
    ("claim", "cited"),
    [
        ("The old numbers were not moved.", NUMBERS),
        ("Some people heard a busy signal.", NUMBERS),
        ("The system costs $240 per month.", COST),
        ("The small room is too small for 12 people.", ROOM),
        ("Maria prepares the pictures by Monday.", TASK),
        ("The Support Team will prepare the Pictures", TASK),
        ("Robert says Maria will prepare pictures.", TASK),
        ("Prepare the pictures", TASK),
        ("Participants heard a busy signal", NUMBERS),
        ("Preparing is for Maria: pictures by Monday.", TASK),
        ("Moving was not done with the old numbers.", NUMBERS),
    ],
)
def test_what_was_said_passes(claim: str, cited: Passage) -> None:
    assert GROUND.problems(claim, [cited]) == []


@pytest.mark.parametrize(
    ("claim", "cited", "reason"),
    [
        ("The old numbers were moved.", NUMBERS, NEGATION_DIFFERS),
        ("The small room is big enough.", ROOM, NEGATION_DIFFERS),
        ("The pictures will not be prepared.", TASK, NEGATION_DIFFERS),
        ("The system costs $340 per month.", COST, NUMBER_NOT_SAID),
        ("Maria prepares the pictures by Tuesday.", TASK, DATE_NOT_SAID),
        ("Anna prepares the pictures by Monday.", TASK, NAME_NOT_SAID),
        ("The pictures are prepared by Zoltan.", TASK, NAME_NOT_SAID),
        ("Zoltan will prepare the pictures.", TASK, NAME_NOT_SAID),
        ("Irving will prepare the pictures.", TASK, NAME_NOT_SAID),
        ("King will prepare the pictures.", TASK, NAME_NOT_SAID),
        ("Buy laptops for the interns.", TASK, NOT_SAID),
    ],
)
def test_what_was_not_said_has_its_reason(claim: str, cited: Passage, reason: str) -> None:
    assert GROUND.problems(claim, [cited])[0] == reason


def test_a_statement_that_cites_nothing_is_not_supported() -> None:
    assert GROUND.problems("The old numbers were not moved.", []) == [NOT_CITED]


def test_a_denial_in_other_words_is_not_judged() -> None:
    ground = Ground([Passage("The committee rejected the budget.")], "en")
    assert ground.problems("The budget was not approved by the committee.", [
        Passage("The committee rejected the budget.")
    ]) == []  # fmt: skip


@pytest.mark.parametrize(
    "source",
    [
        "It is not only cheaper, we will buy the printer.",
        "Why not buy the printer?",
        "There is no problem, we buy the printer.",
        "We do not have paper, but we will buy the printer.",
    ],
)
def test_a_not_that_denies_something_else_is_no_denial(source: str) -> None:
    passage = Passage(source)
    assert Ground([passage], "en").problems("They will buy the printer.", [passage]) == []


def test_german_denials_are_found_behind_their_verbs() -> None:
    passage = Passage("Wir haben beschlossen, das Angebot nicht anzunehmen.", "Anna")
    ground = Ground([passage], "de")
    assert ground.problems("Das Angebot wird angenommen.", [passage]) == [NEGATION_DIFFERS]
    assert ground.problems("Das Angebot wird nicht angenommen.", [passage]) == []


def test_german_nouns_are_no_names() -> None:
    passage = Passage("Die Drucker kosten zu viel Geld.", "Anna")
    ground = Ground([passage], "de")
    assert ground.problems("Die Kosten der Drucker sind hoch.", [passage]) == []


def test_another_language_is_compared_by_figures_and_names() -> None:
    passage = Passage("It costs 240 dollars, and Maria pays on Monday.", "Robert")
    ground = Ground([passage], "en", "de")
    assert ground.problems("Es kostet 240 Dollar, Maria zahlt am Montag.", [passage]) == []
    assert ground.problems("Es kostet 250 Dollar.", [passage]) == [NUMBER_NOT_SAID]


def test_a_language_without_rules_still_compares_words_and_figures() -> None:
    passage = Passage("El presupuesto es de 240 euros para la impresora.", "Ana")
    ground = Ground([passage], "es")
    assert ground.problems("El presupuesto es de 240 euros.", [passage]) == []
    assert ground.problems("El presupuesto es de 250 euros.", [passage]) == [NUMBER_NOT_SAID]
    assert ground.problems("Comprar nuevos ordenadores portátiles.", [passage]) == [NOT_SAID]


def test_dates_are_recognised() -> None:
    assert GROUND.has_date("The next meeting is on Tuesday.")
    assert not GROUND.has_date("The next meeting is soon.")
    assert Ground([], "fi").has_date("Kokous on pian.")


def test_words_that_were_said_are_held_whole() -> None:
    assert GROUND.holds_words("by Monday", [TASK])
    assert not GROUND.holds_words("by Tuesday", [TASK])
    assert not GROUND.holds_words("before the concert", [TASK])
