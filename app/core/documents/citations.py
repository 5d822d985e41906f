"""The numbers in an answer: those of passages that were shown, and no others."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.core.documents.model import Citation, Hit

_BRACKETS = re.compile(r"\s?\[\s*(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\s*\]")
_NUMBER = re.compile(r"\d+")


def checked(text: str, hits: Sequence[Hit]) -> tuple[str, tuple[Citation, ...]]:
    """Return the answer without numbers of no passage, and the passages it cites.

    ``hits`` are the passages that the model was shown, in the order of their numbers.
    A model can invent a number; what stands before it then simply has no source.
    """
    cited: set[int] = set()

    def keep(match: re.Match[str]) -> str:
        numbers = [int(found) for found in _NUMBER.findall(match[1])]
        good = [n for n in numbers if 1 <= n <= len(hits)]
        cited.update(good)
        if len(good) == len(numbers):
            return match[0]
        lead = match[0][: len(match[0]) - len(match[0].lstrip())]
        return f"{lead}[{', '.join(map(str, good))}]" if good else ""

    clean = _BRACKETS.sub(keep, text)
    found = ((n, hits[n - 1]) for n in sorted(cited))
    return clean, tuple(Citation(n, hit.path, hit.page, hit.text) for n, hit in found)
