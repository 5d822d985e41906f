"""Taking out what Whisper repeats when it has lost the thread.

Two forms occur: a phrase repeated within one segment, and whole segments repeated
one after the other (also in turns: A B A B). People repeat themselves as well, so
short answers ("yes", "no no no") and anything with digits are left alone.
"""

from __future__ import annotations

import dataclasses
import re
from collections import deque
from collections.abc import Sequence

from app.core.meetings.model import Segment

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_LONGEST_PHRASE = 20
_MOST_PERIOD = 4


def _norm(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.lower()))


def _allowed(length: int) -> int:
    """Return how often a phrase of ``length`` words may stand in a row."""
    return {1: 5, 2: 3}.get(length, 2)


def loop_in(words: Sequence[str]) -> tuple[int, int, int] | None:
    """Return (first word, words in the phrase, times) of the first loop, or None.

    ``words`` are normalised; phrases with digits are no loop (numbers are read out).
    """
    count = len(words)
    for start in range(count):
        for length in range(1, min(_LONGEST_PHRASE, (count - start) // 2) + 1):
            phrase = words[start : start + length]
            if any(c.isdigit() for word in phrase for c in word):
                continue
            times = 1
            while tuple(words[start + times * length : start + (times + 1) * length]) == tuple(
                phrase
            ):
                times += 1
            if times > _allowed(length):
                return start, length, times
    return None


def without_loop(segment: Segment) -> Segment:
    """Return the segment with each loop cut down to its first round.

    The times then end with the last word that stays.
    """
    for _ in range(8):  # one loop may hide behind another
        tokens = segment.text.split()
        keys = [" ".join(_norm(token)) for token in tokens]
        found = loop_in(keys)
        if found is None:
            return segment
        start, length, times = found
        drop = range(start + length, start + length * times)
        segment = _without(segment, tokens, drop)
    return segment


def _without(segment: Segment, tokens: list[str], drop: range) -> Segment:
    text = " ".join(t for n, t in enumerate(tokens) if n not in drop)
    words = segment.words
    if len(words) == len(tokens):
        words = tuple(w for n, w in enumerate(words) if n not in drop)
    elif words:
        words = ()  # engine and text count words differently: better none than wrong ones
    end = words[-1].end if words else segment.end
    return dataclasses.replace(segment, text=text, words=words, end=end)


def _may_repeat(words: int) -> int:
    """Return how often a segment of so many words may follow itself: people say "yes" twice."""
    if words < 3:
        return 4
    return 1 if words < 6 else 0


class LoopFilter:
    """Passes segments on as they come, without those that only repeat."""

    def __init__(self) -> None:
        self._recent: deque[tuple[str, ...]] = deque(maxlen=2 * _MOST_PERIOD)
        self._again = 0

    def accept(self, segment: Segment) -> Segment | None:
        """Return the segment, shortened where it looped, or None when it is a repeat."""
        segment = without_loop(segment)
        norm = _norm(segment.text)
        if not norm:
            return segment if any(c.isalnum() for c in segment.text) else None
        self._again = self._again + 1 if self._recent and self._recent[-1] == norm else 0
        self._recent.append(norm)
        if self._again > _may_repeat(len(norm)) or self._goes_round():
            return None
        return segment

    def _goes_round(self) -> bool:
        """Return whether the last segments are the ones before them again (A B A B)."""
        recent = list(self._recent)
        return any(
            len(recent) >= 2 * period
            and recent[-period:] == recent[-2 * period : -period]
            and len(set(recent[-period:])) > 1
            and sum(map(len, recent[-period:])) >= 3 * period
            for period in range(2, _MOST_PERIOD + 1)
        )
