"""A recording on disk: a folder of WAV parts and the session file that describes them.

The session file ``session.json`` stands before the first sample and is replaced
atomically whenever a part, gap, marker or state is added. How long a part is stands
nowhere but in its own length, so a killed recorder leaves nothing untrue behind.

Times are seconds of meeting time: from the first sample on, pauses left out, gaps
(stretches that were not recorded) left in. Who records holds ``session.lock``.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from app.core import paths
from app.core.disk import refused
from app.core.errors import StorageError
from app.core.meetings import recording_wav as wav
from app.core.meetings.model import Note, Span
from app.core.settings import UNFINISHED, write_atomically

SESSION_FILE = "session.json"
LOCK_FILE = "session.lock"
JOINED_FILE = "recording.wav"  # all parts in one, complete whenever it is there
SCHEMA = 1

OPEN, PAUSED, CLOSED, RECOVERED = "open", "paused", "closed", "recovered"
_STATES = (OPEN, PAUSED, CLOSED, RECOVERED)
# What Alcove itself puts into the folder of a recording; all else is the person's.
_OWN = re.compile(
    r"session\.(json(\..*)?|lock)|keep\.lock|spare|part-\d+\.wav|recording\.wav(\.tmp)?"
    # An exported file whose writing a kill cut off (write_atomically).
    r"|.+ (transcript|minutes|notes)\.(txt|md|json|srt|vtt)" + UNFINISHED
)
# What anything else than a session file raises where it is taken for one.
_NO_SESSION = (ValueError, KeyError, TypeError, OverflowError, AttributeError, RecursionError)
_MOST_BYTES = 64 * 1024 * 1024
_MOST_TEXT = 32_767  # what the field for a note takes: more than that is no note
_LATEST = 10_000_000.0  # seconds: no meeting lasts four months


@dataclass(frozen=True)
class Part:
    """One WAV file of 16-bit PCM: its name, and the meeting time of its first sample.

    ``rate`` is in samples per second and channel.
    """

    file: str
    offset: float
    rate: int
    channels: int
    device: str


@dataclass(frozen=True)
class Gap(Span):
    """A stretch of meeting time without sound, and why.

    ``reason`` is "lost" (the microphone gave nothing), "late" (the machine slept or
    could not keep up) or "restart" (the recorder died and was started again).
    """

    reason: str = "lost"


@dataclass(frozen=True)
class Recording:
    """What the session file says.

    ``started`` is the wall clock in ISO 8601 with its offset; ``duration`` is None
    until the recording is closed; ``device`` is the name of the microphone as asked
    for or, if none was, as found.
    """

    started: str
    device: str
    state: str = OPEN
    duration: float | None = None
    parts: tuple[Part, ...] = ()
    gaps: tuple[Gap, ...] = ()
    markers: tuple[Note, ...] = ()

    def with_part(self, part: Part) -> Recording:
        """Return it with one more part."""
        return replace(self, parts=(*self.parts, part))

    def with_gap(self, gap: Gap) -> Recording:
        """Return it with one more gap; one that touches the last is joined to it."""
        last = self.gaps[-1] if self.gaps else None
        if last is not None and gap.start <= last.end + 0.001:
            joined = Gap(last.start, max(last.end, gap.end), last.reason)
            return replace(self, gaps=(*self.gaps[:-1], joined))
        return replace(self, gaps=(*self.gaps, gap))

    def with_marker(self, text: str, time: float) -> Recording:
        """Return it with one more marker or note at meeting time ``time``."""
        return replace(self, markers=(*self.markers, Note(text[:_MOST_TEXT], round(time, 3))))

    def to_json(self) -> dict[str, Any]:
        """Return the plain form of the session file."""
        return {"schema": SCHEMA, **asdict(self)}


def from_json(plain: Mapping[str, Any]) -> Recording:
    """Return the recording of a session file.

    Raises ``ValueError``, ``KeyError``, ``TypeError`` or ``OverflowError`` for anything
    else: names of parts that point out of the folder, unknown states, impossible rates
    and times.
    """
    if plain["state"] not in _STATES or plain["schema"] != SCHEMA:
        raise ValueError("not a session file of this version")
    duration = plain["duration"]
    return Recording(
        started=str(plain["started"]),
        device=str(plain["device"]),
        state=plain["state"],
        duration=None if duration is None else _seconds(duration),
        parts=tuple(_part(p) for p in plain["parts"]),
        gaps=tuple(
            Gap(_seconds(g["start"]), _seconds(g["end"]), str(g["reason"])) for g in plain["gaps"]
        ),
        markers=tuple(Note(str(m["text"]), _seconds(m["time"])) for m in plain["markers"]),
    )


def _part(plain: Mapping[str, Any]) -> Part:
    name, rate, channels = str(plain["file"]), int(plain["rate"]), int(plain["channels"])
    if Path(name).name != name or not name.endswith(".wav"):
        raise ValueError("a part must lie in the recording's own folder")
    if not wav.is_possible(rate, channels):
        raise ValueError("impossible format")
    return Part(name, _seconds(plain["offset"]), rate, channels, str(plain["device"]))


def _seconds(value: Any) -> float:
    seconds = float(value)
    if not abs(seconds) <= _LATEST:  # also what is no number at all
        raise ValueError("impossible time")
    return max(0.0, seconds)


def save(folder: Path, recording: Recording) -> None:
    """Write the session file of ``folder``; raises ``StorageError``."""
    text = json.dumps(recording.to_json(), ensure_ascii=False, indent=1)
    # "replace": half a sign, which UTF-8 cannot write, must not end a recording.
    write_atomically(folder / SESSION_FILE, text.encode("utf-8", "replace"))


def load(folder: Path) -> Recording | None:
    """Return what the session file of ``folder`` says, None when it is none or damaged."""
    try:
        with open(folder / SESSION_FILE, "rb") as file:
            return from_json(json.loads(file.read(_MOST_BYTES)))
    except (OSError, *_NO_SESSION):
        return None


def is_own(name: str) -> bool:
    """Return whether a file of this name in a recording's folder belongs to the recording."""
    return _OWN.fullmatch(name) is not None


def discard(folder: Path) -> None:
    """Remove what Alcove put into ``folder``, and the folder if nothing else is in it."""
    with contextlib.suppress(OSError):
        for file in list(folder.iterdir()):
            if is_own(file.name):
                with contextlib.suppress(OSError):  # Windows removes no file that is open
                    file.unlink()
        folder.rmdir()


def part_name(number: int) -> str:
    """Return the file name of part ``number`` (from 1)."""
    return f"part-{number:03d}.wav"


def now_text() -> str:
    """Return the wall clock as the session file writes it."""
    return datetime.now().astimezone().isoformat(timespec="milliseconds")


def root(chosen: str) -> Path:
    """Return the folder of recordings: the one of the settings, or the usual one.

    Raises ``StorageError``.
    """
    return paths.chosen(chosen) if chosen else paths.recordings()


def new_folder(root: Path) -> Path:
    """Make and return an owner-only folder for a recording that starts now.

    Raises ``StorageError`` when ``root`` cannot take it.
    """
    stem = datetime.now().strftime("%Y-%m-%d %H.%M.%S")
    for number in range(1, 1000):
        folder = root / (stem if number == 1 else f"{stem} ({number})")
        try:
            root.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.mkdir(folder, 0o700)
        except FileExistsError:
            continue
        except OSError as error:
            raise refused(error, root) from error
        return folder
    raise StorageError("folder_not_writable", path=str(root))
