"""The library as a process opens it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from app.adapters.library import erasing
from app.adapters.library.chats import ChatShelf
from app.adapters.library.database import Database
from app.adapters.library.meetings import MeetingStore
from app.adapters.library.migrations import MIGRATIONS, Migration, prepare
from app.adapters.library.owners import Owner
from app.adapters.library.vectors import DocumentVault
from app.core.errors import StorageError
from app.core.locks import FileLock

_OPENING_SECONDS = 30.0
_PAUSE = 0.02


def _alone(lock_file: Path, work: Callable[[], None]) -> None:
    """Run ``work`` while no other process opens the library."""
    lock = FileLock(lock_file)
    ends = time.monotonic() + _OPENING_SECONDS
    while not lock.acquire():
        if time.monotonic() > ends:
            raise StorageError("library_busy")
        time.sleep(_PAUSE)
    with lock:
        work()


class Library:
    """One open library: ``meetings``, ``documents`` and ``chats``.

    Only a window or a command line opens it, never a child. Opening makes or
    migrates the file, lets the steps of dead processes wait again and finishes what
    a crash interrupted. Raises ``StorageError`` "library_newer", "library_damaged",
    "library_busy", "disk_full" or "folder_not_writable".
    """

    def __init__(
        self,
        path: Path,
        run: Path,
        *,
        own: Sequence[Path] = (),
        scanned: Sequence[Path] = (),
        migrations: Sequence[Migration] = MIGRATIONS,
    ):
        """Open ``path``; lock files go into ``run``.

        ``own`` are the folders whose sound goes with a deleted meeting; ``scanned``
        the folders that its receipt covers besides the library (logs, index).
        """
        _alone(run / "library.lock", lambda: prepare(path, migrations))
        self._owner = Owner(run)
        try:
            self._database = Database(path, self._owner)
        except BaseException:
            self._owner.close()
            raise
        self.meetings = MeetingStore(self._database, own, scanned)
        self.documents = DocumentVault(self._database)
        self.chats = ChatShelf(self._database)
        try:
            self.meetings.recover()
            self.meetings.sweep_files()
            erasing.sweep(self._database)
            self._owner.sweep()
        except BaseException:
            self.close()
            raise

    @property
    def slowest(self) -> float:
        """Return the seconds of the longest transaction so far."""
        return self._database.writer.slowest

    def close(self) -> None:
        """Finish writing and close; a second call does nothing."""
        self._database.close()
        self._owner.close()
