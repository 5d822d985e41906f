"""Short forms of a letter that the glossary does not know: listed, never guessed."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass

_CANDIDATE = re.compile(
    r"""(?<![\w.@/])
    (?: [^\W\d_]{1,3}(?:\.[^\W\d_]{1,3})+\.?         # Z.n., o.B.
      | [^\W_]{1,7}(?:[-/][^\W_]{1,4})?              # LAE, pO2, HFpEF, S/P
    )(?![\w@])""",
    re.VERBOSE,
)
_ROMAN = re.compile(r"(?=[IVX])(?:X{0,3}(?:IX|IV|V?I{0,3}))[a-d]?\Z")
_TITLE = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herr|Herrn|Frau)\.?\s+(?:[A-Z]\w+\s+){0,2})\Z")
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}\b")
_PLAIN = frozenset({"e.g", "i.e", "a.m", "p.m", "z.b", "d.h", "u.a", "o.ä", "s.o", "s.u", "v.a.m"})
_PHONE_LETTERS = frozenset({"TEL", "FAX", "PLZ", "GMBH", "LTD", "PLC", "USA", "UK", "EU"})


@dataclass(frozen=True)
class Unknown:
    """A short form without an entry: as written, where first, and how often."""

    text: str
    start: int
    count: int


def unknown_short_forms(
    text: str, covered: Sequence[tuple[int, int]], everyday: Collection[str]
) -> list[Unknown]:
    """Return the short forms outside the ``covered`` places, in order of appearance.

    A short form has points between its letters, or at least two capitals in at most
    seven characters. Initials, Roman numbers, postal codes, headings and everyday words
    in capitals are none.
    """
    starts = [start for start, _ in covered]
    postcodes = [match.span() for match in _POSTCODE.finditer(text)]
    found: dict[str, Unknown] = {}
    for match in _CANDIDATE.finditer(text):
        form, (start, end) = match.group(), match.span()
        place = bisect_right(starts, start) - 1
        if place >= 0 and covered[place][1] > start:
            continue
        if any(start < stop and end > begin for begin, stop in postcodes):
            continue
        if _is_short_form(form, everyday) and not _is_name(text, start, end, form):
            first = found.get(form, Unknown(form, start, 0))
            found[form] = Unknown(form, first.start, first.count + 1)
    return list(found.values())


def _is_short_form(form: str, everyday: Collection[str]) -> bool:
    if "." in form:
        return form.casefold().rstrip(".") not in _PLAIN and any(c.islower() for c in form)
    capitals = sum(c.isupper() for c in form)
    return (
        capitals >= 2
        and not _ROMAN.match(form)
        and form not in _PHONE_LETTERS
        and form.casefold() not in everyday
    )


def _is_name(text: str, start: int, end: int, form: str) -> bool:
    """Return whether a form is somebody's name, or a word of a heading in capitals."""
    if _TITLE.search(text, max(0, start - 48), start):
        return True
    line = text[text.rfind("\n", 0, start) + 1 :].split("\n", 1)[0]
    words = re.findall(r"[^\W\d_]+", line)
    return len(form) > 3 and line == line.upper() and len(words) <= 6
