"""From a typed query to words, tiers and ranks."""

from __future__ import annotations

import pytest

from app.core.search.lexical import pieces_of, ranked, spellings, stem, tiers, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("red pump", ("red", "pump")),
        ("How do I reset the pump?", ("reset", "pump")),
        ("Wie kann ich die Pumpe zurücksetzen", ("die", "Pumpe", "zurücksetzen")),
        ("what is that", ("what", "is", "that")),
        ("E-42, (E-42) e-42", ("E-42",)),
        ('"red AND* (pump) NEAR ^x:', ("red", "pump", "NEAR", "x")),
        ("?! -- \"\" * ", ()),
        ("", ()),
        ("snake_case", ("snake_case",)),
        ("caf\u0065\u0301", ("café",)),
    ],
)  # fmt: skip
def test_words_are_what_stands_between_spaces_without_signs(text, words):
    assert words_of(text) == words


def test_a_book_pasted_as_a_query_is_cut():
    assert len(words_of(" ".join(f"word{n}" for n in range(100_000)))) == 32


def test_pieces_are_the_words_inside_words():
    assert pieces_of(("E-42", "snake_case", "e-42")) == ("E", "42", "snake", "case", "e")


@pytest.mark.parametrize(
    ("word", "shared"),
    [
        ("pumps", "pump"), ("batteries", "batter"), ("printing", "print"), ("printed", "print"),
        ("glass", "glass"), ("status", "status"), ("bus", "bus"), ("feed", "feed"),
        ("ring", "ring"), ("change", "chang"), ("changing", "chang"), ("valves", "valve"),
        ("Laugenpumpen", "Laugenpump"), ("open", "open"), ("Seifen", "Seifen"),
        ("E42s", "E42s"), ("naïvetés", "naïveté"),
    ],
)  # fmt: skip
def test_endings_are_cut_where_a_stem_remains(word, shared):
    assert stem(word) == shared


@pytest.mark.parametrize(
    ("word", "ways"),
    [
        ("E-42", ("E-42", "e42")), ("E42", ("E42", "e 42")), ("7Nm", ("7Nm", "7 nm")),
        ("Wi-Fi", ("Wi-Fi", "wifi")), ("Tür", ("Tür", "tuer")), ("Tuer", ("Tuer", "tur")),
        ("Straße", ("Straße", "strasse")), ("fliessen", ("fliessen", "fließen")),
        ("pump", ("pump",)), ("?", ("?",)),
    ],
)  # fmt: skip
def test_a_word_is_also_looked_for_as_others_write_it(word, ways):
    assert spellings(word) == ways


@pytest.mark.parametrize("number", ["3,5", "10:30", "2.5.1"])
def test_two_numbers_never_become_one(number):
    assert spellings(number) == (number,)


def test_tiers_loosen_one_after_the_other():
    strict, begun, loose = tiers("blue E-42 pumps")
    assert (strict.words, strict.every, strict.prefix) == (("blue", "E-42", "pumps"), True, False)
    assert (begun.words, begun.every, begun.prefix) == (("blue", "E-42", "pump"), True, True)
    assert (loose.words, loose.every, loose.prefix) == (("blue", "E-42", "pump", "42"), False, True)


def test_nothing_to_look_for_is_not_looked_for():
    def find(wanted, limit):
        raise AssertionError

    assert ranked(find, " ?! ", 5) == []


def test_a_find_of_an_earlier_tier_stands_above_a_better_one_of_a_later():
    answers = {
        (True, False): [(1, 0.1)],
        (True, True): [(1, 9.0), (2, 9.0)],
        (False, True): [(3, 99.0)],
    }

    def find(wanted, limit):
        return answers[wanted.every, wanted.prefix]

    found = ranked(find, "some words", 10)
    assert [number for number, _ in found] == [1, 2, 3]
    assert [int(score) for _, score in found] == [2, 1, 0]


def test_later_tiers_are_not_asked_when_there_is_enough():
    asked = []

    def find(wanted, limit):
        asked.append(wanted)
        return [(n, 1.0) for n in range(limit)]

    assert len(ranked(find, "some words", 3)) == 3
    assert len(asked) == 1


def test_within_a_tier_relevance_decides_and_no_score_is_negative():
    found = ranked(lambda wanted, limit: [(1, -0.5), (2, 0.5)], "word", 5)
    assert [number for number, _ in found] == [2, 1]
    assert all(score >= 0 for _, score in found)
