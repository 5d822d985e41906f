"""The stretch of a long passage that shows why it was found."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from app.core.search.lexical import pieces_of, spellings, stem, words_of

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
    flat = _flat(text)
    found = {
        match.start(): _Found(match.start(), match.end(), word)
        for pattern, word in _patterns(question)
        for match in pattern.finditer(flat)
    }
    return [found[start] for start in sorted(found)]


def _patterns(question: str) -> Iterator[tuple[re.Pattern[str], str]]:
    """Give a pattern for each way to write a word of ``question`` or a piece of one."""
    words = words_of(question)
    for word in dict.fromkeys([*words, *pieces_of(words)]):
        whole = pieces_of((word,)) == (word,)
        for way in spellings(stem(word)):
            pieces = [_flat(piece) for piece in pieces_of((way,))]
            # Of a word with signs the pieces are looked for by themselves.
            if (whole or len(pieces) == 1) and len(way) > 1:
                inner = r"[\W_]+".join(map(re.escape, pieces))
                yield re.compile(rf"(?<![^\W_]){inner}[^\W_]*"), word.casefold()


def _flat(text: str) -> str:
    """Return ``text`` in small letters without accents, each sign in its place."""
    if text.isascii():
        return text.lower()
    signs = (unicodedata.normalize("NFD", sign)[0].lower() for sign in text)
    return "".join(sign if len(sign) == 1 else "?" for sign in signs)


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
