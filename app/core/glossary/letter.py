"""The known words of a letter, and honestly those that are not known.

Only the exact glossary is used: the longest name wins, nothing is guessed, and of several
meanings all are handed on. Short forms count in the capitals they are written in. Nothing
of the letter is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from app.core.glossary.entries import Entry
from app.core.glossary.glossary import Glossary
from app.core.glossary.spelling import singulars, spaced, tidy
from app.core.glossary.unknown import Unknown, unknown_short_forms

LONGEST_LETTER = 200_000
_MOST_WORDS = 8
_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+|[#@<>]")
_SEAM = re.compile(r"(?:[ \t\u00a0]*\n?[ \t\u00a0]*|[-\u2010\u2011/.+&]| & )\Z")
_POINT = re.compile(r"\.[ \u00a0]\Z")  # German writes "Z. n." as well as "Z.n."
_SPOKEN_OUT = frozenset({"abbreviation", "error-prone", "unit"})
_ZEROS = (
    (re.compile(r"(?<![\d.,])\d+\.0(?![\d.])(?=\s?(?:mg|mcg|µg|μg|g|ml|mL|units?)\b)"),
     "trailing zero"),
    (re.compile(r"(?<![\w.])\.\d+(?=\s?(?:mg|mcg|µg|μg|g|ml|mL|units?)\b)"),
     "missing leading zero"),
)  # fmt: skip

Found = Literal["term", "abbreviation", "notation"]


@dataclass(frozen=True)
class Span:
    """Characters ``start`` to ``end`` of the letter and everything they may mean."""

    start: int
    end: int
    text: str
    entries: tuple[Entry, ...]
    found: Found


@dataclass(frozen=True)
class MarkedLetter:
    """The spans in order, never overlapping, and the short forms that nobody knows.

    ``foreign`` says that the letter is not in the glossary's language, so that a short
    form may stand for something else. ``cut`` says that only the beginning was read.
    """

    spans: tuple[Span, ...]
    unknown: tuple[Unknown, ...]
    foreign: bool = False
    cut: bool = False


def find_terms(text: str, glossary: Glossary, language: str | None = None) -> MarkedLetter:
    """Return the known words of ``text`` and its unknown short forms.

    ``language`` is the letter's own, None when unknown. Only the first 200,000
    characters are read.
    """
    cut = len(text) > LONGEST_LETTER
    text = text[:LONGEST_LETTER]
    spans = sorted(_Finder(text, glossary).spans(), key=lambda span: span.start)
    covered = [(span.start, span.end) for span in spans]
    unknown = unknown_short_forms(text, covered, glossary.everyday)
    foreign = bool(language) and not str(language).startswith("en")
    return MarkedLetter(tuple(spans), tuple(unknown), foreign, cut)


class _Finder:
    def __init__(self, text: str, glossary: Glossary):
        self._text = text
        self._glossary = glossary
        self._tokens = [match.span() for match in _TOKEN.finditer(text)]

    def spans(self) -> Iterator[Span]:
        """Yield the longest span at each word, then go on behind it."""
        zeros = list(self._zeros())
        yield from zeros
        taken = {span.start for span in zeros}
        number = 0
        while number < len(self._tokens):
            start = self._tokens[number][0]
            span, used = (None, 1) if start in taken else self._longest(number)
            if span:
                yield span
            number += used

    def _longest(self, first: int) -> tuple[Span | None, int]:
        for last in reversed(range(first, self._reach(first))):
            start, end = self._tokens[first][0], self._tokens[last][1]
            if self._whole(start, end):
                span = self._span(start, end)
                if span:
                    return span, last - first + 1
        return None, 1

    def _reach(self, first: int) -> int:
        """Return the first token that cannot belong to a name that begins at ``first``."""
        last = first + 1
        while last < len(self._tokens) and last - first < _MOST_WORDS and self._joined(last):
            last += 1
        return last

    def _joined(self, number: int) -> bool:
        """Return whether a token may belong to the name that the token before it belongs to."""
        (start, end), (then, stop) = self._tokens[number - 1 : number + 1]
        if _SEAM.match(self._text, end, then):
            return True
        return end - start == stop - then == 1 and bool(_POINT.match(self._text, end, then))

    def _whole(self, start: int, end: int) -> bool:
        """Return whether a span begins and ends where a word does ("5mg" begins at m)."""
        if end < len(self._text) and self._text[end].isalnum() and self._text[end - 1].isalnum():
            return False
        before = self._text[start - 1 : start]
        return not (before.isalnum() and self._text[start].isalnum()) or (
            before.isdigit() and self._text[start].isalpha()
        )

    def _span(self, start: int, end: int) -> Span | None:
        text = self._text[start:end]
        entries = self._short(text, start)
        if entries:
            if "." in text and self._text[end : end + 1] == ".":
                end += 1  # the last point of "i.v."
            return Span(start, end, self._text[start:end], tuple(entries), "abbreviation")
        if self._text[start - 1 : start].isdigit() and start:
            return None
        entries = self._named(text)
        return Span(start, end, text, tuple(entries), "term") if entries else None

    def _short(self, text: str, start: int) -> list[Entry]:
        if any(c.isspace() for c in text):
            form = tidy(text)
            if ". " in form:
                form = form.replace(". ", ".") + "."  # no initials: "A. S." is not "AS"
            known = self._glossary.abbreviated(form, fold=False)
            return [entry for entry in known if form in map(tidy, entry.abbreviations)]
        number_before = bool(re.search(r"\d[ \u00a0]?\Z", self._text[max(0, start - 3) : start]))
        if len(text) == 1 and not (number_before or self._is_sign(text, start)):
            return []
        word = text.casefold()
        if word in self._glossary.everyday and (text.islower() or self._in_heading(start)):
            return []
        entries = self._glossary.abbreviated(text, fold=False)
        if self._text[start - 1 : start].isdigit() and start:
            return [e for e in entries if e.kind in _SPOKEN_OUT]
        return entries

    def _is_sign(self, text: str, start: int) -> bool:
        after = self._text[start + 1 : start + 3].strip()[:1]
        return text == "#" and after.isalpha() or text in "@<>" and after.isdigit()

    def _in_heading(self, start: int) -> bool:
        line = self._text[self._text.rfind("\n", 0, start) + 1 :].split("\n", 1)[0]
        return line == line.upper()

    def _named(self, text: str) -> list[Entry]:
        key = spaced(text)
        if not key or key.isdigit() or (" " in text and not self._glossary.knows(key)):
            return []
        easy = {key, *singulars(key)} & self._glossary.everyday
        return [
            entry
            for entry, how in self._glossary.named(key)
            if entry.kind not in _SPOKEN_OUT and not (easy and how == "synonym")
        ]

    def _zeros(self) -> Iterator[Span]:
        for pattern, term in _ZEROS:
            entries = tuple(entry for entry, _ in self._glossary.named(spaced(term)))
            if entries:
                for match in pattern.finditer(self._text):
                    yield Span(*match.span(), match.group(), entries, "notation")
