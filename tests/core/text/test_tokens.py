"""Words with their places."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.text.tokens import count_words, tokenize


def norms(text: str) -> list[str]:
    return [t.norm for t in tokenize(text)]


@pytest.mark.parametrize("written", ["I'll go", "I ’ll go", "I 'll go", "I’LL go"])
def test_a_contraction_is_the_same_two_words_however_it_is_written(written: str):
    assert norms(written) == ["i", "'ll", "go"]


def test_a_negation_is_a_word_of_its_own():
    assert norms("we don't") == ["we", "do", "n't"]


def test_a_french_article_is_split_from_its_noun():
    assert norms("l'homme qu’elle") == ["l'", "homme", "qu'", "elle"]


@pytest.mark.parametrize(
    "figure", ["2025-03-14", "14.3.2025", "3/14/25", "10:30", "14th", "1,000.50", "3.5", "5pm"]
)
def test_a_date_a_time_and_a_number_stay_whole(figure: str):
    assert norms(f"at {figure} then") == ["at", figure, "then"]


def test_hyphens_join_and_underscores_part():
    assert norms("mm-hmm kick-off a_b") == ["mm-hmm", "kick-off", "a", "b"]


def test_chinese_is_read_in_pairs():
    assert norms("会议讨论") == ["会议", "议讨", "讨论"]


def test_a_single_chinese_character_is_a_word():
    assert norms("会") == ["会"]


def test_punctuation_is_no_word():
    assert norms(" . , ? ! — … @ ") == []


@settings(deadline=None)
@given(st.text(max_size=200))
def test_every_token_lies_where_it_says(text: str):
    last = 0
    for token in tokenize(text):
        assert 0 <= token.start < token.end <= len(text)
        assert token.start >= last or text[token.start : token.end]
        last = token.start


@pytest.mark.parametrize(
    ("text", "words"),
    [("don't stop", 2), ("", 0), (" . , ", 0), ("it 's", 2), ("well-known, really!", 2)],
)
def test_words_are_counted_as_a_person_counts(text: str, words: int):
    assert count_words(text) == words
