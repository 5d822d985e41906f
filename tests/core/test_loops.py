"""Answers that go round in circles."""

from __future__ import annotations

import pytest

from app.core.chat import ChatEnd, ChatPiece
from app.core.loops import REPEATS, first_round, period, until_it_repeats


@pytest.mark.parametrize("rounds", [5, 6, 40])
def test_a_loop_is_kept_for_one_round(rounds: int) -> None:
    assert first_round("It is so. " + "And a chair, " * rounds) == "It is so. And a chair,"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "And a chair, " * 4,
        "No. No. No. No. No.",
        "| a | b |\n" + "-" * 200,
        "".join(f"{n}. Press the button. " for n in range(1, 40)),
        "".join(f'{{"text": "Yes.", "segments": [{n}]}}, ' for n in range(1, 40)),
    ],
)
def test_what_only_looks_alike_is_no_loop(text: str) -> None:
    assert period(text) == 0
    assert first_round(text) == text


def test_the_engine_of_a_loop_is_stopped() -> None:
    closed = []

    def engine():
        try:
            while True:
                yield ChatPiece("and a chair ")
        finally:
            closed.append(True)

    pieces = list(until_it_repeats(engine()))
    assert pieces[-1].end == ChatEnd(REPEATS)
    assert len(pieces) < 15
    assert closed == [True]


def test_an_answer_that_ends_is_given_as_it_is() -> None:
    pieces = [ChatPiece("one "), ChatPiece("two", end=ChatEnd("stop"))]
    assert list(until_it_repeats(piece for piece in pieces)) == pieces
