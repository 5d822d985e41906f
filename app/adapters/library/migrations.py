"""Numbered migrations, one backup before the first of them, and the refusals.

``user_version`` counts the migrations that a library has seen. A library of a newer
Alcove and a damaged one are refused and left as they are.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

from app.adapters.library import m0001, m0002, m0003, m0004, m0005
from app.adapters.library.connection import connect, create_owner_only, translated
from app.core.disk import refused
from app.core.errors import StorageError

Migration = Callable[[sqlite3.Connection], None]

MIGRATIONS: tuple[Migration, ...] = (m0001.up, m0002.up, m0003.up, m0004.up, m0005.up)
APPLICATION_ID = 0x416C6376  # "Alcv"


def backup_of(path: Path) -> Path:
    """Return where the copy from before a migration lies."""
    return path.with_name(path.name + ".backup")


def damaged_copy_of(path: Path) -> Path:
    """Return where a copy of a library that was found damaged lies."""
    return path.with_name(path.name + ".damaged")


def prepare(path: Path, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Bring the library at ``path`` to this version; make it when it is missing.

    One process at a time does this. Raises ``StorageError`` "library_newer",
    "library_damaged" (a copy is put beside it, the file itself is not touched),
    "disk_full" or "folder_not_writable".
    """
    create_owner_only(path)
    try:
        with translated(path), contextlib.closing(connect(path)) as connection:
            found = _version(connection, path)
            if found > len(migrations):
                raise StorageError("library_newer", found=found, known=len(migrations))
            connection.execute("PRAGMA journal_mode=WAL").fetchall()
            if found == len(migrations):
                _forget_backup(connection, path)
                return
            if found:
                _back_up(connection, path)
            for number in range(found, len(migrations)):
                _migrate(connection, migrations[number], number + 1)
    except StorageError as error:
        if error.code == "library_damaged":
            _keep_copy(path)
        raise


def _version(connection: sqlite3.Connection, path: Path) -> int:
    """Return the version; raises ``StorageError`` when the file is not a library."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    mine = connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if (version or tables) and not mine:
        raise StorageError("library_damaged", path=str(path))
    return version


def _migrate(connection: sqlite3.Connection, migration: Migration, number: int) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        migration(connection)
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version={number:d}")
        connection.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


def _back_up(connection: sqlite3.Connection, path: Path) -> None:
    """Copy the library as it was; an older backup stays until a start was clean."""
    target = backup_of(path)
    if target.exists():
        return
    unfinished = target.with_name(target.name + ".part")
    try:
        unfinished.unlink(missing_ok=True)
        create_owner_only(unfinished)
        with contextlib.closing(sqlite3.connect(unfinished)) as copy:
            connection.backup(copy)
        with open(unfinished, "rb+") as file:
            os.fsync(file.fileno())
        os.replace(unfinished, target)
    except OSError as error:
        raise refused(error, target) from error


def _forget_backup(connection: sqlite3.Connection, path: Path) -> None:
    """Delete the backup on the first start after a migration that finds all in order."""
    target = backup_of(path)
    if not target.exists():
        return
    if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
        raise StorageError("library_damaged", path=str(path))
    target.unlink()


def _keep_copy(path: Path) -> None:
    """Put one copy of a damaged library beside it, so that no repair can lose it."""
    target = damaged_copy_of(path)
    if target.exists():
        return
    for suffix in ("", "-wal"):
        source = path.with_name(path.name + suffix)
        copy = target.with_name(target.name + suffix)
        with contextlib.suppress(OSError):
            if source.exists() and shutil.disk_usage(path.parent).free > source.stat().st_size:
                create_owner_only(copy)
                shutil.copyfile(source, copy)
