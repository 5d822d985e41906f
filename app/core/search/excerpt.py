"""The stretch of a long passage that shows why it was found."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from app.core.search.lexical import pieces_of, stem, words_of

_WORD = re.compile(r"[^\W_]+")
# What a word with a figure in it ("E07", "LP-30") is worth: it names one thing.
_CODE = 3.0
# So much is shown before the first word that was asked for.
_LEAD = 40
_NEAR = 200  # characters that are seen at once


def excerpt(text: str, question: str, length: int) -> str:
    """Return at most about ``length`` characters of ``text``, cut between words.

    It is the stretch with most different words of ``question``. A word that stands
    often in the text says little about the place: each counts one part in as many as it
    occurs, a code more, so that "E07" is shown rather than the third "error". "…" marks
    a cut.
    """
    if len(text) <= length:
        return text
    found = _found(text, question)
    stretch = _best_stretch(found, length - _LEAD)
    return _cut(text, max(0, stretch[0].start - _LEAD) if stretch else 0, length)


def found_words(text: str, question: str) -> list[tuple[int, int]]:
    """Return (start, end) in characters of the words of ``question`` that stand in ``text``.

    The first is the one to begin to read at: the word that says most of those that stand
    together where most is said.
    """
    found = _found(text, question)
    stretch = _best_stretch(found, _NEAR)
    worths = _worths(found)
    first = max(stretch, key=lambda f: worths[f.word]) if stretch else None
    spans = [(f.start, f.end) for f in ([first] if first else []) + found]
    return list(dict.fromkeys(spans))


class _Found(NamedTuple):
    """A word of the question where it stands in the text, in characters."""

    start: int
    end: int
    word: str


def _found(text: str, question: str) -> list[_Found]:
    wanted = tuple(stem(p).casefold() for p in pieces_of(words_of(question)) if len(p) > 1)
    return [
        _Found(match.start(), match.end(), word)
        for match in _WORD.finditer(text)
        for word in wanted
        if match.group().casefold().startswith(word)
    ]


def _worths(found: list[_Found]) -> dict[str, float]:
    often = Counter(f.word for f in found)
    return {word: (1.0 if word.isalpha() else _CODE) / n for word, n in often.items()}


def _best_stretch(found: list[_Found], length: int) -> list[_Found]:
    """Return the words found in the ``length`` characters that say most, in their order."""
    worths = _worths(found)
    best: list[_Found] = []
    most = 0.0
    for first in found:
        inside = [f for f in found if first.start <= f.start < first.start + length]
        worth = sum(worths[word] for word in {f.word for f in inside})
        if worth > most + 1e-9:
            best, most = inside, worth
    return best


def _cut(text: str, start: int, length: int) -> str:
    if start:
        start = text.find(" ", start) + 1
    piece = text[start : start + length]
    if start + length < len(text):
        piece = f"{piece.rsplit(' ', 1)[0]} …"
    return f"… {piece}" if start else piece
