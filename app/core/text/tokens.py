"""Words with their places in a text.

Speech transcripts are written in many ways: "I'll", "I ’ll", "do n't". All of them
become the same two tokens, so that one cue phrase finds them all. Scripts without
spaces (Chinese, Japanese, Thai) are read as overlapping pairs of characters.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_LETTER = r"[^\W\d_]"
_MARKS = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0dff"
_DENSE = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_TOKEN = re.compile(
    rf"""
      \d{{4}}-\d{{1,2}}-\d{{1,2}}                              # 2025-03-14
    | \d{{1,2}}[./]\d{{1,2}}[./](?:\d{{4}}|\d{{2}})?(?!\d)     # 14.3.2025, 3/14/25
    | \d{{1,2}}[:.]\d{{2}}(?:\s?[ap]\.?m\b\.?)?(?![\d%])       # 10:30, 3.15 pm
    | \d{{1,2}}[ap]m\b
    | \d+(?:st|nd|rd|th)\b
    | \d+(?:[.,]\d+)*
    | (?<![^\W_])[ap]\.m\b\.?
    | ['’](?:s|m|d|ll|ve|re|t)\b                               # a clitic that stands alone
    | [{_DENSE}]+
    | {_LETTER}[{_MARKS}]*(?:(?:[^\W_]|[{_MARKS}])*)(?:[-'’][^\W\d_](?:[^\W\d_]|[{_MARKS}])*)*
    """,
    re.VERBOSE | re.IGNORECASE,
)
_DENSE_RUN = re.compile(rf"[{_DENSE}]+\Z")
_CLITIC = re.compile(r"(n['’]t|['’](?:s|m|d|ll|ve|re))\Z", re.IGNORECASE)
_ARTICLE = re.compile(r"(?:qu|[cdjlmnst])['’](?=\w{2})", re.IGNORECASE)


class Token(NamedTuple):
    """A word: characters ``start`` to ``end`` of its text, and its plain lower form."""

    start: int
    end: int
    norm: str


def tokenize(text: str) -> list[Token]:
    """Return the words of ``text`` in order; punctuation is no token."""
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        word = match.group()
        if _DENSE_RUN.match(word):
            found += _pairs(word, start)
        elif len(word) > 2 and ("'" in word or "’" in word):
            found += _parts(word, start)
        else:
            found.append(Token(start, end, plain(word)))
    return found


def plain(word: str) -> str:
    """Return the form in which words are compared."""
    return word.replace("’", "'").casefold()


def _pairs(run: str, offset: int) -> list[Token]:
    if len(run) == 1:
        return [Token(offset, offset + 1, run)]
    return [Token(offset + i, offset + i + 2, run[i : i + 2]) for i in range(len(run) - 1)]


def _parts(word: str, offset: int) -> list[Token]:
    """Split "don't", "she'll" and "l'acte" at the seam between their two words."""
    article = _ARTICLE.match(word)
    clitic = _CLITIC.search(word)
    cut = clitic.start() if clitic else article.end() if article else 0
    if not cut:
        return [Token(offset, offset + len(word), plain(word))]
    head = Token(offset, offset + cut, plain(word[:cut]))
    return [head, Token(offset + cut, offset + len(word), plain(word[cut:]))]


def count_words(text: str) -> int:
    """Return how many words ``text`` has as a person counts them: "don't" is one."""
    return sum(1 for _ in re.finditer(r"[^\W_](?:[^\s]*[^\W_])?", text))
