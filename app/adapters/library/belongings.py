"""The files of a meeting: which of them go with it, and which are the person's.

Sound goes when it lies in Alcove's own folders, a recording's folder wherever it
lies, exports exactly as they were written. A file elsewhere is never touched.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.core.meetings.recording import SESSION_FILE, is_own
from app.core.meetings.records import RECORDING

KEPT_SOUND = 2  # the value of ``gone`` for a meeting whose sound stays


@dataclass(frozen=True)
class Belongings:
    """What goes with a meeting: files, and the folders in which a file may be removed.

    ``kept`` are the exports that the person put elsewhere, ``folders`` what a receipt
    looks at besides Alcove's own folders.
    """

    files: tuple[str, ...]
    roots: tuple[Path, ...]
    kept: tuple[str, ...] = ()

    @property
    def folders(self) -> tuple[Path, ...]:
        """Return the folders of the files, none twice."""
        return tuple(dict.fromkeys(Path(file).parent for file in self.files))

    def remove(self) -> list[str]:
        """Delete the files and return which ones went; see ``remove_files``."""
        return remove_files(self.files, self.roots)

    def left(self) -> list[str]:
        """Return the files that should be gone and are still there."""
        return [name for name, place in _inside(self.files, self.roots) if place.exists()]


def of_meeting(
    connection: sqlite3.Connection,
    meeting: int,
    own: Sequence[Path],
    *,
    keep_sound: bool = False,
    more: Sequence[str] = (),
) -> Belongings:
    """Return what goes with ``meeting``; ``more`` are exports that no list names."""
    rows = connection.execute(
        "SELECT file, chosen FROM exports WHERE meeting = ? ORDER BY file", (meeting,)
    ).fetchall()
    files = [*more, *(row["file"] for row in rows if not row["chosen"])]
    roots = [*own, *(Path(file).parent.parent for file in files)]
    if not keep_sound:
        sound, places = _sound(connection, meeting)
        files += sound
        roots += places
    kept = tuple(r["file"] for r in rows if r["chosen"] and Path(r["file"]).exists())
    return Belongings(tuple(dict.fromkeys(files)), tuple(dict.fromkeys(roots)), kept)


def _sound(connection: sqlite3.Connection, meeting: int) -> tuple[list[str], list[Path]]:
    rows = connection.execute(
        "SELECT p.file FROM parts p JOIN tracks t ON t.id = p.track WHERE t.meeting = ?", (meeting,)
    )
    files, roots = [row["file"] for row in rows], []
    found = connection.execute(
        "SELECT kind, original FROM meetings WHERE id = ?", (meeting,)
    ).fetchone()
    if found is not None and found["kind"] == RECORDING and found["original"]:
        folder = Path(found["original"]).parent
        recorded = files_of_recording(folder)
        files += recorded
        roots += [folder.parent] if recorded else []
    return files, roots


def files_of_recording(folder: Path) -> list[str]:
    """Return the files of a recording: sound, session, locks.

    Only what the recorder made, in a folder with a session file: a photo of the
    whiteboard that the person put beside it stays.
    """
    if not (folder / SESSION_FILE).is_file():
        return []
    return [str(p) for p in sorted(folder.iterdir()) if is_own(p.name) and p.is_file()]


def remove_files(files: Iterable[str], own: Sequence[Path]) -> list[str]:
    """Delete the files that lie in Alcove's own folders; return which ones went.

    A folder in there that is empty afterwards goes too. A file elsewhere belongs to
    the person and is never touched.
    """
    roots = [folder.resolve() for folder in own]
    removed = []
    for name, place in _inside(files, own):
        with contextlib.suppress(OSError):
            place.unlink()
            removed.append(name)
            if place.parent not in roots:
                place.parent.rmdir()
    return removed


def _inside(files: Iterable[str], own: Sequence[Path]) -> list[tuple[str, Path]]:
    """Return the files below ``own`` and where they really lie; a link leads nowhere else."""
    roots = [folder.resolve() for folder in own]
    places = [(name, Path(name).parent.resolve() / Path(name).name) for name in files]
    return [(name, p) for name, p in places if any(root in p.parents for root in roots)]
