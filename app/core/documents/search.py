"""What was asked for, found by words and, where there are vectors, by meaning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.documents.model import Found, Hit
from app.core.documents.ports import DocumentStore, VectorIndex
from app.core.documents.titles import TitledFind
from app.core.embedding import Embedder
from app.core.errors import ChildError, EngineError
from app.core.jobs import JobContext, Progress
from app.core.search import fusion, lexical, scan
from app.core.vectors import Vectors

DEFAULT_HITS = 10
_POOL = 50
# Below this even the nearest passage of a model with a wide spread is about something
# else; models with a narrow spread never come so low.
_LEAST_COSINE = 0.25
_BATCH = 64
_ANY_TEXT = "text"  # of which every engine that works makes a vector


@dataclass(frozen=True)
class Meaning:
    """Search by meaning: what makes the vectors, and what finds the nearest."""

    embedder: Embedder
    index: VectorIndex


class ExactIndex:
    """Looks at every vector of the store: always right, for when there is no index.

    Implements ``VectorIndex``.
    """

    def __init__(self, store: DocumentStore):
        self._store = store

    def update(self, key: str, ctx: JobContext) -> None:
        """There is nothing to bring up to date."""

    def nearest(
        self, key: str, vector: Vectors, k: int, ctx: JobContext
    ) -> Sequence[tuple[int, float]]:
        """Return (passage, cosine), the nearest first."""
        return scan.nearest(vector, self._store.vectors(key), k)


def search(
    query: str,
    k: int,
    store: DocumentStore,
    ctx: JobContext,
    meaning: Meaning | None = None,
    *,
    before: str = "",
) -> tuple[Hit, ...]:
    """Return at most ``k`` passages, the best first; notice "no_hits" when there is none.

    By words alone: all words first, then any. With ``meaning`` both rankings are fused
    by reciprocal rank. ``before`` is the question that this one follows: together
    they are searched for as well. An embedding engine that fails costs the meaning
    and not the search (notice "meaning_unavailable"). Raises ``StorageError``,
    ``Cancelled``.
    """
    ctx.report(Progress("search"))
    pool = max(k, _POOL)
    find = TitledFind(store)
    words = [lexical.ranked(find, text, pool) for text in _texts(query, before)]
    near = _near(query, pool, store, meaning, ctx) if query.strip() else []
    ctx.check()
    rankings = [[number for number, _ in ranking] for ranking in (*words, near)]
    filled = [ranking for ranking in rankings if ranking]
    ranked = words[0] if filled == rankings[:1] else fusion.reciprocal_rank(filled)
    hits = _hits(ranked, k, store)
    if not hits:
        ctx.notice("no_hits")
    return hits


def _texts(query: str, before: str) -> tuple[str, ...]:
    return (query, f"{before} {query}") if before.strip() else (query,)


def _near(
    query: str, k: int, store: DocumentStore, meaning: Meaning | None, ctx: JobContext
) -> list[tuple[int, float]]:
    if meaning is None:
        return []
    try:
        key = meaning.embedder.key(ctx)
        if not store.has_vectors(key):
            return []
        vector = meaning.embedder.query(query, ctx)
    except (EngineError, ChildError) as error:
        ctx.notice("meaning_unavailable", error=error.code)
        return []
    near = meaning.index.nearest(key, vector, k, ctx)
    return [(number, cosine) for number, cosine in near if cosine >= _LEAST_COSINE]


def _hits(ranked: Sequence[tuple[int, float]], k: int, store: DocumentStore) -> tuple[Hit, ...]:
    # Some more than asked for: a passage may have been removed in between.
    found = store.passages([number for number, _ in ranked[: k + _POOL]])
    there = [(found[number], score) for number, score in ranked if number in found][:k]
    return tuple(_hit(rank, score, one) for rank, (one, score) in enumerate(there, start=1))


def _hit(rank: int, score: float, found: Found) -> Hit:
    passage = found.passage
    return Hit(
        rank,
        round(score, 6),
        found.path,
        passage.page,
        passage.start,
        passage.end,
        passage.heading,
        passage.text,
    )


def give_vectors(store: DocumentStore, meaning: Meaning, ctx: JobContext) -> None:
    """Give every passage that has none its vector, and bring the index up to date.

    What is done stays done: a run that was stopped goes on where it was. An embedding
    engine that fails is the notice "meaning_unavailable"; the words are found anyway.
    Passages of which it makes no vector are the notice "passages_without_meaning", and
    keep none of the others. Raises ``StorageError``, ``Cancelled``.
    """
    try:
        key = meaning.embedder.key(ctx)
        total = store.count_without_vectors(key)
        done = last = spoilt = 0
        while found := store.without_vectors(key, _BATCH, last):
            ctx.check()
            ctx.report(Progress("embed", done, total))
            good, vectors = _vectors(found, meaning.embedder, ctx)
            if good:
                store.add_vectors(key, [one.id for one in good], vectors)
            else:  # of any text, or of these alone? What raises here ends it
                meaning.embedder.documents([_ANY_TEXT], ctx)
            spoilt += len(found) - len(good)
            done, last = done + len(found), found[-1].id
    except (EngineError, ChildError) as error:
        ctx.notice("meaning_unavailable", error=error.code)
        return
    if spoilt:
        ctx.notice("passages_without_meaning", count=spoilt)
    meaning.index.update(key, ctx)


def _vectors(
    found: Sequence[Found], embedder: Embedder, ctx: JobContext
) -> tuple[list[Found], Vectors]:
    """Return the passages that the engine gives vectors to, and those.

    Some models give no numbers for some texts. They are searched out by halves.
    """
    texts = [f"{one.passage.heading}\n{one.passage.text}".strip() for one in found]
    try:
        vectors = embedder.documents(texts, ctx)
    except EngineError as error:
        if error.code != "answer_malformed":
            raise
        if len(found) == 1:
            return [], Vectors()
        half = len(found) // 2
        parts = [_vectors(part, embedder, ctx) for part in (found[:half], found[half:])]
        joined = Vectors.joined(part for _, part in parts)
        return [one for good, _ in parts for one in good], joined
    if len(vectors) != len(found):
        raise EngineError("engine_failed", engine=embedder.key(ctx))
    return list(found), vectors
