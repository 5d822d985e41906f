"""Words that were divided at the end of a line, put together again.

A printed hyphen there may divide a word ("isopro-/panol"), belong to it ("LP-/30",
"T-/handle"), or stand for what follows ("Ein-/und Ausgang"). Nobody says which; the two
parts and the other words of the page tell it.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_WORD = re.compile(r"\w+(?:-\w+)*")
# What stands after the hyphen of a word left out: "Ein- und Ausgang", "pre- and post-war".
_CONJUNCTIONS = frozenset({"und", "oder", "bzw", "sowie", "and"})
# Words of English that keep their hyphen and are no syllable before a longer part.
_FIRST_PARTS = frozenset("well self non half high low two three four five".split())
_LONG_PART = 4
_LONG_CAPITALS = 9


def rejoined(text: str, sign: str = "-\n") -> str:
    """Return ``text`` with the words put together that ``sign`` divides.

    ``sign`` is a pattern: the hyphen and the line end behind it.
    """
    divided = re.compile(rf"(?<!\w)(\w+)(?:{sign})(?=(\w+))")
    if not divided.search(text):
        return text
    words = frozenset(word.casefold() for word in _WORD.findall(text))
    return divided.sub(lambda found: found[1] + _between(found[1], found[2], words), text)


def _between(left: str, right: str, words: Collection[str]) -> str:
    """Return what stands between the two parts of a divided word."""
    folded = left.casefold(), right.casefold()
    if folded[1] in _CONJUNCTIONS:
        return "- "
    if "".join(folded) in words:
        return ""
    return "-" if "-".join(folded) in words or _keeps(left, right) else ""


def _keeps(left: str, right: str) -> bool:
    """Return whether the hyphen belongs to the word: a code, a name, a compound."""
    if len(left) == 1 or left[-1].isdigit() or right[0].isdigit():
        return True
    if left.isupper() and right.isupper():
        return len(left) + len(right) < _LONG_CAPITALS
    if left.isupper() or right[0].isupper():
        return True
    return left.casefold() in _FIRST_PARTS and len(right) >= _LONG_PART
