"""Where ``--output`` points: checked before hours of work, written at their end."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from app.core.errors import InputError
from app.core.settings import write_atomically


def check(path: Path, sources: Sequence[Path]) -> None:
    """Raise ``InputError`` unless ``path``, a file or a folder, can be written.

    None of ``sources`` may be lost to it.
    """
    if any(is_same(path, source) for source in sources):
        raise InputError("output_not_writable", path=str(path))
    if _is_device(path):
        writable = os.access(path, os.W_OK)
    else:
        folder = path if path.is_dir() else path.resolve().parent
        writable = _takes_files(folder)
    if not writable:
        raise InputError("output_not_writable", path=str(path))


def make_folder(path: Path) -> None:
    """Make the folder that several files go into; raise ``InputError`` when it cannot be."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError("output_not_writable", path=str(path)) from error


def write(path: Path, text: str) -> None:
    """Write ``text``: through a link to what it names, into a device as it is.

    A file holds the old or the new text, never a mixture. Raises ``InputError`` and
    ``StorageError``.
    """
    data = text.encode("utf-8", "replace")
    if not _is_device(path):
        write_atomically(path.resolve(), data)
        return
    try:
        with open(path, "ab") as device:
            device.write(data)
    except OSError as error:
        raise InputError("output_not_writable", path=str(path)) from error


def is_same(path: Path, other: Path) -> bool:
    """Return whether both name one file that exists."""
    try:
        return path.samefile(other)
    except OSError:
        return False


def _is_device(path: Path) -> bool:
    """Return whether ``path`` is there and is neither file nor folder, but a pipe or such.

    /dev/stdout may name a file, which the shell has open: it is never replaced.
    """
    return (path.exists() and not path.is_file() and not path.is_dir()) or (
        path.is_absolute() and path.parts[:2] == ("/", "dev") and path.exists()
    )


def _takes_files(folder: Path) -> bool:
    """Return whether a file can be made in ``folder``, by making one without a name."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
