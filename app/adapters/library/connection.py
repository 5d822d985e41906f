"""One connection to the library: its pragmas, and SQLite's errors in our words."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from app.core.disk import refused
from app.core.errors import StorageError

BUSY_MILLISECONDS = 5000
_NEARLY_FULL = 1 << 20

# https://www.sqlite.org/rescode.html, primary codes
_BUSY, _LOCKED, _CORRUPT, _FULL, _NOT_A_DATABASE = 5, 6, 11, 13, 26
_REFUSED = {8, 10, 14, 23}  # READONLY, IOERR, CANTOPEN, AUTH


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Open the library at ``path``; transactions are begun and ended by hand.

    Readers may be handed from thread to thread (one at a time). Temporary tables stay
    in memory, so that no text lies in a file of its own. Raises ``sqlite3.Error``.
    """
    connection = sqlite3.connect(
        path,
        timeout=BUSY_MILLISECONDS / 1000,
        isolation_level=None,
        check_same_thread=not read_only,
    )
    connection.row_factory = sqlite3.Row
    try:
        for pragma in (
            f"busy_timeout={BUSY_MILLISECONDS}",
            "temp_store=MEMORY",
            "foreign_keys=ON",
            "secure_delete=ON",
            "synchronous=FULL",
            f"query_only={'ON' if read_only else 'OFF'}",
        ):
            connection.execute(f"PRAGMA {pragma}").fetchall()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def create_owner_only(path: Path) -> None:
    """Make the file when it is missing; nobody but its owner may read it.

    SQLite gives its log and index files the mode of this one. Raises ``StorageError``.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        if os.name == "posix":
            path.chmod(0o600)
    except OSError as error:
        raise refused(error, path) from error


def storage_error(error: sqlite3.Error, path: Path) -> StorageError | None:
    """Return what ``error`` means for the person; None when it is a fault of ours."""
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    if code in (_BUSY, _LOCKED):
        return StorageError("library_busy")
    if code == _FULL or (code in _REFUSED and _free(path) < _NEARLY_FULL):
        return StorageError("disk_full", path=str(path))
    if code in (_CORRUPT, _NOT_A_DATABASE):
        return StorageError("library_damaged", path=str(path))
    if code in _REFUSED:
        return StorageError("folder_not_writable", path=str(path))
    return None


def _free(path: Path) -> int:
    try:
        return shutil.disk_usage(path.parent).free
    except OSError:
        return _NEARLY_FULL


@contextlib.contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raise ``StorageError`` for what the disk or another process did."""
    try:
        yield
    except sqlite3.Error as error:
        known = storage_error(error, path)
        if known is None:
            raise
        raise known from error
