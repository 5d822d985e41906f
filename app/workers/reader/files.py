"""The door of the reader: a foreign file is looked at before anything opens it."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import NoReturn

from app.core.errors import InputError

MEGABYTE = 1_000_000


def checked(path: str, megabytes: int) -> Path:
    """Return ``path`` when it is a readable file with something in it.

    Raises ``InputError``: file_missing, file_is_folder, file_unreadable (also for
    pipes and devices, which could block for ever), file_empty, file_too_large.
    """
    try:
        found = os.stat(path)
    except FileNotFoundError as error:
        raise InputError("file_missing", path=path) from error
    except (OSError, ValueError) as error:
        raise InputError("file_unreadable", path=path) from error
    if stat.S_ISDIR(found.st_mode):
        raise InputError("file_is_folder", path=path)
    if not stat.S_ISREG(found.st_mode) or not os.access(path, os.R_OK):
        raise InputError("file_unreadable", path=path)
    if found.st_size == 0:
        raise InputError("file_empty", path=path)
    if found.st_size > megabytes * MEGABYTE:
        raise InputError("file_too_large", path=path, limit=f"{megabytes} MB")
    return Path(path)


def unreadable(path: str, error: OSError) -> NoReturn:
    """Raise that the disk said no in the middle of reading ``path``."""
    raise InputError("file_unreadable", path=path) from error
