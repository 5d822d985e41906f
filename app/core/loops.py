"""Models that have lost the thread say one thing over and over until their limit.

Small ones do at temperature 0. Read aloud it is a minute of nothing, and on a laptop
minutes of work, so an answer is stopped at the fifth round and one round is kept.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing

from app.core.chat import ChatEnd, ChatPiece

REPEATS = "repeats"
_ROUNDS = 5
_SHORTEST, _LONGEST = 8, 160  # characters of one round
_MARKS = ".!?…。！？"
_EVERY = 32  # characters after which it is looked at again


def period(text: str) -> int:
    """Return how many characters a round has that ``text`` ends with; 0: it does not loop."""
    for length in range(_SHORTEST, min(_LONGEST, len(text) // _ROUNDS) + 1):
        unit = text[-length:]
        if text[-2 * length : -length] == unit and text.endswith(unit * _ROUNDS):
            return length if any(map(str.isalpha, unit)) else 0
    return 0


def first_round(text: str) -> str:
    """Return ``text`` with the loop that it ends with cut down to its first round."""
    length = period(text)
    if not length:
        return text
    start = len(text) - length
    while start > 0 and text[start - 1] == text[start - 1 + length]:
        start -= 1
    end = start + length
    while end < len(text) and text[end] in _MARKS:  # the mark of its last sentence
        end += 1
    return text[:end].rstrip()


def until_it_repeats(pieces: Generator[ChatPiece, None, None]) -> Generator[ChatPiece, None, None]:
    """Give the pieces of an answer; one that loops ends with the reason ``REPEATS``.

    Its engine is told to stop then.
    """
    text, looked = "", 0
    with closing(pieces):
        for piece in pieces:
            text += piece.text
            looked += len(piece.text)
            yield piece
            if piece.end is None and looked >= _EVERY:
                looked = 0
                if period(text[-_LONGEST * _ROUNDS :]):
                    yield ChatPiece(end=ChatEnd(REPEATS))
                    return
