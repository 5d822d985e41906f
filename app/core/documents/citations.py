"""The numbers in an answer: those of passages that were shown, and no others.

Small models write them in forms of their own: "[passage 2]", "(Passage 2, page 4)",
"【2】", "[1-3]", "according to passage 2". All of these become "[2]".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.core.documents.model import Citation, Hit

_PASSAGE = r"(?:passages?|passagen)"
# Without square brackets these are words of the text: "choose source 2".
_NAME = r"(?:passages?|passagen|sources?|quellen?|textstellen?)"
_JOIN = r"\s*(?:[,;&–-]|and|und)\s*"
_NUMBERS = rf"\d{{1,3}}(?:{_JOIN}(?:{_NAME}\s*)?\d{{1,3}})*"
_PAGE = r"(?:,?\s*(?:page|seite|p\.|s\.)\s*\d{1,5})?"
_FOUND = re.compile(
    rf"""\s?(?:\[|【|\((?={_PASSAGE}\b))\s*(?:{_NAME}\s*)?[\#^]?\s*(?P<inner>{_NUMBERS})
         {_PAGE}(?:†[^】]{{0,40}})?\s*[\]】)]
       | (?P<word>\b{_PASSAGE}\s+)(?P<bare>\d{{1,3}})\b(?![.,]\d)""",
    re.VERBOSE | re.IGNORECASE,
)
_PLAIN = re.compile(r"\s?\[\s*\d{1,3}(?:\s*[,;]\s*\d{1,3})*\s*\]")
_NUMBER = re.compile(r"\d+")
_RANGE = re.compile(r"(\d{1,3})\s*[–-]\s*(\d{1,3})")
_ARMED = re.compile(r"\[(\s*\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*\s*)\]")


def checked(text: str, hits: Sequence[Hit]) -> tuple[str, tuple[Citation, ...]]:
    """Return the answer without numbers of no passage, and the passages it cites.

    ``hits`` are the passages that the model was shown, in the order of their numbers.
    A model can invent a number; what stands before it then simply has no source.
    """
    cited: set[int] = set()

    def keep(match: re.Match[str]) -> str:
        if match["bare"]:
            number = int(match["bare"])
            if not 1 <= number <= len(hits):
                return match[0]
            cited.add(number)
            return f"{match['word']}[{number}]"
        if _is_of_something_else(match, hits):
            return match[0]
        numbers = _numbers(match["inner"])
        good = [n for n in numbers if 1 <= n <= len(hits)]
        cited.update(good)
        if _PLAIN.fullmatch(match[0]) and len(good) == len(numbers):
            return match[0]
        lead = match[0][: len(match[0]) - len(match[0].lstrip())]
        return f"{lead}[{', '.join(map(str, good))}]" if good else ""

    clean = _FOUND.sub(keep, text)
    found = ((n, hits[n - 1]) for n in sorted(cited))
    return clean, tuple(Citation(n, hit.path, hit.page, hit.text) for n, hit in found)


def invented(text: str, hits: Sequence[Hit]) -> tuple[int, ...]:
    """Return the numbers that ``checked`` takes out: they name no passage that was shown."""
    found = (
        n
        for match in _FOUND.finditer(text)
        if match["inner"] and not _is_of_something_else(match, hits)
        for n in _numbers(match["inner"])
    )
    return tuple(sorted({n for n in found if not 1 <= n <= len(hits)}))


def _is_of_something_else(match: re.Match[str], hits: Sequence[Hit]) -> bool:
    """Return whether two numbers are no passages from one to the other: "[10-20] Nm"."""
    numbers = _numbers(match["inner"]) if _RANGE.search(match["inner"]) else []
    return any(not 1 <= n <= len(hits) for n in numbers)


def _numbers(inner: str) -> list[int]:
    """Return the numbers between two brackets, those of a range among them."""

    def spread(match: re.Match[str]) -> str:
        first, last = int(match[1]), int(match[2])
        return ",".join(map(str, range(first, last + 1))) if first <= last else match[0]

    return [int(found) for found in _NUMBER.findall(_RANGE.sub(spread, inner))]


def uncited(text: str) -> str:
    """Return a text without numbers in square brackets that would look like citations.

    Those of an earlier answer meant other passages.
    """
    return _PLAIN.sub("", text)


def disarmed(text: str) -> str:
    """Return what a document says with its own "[3]" as "(3)": a model copies it otherwise,
    and it would look like the number of a passage."""
    return _ARMED.sub(r"(\1)", text)
