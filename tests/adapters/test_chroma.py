"""The vector index on a real library: always an answer, and always the right one."""

from __future__ import annotations

import os
import signal
import sys

import numpy as np
import pytest
from support.direct_child import DirectChild
from support.libraries import library, open_library

from app.adapters.children import Child
from app.adapters.chroma import ChromaIndex
from app.core import paths
from app.core.documents.model import FileMark, NewDocument
from app.core.documents.search import ExactIndex
from app.core.errors import ChildError, StorageError
from app.core.jobs import JobContext
from app.core.locks import FileLock
from app.core.sources import Passage
from app.workers import index as worker

__all__ = ["library", "open_library"]

KEY = "model-16"


def rows(count, seed=1):
    return np.random.default_rng(seed).normal(size=(count, 16)).astype(np.float32)


def save(documents, path="/a", count=80, seed=1):
    passages = tuple(Passage(f"text {n}", None, n, n + 6, "") for n in range(count))
    saved = documents.save(NewDocument(path, "t", FileMark(1, 1, "x"), 0, passages))
    ids = [found.id for found in documents.without_vectors(KEY, count)]
    documents.add_vectors(KEY, ids, rows(count, seed))
    return saved, ids


@pytest.fixture
def child():
    yield DirectChild(worker.OPS)
    worker.close()


@pytest.fixture
def documents(library):
    return library.documents


@pytest.fixture
def chroma(child, documents):
    return ChromaIndex(child, documents, paths.index())


@pytest.fixture
def ctx():
    return JobContext()


def test_the_index_holds_what_the_library_does(chroma, documents, child, ctx):
    save(documents)
    chroma.update(KEY, ctx)
    assert documents.count_indexed(KEY) == 80
    assert child.calls.count("add") == 3  # 32, 32, 16


@pytest.mark.parametrize("kind", ["exact", "chroma"])
def test_chroma_and_the_exact_scan_find_the_same(kind, chroma, documents, ctx):
    _, ids = save(documents)
    index = chroma if kind == "chroma" else ExactIndex(documents)
    index.update(KEY, ctx)
    for row in (0, 40, 79):
        found = index.nearest(KEY, rows(80)[row], 5, ctx)
        assert found[0] == (ids[row], pytest.approx(1.0, abs=1e-5))
        assert [c for _, c in found] == sorted((c for _, c in found), reverse=True)
        assert len(found) == 5
    assert index.nearest("unknown-16", rows(1)[0], 5, ctx) == []


def test_what_is_not_indexed_yet_is_found_too(chroma, documents, child, ctx):
    save(documents)
    chroma.update(KEY, ctx)
    _, later = save(documents, "/b", count=40, seed=2)
    assert chroma.nearest(KEY, rows(40, seed=2)[7], 1, ctx)[0][0] == later[7]
    assert child.calls[-1] == "query"


def test_removed_passages_leave_the_index(chroma, documents, child, ctx):
    saved, _ = save(documents)
    save(documents, "/b", count=10, seed=2)
    chroma.update(KEY, ctx)
    documents.remove(saved.id)
    chroma.update(KEY, ctx)
    assert documents.to_unindex(KEY, 9) == []
    assert child.call("count", {"folder": str(paths.index()), "key": KEY}, ctx)["count"] == 10


def test_who_does_not_own_the_index_scans_and_leaves_rows_for_the_owner(
    chroma, documents, child, ctx
):
    _, ids = save(documents)
    with FileLock(paths.index() / "owner.lock") as lock:
        assert lock.acquire()
        chroma.update(KEY, ctx)
        assert documents.count_indexed(KEY) == 0
        assert chroma.nearest(KEY, rows(80)[3], 1, ctx)[0][0] == ids[3]
        assert "query" in child.calls or "look" in child.calls
    chroma.update(KEY, ctx)
    assert documents.count_indexed(KEY) == 80


def test_a_damaged_index_is_answered_around_and_then_built_again(chroma, documents, ctx):
    _, ids = save(documents)
    chroma.update(KEY, ctx)
    worker.close()
    (database,) = paths.index().rglob("chroma.sqlite3")
    database.write_bytes(b"no database " * 1000)
    assert chroma.nearest(KEY, rows(80)[5], 1, ctx)[0][0] == ids[5]
    chroma.update(KEY, ctx)
    assert documents.count_indexed(KEY) == 80
    assert chroma._call("count", KEY, ctx)["count"] == 80
    assert chroma.nearest(KEY, rows(80)[5], 1, ctx)[0][0] == ids[5]


def test_an_index_that_lost_rows_without_a_word_is_built_again(chroma, documents, ctx):
    _, ids = save(documents)
    chroma.update(KEY, ctx)
    chroma._call("delete", KEY, ctx, ids=ids[:50])
    chroma.update(KEY, ctx)
    assert chroma._call("count", KEY, ctx)["count"] == 80


def test_an_index_with_rows_nobody_knows_is_built_again(chroma, documents, ctx):
    saved, ids = save(documents)
    save(documents, "/b", count=10, seed=2)
    chroma.update(KEY, ctx)
    documents.remove(saved.id)
    documents.unindexed(KEY, ids)  # as if the marks had been lost
    chroma.update(KEY, ctx)
    assert chroma._call("count", KEY, ctx)["count"] == 10


def test_a_write_that_was_killed_is_built_again(chroma, documents, ctx):
    save(documents)
    chroma.update(KEY, ctx)
    worker.close()
    (data,) = [p for p in paths.index().iterdir() if p.is_dir()]
    data.with_name(data.name + ".writing").touch()
    chroma.update(KEY, ctx)
    (fresh,) = [p for p in paths.index().iterdir() if p.is_dir()]
    assert fresh.name != data.name
    assert documents.count_indexed(KEY) == 80


def test_another_embedding_gets_its_own_index(chroma, documents, ctx):
    _, ids = save(documents)
    chroma.update(KEY, ctx)
    documents.add_vectors("other-8", ids, rows(80)[:, :8])
    chroma.update("other-8", ctx)
    assert chroma.nearest("other-8", rows(80)[4, :8], 1, ctx)[0][0] == ids[4]
    chroma.update(KEY, ctx)
    assert chroma.nearest(KEY, rows(80)[4], 1, ctx)[0][0] == ids[4]


@pytest.mark.parametrize(
    "error", [ChildError("child_died", child="index"), StorageError("index_damaged", path="x")]
)
def test_a_child_that_dies_is_no_failed_search(chroma, documents, child, ctx, error):
    _, ids = save(documents)
    chroma.update(KEY, ctx)
    child.fails["query"] = error
    assert chroma.nearest(KEY, rows(80)[5], 1, ctx)[0][0] == ids[5]


def test_a_child_that_always_dies_ends_the_update_without_an_error(chroma, documents, ctx):
    class Dying:
        def call(self, *args, **options):
            raise ChildError("child_unstartable", child="index")

    save(documents)
    ChromaIndex(Dying(), documents, paths.index()).update(KEY, ctx)
    assert documents.count_indexed(KEY) == 0


def test_progress_counts_to_all(chroma, documents):
    seen = []
    save(documents)
    chroma.update(KEY, JobContext(seen.append))
    assert [(p.step, p.done, p.total) for p in seen] == [
        ("index", 32, 80), ("index", 64, 80), ("index", 80, 80),
    ]  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9")
def test_the_real_child_is_killed_while_it_writes_and_nothing_is_lost(documents):
    _, ids = save(documents, count=600)
    child = Child("index", nice=False)
    index = ChromaIndex(child, documents, paths.index())
    try:
        reports = []

        def kill(progress):
            reports.append(progress)
            if len(reports) == 3:
                os.kill(child.pid, signal.SIGKILL)

        index.update(KEY, JobContext(kill))
        assert documents.count_indexed(KEY) == 600
        for row in range(0, 600, 37):
            assert index.nearest(KEY, rows(600)[row], 1, JobContext())[0][0] == ids[row]
    finally:
        index.close()
        assert child.pid is None
