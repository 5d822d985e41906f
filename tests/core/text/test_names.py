"""Names of people."""

from __future__ import annotations

from app.core.text.languages import shipped
from app.core.text.names import NameBook
from app.core.text.tokens import tokenize

ENGLISH = shipped().get("en")


def names(text: str, *, texts: tuple[str, ...] = (), speakers: tuple[str, ...] = ()) -> list[str]:
    book = NameBook((text, *texts), speakers, ENGLISH)
    tokens = tokenize(text)
    return [text[tokens[i].start : tokens[i].end] for i in sorted(book.find(text, tokens))]


def test_a_capital_inside_a_sentence_is_a_name():
    assert names("we asked Maria about it") == ["Maria"]


def test_a_capital_at_the_start_is_a_name_when_never_written_small():
    assert names("Anna will do it") == ["Anna"]
    assert names("Budget is short", texts=("the budget is short",)) == []


def test_frequent_words_days_and_months_are_no_names():
    assert names("We meet on Friday in March and I agree. Okay, Everyone knows") == []


def test_who_speaks_is_a_name_even_in_capitals():
    assert names("ask LISA", speakers=("Lisa Smith",)) == ["LISA"]
    assert names("ask NATO") == []


def test_in_german_only_speakers_are_names():
    german = shipped().get("de")
    text = "Anna prüft den Umbau"
    book = NameBook((text,), ("Anna",), german)
    assert book.find(text, tokenize(text)) == {0}
