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
from typing import TYPE_CHECKING

from app.core.meetings.highlights.chapters import Chapter
from app.core.meetings.highlights.terms import Terms, Vector, cosine
from app.core.meetings.highlights.units import Unit

if TYPE_CHECKING:
    import numpy as np

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
    import numpy as np

    if not units:
        return Ranking((), (), ())
    vectors = [terms.vector(Counter(unit.stems)) for unit in units]
    content = np.array([sum(terms.weight(s) for s in set(u.stems)) for u in units])
    lengths = np.array([u.words for u in units], dtype=float)
    said = content / (content + np.median(content[content > 0]) * 2 if content.any() else 1.0)
    score = (
        1.0 * said
        + 0.6 * _centrality(vectors, chapters, units, terms)
        + 0.8 * _density(content)
        + 0.35 * np.array([_manner(u) for u in units])
        + 0.2 * np.array([min(u.turn, 60) / 60 for u in units])
        + 0.2 * _opening(lengths)
    )
    score *= np.minimum(1.0, lengths / _ENOUGH_WORDS)
    score *= np.array([0.5 + 0.5 * u.fluency for u in units])
    return Ranking(units, score.tolist(), vectors)


def _centrality(
    vectors: Sequence[Vector], chapters: Sequence[Chapter], units: Sequence[Unit], terms: Terms
) -> np.ndarray:
    """Return how near each unit is to the words of its chapter, 0 to 1."""
    import numpy as np

    near = np.zeros(len(units))
    for chapter in chapters:
        inside = range(chapter.first, chapter.last)
        whole = terms.vector(Counter(s for i in inside for s in units[i].stems))
        for i in inside:
            near[i] = cosine(vectors[i], whole)
    top = near.max()
    return near / top if top else near


def _density(content: np.ndarray) -> np.ndarray:
    """Return the weight of content per unit around each unit, 0 to 1.

    People who only react say little in many turns; where something is discussed the
    neighbours carry content too.
    """
    import numpy as np

    sums = np.concatenate([[0.0], np.cumsum(content)])
    places = np.arange(len(content))
    first = np.maximum(places - _AROUND, 0)
    last = np.minimum(places + _AROUND + 1, len(content))
    around = (sums[last] - sums[first]) / (last - first)
    top = np.quantile(around, 0.95)
    return np.minimum(1.0, around / top) if top else around


def _opening(lengths: np.ndarray) -> np.ndarray:
    """Return 1 at the very beginning, where people say what it is about, 0 after a tenth."""
    import numpy as np

    place = np.cumsum(lengths) / lengths.sum()
    return np.maximum(0.0, 1.0 - 10 * place)


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
