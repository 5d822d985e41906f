"""A connection's pragmas, and SQLite's errors as ours."""

from __future__ import annotations

import contextlib
import sqlite3
import sys

import pytest

from app.adapters.library.connection import connect, create_owner_only, storage_error, translated
from app.core.errors import StorageError


@pytest.fixture
def connection(tmp_path):
    with contextlib.closing(connect(tmp_path / "a.sqlite3")) as opened:
        yield opened


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("synchronous", 2), ("foreign_keys", 1), ("secure_delete", 1), ("busy_timeout", 5000)],
)
def test_every_connection_is_set_to_lose_and_leak_nothing(connection, pragma, value):
    assert connection.execute(f"PRAGMA {pragma}").fetchone()[0] == value


def test_a_reader_cannot_write(tmp_path, connection):
    connection.execute("CREATE TABLE t (x)")
    with contextlib.closing(connect(tmp_path / "a.sqlite3", read_only=True)) as reader:
        with pytest.raises(sqlite3.OperationalError):
            reader.execute("INSERT INTO t VALUES (1)")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights elsewhere")
def test_nobody_but_the_owner_may_read_it_even_when_it_was_open_to_all(tmp_path):
    path = tmp_path / "a.sqlite3"
    path.touch(mode=0o666)
    create_owner_only(path)
    assert path.stat().st_mode & 0o777 == 0o600
    with contextlib.closing(connect(path)) as opened:
        opened.execute("PRAGMA journal_mode=WAL")
        opened.execute("CREATE TABLE t (x)")
        beside = list(tmp_path.glob("a.sqlite3-*"))
        assert beside
        assert all(p.stat().st_mode & 0o077 == 0 for p in beside)


def test_a_full_disk_has_its_own_error(tmp_path, connection):
    connection.execute("CREATE TABLE t (x)")
    connection.execute("PRAGMA max_page_count=4")
    with pytest.raises(StorageError) as caught, translated(tmp_path / "a.sqlite3"):
        connection.execute("INSERT INTO t VALUES (zeroblob(100000))")
    assert caught.value.code == "disk_full"
    assert isinstance(caught.value.__cause__, sqlite3.OperationalError)


def test_a_file_that_is_no_database_is_damaged(tmp_path):
    (tmp_path / "b.sqlite3").write_bytes(b"what is this? " * 100)
    with pytest.raises(StorageError) as caught, translated(tmp_path / "b.sqlite3"):
        connect(tmp_path / "b.sqlite3").execute("SELECT * FROM sqlite_master")
    assert caught.value.code == "library_damaged"


def test_a_fault_of_ours_stays_one(tmp_path, connection):
    with pytest.raises(sqlite3.OperationalError), translated(tmp_path):
        connection.execute("SELECT nonsense")


def test_a_place_that_cannot_be_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError) as caught:
        create_owner_only(tmp_path / "file" / "a.sqlite3")
    assert caught.value.code == "folder_not_writable"


def test_another_writer_that_never_ends_is_busy(tmp_path, connection):
    connection.execute("CREATE TABLE t (x)")
    connection.execute("BEGIN IMMEDIATE")
    with contextlib.closing(connect(tmp_path / "a.sqlite3")) as second:
        second.execute("PRAGMA busy_timeout=1")
        with pytest.raises(sqlite3.OperationalError) as caught:
            second.execute("BEGIN IMMEDIATE")
    assert storage_error(caught.value, tmp_path).code == "library_busy"
