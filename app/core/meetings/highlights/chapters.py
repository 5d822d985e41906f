"""Where a meeting changes its topic.

TextTiling (M. A. Hearst, "TextTiling: Segmenting text into multi-paragraph subtopic
passages", Computational Linguistics 23(1), 1997): the text is cut into pseudo-sentences
of w words, neighbouring blocks of k of them are compared by the cosine of their word
counts, and a valley between two peaks of likeness is a border when it is deep enough
(deeper than the mean minus half a standard deviation). Added for speech: a phrase such
as "moving on to the next item" deepens its valley, and a border falls on the beginning
of a turn where one is near.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from statistics import fmean, pstdev

from app.core.meetings.highlights.units import Unit

_WORDS = 20  # w of the paper
_BLOCK = 8  # k of the paper is 10 for prose; turns of a meeting are shorter
_MOST_PSEUDO = 4000
_SHORTEST = 120
_MOST_CHAPTERS = 16
_WORDS_OF_ONE = 250
_CUE_DEPTH = 0.35
_NEAR = 2


@dataclass(frozen=True)
class Chapter:
    """A stretch of units, ``first`` to ``last`` (not included)."""

    first: int
    last: int


def find_chapters(units: Sequence[Unit]) -> list[Chapter]:
    """Return the chapters of a meeting in order; together they hold every unit."""
    if not units:
        return []
    ends = list(accumulate(unit.words for unit in units))
    total = ends[-1]
    most = max(1, min(_MOST_CHAPTERS, round(math.sqrt(total / _WORDS_OF_ONE))))
    borders: list[int] = []
    if most > 1:
        size = max(_WORDS, total // _MOST_PSEUDO)
        depths = _depths(_gap_scores(_pseudo_sentences(units, ends, size)))
        candidates = _candidates(units, ends, size, depths)
        shortest = max(_SHORTEST, total // (3 * most))
        borders = _choose(candidates, ends, total, most - 1, shortest)
    edges = [0, *sorted(borders), len(units)]
    return [Chapter(a, b) for a, b in zip(edges, edges[1:], strict=False) if a < b]


def _pseudo_sentences(units: Sequence[Unit], ends: list[int], size: int) -> list[Counter[str]]:
    count = max(1, math.ceil(ends[-1] / size))
    found: list[Counter[str]] = [Counter() for _ in range(count)]
    for unit, end in zip(units, ends, strict=True):
        start = end - unit.words
        for i, stem in enumerate(unit.stems):
            # A unit's stems are spread evenly over its words.
            place = start + i * unit.words // max(1, len(unit.stems))
            found[min(count - 1, place // size)][stem] += 1
    return found


def _gap_scores(pseudo: list[Counter[str]]) -> list[float]:
    """Return the likeness of the blocks before and after each of the n - 1 gaps."""
    scores = []
    for gap in range(1, len(pseudo)):
        width = min(_BLOCK, gap, len(pseudo) - gap)
        before = sum(pseudo[gap - width : gap], Counter())
        after = sum(pseudo[gap : gap + width], Counter())
        scores.append(_cosine(before, after))
    return _smooth(scores)


def _cosine(a: Counter[str], b: Counter[str]) -> float:
    dot = sum(n * b[stem] for stem, n in a.items() if stem in b)
    size = math.sqrt(sum(n * n for n in a.values()) * sum(n * n for n in b.values()))
    return dot / size if size else 0.0


def _smooth(scores: list[float]) -> list[float]:
    padded = [*scores[:1], *scores, *scores[-1:]]
    return [sum(padded[i : i + 3]) / 3 for i in range(len(scores))]


def _depths(scores: list[float]) -> list[float]:
    """Return how deep each gap lies below the peaks on its two sides."""
    left, right = _peaks(scores), _peaks(scores[::-1])[::-1]
    return [a + b - 2 * score for a, b, score in zip(left, right, scores, strict=True)]


def _peaks(scores: list[float]) -> list[float]:
    """Return for each gap the peak that is reached by climbing to the left."""
    peaks = scores.copy()
    for i in range(1, len(scores)):
        if scores[i - 1] >= scores[i]:
            peaks[i] = peaks[i - 1]
    return peaks


def _candidates(
    units: Sequence[Unit], ends: list[int], size: int, depths: list[float]
) -> list[tuple[float, int]]:
    """Return (depth, index of the unit that would begin a chapter), the deepest first."""
    threshold = fmean(depths) - pstdev(depths) / 2
    found: list[tuple[float, int]] = []
    for i in range(1, len(units)):
        place = ends[i - 1] / size
        near = range(max(1, round(place) - _NEAR), min(len(depths), round(place) + _NEAR) + 1)
        depth = max((depths[g - 1] - 0.02 * abs(g - place) for g in near), default=0.0)
        new_turn = units[i].at != units[i - 1].at
        if depth <= threshold and not _is_border(units[i]):
            continue
        found.append((depth + _CUE_DEPTH * _is_border(units[i]) + (0.05 if new_turn else -0.05), i))
    return sorted(found, key=lambda c: (-c[0], c[1]))


def _is_border(unit: Unit) -> bool:
    cues = unit.language.cues
    return cues is not None and cues["borders"].find(unit.stream) is not None


def _choose(
    candidates: list[tuple[float, int]], ends: list[int], total: int, most: int, shortest: int
) -> list[int]:
    chosen: list[int] = []
    for depth, i in candidates:
        place = ends[i - 1]
        inside = depth > 0 and shortest <= place <= total - shortest
        far = all(abs(place - ends[j - 1]) >= shortest for j in chosen)
        if inside and far and len(chosen) < most:
            chosen.append(i)
    return chosen
