"""The body of the index child: real Chroma, in this process."""

from __future__ import annotations

import base64
import contextlib
import shutil
import sqlite3

import numpy as np
import pytest

from app.core.errors import StorageError
from app.core.jobs import JobContext
from app.core.locks import FileLock
from app.core.search.scan import nearest
from app.workers import index

DIMENSION = 24


@pytest.fixture(autouse=True)
def let_go():
    """Close what a test opened."""
    yield
    index.close()


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "index"
    path.mkdir()
    return path


@pytest.fixture
def call(folder):
    """Call an op on the folder."""

    def call_(op, key="model-24", **args):
        return index.OPS[op]({"folder": str(folder), "key": key, **args}, JobContext())

    return call_


def rows(count, seed=1):
    return np.random.default_rng(seed).normal(size=(count, DIMENSION)).astype("<f4")


def packed(vectors):
    text = base64.b64encode(np.ascontiguousarray(vectors, "<f4").tobytes()).decode()
    return {"vectors": text, "dimension": vectors.shape[1]}


def add(call, vectors, first=1, **options):
    ids = list(range(first, first + len(vectors)))
    call("add", ids=ids, **packed(vectors), **options)
    return ids


def damage(folder, pattern):
    """Take files away, as a bad disk or a cleaner may."""
    index.close()
    found = [p for p in folder.rglob(pattern)]
    assert found
    for path in found:
        path.unlink() if path.is_file() else shutil.rmtree(path)


def test_what_was_added_is_found_nearest_first(call):
    vectors = rows(200)
    add(call, vectors)
    assert call("count")["count"] == 200
    hits = call("query", k=10, **packed(vectors[6:7]))["hits"]
    expected = nearest(vectors[6], [(list(range(1, 201)), vectors)], 10)
    assert [int(number) for number, _ in hits] == [number for number, _ in expected]
    assert hits[0][1] == pytest.approx(1.0, abs=1e-5)


def test_adding_again_takes_the_place_of_the_old(call):
    add(call, rows(40))
    add(call, rows(40, seed=2))
    assert call("count")["count"] == 40
    hits = call("query", k=1, **packed(rows(40, seed=2)[5:6]))["hits"]
    assert hits[0][0] == 6


def test_deleted_rows_are_gone_and_unknown_ones_do_no_harm(call):
    vectors = rows(50)
    add(call, vectors)
    call("delete", ids=[1, 2, 999])
    assert call("count")["count"] == 48
    assert call("query", k=1, **packed(vectors[0:1]))["hits"][0][0] != 1


def test_only_ids_and_vectors_are_kept(call, folder):
    add(call, rows(5))
    index.close()
    (database,) = folder.rglob("chroma.sqlite3")
    with contextlib.closing(sqlite3.connect(database)) as connection:
        for table in ("embedding_metadata", "embedding_fulltext_search"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0


def test_it_is_still_there_after_a_restart(call):
    vectors = rows(60)
    add(call, vectors)
    index.close()
    assert call("look") == {"owner": True, "fresh": True, "broken_off": False}
    call("probe", ids=[10], **packed(vectors[9:10]))
    assert call("look")["fresh"] is False
    assert call("query", k=1, **packed(vectors[9:10]))["hits"][0][0] == 10


def test_a_folder_of_another_owner_is_not_touched(call, folder):
    with FileLock(folder / "owner.lock") as lock:
        assert lock.acquire()
        for op in ("look", "count", "rebuild"):
            assert call(op) == {"owner": False}
        assert [p.name for p in folder.iterdir()] == ["owner.lock"]
    assert call("count") == {"owner": True, "count": 0}


def test_a_sound_index_passes_its_probe(call):
    vectors = rows(300)
    ids = add(call, vectors)
    assert call("probe", ids=ids[:12], **packed(vectors[:12])) == {
        "owner": True, "count": 300, "sound": True,
    }  # fmt: skip


def test_rows_that_are_missing_fail_the_probe(call):
    vectors = rows(300)
    add(call, vectors[:299])
    probe = call("probe", ids=[300], **packed(vectors[299:]))
    assert probe["sound"] is False
    assert call("look")["fresh"] is True


def test_an_empty_index_passes_only_where_nothing_is_expected(call):
    assert call("probe", ids=[], **packed(rows(1)[:0]))["sound"] is True
    assert call("probe", ids=[1], **packed(rows(1)))["sound"] is False


@pytest.mark.parametrize(
    "lost", ["index_metadata.pickle", "data_level0.bin", "header.bin", "*-*-*-*-*"]
)
def test_lost_files_are_an_error_or_fail_the_probe(call, folder, lost):
    vectors = rows(1500)
    add(call, vectors)
    damage(folder, lost)
    try:
        sound = call("probe", ids=list(range(1, 13)), **packed(vectors[:12]))["sound"]
    except StorageError as error:
        assert error.code == "index_damaged"
        sound = False
    assert not sound


def test_a_file_that_is_no_database_is_damage(call, folder):
    add(call, rows(10))
    index.close()
    (database,) = folder.rglob("chroma.sqlite3")
    database.write_bytes(b"no database " * 1000)
    with pytest.raises(StorageError) as caught:
        call("count")
    assert caught.value.code == "index_damaged"


def test_rebuilding_begins_empty_even_on_a_damaged_folder(call, folder):
    vectors = rows(50)
    add(call, vectors)
    index.close()
    (database,) = folder.rglob("chroma.sqlite3")
    database.write_bytes(b"no database " * 1000)
    assert call("rebuild") == {"owner": True}
    assert call("count")["count"] == 0
    add(call, vectors)
    assert call("query", k=1, **packed(vectors[3:4]))["hits"][0][0] == 4
    assert len([p for p in folder.iterdir() if p.is_dir()]) == 1


def test_a_write_that_broke_off_is_seen_at_the_next_start(call, folder):
    add(call, rows(5))
    (data,) = [p for p in folder.iterdir() if p.is_dir()]
    assert call("look")["broken_off"] is False
    index.close()
    data.with_name(data.name + ".writing").touch()
    assert call("look")["broken_off"] is True
    call("rebuild")
    assert call("look")["broken_off"] is False


def test_another_embedding_begins_anew_and_leaves_nothing_of_the_old(call, folder):
    add(call, rows(5))
    assert call("count", key="other-24")["count"] == 0
    assert call("count")["count"] == 0
    assert len([p for p in folder.iterdir() if p.is_dir()]) == 1


def test_vectors_of_another_length_are_damage_and_not_a_crash(call):
    add(call, rows(5))
    with pytest.raises(StorageError) as caught:
        call("query", k=1, **packed(np.ones((1, 3), "<f4")))
    assert caught.value.code == "index_damaged"
