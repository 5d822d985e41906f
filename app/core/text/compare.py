"""How far a transcript is from what was really said."""

from __future__ import annotations

import re

from rapidfuzz.distance import Levenshtein

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def plain_words(text: str) -> list[str]:
    """Return the words of ``text`` in lower case, without punctuation."""
    return [word.replace("’", "'") for word in _WORD.findall(text.lower())]


def word_error_rate(said: str, heard: str) -> float:
    """Return words substituted, left out or put in, per word that was said.

    0 is perfect; over 1 when more was put in than was said. Without a word said it is 0 when
    nothing was heard and 1 otherwise. The usual measure of speech recognition (Levenshtein's
    distance over words, no spelling variants joined).
    """
    reference, hypothesis = plain_words(said), plain_words(heard)
    if not reference:
        return 1.0 if hypothesis else 0.0
    return Levenshtein.distance(reference, hypothesis) / len(reference)
