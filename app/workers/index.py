"""The index child: Chroma and nothing else, ids and vectors only.

Every call names the folder and the embedding key. The child owns the folder by an OS
lock for as long as it lives; without the lock it answers ``{"owner": false}`` and
touches nothing. What is in here can always be made again from the library, so damage
is reported and never repaired: the parent asks for ``rebuild`` and adds anew.

A file ``….writing`` stands beside the data while rows are being written: found when
a folder is opened, it says that a process was killed there and rows may be lost.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from app.core.errors import StorageError
from app.core.jobs import JobContext
from app.core.locks import FileLock

_COLLECTION = "passages"
_BATCH = 32  # larger ones hold the interpreter for 140 ms and more
_NEAR_ITSELF = 0.999


class _Index:
    """One opened folder: its lock and, once needed, its client and collection."""

    def __init__(self, folder: Path, key: str):
        self.folder = folder
        self.key = key
        self._stem = hashlib.sha256(key.encode()).hexdigest()[:16]
        self._lock = FileLock(folder / "owner.lock")
        self._client: Any = None
        self._collection: Any = None
        self.fresh = True

    def own(self) -> bool:
        """Take the folder; what another embedding left in it goes."""
        if not self._lock.held and self._lock.acquire():
            for other in self.folder.iterdir():
                if not other.name.startswith((self._stem, self._lock.path.name)):
                    _remove(other)
        return self._lock.held

    def _generations(self) -> list[int]:
        found = self.folder.glob(f"{self._stem}-*")
        return sorted(int(p.name.rpartition("-")[2]) for p in found if p.is_dir())

    @property
    def path(self) -> Path:
        return self.folder / f"{self._stem}-{(self._generations() or [1])[-1]}"

    @property
    def marker(self) -> Path:
        return self.path.with_name(self.path.name + ".writing")

    def collection(self) -> Any:
        """Return the collection, opened at first need."""
        if self._collection is None:
            with _translated(self.path):
                self._client = _open_client(self.path)
                self._collection = self._client.get_or_create_collection(
                    _COLLECTION,
                    embedding_function=None,
                    configuration={"hnsw": {"space": "cosine", "ef_search": 200}},
                )
        return self._collection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Any]:
        """Give the collection for writing, with the marker beside it until it is done."""
        collection = self.collection()
        self.marker.touch(mode=0o600)
        with _translated(self.path):
            yield collection
        self.marker.unlink(missing_ok=True)

    def start_again(self) -> None:
        """Begin an empty generation; everything else in the folder goes."""
        self._close_client()
        following = (self._generations() or [0])[-1] + 1
        for old in self.folder.iterdir():
            if old != self._lock.path:
                _remove(old)
        (self.folder / f"{self._stem}-{following}").mkdir(mode=0o700)
        self.fresh = False

    def _close_client(self) -> None:
        client, self._client, self._collection = self._client, None, None
        if client is not None:
            client.close()

    def close(self) -> None:
        self._close_client()
        self._lock.release()


_opened: _Index | None = None


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _open_client(path: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return chromadb.PersistentClient(str(path), Settings(anonymized_telemetry=False))


@contextlib.contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Raise ``StorageError`` "index_damaged" for what Chroma says about its files."""
    from chromadb.errors import ChromaError

    try:
        yield
    except (ChromaError, OSError, ValueError, LookupError, AttributeError, RuntimeError) as error:
        raise StorageError("index_damaged", path=str(path)) from error


def _owned(op: Callable[[_Index, dict[str, Any], JobContext], dict[str, Any]]) -> Callable:
    """Make an op of a function that needs the folder's lock."""

    def call(args: dict[str, Any], ctx: JobContext) -> dict[str, Any]:
        global _opened
        folder, key = Path(args["folder"]), str(args["key"])
        if _opened is not None and (_opened.folder, _opened.key) != (folder, key):
            close()
        index = _opened or _Index(folder, key)
        if not index.own():
            return {"owner": False}
        _opened = index
        return {"owner": True, **op(index, args, ctx)}

    return call


def close() -> None:
    """Let go of the folder."""
    global _opened
    index, _opened = _opened, None
    if index is not None:
        index.close()


def _vectors(args: dict[str, Any]) -> Any:
    """Return the vectors of a call, float32 of shape (n, dimension)."""
    import numpy as np

    data = np.frombuffer(base64.b64decode(args["vectors"]), dtype="<f4")
    return data.reshape(-1, int(args["dimension"]))


def _look(index: _Index, args: dict[str, Any], ctx: JobContext) -> dict[str, Any]:
    """Say whether no probe was passed since the start, and whether a write broke off."""
    return {"fresh": index.fresh, "broken_off": index.marker.exists()}


def _count(index: _Index, args: dict[str, Any], ctx: JobContext) -> dict[str, Any]:
    collection = index.collection()
    with _translated(index.path):
        return {"count": int(collection.count())}


def _add(index: _Index, args: dict[str, Any], ctx: JobContext) -> dict[str, Any]:
    ids, vectors = args["ids"], _vectors(args)
    with index.writing() as collection:
        for first in range(0, len(ids), _BATCH):
            some = slice(first, first + _BATCH)
            collection.upsert(ids=[str(i) for i in ids[some]], embeddings=vectors[some])
    return {}


def _delete(index: _Index, args: dict[str, Any], ctx: JobContext) -> dict[str, Any]:
    ids = args["ids"]
    with index.writing() as collection:
        for first in range(0, len(ids), _BATCH):
            collection.delete(ids=[str(i) for i in ids[first : first + _BATCH]])
    return {}


def _query(index: _Index, args: dict[str, Any], ctx: JobContext) -> dict[str, Any]:
    """Return the nearest rows as [id, cosine], the nearest first."""
    return {"hits": _nearest(index, _vectors(args)[:1], int(args["k"]))[0]}


def _nearest(index: _Index, vectors: Any, k: int) -> list[list[list[float]]]:
    collection = index.collection()
    with _translated(index.path):
        found = collection.query(query_embeddings=vectors, n_results=k, include=["distances"])
    return [
        [[int(i), 1.0 - float(d)] for i, d in zip(ids, distances, strict=True)]
        for ids, distances in zip(found["ids"], found["distances"], strict=True)
    ]


def _probe(index: _Index, args: dict[str, Any], ctx: JobContext) -> dict[str, Any]:
    """Count, and let known vectors find themselves: a lost segment answers without error.

    ``sound`` is False when fewer rows come back than there are, or a sample does not
    find itself (or one just as near).
    """
    count = _count(index, args, ctx)["count"]
    ids = args["ids"]
    sound = _find_themselves(index, ids, _vectors(args), count) if ids else True
    index.fresh = not sound
    return {"count": count, "sound": sound}


def _find_themselves(index: _Index, ids: list[int], vectors: Any, count: int) -> bool:
    wanted = min(count, 10)
    if not wanted:
        return False
    for number, hits in zip(ids, _nearest(index, vectors, wanted), strict=True):
        itself = any(i == number or cosine >= _NEAR_ITSELF for i, cosine in hits)
        if len(hits) < wanted or not itself:
            return False
    return True


def _rebuild(index: _Index, args: dict[str, Any], ctx: JobContext) -> dict[str, Any]:
    """Empty the folder; the parent adds everything again."""
    index.start_again()
    return {}


OPS: dict[str, Callable[[dict[str, Any], JobContext], Any]] = {
    "look": _owned(_look),
    "count": _owned(_count),
    "add": _owned(_add),
    "delete": _owned(_delete),
    "query": _owned(_query),
    "probe": _owned(_probe),
    "rebuild": _owned(_rebuild),
}
