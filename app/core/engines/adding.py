"""A Whisper model from a folder or a ZIP, from disk or USB, into Alcove's own folder.

It is copied beside its place under a name that no search takes for a model, checked
there, and only then renamed: a copy that was stopped leaves nothing behind, and what a
killed program left goes at the next start.
"""

from __future__ import annotations

import lzma
import os
import shutil
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Protocol

from app.core import paths
from app.core.disk import make_folder, refused
from app.core.engines.whisper_folders import WhisperFolder, check
from app.core.errors import EngineError, InputError, StorageError
from app.core.jobs import JobContext, Progress
from app.core.work_folder import work_folder

# What belongs to a model; anything else in the folder is left where it is.
FILES = frozenset(
    {
        "config.json",
        "model.bin",
        "preprocessor_config.json",
        "tokenizer.json",
        "vocabulary.json",
        "vocabulary.txt",
        "shared_vocabulary.json",
    }
)
_MOST_BYTES = 8 * 1024**3  # the largest Whisper model in 16 bits has 3.1 GB
_SPARE = 256 * 1024**2
_BLOCK = 1024 * 1024
# What a damaged, protected or strangely packed ZIP raises; RuntimeError asks for a password.
# What zipfile unpacks no further than it is asked to; 700 bytes of bzip2 become gigabytes.
_BOUNDED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ZIP_TROUBLE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError,
    ValueError, struct.error, OverflowError,
)  # fmt: skip


def add_whisper(source: Path, own: Path, ctx: JobContext) -> WhisperFolder:
    """Copy the model at ``source`` (a folder or a ZIP) into ``own`` and return it.

    Raises ``InputError`` "file_missing", "file_unreadable" or "file_too_large", ``EngineError``
    "whisper_folder_bad" or "engine_broken", ``StorageError``, ``Cancelled``. The sum of a
    ZIP's files is bounded, and its names cannot point out of the folder.
    """
    if not source.exists():
        raise InputError("file_missing", path=str(source))
    if not (source.is_dir() or source.is_file()):  # a pipe would keep its reader for ever
        raise InputError("file_unreadable", path=str(source))
    with work_folder(paths.unfinished(make_folder(own))) as work:
        try:
            if source.is_dir():
                _copy_folder(source, work, ctx)
            else:
                _copy_zip(source, work, ctx)
            ctx.report(Progress("check"))
            _check(work, source)
            target = _free_name(own, source.stem if source.is_file() else source.name)
            os.replace(work, target)
        except OSError as error:
            raise refused(error, own) from error
    return check(target)


def _check(work: Path, source: Path) -> None:
    """Check the copy, and name the source in what is wrong with it."""
    try:
        check(work)
    except EngineError as error:
        raise EngineError(error.code, **{**error.params, "path": str(source)}) from error


def _free_name(own: Path, name: str) -> Path:
    plain = "".join(c if c.isalnum() or c in "-_." else "-" for c in name).strip(".-_")
    plain = plain[:80] or "whisper"
    target, number = own / plain, 2
    while target.exists():
        target, number = own / f"{plain}-{number}", number + 1
    return target


def _room(source: Path, own: Path, need: int) -> None:
    if need > _MOST_BYTES:
        raise InputError("file_too_large", path=str(source), limit="8 GB")
    if shutil.disk_usage(own).free < need + _SPARE:
        raise StorageError("disk_full", path=str(own))


def _copy_folder(source: Path, work: Path, ctx: JobContext) -> None:
    files = [source / name for name in sorted(FILES) if (source / name).is_file()]
    total = sum(f.stat().st_size for f in files)
    _room(source, work, total)
    copier = _Copier(total, ctx)
    for file in files:
        with _Source(file) as reading:
            copier.copy(reading, work / file.name)


def _copy_zip(source: Path, work: Path, ctx: JobContext) -> None:
    try:
        with zipfile.ZipFile(source) as archive:
            wanted = list(_wanted(archive))
            total = sum(entry.file_size for entry in wanted)
            _room(source, work, total)
            copier = _Copier(total, ctx)
            for entry in wanted:
                if entry.compress_type not in _BOUNDED:
                    raise EngineError("whisper_folder_bad", path=str(source), why="zip")
                with archive.open(entry) as reading:
                    copier.copy(_ZipReading(reading, source), work / _name(entry))
    except _ZIP_TROUBLE as error:
        raise EngineError("whisper_folder_bad", path=str(source), why="zip") from error


def _name(entry: zipfile.ZipInfo) -> str:
    return PurePosixPath(entry.filename).name


class _Source:
    """A file to copy from; what its disk refuses is no trouble of ours."""

    def __init__(self, path: Path):
        self._path = path

    def __enter__(self) -> _Source:
        try:
            self._file = open(self._path, "rb")
        except OSError as error:
            raise InputError("file_unreadable", path=str(self._path)) from error
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def read(self, size: int) -> bytes:
        """Return up to ``size`` bytes. Raises ``InputError``."""
        try:
            return self._file.read(size)
        except OSError as error:
            raise InputError("file_unreadable", path=str(self._path)) from error


class _ZipReading:
    """Reads a file of a ZIP; damage inside is the ZIP's trouble and not the disk's."""

    def __init__(self, reading: IO[bytes], source: Path):
        self._reading = reading
        self._source = source

    def read(self, size: int) -> bytes:
        """Return up to ``size`` bytes. Raises ``EngineError``."""
        try:
            return self._reading.read(size)
        except (*_ZIP_TROUBLE, OSError) as error:
            raise EngineError("whisper_folder_bad", path=str(self._source), why="zip") from error


def _wanted(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    """Yield the model's files: those of the folder in the archive that holds model.bin."""
    entries = [e for e in archive.infolist() if not e.is_dir() and not _is_link(e)]
    homes = [
        PurePosixPath(e.filename).parent
        for e in entries
        if PurePosixPath(e.filename).name == "model.bin"
    ]
    if not homes:
        return
    home = min(homes, key=lambda p: len(p.parts))
    seen: set[str] = set()
    for entry in entries:
        place = PurePosixPath(entry.filename)
        if place.parent == home and place.name in FILES and place.name not in seen:
            seen.add(place.name)
            yield entry


def _is_link(entry: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(entry.external_attr >> 16)


class _Reading(Protocol):
    def read(self, size: int, /) -> bytes: ...


class _Copier:
    """Copies with progress, and stops at more bytes than were announced."""

    def __init__(self, total: int, ctx: JobContext):
        self._total = total
        self._ctx = ctx
        self._done = 0

    def copy(self, reading: _Reading, target: Path) -> None:
        with open(target, "wb") as writing:
            while block := reading.read(_BLOCK):
                self._ctx.check()
                self._done += len(block)
                if self._done > self._total:
                    raise EngineError("whisper_folder_bad", path=target.name, why="zip")
                writing.write(block)
                self._ctx.report(Progress("copy", self._done, self._total))
            writing.flush()
            os.fsync(writing.fileno())
