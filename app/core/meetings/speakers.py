"""Who speaks, read from the beginning of a line of text."""

from __future__ import annotations

import re
from collections.abc import Collection

from app.core.text.tokens import plain

_MOST_WORDS = 4
_LONGEST_NAME = 60
_COLON = re.compile(r"[:：](?![\d/\\])")
_NAME_WORD = re.compile(r"[^\W\d_][\w.'’\-/()]*\Z")
_NUMBER_WORD = re.compile(r"[#(]?\d{1,3}\)?\Z")


def split_speaker(line: str, labels: Collection[str]) -> tuple[str | None, str]:
    """Return the speaker that ``line`` names, or None, and what is said.

    A speaker is up to four capitalised words in front of the first colon ("Anna:",
    "Project Manager:", "Speaker 2:") unless they are one of ``labels`` ("decision",
    "agenda"), which are lower-case. "10:30" and "https://" have no such colon.
    """
    match = _COLON.search(line)
    first = line.find(":")
    if not match or (0 <= first < match.start()) or match.start() > _LONGEST_NAME:
        return None, line
    name = " ".join(line[: match.start()].split())
    if not _is_name(name) or plain(name) in labels:
        return None, line
    return name, line[match.end() :].strip()


def _is_name(name: str) -> bool:
    words = name.split(" ")
    if not name or len(words) > _MOST_WORDS:
        return False
    return _is_capitalised(words[0]) and all(
        _is_capitalised(w) or _NUMBER_WORD.match(w) for w in words[1:]
    )


def _is_capitalised(word: str) -> bool:
    return bool(_NAME_WORD.match(word)) and (word[0].isupper() or word[0].istitle())
