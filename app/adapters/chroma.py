"""The vector index: Chroma in its child, the library's vectors behind it.

The index belongs to whoever holds the lock of its folder. Others, and an owner whose
index is damaged or not up to date, look at the library's vectors one by one, which
is exact; what they add stays marked for the owner.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from app.core.documents.ports import IndexedStore, Vectors
from app.core.documents.search import ExactIndex
from app.core.errors import ChildError, StorageError
from app.core.jobs import JobContext, Progress
from app.core.search import scan

log = logging.getLogger("alcove.index")

_SECONDS = 120.0
_MEGABYTES = 1500
_BATCH = 32
_SAMPLES = 24
_MOST_PENDING = 2000  # more rows than these not in the index: look at all of them


class Caller(Protocol):
    """The part of ``Child`` that is used here."""

    def call(
        self,
        op: str,
        args: dict[str, Any],
        ctx: JobContext,
        *,
        seconds: float | None = None,
        megabytes: int | None = None,
    ) -> Any:
        """Run ``op`` in the child."""

    def close(self) -> None:
        """End the child."""


class _Unusable(Exception):
    """The index cannot answer: of another owner, damaged, or its child died."""


class ChromaIndex:
    """Implements ``VectorIndex`` on the index child.

    Raises ``StorageError`` of the library and ``Cancelled``; trouble of the index
    itself is answered by a rebuild, or by an exact scan, never by an error.
    """

    def __init__(self, child: Caller, store: IndexedStore, folder: Path):
        self._child = child
        self._store = store
        self._folder = folder
        self._exact = ExactIndex(store)

    def close(self) -> None:
        """End the child; it comes back at the next call."""
        self._child.close()

    def update(self, key: str, ctx: JobContext) -> None:
        """Bring the index to what the library holds; empty and fill it when damaged."""
        for _attempt in range(2):
            try:
                self._ready(key, ctx)
                self._fill(key, ctx)
                self._check_count(key, ctx)
                return
            except _Unusable:
                if not self._start_again(key, ctx):
                    return

    def nearest(
        self, key: str, vector: Vectors, k: int, ctx: JobContext
    ) -> Sequence[tuple[int, float]]:
        """Return (passage, cosine), the nearest first."""
        pending = self._store.count_vectors(key) - self._store.count_indexed(key)
        if pending <= _MOST_PENDING:
            try:
                self._ready(key, ctx)
                answer = self._call("query", key, ctx, **_packed(vector), k=k)
            except _Unusable:
                pass
            else:
                hits = {int(number): float(cosine) for number, cosine in answer["hits"]}
                waiting = self._store.to_index(key, _MOST_PENDING)
                if len(waiting[0]):
                    hits.update(scan.nearest(vector, [waiting], k))
                return sorted(hits.items(), key=lambda hit: (-hit[1], hit[0]))[:k]
        return self._exact.nearest(key, vector, k, ctx)

    def _ready(self, key: str, ctx: JobContext) -> None:
        """Raise ``_Unusable`` unless this process owns a sound index of ``key``.

        The probe runs until it is passed once after each start of the child.
        """
        look = self._call("look", key, ctx)
        if look["broken_off"]:
            raise _Unusable
        if look["fresh"]:
            ids, vectors = self._store.sample_vectors(key, _SAMPLES)
            probe = self._call("probe", key, ctx, ids=list(ids), **_packed(vectors))
            if not probe["sound"]:
                log.warning("the index failed its probe")
                raise _Unusable

    def _fill(self, key: str, ctx: JobContext) -> None:
        total = self._store.count_vectors(key)
        done = self._store.count_indexed(key)
        while True:
            ctx.check()
            ids, vectors = self._store.to_index(key, _BATCH)
            if not len(ids):
                break
            self._call("add", key, ctx, ids=list(ids), **_packed(vectors))
            self._store.indexed(key, ids)
            done += len(ids)
            ctx.report(Progress("index", done, total))
        while gone := self._store.to_unindex(key, _BATCH):
            ctx.check()
            self._call("delete", key, ctx, ids=list(gone))
            self._store.unindexed(key, gone)

    def _check_count(self, key: str, ctx: JobContext) -> None:
        """A killed writer can leave rows of which nobody knows; a lost file leaves fewer."""
        if self._call("count", key, ctx)["count"] != self._store.count_indexed(key):
            log.warning("the index does not hold what it should")
            raise _Unusable

    def _start_again(self, key: str, ctx: JobContext) -> bool:
        """Empty the index; return False when it belongs to another process."""
        try:
            self._call("rebuild", key, ctx)
        except _Unusable:
            return False
        self._store.forget_index(key)
        return True

    def _call(self, op: str, key: str, ctx: JobContext, **args: Any) -> dict[str, Any]:
        try:
            answer = self._child.call(
                op,
                {"folder": str(self._folder), "key": key, **args},
                ctx,
                seconds=_SECONDS,
                megabytes=_MEGABYTES,
            )
        except (ChildError, StorageError) as error:
            log.warning("the index failed at %s: %s", op, error.code)
            raise _Unusable from error
        if not answer["owner"]:
            raise _Unusable
        return answer


def _packed(vectors: Vectors) -> dict[str, Any]:
    """Return vectors as they cross the channel: four bytes a number, base64."""
    rows = Vectors.of(vectors)
    data = base64.b64encode(rows.data).decode("ascii")
    return {"vectors": data, "dimension": rows.dimension or 1}
