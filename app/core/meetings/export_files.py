"""The files that are written out of a meeting: their names."""

from __future__ import annotations

import re
import unicodedata

_MOST_CHARACTERS = 80
# Names have 255 bytes nearly everywhere; the ending, a number and the mark of a file that
# is being written must fit behind.
_MOST_BYTES = 180
_JOINERS = frozenset("\u200d\u20e3\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")


def plain_name(title: str) -> str:
    """Return ``title`` as a file name that every system takes, cut at a whole sign."""
    name = re.sub(r'[\x00-\x1f<>:"/\\|?*]+', "-", title).strip(" .-")
    return _cut(name).rstrip(" .-") or "meeting"


def _cut(name: str) -> str:
    end = min(len(name), _MOST_CHARACTERS)
    while len(name[:end].encode("utf-8", "surrogatepass")) > _MOST_BYTES:
        end -= 1
    whole = end
    while 0 < whole < len(name) and _belongs(name[whole - 1], name[whole]):
        whole -= 1
    return name[: whole or end]


def _belongs(before: str, sign: str) -> bool:
    """Return whether ``sign`` is one with the sign before it: an accent, a joined emoji."""
    joined = before == "\u200d" or sign in _JOINERS
    return joined or unicodedata.category(sign).startswith("M")
