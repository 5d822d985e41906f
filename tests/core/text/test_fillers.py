"""Filler at the edges of a quote."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.text.fillers import trim
from app.core.text.languages import shipped
from app.core.text.tokens import tokenize

ENGLISH = shipped().get("en")
GERMAN = shipped().get("de")


def trimmed(text: str, language=ENGLISH) -> str | None:
    span = trim(text, tokenize(text), language)
    return None if span is None else text[span[0] : span[1]]


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Um, so we, uh, start now, you know.", "we, uh, start now"),
        ("Okay Right Um well this is it .", "this is it"),
        ("Yeah . Okay , right .", None),
        ("mm-hmm", None),
        ("", None),
        ("We take the blue one.", "We take the blue one."),
        ("Is it the blue one ?", "Is it the blue one ?"),
        ("It is the blue one , right ?", "It is the blue one"),
        ("the door is on the right .", "the door is on the right"),
        ("Right now we wait.", "Right now we wait."),
        ("and then we left but", "then we left"),
        ("d Does it beep ?", "Does it beep ?"),
        ("Th - this is it.", "this is it."),
        ("the channel is dead , so .", "the channel is dead"),
        ('He said "go".', 'He said "go".'),
        ("I don't know, the price is high", "I don't know, the price is high"),
        ("Good , we go .", "we go"),
        ("good we go on", "we go on"),
        ("Good ideas are rare.", "Good ideas are rare."),
        ("Okay right so we go", "we go"),
        ("this is very good .", "this is very good"),
        ("this is cheap , very good .", "this is cheap"),
        ("that is what I mean.", "that is what I mean."),
        ("that is cheap you know", "that is cheap"),
        ("So who is it for?", "who is it for?"),
        ("What do we start with ?", "What do we start with ?"),
        ("we pay for", "we pay"),
        ("do we pay for the?", "do we pay"),
        ("is it cheap, sort of?", "is it cheap"),
    ],
)
def test_filler_goes_from_the_edges_and_stays_inside(text: str, quote: str | None):
    assert trimmed(text) == quote


def test_each_language_has_its_own_filler():
    assert trimmed("Ähm, also, wir beginnen jetzt, oder so.", GERMAN) == "wir beginnen jetzt"


def test_a_mark_behind_the_limit_is_not_taken():
    text = "we go. now"
    assert trim(text, tokenize(text)[:2], ENGLISH, 5) == (0, 5)


WORDS = ["um", "uh", "okay", "right", "you", "know", "so", "budget", "Friday", ",", ".", "?", "and"]


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=12))
def test_no_quote_begins_or_ends_with_a_sound_of_hesitation(words: list[str]):
    quote = trimmed(" ".join(words))
    if quote is not None:
        inside = [t.norm for t in tokenize(quote)]
        assert inside[0] not in ENGLISH.hesitations | {"okay", "so", "and"}
        assert inside[-1] not in ENGLISH.hesitations | {"and"}
        assert trimmed(quote) is not None
