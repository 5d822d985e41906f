"""Private folders for working files, gone at the end, or at the next start after a kill.

Each folder has a lock beside it that its owner holds. Whoever finds a lock that
nobody holds any more removes folder and lock.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from app.core import paths
from app.core.disk import refused
from app.core.errors import StorageError
from app.core.locks import FileLock
from app.core.settings import sweep_unfinished

_LOCK = ".lock"
# What is written as a whole in the data folder; exports and recordings go with their meeting.
_WRITTEN = ("settings.json", "window.json", "run/models-used", "run/recorder.json")


def base() -> Path:
    """Return the folder that holds them; it exists only while one is in use."""
    return paths.home() / "work"


@contextlib.contextmanager
def work_folder(place: Path | None = None) -> Iterator[Path]:
    """Give an empty folder, readable by its owner alone, and remove it at the end.

    Raises ``StorageError`` when it cannot be made.
    """
    place = place or base()
    sweep(place)
    name = secrets.token_hex(8)
    lock = FileLock(place / (name + _LOCK))
    folder = place / name
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not lock.acquire():
            raise StorageError("folder_not_writable", path=str(place))
        folder.mkdir(mode=0o700)
    except OSError as error:
        lock.release()
        raise refused(error, place) from error
    try:
        yield folder
    finally:
        _remove(folder, lock)


def sweep(place: Path | None = None) -> int:
    """Remove what killed processes left behind and return how many folders that were."""
    place = place or base()
    removed = 0
    for path in _locks(place):
        lock = FileLock(path)
        with contextlib.suppress(StorageError):
            if lock.acquire():
                _remove(path.with_suffix(""), lock)
                removed += 1
    return removed


def sweep_all() -> None:
    """Remove what killed programs left: working files, half-copied models, half-written files."""
    sweep()
    for name in _WRITTEN:
        sweep_unfinished(paths.home() / name)
    sweep(paths.unfinished(paths.whisper()))


def _locks(place: Path) -> list[Path]:
    try:
        return sorted(p for p in place.iterdir() if p.suffix == _LOCK)
    except OSError:
        return []


def _remove(folder: Path, lock: FileLock) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    if os.name == "nt":
        lock.release()  # Windows removes no open file
    with contextlib.suppress(OSError):
        lock.path.unlink(missing_ok=True)
    lock.release()
    with contextlib.suppress(OSError):
        folder.parent.rmdir()  # only when nobody else works in it
