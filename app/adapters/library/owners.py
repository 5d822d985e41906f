"""Who works on what: every process has a lock file, and a free one means its owner died."""

from __future__ import annotations

import contextlib
import uuid
from pathlib import Path

from app.core.errors import StorageError
from app.core.locks import FileLock, is_held


class Owner:
    """The mark that this process puts on what it works on.

    The operating system gives the lock back when the process ends, however it
    ends; a process number could belong to another process by then.
    """

    def __init__(self, folder: Path):
        self._folder = folder
        self.name = f"owner-{uuid.uuid4().hex}"
        self._lock = FileLock(self._file(self.name))
        if not self._lock.acquire():
            raise StorageError("folder_not_writable", path=str(folder))

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.lock"

    def alive(self, name: str | None) -> bool:
        """Return whether the process with that mark still lives."""
        if not name:
            return False
        return name == self.name or is_held(self._file(name))

    def sweep(self) -> None:
        """Remove the lock files of the dead; their names are never used again."""
        for path in self._folder.glob("owner-*.lock"):
            if path.stem != self.name and not is_held(path):
                with contextlib.suppress(OSError):
                    path.unlink()

    def close(self) -> None:
        """Give everything back."""
        self._lock.release()
        with contextlib.suppress(OSError):
            self._file(self.name).unlink()
