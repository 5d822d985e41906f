"""The files that are written out of a meeting: their names, and what of them may go.

What a person wrote or changed is never written over and never removed: a file is
Alcove's own while it holds the bytes (by their SHA-256) that Alcove wrote.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path

from app.core.disk import refused

Known = Mapping[Path, str | None]  # files that were written, with the digest of each

_MOST_CHARACTERS = 80
# Names have 255 bytes nearly everywhere; the ending, a number and the mark of a file that
# is being written must fit behind.
_MOST_BYTES = 180
_JOINERS = frozenset("\u200d\u20e3\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")


def plain_name(title: str) -> str:
    """Return ``title`` as a file name that every system takes, cut at a whole sign."""
    name = re.sub(r'[\x00-\x1f<>:"/\\|?*]+', "-", title).strip(" .-")
    return _cut(name).rstrip(" .-") or "meeting"


def _cut(name: str) -> str:
    end = min(len(name), _MOST_CHARACTERS)
    while len(name[:end].encode("utf-8", "surrogatepass")) > _MOST_BYTES:
        end -= 1
    whole = end
    while 0 < whole < len(name) and _belongs(name[whole - 1], name[whole]):
        whole -= 1
    return name[: whole or end]


def _belongs(before: str, sign: str) -> bool:
    """Return whether ``sign`` is one with the sign before it: an accent, a joined emoji."""
    joined = before == "\u200d" or sign in _JOINERS
    return joined or unicodedata.category(sign).startswith("M")


def digest(data: bytes) -> str:
    """Return what tells the content of a file from another one."""
    return hashlib.sha256(data).hexdigest()


def free_places(
    folder: Path, title: str, contents: Mapping[str, bytes], known: Known
) -> dict[Path, bytes]:
    """Return the files to write, by their paths: "title transcript.txt" and the like.

    ``contents`` are by what follows the title. Where one of the names is taken, by
    another meeting, by the person, or by a file of ``known`` that the person has changed,
    all get a number behind the title. Raises ``StorageError`` where the folder hides
    what is in it.
    """
    name = plain_name(title)
    for number in itertools.count(1):
        base = name if number == 1 else f"{name} ({number})"
        places = {folder / f"{base} {ending}": data for ending, data in contents.items()}
        if all(_is_free(file, data, known) for file, data in places.items()):
            break
    return places


def _is_free(file: Path, data: bytes, known: Known) -> bool:
    """Return whether nothing of anybody's is lost when ``data`` is written to ``file``."""
    try:
        if not file.exists():
            return True
    except OSError as error:  # a folder that may be listed and not searched
        raise refused(error, file.parent) from error
    try:
        # By the file itself: two titles may be one name to the system ("Talk", "talk").
        ours = [known[other] for other in known if _is_same(file, other)]
        there = file.read_bytes() if ours else b""
    except OSError:
        return False
    # The same bytes: written by a program that was killed before it could note them.
    return bool(ours) and (there == data or digest(there) in ours)


def _is_same(file: Path, other: Path) -> bool:
    if file == other:
        return True
    with contextlib.suppress(OSError):  # what is gone, or out of reach, is not this file
        return file.samefile(other)
    return False


def remove_unchanged(file: Path, written_digest: str, written: Iterable[Path]) -> bool:
    """Remove an old export, and its folder when it was the last; False: it stays."""
    try:
        if any(file.samefile(other) for other in written):
            return False
        if digest(file.read_bytes()) != written_digest:
            return False
        file.unlink()
    except FileNotFoundError:
        return True
    except OSError:
        return False  # open in another program, perhaps: tried again with the next export
    with contextlib.suppress(OSError):
        file.parent.rmdir()
    return True
