"""Locks that the operating system takes back when their owner dies.

A lock is a file of its own that is held open and locked: ``flock`` on Linux and
macOS, a locked byte far behind the end on Windows (so that the file stays
readable). A lock belongs beside the file that it guards, never on it: our files
are replaced when they are written, and a lock stays with the old one. Owners are
asked for by lock and never by process number, which another process may have got.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from pathlib import Path
from types import TracebackType

from app.core.disk import refused
from app.core.errors import StorageError

# A probe of another process holds the lock for a few microseconds: try again.
_ATTEMPTS = 4
_PAUSE = 0.005

if sys.platform == "win32":
    import msvcrt

    _BYTE = 0x3FFF_FFFF

    def _lock(descriptor: int, *, shared: bool) -> bool:
        os.lseek(descriptor, _BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, _BYTE, os.SEEK_SET)
        with contextlib.suppress(OSError):
            msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int, *, shared: bool) -> bool:
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


class FileLock:
    """One owner for what stands beside ``path``, over all processes and threads.

    With ``shared`` owners may be many, as long as none wants it alone; Windows has no
    such lock in Python, so there they come one after the other.

    ``path`` is created when missing and stays when the lock is released; who has it
    alone may ``drop`` it. ``acquire`` never waits for an owner.
    """

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        """Return whether this object holds the lock."""
        return self._descriptor is not None

    def acquire(self, *, shared: bool = False) -> bool:
        """Take the lock; return False at once when another owner has it.

        Raises ``StorageError`` when the file cannot be made or locked at all.
        """
        if self.held:
            return True
        for attempt in range(_ATTEMPTS):
            if attempt:
                time.sleep(_PAUSE)
            if self._try(shared):
                return True
        return False

    def _try(self, shared: bool) -> bool:
        descriptor = _open(self.path)
        try:
            if _lock(descriptor, shared=shared) and _still_there(descriptor, self.path):
                self._descriptor, descriptor = descriptor, -1
                return True
        except OSError as error:
            raise StorageError("folder_not_writable", path=str(self.path.parent)) from error
        finally:
            if descriptor >= 0:
                os.close(descriptor)
        return False

    def release(self) -> None:
        """Give the lock back; a second call does nothing."""
        if self._descriptor is None:
            return
        descriptor, self._descriptor = self._descriptor, None
        _unlock(descriptor)
        os.close(descriptor)

    def drop(self) -> None:
        """Remove the file of a lock that is held alone, and give it back.

        Who opened the file before it went sees that it is no longer there, and makes a
        new one. Windows removes no open file, so there it goes after the release, unless
        somebody has it by then.
        """
        if sys.platform != "win32":
            with contextlib.suppress(OSError):
                self.path.unlink(missing_ok=True)
        self.release()
        if sys.platform == "win32":
            with contextlib.suppress(OSError):
                self.path.unlink(missing_ok=True)

    def __enter__(self) -> FileLock:
        """Hold the lock, which must have been acquired, for a block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def is_held(path: Path) -> bool:
    """Return whether somebody, this process included, holds the lock at ``path``.

    The answer may be old when it arrives: who wants the lock acquires it.
    """
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise StorageError("folder_not_writable", path=str(Path(path).parent)) from error
    try:
        if not _lock(descriptor, shared=True):
            return True
        _unlock(descriptor)
        return False
    finally:
        os.close(descriptor)


def _open(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise refused(error, path.parent) from error


def _still_there(descriptor: int, path: Path) -> bool:
    """Return whether the locked file still is the one at ``path`` (not deleted meanwhile)."""
    try:
        there = os.stat(path)
    except FileNotFoundError:
        return False
    mine = os.fstat(descriptor)
    return (mine.st_dev, mine.st_ino) == (there.st_dev, there.st_ino)
