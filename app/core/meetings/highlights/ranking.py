"""How much each unit of a meeting deserves to be shown.

Term weights alone do no better than chance on speech, so the score joins what is said
(weight of its words, nearness to its chapter) with how it is said (a phrase that
announces something, a long turn) and where (in a stretch dense with content), and takes
off courtesies and fragments. The weights were set from general knowledge of meetings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from statistics import median

from app.core.meetings.highlights.chapters import Chapter
from app.core.meetings.highlights.terms import Terms, Vector, cosine
from app.core.meetings.highlights.units import Unit

_AROUND = 6
_ENOUGH_WORDS = 8


@dataclass(frozen=True)
class Ranking:
    """The units of a transcript with their scores (higher is better) and vectors."""

    units: Sequence[Unit]
    scores: Sequence[float]
    vectors: Sequence[Vector]

    def best_first(self) -> list[int]:
        """Return the indexes of the units, the best first, ties in order of time."""
        return sorted(range(len(self.units)), key=lambda i: (-self.scores[i], i))

    def of_segments(self) -> dict[int, float]:
        """Return the score of each segment id: that of its best unit."""
        best: dict[int, float] = {}
        for unit, score in zip(self.units, self.scores, strict=True):
            known = best.get(unit.segment.id)
            best[unit.segment.id] = score if known is None else max(known, score)
        return best


def rank(units: Sequence[Unit], chapters: Sequence[Chapter], terms: Terms) -> Ranking:
    """Return the units with their scores."""
    if not units:
        return Ranking((), (), ())
    vectors = [terms.vector(Counter(unit.stems)) for unit in units]
    content = [sum(terms.weight(s) for s in set(u.stems)) for u in units]
    usual = 2 * median([c for c in content if c > 0] or [0.5])
    parts = zip(
        units,
        content,
        _centrality(vectors, chapters, units, terms),
        _density(content),
        _opening([u.words for u in units]),
        strict=True,
    )
    scores = []
    for unit, weight, central, dense, opening in parts:
        score = weight / (weight + usual) + 0.6 * central + 0.8 * dense
        score += 0.35 * _manner(unit) + 0.2 * min(unit.turn, 60) / 60 + 0.2 * opening
        whole = min(1.0, unit.words / _ENOUGH_WORDS)
        scores.append(score * whole * (0.5 + 0.5 * unit.fluency))
    return Ranking(units, scores, vectors)


def _centrality(
    vectors: Sequence[Vector], chapters: Sequence[Chapter], units: Sequence[Unit], terms: Terms
) -> list[float]:
    """Return how near each unit is to the words of its chapter, 0 to 1."""
    near = [0.0] * len(units)
    for chapter in chapters:
        inside = range(chapter.first, chapter.last)
        whole = terms.vector(Counter(s for i in inside for s in units[i].stems))
        for i in inside:
            near[i] = cosine(vectors[i], whole)
    top = max(near)
    return [value / top for value in near] if top else near


def _density(content: Sequence[float]) -> list[float]:
    """Return the weight of content per unit around each unit, 0 to 1.

    People who only react say little in many turns; where something is discussed the
    neighbours carry content too. 1 is what one unit in twenty passes.
    """
    sums = list(accumulate(content, initial=0.0))
    around = []
    for i in range(len(content)):
        first, last = max(i - _AROUND, 0), min(i + _AROUND + 1, len(content))
        around.append((sums[last] - sums[first]) / (last - first))
    top = sorted(around)[round(0.95 * (len(around) - 1))]
    return [min(1.0, value / top) for value in around] if top else around


def _opening(lengths: Sequence[int]) -> list[float]:
    """Return 1 at the very beginning, where people say what it is about, 0 after a tenth."""
    total = sum(lengths)
    return [max(0.0, 1.0 - 10 * said / total) for said in accumulate(lengths)]


def _manner(unit: Unit) -> float:
    """Return what the way of speaking adds, about -1 to 2."""
    cues = unit.language.cues
    if cues is None:
        return 0.0
    added = 0.0
    for kind, worth in (("weight", 0.5), ("decisions", 0.5), ("actions", 0.3)):
        hit = cues[kind].find(unit.stream)
        added += worth * hit.weight if hit else 0.0
    if unit.is_question:
        added -= 0.2
    if cues["small"].find(unit.stream):
        added -= 1.0
    return added
