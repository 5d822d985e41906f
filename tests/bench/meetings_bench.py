"""How well the basic engine finds the turns that people marked as relevant.

    python tests/bench/meetings_bench.py DIR

DIR holds transcripts (``*.txt``) with marked turns beside them (``*.marks.json``: a list
of line numbers from 0). Each method chooses sentences until it has 10 % of the words;
printed are the share of the chosen words that lie in marked turns (precision) and the
share of the words of marked turns that were chosen (recall).

The methods to compare with: the first words of the meeting; sentences at random (mean of
200 draws); LexRank (G. Erkan, D. R. Radev, "LexRank: Graph-based lexical centrality as
salience in text summarization", JAIR 22, 2004: idf-modified cosine, threshold 0.1,
damping 0.15).
"""

from __future__ import annotations

import json
import math
import random
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app.core.meetings.decode import decode
from app.core.meetings.files import numbered_lines
from app.core.meetings.highlights import language_of, rank_transcript
from app.core.meetings.model import Segment, Transcript
from app.core.text.languages import shipped
from app.core.text.sentences import sentences
from app.core.text.tokens import tokenize

SHARE = 0.1
DRAWS = 200
THRESHOLD = 0.1
DAMPING = 0.15


class Piece(NamedTuple):
    """A sentence: the line it stands in and its words."""

    line: int
    words: tuple[str, ...]


class Score(NamedTuple):
    """Precision and recall, 0 to 1."""

    precision: float
    recall: float


def read_marked(path: Path) -> tuple[list[tuple[int, Segment]], frozenset[int]]:
    """Return the numbered segments of a transcript and its marked line numbers."""
    text = decode(path.read_bytes()) or ""
    marks = json.loads(path.with_suffix(".marks.json").read_text("utf-8"))
    return numbered_lines(text, shipped().labels), frozenset(int(m) for m in marks)


def pieces_of(numbered: Iterable[tuple[int, Segment]]) -> list[Piece]:
    """Return every sentence as it stands, filler included."""
    return [
        Piece(line, tuple(t.norm for t in tokenize(segment.text[a:b])))
        for line, segment in numbered
        for a, b in sentences(segment.text)
    ]


def score(chosen: Iterable[Piece], marks: frozenset[int], all_of: Sequence[Piece]) -> Score:
    """Return how well the first 10 % of the words of ``chosen`` hit the marked turns."""
    budget = round(SHARE * sum(len(p.words) for p in all_of))
    marked = sum(len(p.words) for p in all_of if p.line in marks)
    taken = hit = 0
    for piece in chosen:
        words = min(len(piece.words), budget - taken)
        taken += words
        hit += words if piece.line in marks else 0
        if taken >= budget:
            break
    return Score(hit / taken if taken else 0.0, hit / marked if marked else 0.0)


def at_random(pieces: Sequence[Piece], marks: frozenset[int]) -> Score:
    """Return the mean of 200 draws."""
    chance = random.Random(20040701)
    draws = [score(chance.sample(pieces, len(pieces)), marks, pieces) for _ in range(DRAWS)]
    return Score(*(sum(column) / DRAWS for column in zip(*draws, strict=True)))


def lexrank(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the sentences by LexRank, the most central first."""
    full = [p for p in pieces if p.words]
    if not full:
        return []
    spread = Counter(w for p in full for w in set(p.words))
    index = {w: i for i, w in enumerate(spread)}
    vectors = np.zeros((len(full), len(index)), dtype=np.float32)
    for row, piece in enumerate(full):
        for word, count in Counter(piece.words).items():
            vectors[row, index[word]] = count * math.log(len(full) / spread[word])
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors /= np.where(lengths > 0, lengths, 1)
    links = (vectors @ vectors.T > THRESHOLD).astype(np.float32)
    np.fill_diagonal(links, 1)
    walk = (links / links.sum(axis=1, keepdims=True)).T
    rank = np.full(len(full), 1 / len(full), dtype=np.float32)
    for _ in range(200):
        after = DAMPING / len(full) + (1 - DAMPING) * walk @ rank
        done = np.abs(after - rank).sum() < 1e-6
        rank = after
        if done:
            break
    return [full[i] for i in np.argsort(-rank, kind="stable")]


def highlights(numbered: Sequence[tuple[int, Segment]]) -> list[Piece]:
    """Return the quotes of the basic engine, the best first."""
    transcript = Transcript(tuple(s for _, s in numbered), "file")
    ranking = rank_transcript(transcript, shipped().get(language_of(transcript)))
    lines = {segment.id: line for line, segment in numbered}
    units = (ranking.units[i] for i in ranking.best_first())
    return [Piece(lines[u.segment.id], tuple(t.norm for t in u.tokens)) for u in units]


def measure(path: Path) -> dict[str, Score]:
    """Return the score of each method on one transcript."""
    numbered, marks = read_marked(path)
    pieces = pieces_of(numbered)
    return {
        "highlights": score(highlights(numbered), marks, pieces),
        "first words": score(pieces, marks, pieces),
        "random": at_random(pieces, marks),
        "LexRank": score(lexrank(pieces), marks, pieces),
    }


def table(folder: Path) -> list[str]:
    """Return the lines of the table for every marked transcript of ``folder``."""
    rows = [f"{'meeting':<24} {'method':<12} {'precision':>9} {'recall':>7} {'÷ random':>9}"]
    totals: dict[str, list[Score]] = {}
    for path in sorted(folder.glob("*.txt")):
        if not path.with_suffix(".marks.json").exists():
            continue
        scores = measure(path)
        rows += _rows(path.stem[:24], scores)
        for method, found in scores.items():
            totals.setdefault(method, []).append(found)
    if totals:
        means = {
            method: Score(*(sum(c) / len(found) for c in zip(*found, strict=True)))
            for method, found in totals.items()
        }
        rows += _rows("mean", means)
    return rows


def _rows(name: str, scores: dict[str, Score]) -> list[str]:
    chance = scores["random"].precision
    return [
        f"{name:<24} {method:<12} {s.precision:9.3f} {s.recall:7.3f} "
        + (f"{s.precision / chance:8.2f}×" if chance else f"{'-':>9}")
        for method, s in scores.items()
    ]


def main(arguments: Sequence[str]) -> int:
    """Print the table; 2 when called wrongly or nothing is marked."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        print("usage: meetings_bench.py DIR", file=sys.stderr)
        return 2
    rows = table(Path(arguments[0]))
    if len(rows) == 1:
        print("no *.txt with *.marks.json beside it", file=sys.stderr)
        return 2
    print("\n".join(rows))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
