"""Numbers, dates and times in figures and in words."""

from __future__ import annotations

import pytest

from app.core.grounding.mentions import Reading, held
from app.core.grounding.numbers import figures, find_numbers
from app.core.grounding.rules import Rules, rules_of
from app.core.text.tokens import tokenize

EN, DE = rules_of("en"), rules_of("de")


def values(text: str, rules: Rules = EN) -> list[set[float]]:
    return [set(n.values) for n in find_numbers(text, tokenize(text), rules)]


def says(claim: str, source: str, rules: Rules = EN) -> bool:
    return not held(Reading(claim, rules).mentions(), Reading(source, rules).keys())


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("twenty five", 25),
        ("twenty-five", 25),
        ("two hundred and forty", 240),
        ("one thousand two hundred and three", 1203),
        ("three million five hundred thousand", 3_500_000),
        ("three point one four", 3.14),
        ("nineteen", 19),
        ("1,000", 1000),
        ("12,345.5", 12345.5),
        ("1.5 million", 1_500_000),
        ("10k", 10_000),
        ("25th", 25),
        ("twenty-third", 23),
        ("a hundred", 100),
    ],
)
def test_a_number_has_its_value(text: str, value: float) -> None:
    assert value in values(text)[0]
    assert len(values(text)) == 1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("fünfundzwanzig", 25),
        ("zweihundertfünfundvierzig", 245),
        ("eintausendzweihundert", 1200),
        ("drei Komma fünf", 3.5),
        ("zwei Millionen", 2_000_000),
        ("einundzwanzigsten", 21),
        ("1.200", 1200),
    ],
)
def test_a_german_number_has_its_value(text: str, value: float) -> None:
    assert value in values(text, DE)[0]


def test_numbers_in_a_row_stay_apart() -> None:
    assert values("one two three") == [{1}, {2}, {3}]
    assert values("twelve people, twenty chairs") == [{12}, {20}]
    assert values("fourteen or fifteen") == [{14}, {15}]


def test_grouping_signs_mean_two_things() -> None:
    assert figures("1,000") == {1000.0, 1.0}
    assert figures("10.5") == {10.5}
    assert figures("word") == figures("9" * 40) == frozenset()


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("It costs $240.", "two hundred and forty dollars"),
        ("It costs $240.", "it is two forty a month"),
        ("In 2026.", "in twenty twenty six"),
        ("In twenty twenty-six.", "in 2026"),
        ("At 2:30 pm.", "at half past two"),
        ("At 14:30.", "at two thirty"),
        ("At 3 pm.", "at three o'clock in the afternoon"),
        ("At 15:00.", "at three"),
        ("At quarter to six.", "at 5:45"),
        ("On March 9.", "on Monday, the ninth of March"),
        ("On 2026-03-09.", "on the ninth of March twenty twenty six"),
        ("On 9.3.", "the ninth of march"),
        ("By Fri.", "by friday then"),
        ("Twelve people.", "a dozen people"),
        ("2 problems.", "a couple of problems"),
        ("Error E17.", "it shows E seventeen"),
        ("Error E17.", "it shows E17"),
        ("Code 425.", "the code is four two five"),
        ("The second topic.", "the next topic"),
        ("The third topic.", "the next topic"),
        ("On March 9.", "on 9.3. at the latest"),
        ("On 9.3.2026.", "the ninth of March two thousand twenty six"),
        ("On 3/9/26.", "the ninth of March twenty twenty six"),
        ("At 10.30.", "at ten thirty"),
        ("A price of 10.50.", "it is ten point five zero"),
        ("At 3pm.", "at three"),
        ("May we begin", "we begin"),
        ("March on.", "they walk"),
        ("One of them.", "a thing"),
        ("They may come.", "they come"),
        ("1.2 million users.", "one point two million users"),
    ],
)
def test_what_was_said_is_held(claim: str, source: str) -> None:
    assert says(claim, source)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("It costs $250.", "two hundred and forty dollars"),
        ("In March 2026.", "in March"),
        ("On March 10.", "on the ninth of March"),
        ("On April 9.", "on the ninth of March"),
        ("On Tuesday.", "on Monday"),
        ("Tomorrow.", "today"),
        ("At 10:00.", "on the tenth of March"),
        ("At 9:30.", "at nine"),
        ("Error E18.", "error E17"),
        ("Fifteen people.", "fifty people"),
        ("The fourth topic.", "the next topic"),
        ("May 5 is fine.", "June 5 is fine"),
        ("On 9.3.2027.", "the ninth of March two thousand twenty six"),
        ("240 dollars.", "two hundred dollars and forty cents"),
    ],
)
def test_what_was_not_said_is_not_held(claim: str, source: str) -> None:
    assert not says(claim, source)


@pytest.mark.parametrize(
    ("claim", "source", "held_"),
    [
        ("Am 3. März um 14:30 Uhr.", "am dritten März um halb drei", True),
        ("245 Euro", "zweihundertfünfundvierzig Euro", True),
        ("Am Freitag", "am Donnerstag", False),
        ("1.200 Stück", "tausendzweihundert Stück", True),
        ("Um 9 Uhr", "um neun Uhr", True),
    ],
)
def test_german_is_held_too(claim: str, source: str, held_: bool) -> None:
    assert says(claim, source, DE) is held_


def test_a_language_without_rules_compares_figures() -> None:
    fi = rules_of("fi")
    assert says("Hinta on 240", "se maksaa 240", fi)
    assert not says("Hinta on 250", "se maksaa 240", fi)
    assert rules_of(None) == rules_of("") == Rules()
