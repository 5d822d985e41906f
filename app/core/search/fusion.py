"""Several rankings into one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

# The constant of the paper: "k = 60 … was near-optimal, but the choice is not critical".
_CONSTANT = 60


def reciprocal_rank(rankings: Iterable[Sequence[int]]) -> list[tuple[int, float]]:
    """Return (id, score) of everything ranked, the best first.

    Reciprocal rank fusion: the sum of 1 / (60 + rank) over the rankings that hold an
    id; the scores of the rankings, which cannot be compared, are not used. Cormack,
    Clarke, Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual
    Rank Learning Methods", SIGIR 2009. Equal scores keep the order of first sight.
    """
    scores: dict[int, float] = {}
    for ranking in rankings:
        for place, number in enumerate(dict.fromkeys(ranking), start=1):
            scores[number] = scores.get(number, 0.0) + 1.0 / (_CONSTANT + place)
    return sorted(scores.items(), key=lambda entry: -entry[1])
