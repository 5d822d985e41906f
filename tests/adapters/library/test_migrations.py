"""Numbered migrations: forwards only, with a backup, and refusals that touch nothing."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
import sys

import pytest

from app.adapters.library.connection import connect
from app.adapters.library.library import Library
from app.adapters.library.migrations import (
    APPLICATION_ID,
    MIGRATIONS,
    backup_of,
    damaged_copy_of,
    prepare,
)
from app.core import paths
from app.core.errors import StorageError


def speakers_step(connection):
    """A migration as a later version may bring it: one more step for every meeting."""
    connection.execute("INSERT INTO step_kinds VALUES ('speakers', 25)")
    connection.execute("INSERT INTO steps (meeting, name) SELECT id, 'speakers' FROM meetings")


def broken(connection):
    connection.execute("INSERT INTO step_kinds VALUES ('speakers', 25)")
    raise RuntimeError("a fault in a migration")


def version(path):
    with contextlib.closing(connect(path)) as connection:
        return connection.execute("PRAGMA user_version").fetchone()[0]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "library.sqlite3"


@pytest.fixture
def refused(path):
    """Prepare, and return the code of the refusal; the file stays as it is."""

    def call() -> str:
        before = path.read_bytes()
        with pytest.raises(StorageError) as caught:
            prepare(path)
        assert path.read_bytes() == before
        return caught.value.code

    return call


def test_a_new_library_is_of_this_version_and_says_whose_it_is(path):
    prepare(path)
    assert version(path) == len(MIGRATIONS)
    with contextlib.closing(connect(path)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert not backup_of(path).exists()


def test_preparing_twice_changes_nothing(path):
    prepare(path)
    before = path.read_bytes()
    prepare(path)
    assert path.read_bytes() == before


def test_a_later_migration_adds_a_step_to_meetings_old_and_new(open_library):
    old = open_library()
    meeting = old.meetings.create("Before").id
    claim = old.meetings.claim(meeting, "sound")
    old.meetings.finish(claim)
    old.close()
    library = open_library(migrations=(*MIGRATIONS, speakers_step))
    steps = library.meetings.get(meeting).steps
    assert [s.name for s in steps] == ["sound", "transcript", "speakers", "minutes", "export"]
    assert [s.state for s in steps] == ["done", "waiting", "waiting", "waiting", "waiting"]
    later = library.meetings.create("After")
    assert later.step("speakers").state == "waiting"


def test_a_copy_is_kept_until_the_first_start_that_finds_all_in_order(open_library):
    library = open_library()
    library.meetings.create("Before")
    library.close()
    newer = (*MIGRATIONS, speakers_step)
    open_library(migrations=newer).close()
    backup = backup_of(paths.library_file())
    assert version(backup) == len(MIGRATIONS)
    if sys.platform != "win32":
        assert backup.stat().st_mode & 0o077 == 0
    open_library(migrations=newer).close()
    assert not backup.exists()


def test_a_migration_that_fails_leaves_the_library_as_it_was(path):
    prepare(path)
    with pytest.raises(RuntimeError):
        prepare(path, (*MIGRATIONS, broken))
    assert version(path) == len(MIGRATIONS)
    with contextlib.closing(connect(path)) as connection:
        found = connection.execute("SELECT 1 FROM step_kinds WHERE name = 'speakers'").fetchone()
    assert found is None
    prepare(path)


def test_a_disk_that_takes_no_backup_is_one_error_and_the_library_as_it_was(path, monkeypatch):
    prepare(path, MIGRATIONS[:1])

    def full(handle):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError) as caught:
        prepare(path)
    assert caught.value.code == "disk_full"
    assert version(path) == 1


def test_a_library_of_a_newer_alcove_is_refused_untouched(path, refused):
    prepare(path, (*MIGRATIONS, speakers_step))
    assert refused() == "library_newer"


def test_a_file_that_is_no_database_is_refused_and_copied(path, refused):
    path.write_bytes(b"not a database at all" * 500)
    assert refused() == "library_damaged"
    assert damaged_copy_of(path).read_bytes() == path.read_bytes()


def test_a_second_refusal_keeps_the_first_copy(path, refused):
    path.write_bytes(b"not a database at all" * 500)
    refused()
    path.write_bytes(b"somebody tried to repair it" * 500)
    refused()
    assert damaged_copy_of(path).read_bytes().startswith(b"not a database")


def test_a_library_that_was_cut_short_is_refused(path, refused):
    prepare(path)
    with open(path, "rb+") as file:
        file.truncate(path.stat().st_size // 2)
    assert refused() == "library_damaged"


def test_the_database_of_another_program_is_refused(path, refused):
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE bookmarks (url)")
    assert refused() == "library_damaged"


def test_a_damaged_library_with_a_backup_keeps_the_backup(path):
    prepare(path)
    prepare(path, (*MIGRATIONS, speakers_step))
    data = bytearray(path.read_bytes())
    for page in range(3, len(data) // 4096):
        data[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    path.write_bytes(bytes(data))
    with pytest.raises(StorageError) as caught:
        prepare(path, (*MIGRATIONS, speakers_step))
    assert caught.value.code == "library_damaged"
    assert backup_of(path).exists()


def test_a_library_that_is_refused_leaves_no_thread_and_no_lock(home):
    paths.library_file().write_bytes(b"not a database at all" * 500)
    for _ in range(2):
        with pytest.raises(StorageError):
            Library(paths.library_file(), paths.run())
    assert list(paths.run().glob("owner-*")) == []
