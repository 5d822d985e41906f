"""Which language models the programs on one data folder have had loaded.

A command that transcribes must empty the memory of a model that the window asked for
a minute ago, and the server does not say who asked.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from app.core.disk import make_folder
from app.core.errors import StorageError
from app.core.settings import write_atomically

_MOST_BYTES = 64 * 1024


class UsedModels:
    """Names of models, shared by a file of one line each. Safe from any thread.

    ``file`` gives its path, which is made with the first name; None keeps the names of
    this process alone. Where the file cannot be written only the others do not know of them.
    """

    def __init__(self, file: Callable[[], Path] | None = None):
        self._file = file
        self._mine: set[str] = set()
        self._lock = threading.Lock()

    def add(self, name: str) -> None:
        """Remember that ``name`` may be in memory from now on."""
        with self._lock:
            self._mine.add(name)
        if self._file is None or "\n" in name:
            return
        with contextlib.suppress(OSError, StorageError):
            path = self._file()
            if name not in _names(path):  # another program may have taken it since
                make_folder(path.parent)
                handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
                with os.fdopen(handle, "ab") as file:
                    file.write(f"{name}\n".encode())

    def names(self) -> list[str]:
        """Return all names, those of other processes too."""
        with self._lock:
            found = set(self._mine)
        if self._file is not None:
            with contextlib.suppress(OSError, StorageError):
                found |= _names(self._file())
        return sorted(found)

    def forget(self, names: Iterable[str]) -> None:
        """Forget names whose models are known to be out of memory, for all processes.

        Who calls it holds the memory plan's place for speech, so nobody adds meanwhile.
        """
        gone = set(names)
        with self._lock:
            self._mine -= gone
        if self._file is None:
            return
        with contextlib.suppress(OSError, StorageError):
            path = self._file()
            found = _names(path)
            left = found - gone
            if left and left != found:
                write_atomically(path, "".join(f"{name}\n" for name in sorted(left)).encode())
            elif not left:
                path.unlink(missing_ok=True)


def _names(path: Path) -> set[str]:
    try:
        with open(path, "rb") as file:
            text = file.read(_MOST_BYTES).decode("utf-8", "replace")
    except FileNotFoundError:
        return set()
    return {line for line in text.splitlines() if line}
