"""The stretch of a passage that shows why it was found."""

from __future__ import annotations

import pytest

from app.core.search.excerpt import excerpt, found_words

TABLE = "Table of error codes, what each error means, what to do. " + " ".join(
    f"E{n:02} part {n} has failed: open the cover, take out part {n} and clean it."
    for n in range(1, 30)
)


def test_a_short_passage_is_shown_whole() -> None:
    assert excerpt("The lamp is red.", "lamp", 100) == "The lamp is red."


@pytest.mark.parametrize("code", ["E07", "E18", "E29"])
def test_a_code_is_shown_rather_than_the_words_around_it(code) -> None:
    shown = excerpt(TABLE, f"What does error {code} mean?", 200)
    assert code in shown and len(shown) <= 204


def test_the_stretch_with_most_different_words_is_shown() -> None:
    text = "the fuse " * 60 + "the fuse of the pump is beside the valve " + "the end " * 60
    assert "pump is beside the valve" in excerpt(text, "fuse of the pump at the valve", 120)


def test_cuts_fall_between_words_and_are_marked() -> None:
    shown = excerpt(TABLE, "E18", 200)
    assert shown.startswith("… ") and shown.endswith(" …")
    assert set(shown[2:-2].split()) <= set(TABLE.split())


def test_without_a_word_of_the_question_the_beginning_is_shown() -> None:
    assert excerpt(TABLE, "zebra", 100).startswith("Table of error codes")


def test_a_text_without_spaces_is_cut_too() -> None:
    assert excerpt("x" * 1000, "x", 100) == "x" * 100 + " …"


def test_plural_and_simple_forms_count() -> None:
    text = "nothing " * 60 + "the filters were changed " + "nothing " * 60
    assert "filters were changed" in excerpt(text, "filter change", 80)


def test_the_words_of_a_question_are_found_where_most_stand_together_first() -> None:
    text = "The lamp. " + "x " * 200 + "A red lamp blinks."
    spans = found_words(text, "red lamp")
    assert text[slice(*spans[0])] == "red"
    assert sorted(text[start:end] for start, end in spans) == ["lamp", "lamp", "red"]


def test_a_text_without_the_words_has_none_to_mark() -> None:
    assert found_words("Nothing of the kind", "red lamp") == []


@pytest.mark.parametrize("code", ["E07", "E18", "E29"])
def test_reading_begins_at_the_code_that_was_asked_for(code) -> None:
    first = found_words(TABLE, f"What does error {code} mean?")[0]
    assert TABLE[slice(*first)] == code


@pytest.mark.parametrize(
    ("asked", "written"),
    [("LP30", "LP-30"), ("E-42", "E42"), ("7Nm", "7 Nm"), ("Tuer", "Tür"), ("Strasse", "Straße")],
)
def test_a_word_is_marked_however_it_is_written(asked, written) -> None:
    text = f"Über den {written} steht hier etwas."
    assert [text[start:end] for start, end in found_words(text, asked)] == [written]
