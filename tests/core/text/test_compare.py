"""Word error rate: what was changed, lost or made up, per word that was said."""

from __future__ import annotations

import pytest

from app.core.text.compare import plain_words, word_error_rate


@pytest.mark.parametrize(
    ("said", "heard", "rate"),
    [
        ("one two three four", "one two three four", 0.0),
        ("one two three four", "One, two; three: FOUR!", 0.0),
        ("one two three four", "one too three four", 0.25),
        ("one two three four", "one three four", 0.25),
        ("one two three four", "one two two three four", 0.25),
        ("one two three four", "", 1.0),
        ("one", "one or two or three", 4.0),
        ("", "", 0.0),
        ("", "something", 1.0),
        ("doctor’s note", "doctor's note", 0.0),
    ],
)
def test_the_rate_counts_words_changed_lost_and_made_up(said: str, heard: str, rate: float) -> None:
    assert word_error_rate(said, heard) == rate


def test_words_moved_about_cost_more_than_words_in_place() -> None:
    assert word_error_rate("a b c d", "c d a b") == 1.0


def test_letters_of_every_language_are_words() -> None:
    assert plain_words("Größe, naïve 12,5 mg!") == ["größe", "naïve", "12", "5", "mg"]
