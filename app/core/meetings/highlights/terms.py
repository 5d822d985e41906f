"""Which words of a meeting carry its content.

Weight after the usual idea of term frequency and inverse document frequency (Spärck
Jones 1972), the "documents" being stretches of the same meeting. A word that was said
once is damped: in speech it is as often a slip as a subject.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from app.core.meetings.highlights.units import Unit

Vector = dict[str, float]
_STRETCH = 120


class Terms:
    """The weights of the stems of one transcript."""

    def __init__(self, units: Sequence[Unit]):
        stretches = _stretches(units)
        spread = Counter(stem for stretch in stretches for stem in set(stretch))
        self.counts = Counter(stem for stretch in stretches for stem in stretch)
        self._weights = {
            stem: math.log(1 + len(stretches) / spread[stem]) * (1.0 if count > 1 else 0.5)
            for stem, count in self.counts.items()
        }

    def weight(self, stem: str) -> float:
        """Return how much ``stem`` tells; 0 for one that does not occur."""
        return self._weights.get(stem, 0.0)

    def vector(self, stems: Mapping[str, int]) -> Vector:
        """Return the weighted vector of counted stems, of length 1."""
        raw = {s: (1 + math.log(n)) * self.weight(s) for s, n in stems.items()}
        length = math.sqrt(sum(v * v for v in raw.values()))
        return {s: v / length for s, v in raw.items()} if length else {}


def _stretches(units: Sequence[Unit]) -> list[list[str]]:
    """Return the stems in stretches of about 120 words each."""
    found: list[list[str]] = [[]]
    words = 0
    for unit in units:
        if words >= _STRETCH:
            found.append([])
            words = 0
        found[-1] += unit.stems
        words += unit.words
    return found


def cosine(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    """Return the cosine of two vectors of length 1."""
    if len(a) > len(b):
        a, b = b, a
    return sum(value * b.get(stem, 0.0) for stem, value in a.items())
