"""The stretch of a long passage that shows why it was found."""

from __future__ import annotations

import re
from collections import Counter

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
    found = [(start, word) for start, _, word in _found(text, question)]
    often = Counter(word for _, word in found)
    worths = {word: (1.0 if word.isalpha() else _CODE) / n for word, n in often.items()}
    best, most = 0, 0.0
    for start, _ in found:
        inside = {word for place, word in found if start <= place < start + length - _LEAD}
        worth = sum(worths[word] for word in inside)
        if worth > most + 1e-9:
            best, most = start, worth
    return _cut(text, max(0, best - _LEAD), length)


def found_words(text: str, question: str) -> list[tuple[int, int]]:
    """Return (start, end) in characters of the words of ``question`` that stand in ``text``.

    The first is the one to look at first: where most of them stand together.
    """
    found = [(start, end) for start, end, _ in _found(text, question)]
    if not found:
        return []
    first = max(found, key=lambda span: sum(0 <= s - span[0] < _NEAR for s, _ in found))
    return [first, *(span for span in dict.fromkeys(found) if span != first)]


def _found(text: str, question: str) -> list[tuple[int, int, str]]:
    wanted = tuple(stem(p).casefold() for p in pieces_of(words_of(question)) if len(p) > 1)
    return [
        (match.start(), match.end(), word)
        for match in _WORD.finditer(text)
        for word in wanted
        if match.group().casefold().startswith(word)
    ]


def _cut(text: str, start: int, length: int) -> str:
    if start:
        start = text.find(" ", start) + 1
    piece = text[start : start + length]
    if start + length < len(text):
        piece = f"{piece.rsplit(' ', 1)[0]} …"
    return f"… {piece}" if start else piece
