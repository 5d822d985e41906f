"""What the disk refuses, as one error; and folders that only their owner reads."""

from __future__ import annotations

import errno
from pathlib import Path

from app.core.errors import StorageError

_NO_ROOM = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", 122)})


def refused(error: OSError, path: Path) -> StorageError:
    """Return what ``error`` at ``path`` means: "disk_full" or "folder_not_writable"."""
    code = "disk_full" if error.errno in _NO_ROOM else "folder_not_writable"
    return StorageError(code, path=str(path))


def make_folder(path: Path) -> Path:
    """Make ``path`` with those above it, for its owner alone, unless it is there.

    Returns it. Raises ``StorageError``.
    """
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise refused(error, path) from error
    return path
