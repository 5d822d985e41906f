"""Which files a list of paths means, and by what a file is known again."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from app.core.documents.model import FileMark
from app.core.errors import AppError, InputError
from app.core.jobs import JobContext

TYPES = frozenset({".txt", ".md", ".pdf"})
_PIECE = 1 << 20
_HIDDEN_ON_WINDOWS = 0x2


@dataclass(frozen=True)
class Candidate:
    """A path that was found: readable, of another type (``skipped``), or in error."""

    path: Path
    size: int = 0
    skipped: bool = False
    error: AppError | None = None


def candidates(paths: Iterable[Path], ctx: JobContext) -> Iterator[Candidate]:
    """Give every file that ``paths`` mean, each once, by absolute path.

    Folders are walked in the order of names. Hidden files and folders inside them are
    passed over; links are followed, but no folder or file is visited twice, so a loop
    ends. Pipes and devices, which may never end, are never opened.
    """
    seen: set[str] = set()
    for path in paths:
        yield from _visit(Path(os.path.abspath(path)), seen, ctx, named=True)


def _visit(
    path: Path, seen: set[str], ctx: JobContext, *, named: bool = False
) -> Iterator[Candidate]:
    ctx.check()
    place = os.path.realpath(path)
    if place in seen:
        return
    seen.add(place)
    try:
        found = path.stat()
    except OSError as error:
        if named or _fits(path):
            code = "file_missing" if isinstance(error, FileNotFoundError) else "file_unreadable"
            yield Candidate(path, error=InputError(code, path=str(path)))
        return
    if stat.S_ISDIR(found.st_mode):
        yield from _inside(path, seen, ctx)
    else:
        good = stat.S_ISREG(found.st_mode) and _fits(path)
        yield Candidate(path, found.st_size, skipped=not good)


def _fits(path: Path) -> bool:
    return path.suffix.lower() in TYPES


def _inside(folder: Path, seen: set[str], ctx: JobContext) -> Iterator[Candidate]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        yield Candidate(folder, error=InputError("file_unreadable", path=str(folder)))
        return
    for entry in entries:
        if not hidden(entry):
            yield from _visit(Path(entry.path), seen, ctx)


def hidden(entry: os.DirEntry[str]) -> bool:
    """Return whether an entry is hidden, by its name or by its attribute on Windows."""
    if entry.name.startswith("."):
        return True
    try:
        attributes = getattr(entry.stat(follow_symlinks=False), "st_file_attributes", 0)
    except OSError:
        return False
    return bool(attributes & _HIDDEN_ON_WINDOWS)


def quick_mark(path: Path) -> tuple[int, int]:
    """Return size in bytes and time of change in ns.

    Raises ``InputError`` "file_missing" or "file_unreadable".
    """
    try:
        found = path.stat()
    except FileNotFoundError as error:
        raise InputError("file_missing", path=str(path)) from error
    except OSError as error:
        raise InputError("file_unreadable", path=str(path)) from error
    return found.st_size, found.st_mtime_ns


def mark_of(path: Path, ctx: JobContext) -> FileMark:
    """Return the mark of a file; its content is read once.

    Size and time are taken before the content, so that a change meanwhile shows next
    time. Raises ``InputError`` and ``Cancelled``.
    """
    size, modified = quick_mark(path)
    digest = hashlib.sha256()
    try:
        with open(path, "rb") as file:
            while piece := file.read(_PIECE):
                ctx.check()
                digest.update(piece)
    except OSError as error:
        raise InputError("file_unreadable", path=str(path)) from error
    return FileMark(size, modified, digest.hexdigest())
