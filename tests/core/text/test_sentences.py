"""Where sentences and clauses end."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.text.languages import shipped
from app.core.text.sentences import clauses, sentences
from app.core.text.tokens import tokenize

ENGLISH = shipped().get("en")


def split(text: str) -> list[str]:
    return [text[a:b] for a, b in sentences(text, ENGLISH.abbreviations)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("okay , so . we start .", ["okay , so .", "we start ."]),
        ("Dr. Smith paid. He left.", ["Dr. Smith paid.", "He left."]),
        ("It costs 3.5 euros. Good.", ["It costs 3.5 euros.", "Good."]),
        ("See J. Smith there. Then go.", ["See J. Smith there.", "Then go."]),
        ("So do I. Then we left.", ["So do I.", "Then we left."]),
        ("We meet at 3 p.m. Bring it.", ["We meet at 3 p.m.", "Bring it."]),
        ("No. It is on Sat. We open at ten.", ["No.", "It is on Sat.", "We open at ten."]),
        ("No. 5 is open. Take no. 6.", ["No. 5 is open.", "Take no. 6."]),
        ("Take fruit, e.g. Apples.", ["Take fruit, e.g. Apples."]),
        ("Really?! Yes…  No", ["Really?!", "Yes…", "No"]),
        ('He said "Stop." Then left.', ['He said "Stop."', "Then left."]),
        ("会议开始。谁来？", ["会议开始。", "谁来？"]),
        ("one\n\ntwo", ["one", "two"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_sentences_end_where_people_end_them(text: str, expected: list[str]):
    assert split(text) == expected


def test_a_long_run_of_full_stops_takes_no_time():
    begun = time.perf_counter()
    sentences("." * 300_000 + "x")
    assert time.perf_counter() - begun < 5


@settings(deadline=None)
@given(st.text(alphabet="ab .?!,\n'\"1", max_size=200))
def test_sentences_hold_every_character_but_white_space(text: str):
    kept = "".join(text[a:b] for a, b in sentences(text))
    assert "".join(kept.split()) == "".join(text.split())


def cut(text: str, **limits: int) -> list[str]:
    tokens = tokenize(text)
    spans = clauses(text, (0, len(text)), tokens, ENGLISH.clause_starts, **limits)
    return [text[a:b] for a, b in spans]


def test_a_short_sentence_is_left_whole():
    assert cut("we came, and we saw") == ["we came, and we saw"]


def test_a_long_sentence_is_cut_in_front_of_a_clause():
    text = "we looked at all of the figures, and they were far too high, because nobody had asked"
    pieces = cut(text, longest=8, shortest=4)
    assert pieces == [
        "we looked at all of the figures,",
        "and they were far too high,",
        "because nobody had asked",
    ]


def test_words_without_any_punctuation_are_cut_in_front_of_a_clause():
    text = "we looked at all of the figures and they were far too high because nobody had asked"
    assert cut(text, longest=10, shortest=4)[0] == "we looked at all of the figures"


def test_words_without_any_joint_are_cut_hard():
    pieces = cut("word " * 100, longest=36, shortest=8)
    assert [len(p.split()) for p in pieces] == [36, 36, 28]


@settings(deadline=None)
@given(st.lists(st.sampled_from(["and", "x", "y,", "but", "zz"]), min_size=1, max_size=200))
def test_clauses_hold_every_word_and_none_is_too_long(words: list[str]):
    text = " ".join(words)
    pieces = cut(text, longest=12, shortest=3)
    assert " ".join(pieces) == text
    assert max(len(tokenize(p)) for p in pieces) <= 12
