"""What the disk refuses, as one error; and folders that only their owner reads."""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path

from app.core.errors import StorageError

_WINDOWS = os.name == "nt"
_PAUSES = (0.005, 0.02, 0.05, 0.1, 0.2)  # seconds
_NO_ROOM = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", 122)})


def refused(error: OSError, path: Path) -> StorageError:
    """Return what ``error`` at ``path`` means: "disk_full" or "folder_not_writable"."""
    code = "disk_full" if error.errno in _NO_ROOM else "folder_not_writable"
    return StorageError(code, path=str(path))


def put_in_place(source: Path, target: Path) -> None:
    """Give ``source`` the name ``target``, whatever stood there. Raises ``OSError``.

    Windows refuses that while anybody, a virus scanner too, has the old file open: there
    it is tried again for a moment.
    """
    for pause in _PAUSES if _WINDOWS else ():
        try:
            os.replace(source, target)
        except PermissionError:
            time.sleep(pause)
        else:
            return
    os.replace(source, target)


def make_folder(path: Path) -> Path:
    """Make ``path`` with those above it, for its owner alone, unless it is there.

    Returns it. Raises ``StorageError``.
    """
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise refused(error, path) from error
    return path
