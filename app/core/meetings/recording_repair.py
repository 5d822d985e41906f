"""Recordings that their recorder did not close: found by their free lock, repaired.

A killed recorder leaves parts whose headers are behind their length and a session
file that still says "open". Nothing is thrown away here but recordings that hold
neither sound nor a marker, and of those nothing that the person put beside them.
"""

from __future__ import annotations

import contextlib
import logging
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from app.core.disk import refused
from app.core.errors import StorageError
from app.core.locks import FileLock, is_held
from app.core.meetings import recording as rec
from app.core.meetings import recording_wav as wav
from app.core.meetings.recording import Part, Recording

log = logging.getLogger("alcove.meetings")

_UNFINISHED = (rec.OPEN, rec.PAUSED)
_SPARE = "spare"  # the recorder's ballast against a full disk


@dataclass(frozen=True)
class Recovered:
    """A repaired recording and the folder it lies in."""

    folder: Path
    recording: Recording


def unfinished(root: Path) -> list[Path]:
    """Return the folders below ``root`` that nobody records into and nobody closed."""
    try:
        folders = sorted(f for f in root.iterdir() if f.is_dir() and not f.is_symlink())
    except OSError:
        return []
    return [f for f in folders if _is_unfinished(f)]


def _is_unfinished(folder: Path) -> bool:
    try:
        if not (folder / rec.SESSION_FILE).exists() or is_held(folder / rec.LOCK_FILE):
            return False
    except (OSError, StorageError):
        return False  # nothing can be done in a folder that cannot be looked into
    known = rec.load(folder)
    return known is None or known.state in _UNFINISHED


def recover_all(root: Path) -> list[Recovered]:
    """Repair every unfinished recording below ``root`` and return those that hold something.

    One that cannot be repaired now is left as it is and tried again at the next start.
    """
    found = []
    for folder in unfinished(root):
        try:
            found.append(recover(folder))
        except StorageError as error:
            log.warning("a recording could not be repaired: %s", error.code)
    return [r for r in found if r is not None]


def recover(folder: Path) -> Recovered | None:
    """Repair the recording in ``folder`` and mark it as recovered.

    One that another program has closed or repaired by now is returned as it is. Returns
    None when somebody records into it after all, when it is no longer there, or when it
    held nothing: what Alcove put into its folder is removed then. Raises ``StorageError``
    when the disk refuses.
    """
    lock = FileLock(folder / rec.LOCK_FILE)
    if not lock.acquire():
        return None
    with lock:
        recording = _repaired(folder)
    if recording is not None and not (recording.parts or recording.markers):
        rec.discard(folder)
        return None
    with contextlib.suppress(OSError):
        (folder / rec.LOCK_FILE).unlink(missing_ok=True)
        if recording is None:
            folder.rmdir()  # the lock made it anew; whatever else lies in it stays
    return None if recording is None else Recovered(folder, recording)


def _repaired(folder: Path) -> Recording | None:
    """Repair the recording whose lock is held; None when it is not there (any more)."""
    if not (folder / rec.SESSION_FILE).exists():
        return None  # it was moved away, and the lock made its folder anew
    known = rec.load(folder)
    if known is not None and known.state not in _UNFINISHED:
        return known  # it may be being joined by now: whoever does that removes its parts
    try:
        recording = replace(close_parts(folder, known), state=rec.RECOVERED)
        (folder / _SPARE).unlink(missing_ok=True)
    except OSError as error:
        raise refused(error, folder) from error
    if recording.parts or recording.markers:
        rec.save(folder, recording)
    return recording


def close_parts(folder: Path, known: Recording | None) -> Recording:
    """Repair the headers in ``folder`` and return the recording with its true duration.

    Parts that the session file does not name (or all, when it is damaged) are put
    behind the last one; where they were joined, that file is all of them. Raises
    ``OSError``.
    """
    recording = known or Recording(started=_changed(folder), device="")
    parts: list[Part] = []
    end = 0.0
    for part in (*recording.parts, *_unnamed(folder, recording)):
        path = folder / part.file
        if not path.is_file():
            continue
        held = wav.repair(path, part.rate, part.channels)
        if not held.frames:
            path.unlink()
            continue
        offset = part.offset if part in recording.parts else end
        parts.append(replace(part, offset=offset, rate=held.rate, channels=held.channels))
        end = max(end, offset + held.seconds)
    end = max([end, *(gap.end for gap in recording.gaps)])
    return replace(recording, parts=tuple(parts), duration=round(end, 3))


def _unnamed(folder: Path, recording: Recording) -> list[Part]:
    named = {p.file for p in recording.parts}
    joined = folder / rec.JOINED_FILE
    if joined.is_file() and not named:
        return [Part(joined.name, 0.0, 16000, 1, recording.device)]
    found = sorted(folder.glob("part-*.wav"))
    paths = (p for p in found if p.name not in named)
    return [Part(p.name, 0.0, 16000, 1, recording.device) for p in paths]


def _changed(folder: Path) -> str:
    when = datetime.fromtimestamp((folder / rec.SESSION_FILE).stat().st_mtime).astimezone()
    return when.isoformat(timespec="milliseconds")
