"""Times in sound whose silence was left out, back to times in the whole."""

from __future__ import annotations

import bisect
from collections.abc import Sequence

from app.core.meetings.model import Span


class TimeMap:
    """Stretches laid end to end: where does a time in the row stand in the original?

    Raises ``ValueError`` without stretches.
    """

    def __init__(self, spans: Sequence[Span]):
        if not spans:
            raise ValueError("no stretches")
        self._spans = tuple(spans)
        self._ends: list[float] = []
        total = 0.0
        for span in spans:
            total += span.end - span.start
            self._ends.append(total)

    @property
    def total(self) -> float:
        """Return how long the row is, in seconds."""
        return self._ends[-1]

    def number(self, time: float) -> int:
        """Return the number of the stretch in which ``time`` of the row lies."""
        return min(bisect.bisect_right(self._ends, time), len(self._spans) - 1)

    def back(self, time: float, number: int | None = None) -> float:
        """Return the original time; never outside the stretch (``number``, or its own)."""
        if number is None:
            number = self.number(time)
        span = self._spans[number]
        into = time - (self._ends[number] - (span.end - span.start))
        return round(span.start + min(max(into, 0.0), span.end - span.start), 3)


def in_groups(spans: Sequence[Span], longest: float) -> list[list[Span]]:
    """Return the stretches in rows of at most ``longest`` seconds each.

    A single stretch that is longer makes a row of its own.
    """
    groups: list[list[Span]] = []
    room = 0.0
    for span in spans:
        length = span.end - span.start
        if not groups or length > room:
            groups.append([])
            room = longest
        groups[-1].append(span)
        room -= length
    return groups
