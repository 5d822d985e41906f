"""The folder of a child's socket and key: gone with the child, or at the next start.

Each has a lock beside it that the parent holds, so that what a killed parent left is
found by its free lock. The recorder outlives its parent and cleans up by itself: its
folder has no lock and is never swept.
"""

from __future__ import annotations

import contextlib
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from app.core import paths
from app.core.disk import refused
from app.core.errors import StorageError
from app.core.locks import FileLock

_START = "c"
_LOCK = ".lock"


@dataclass(frozen=True)
class SocketFolder:
    """A private folder with a short name, and the lock that says who needs it."""

    path: Path
    lock: FileLock | None

    def remove(self) -> None:
        """Remove the folder and its lock; a second call does nothing."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self.lock is not None:
            self.lock.drop()


def make(*, locked: bool = True) -> SocketFolder:
    """Make a folder that is readable by its owner alone. Raises ``StorageError``."""
    path = paths.runtime() / (_START + secrets.token_hex(4))
    lock = FileLock(path.with_name(path.name + _LOCK)) if locked else None
    if lock is not None:
        lock.acquire()
    try:
        path.mkdir(mode=0o700)
    except OSError as error:
        if lock is not None:
            lock.drop()
        raise refused(error, path.parent) from error
    return SocketFolder(path, lock)


def sweep() -> int:
    """Remove what killed processes left behind and return how many folders that were."""
    removed = 0
    for path in sorted(paths.runtime().glob(f"{_START}*{_LOCK}")):
        lock = FileLock(path)
        with contextlib.suppress(StorageError):
            if lock.acquire():
                shutil.rmtree(path.with_suffix(""), ignore_errors=True)
                lock.drop()
                removed += 1
    return removed
