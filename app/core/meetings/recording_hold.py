"""Who keeps a recording once it has ended: one program at a time, by a lock of the system.

A window and a command line may follow the same recording, and both see its end. The
one that started it takes hold of it at once, and joins its parts, moves it or makes a
meeting of it when it has ended; the other waits. If the first one dies, the lock is free.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

from app.core.errors import DeviceError, StorageError
from app.core.jobs import JobContext
from app.core.locks import FileLock
from app.core.meetings.recording import SESSION_FILE

KEEP_LOCK = "keep.lock"
_WAIT_SECONDS = 60.0
_LOOK_SECONDS = 0.1


class Holds:
    """The recordings that this program keeps. Safe from any thread.

    What the program has taken, all its threads have; in a ``held`` block they are one
    at a time.
    """

    def __init__(self) -> None:
        self._locks: dict[Path, FileLock] = {}
        self._inside: set[Path] = set()
        self._guard = threading.Lock()

    def take(self, folder: Path) -> bool:
        """Take hold of the recording in ``folder``.

        Returns False when another program has it, or when it is no longer there.
        """
        with self._guard:
            return self._take(folder)

    def _take(self, folder: Path) -> bool:
        if folder in self._locks:
            return True
        if not _is_there(folder):
            return False
        lock = FileLock(folder / KEEP_LOCK)
        try:
            taken = lock.acquire()
        except StorageError:
            # Where no lock can be made nothing can be joined either, and that says why.
            return True
        if taken and not _is_there(folder):
            # It was moved away in this moment, and the lock made its folder anew.
            lock.drop()
            with contextlib.suppress(OSError):
                folder.rmdir()
            return False
        if taken:
            self._locks[folder] = lock
        return taken

    @contextlib.contextmanager
    def held(
        self, folder: Path, ctx: JobContext, *, seconds: float = _WAIT_SECONDS
    ) -> Iterator[None]:
        """Keep everybody else from the recording in ``folder`` for a block, then let go.

        Waits for another program or thread that has it for ``seconds`` at most. Raises
        ``DeviceError`` "recording_held" after that, ``Cancelled``.
        """
        self._wait(folder, ctx, seconds)
        try:
            yield
        finally:
            self.let_go(folder)
            with self._guard:
                self._inside.discard(folder)

    def _enter(self, folder: Path) -> bool:
        with self._guard:
            if folder in self._inside or not (self._take(folder) or not _is_there(folder)):
                return False
            self._inside.add(folder)
            return True

    def _wait(self, folder: Path, ctx: JobContext, seconds: float) -> None:
        cancelled = threading.Event()
        forget = ctx.on_cancel(cancelled.set)
        try:
            for _ in range(max(1, round(seconds / _LOOK_SECONDS))):
                ctx.check()
                if self._enter(folder):
                    return
                cancelled.wait(_LOOK_SECONDS if seconds else 0)
        finally:
            forget()
        raise DeviceError("recording_held", path=str(folder))

    def let_go(self, folder: Path) -> None:
        """Let others have the recording in ``folder``."""
        with self._guard:
            lock = self._locks.pop(folder, None)
        if lock is not None:
            lock.drop()
            with contextlib.suppress(OSError):
                folder.rmdir()  # only when the recording was moved away meanwhile


def _is_there(folder: Path) -> bool:
    return (folder / SESSION_FILE).exists()
