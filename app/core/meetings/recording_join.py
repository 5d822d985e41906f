"""One WAV file out of the parts of a recording, silence where nothing was recorded.

In the joined file the time of a sample is its meeting time. Silence is left as a
hole in the file where the system knows holes, so an hour of sleep takes no room.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from app.core.disk import refused
from app.core.errors import StorageError
from app.core.jobs import JobContext
from app.core.meetings import recording as rec
from app.core.meetings import recording_wav as wav
from app.core.meetings.export import export_notes
from app.core.meetings.recording import Recording
from app.core.pace import Pace

if TYPE_CHECKING:
    import numpy as np

JOINED_FILE = rec.JOINED_FILE
_BLOCK_SECONDS = 5  # of sound between two looks at Cancel


def join(folder: Path, recording: Recording, ctx: JobContext) -> Recording:
    """Turn the closed recording in ``folder`` into one part named ``JOINED_FILE``.

    The session file names the joined file before the parts are removed, so that no
    moment exists without one of the two. The caller has hold of the recording
    (``recording_hold``). Raises ``StorageError``; everything is then as before.
    """
    if not recording.parts:
        return recording
    first = recording.parts[0]
    target = folder / JOINED_FILE
    if not (folder / first.file).exists() and target.exists():
        # A kill came between the new name and the session file, on a disk without links.
        return _joined(folder, recording)
    temporary = folder / (JOINED_FILE + ".tmp")
    only = len(recording.parts) == 1
    try:
        if only and first.offset < 0.5 / first.rate:
            _held(folder, first)
            _name(folder / first.file, target)
            _lengthen(target, recording.duration or 0.0)
        else:
            _write(temporary, folder, recording, ctx)
            os.replace(temporary, target)
    except OSError as error:
        raise refused(error, target) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
    joined = _joined(folder, recording)
    for part in recording.parts:
        if part.file != JOINED_FILE:
            (folder / part.file).unlink(missing_ok=True)
    return joined


def _joined(folder: Path, recording: Recording) -> Recording:
    part = replace(recording.parts[0], file=JOINED_FILE, offset=0.0)
    joined = replace(recording, parts=(part,))
    rec.save(folder, joined)
    return joined


def move(folder: Path, joined: Recording, target: Path) -> Path | None:
    """Move the sound of a joined recording to ``target`` and remove its folder.

    ``target`` is replaced whole or not at all; of a recording without sound only the
    notes are moved. Returns the file that notes and markers were written into
    (``write_notes``), None where there are none; what a person put into the folder stays
    there. Raises ``StorageError``: the folder is then as it was or, where only the notes
    could not be written, holds those.
    """
    if joined.parts:
        _move_sound(folder / joined.parts[0].file, target)
    notes = None
    if joined.markers:
        try:
            notes = write_notes(joined, target)
        except StorageError:
            rec.save(folder, replace(joined, parts=()))  # a recording of notes alone
            raise
    rec.discard(folder)
    return notes


def _move_sound(source: Path, target: Path) -> None:
    temporary = target.with_name(f".{target.name}.part")
    try:
        try:
            os.replace(source, target)
        except OSError as error:
            if error.errno != errno.EXDEV and not hasattr(error, "winerror"):
                raise
            _copy_whole(source, temporary)
            os.replace(temporary, target)
    except OSError as error:
        raise refused(error, target) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def write_notes(recording: Recording, target: Path) -> Path:
    """Write notes and markers beside ``target``, the file of the sound; return the file.

    A file of that name is somebody's own: the notes get a number then. Raises
    ``StorageError``.
    """
    text = export_notes(recording.markers, "txt", title=target.stem).encode("utf-8")
    file, number = target.with_name(f"{target.stem} notes.txt"), 1
    while True:
        try:
            _write_new(file, text)
        except FileExistsError:
            number += 1
            file = target.with_name(f"{target.stem} notes ({number}).txt")
        except OSError as error:
            raise refused(error, file) from error
        else:
            return file


def _write_new(file: Path, data: bytes) -> None:
    """Write a file that is not there yet, owner only, whole or not at all."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
    except OSError:
        with contextlib.suppress(OSError):
            file.unlink()
        raise


def _copy_whole(source: Path, target: Path) -> None:
    with open(source, "rb") as old, open(target, "wb") as new:
        shutil.copyfileobj(old, new, 1 << 20)
        new.flush()
        os.fsync(new.fileno())


def _name(path: Path, target: Path) -> None:
    """Give ``path`` the name ``target``; where disks can, both exist until the parts go."""
    try:
        os.link(path, target)
    except OSError:
        os.replace(path, target)


def _lengthen(path: Path, seconds: float) -> None:
    """Add silence at the end of a file that is shorter than the recording lasted."""
    held = wav.read(path)
    # A duration is rounded to milliseconds: what is less is no silence.
    if held is None or seconds <= held.seconds + 0.001:
        return
    frames = round(seconds * held.rate)
    os.truncate(path, wav.HEADER_BYTES + frames * held.channels * wav.SAMPLE_BYTES)
    wav.repair(path, held.rate, held.channels)


def _write(target: Path, folder: Path, recording: Recording, ctx: JobContext) -> None:
    first = recording.parts[0]
    rate, channels = first.rate, first.channels
    block = channels * wav.SAMPLE_BYTES
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, 0o600)
    with os.fdopen(handle, "wb") as out:
        end = round((recording.duration or 0.0) * rate)
        out.write(wav.header(rate, channels, 0))
        told = _Told(ctx, [folder / part.file for part in recording.parts])
        for part in recording.parts:
            out.seek(wav.HEADER_BYTES + round(part.offset * rate) * block)
            _copy(folder, part, out, rate, channels, told)
            end = max(end, (out.tell() - wav.HEADER_BYTES) // block)
        out.truncate(wav.HEADER_BYTES + end * block)
        out.seek(0)
        out.write(wav.header(rate, channels, end))
        out.flush()
        os.fsync(out.fileno())


_BINARY = getattr(os, "O_BINARY", 0)


class _Told:
    """Says how much of the parts is joined, by their bytes, and hears Cancel."""

    def __init__(self, ctx: JobContext, files: Sequence[Path]) -> None:
        self._ctx = ctx
        self._pace = Pace(ctx, "export")
        self._done = 0
        self._total = sum(file.stat().st_size for file in files if file.is_file())

    def add(self, count: int) -> None:
        """Say that ``count`` bytes more are read."""
        self._ctx.check()
        self._done += count
        self._pace.report(self._done, self._total)


def _held(folder: Path, part: rec.Part) -> wav.Wav | None:
    """Return what a part holds, its header mended; None only when it is not there.

    Raises ``OSError`` when it cannot be read now: it must not be removed as joined.
    """
    path = folder / part.file
    found = wav.read(path)
    if found is None and os.path.lexists(path):
        found = wav.repair(path, part.rate, part.channels)
    return found


def _copy(
    folder: Path, part: rec.Part, out: BinaryIO, rate: int, channels: int, told: _Told
) -> None:
    """Append the sound of a part in the wanted format, a block at a time."""
    told.add(0)
    path, held = folder / part.file, _held(folder, part)
    if held is None:
        return
    if (held.rate, held.channels) == (rate, channels):
        _copy_frames(path, out, held, told)
        return
    # Heavy, and the parts of one microphone need no change.
    import numpy as np

    from app.core.meetings.recording_resample import Resampler

    resample = Resampler(held.rate, rate)
    with open(path, "rb") as source:
        source.seek(wav.HEADER_BYTES)
        while data := source.read(held.rate * _BLOCK_SECONDS * held.channels * wav.SAMPLE_BYTES):
            told.add(len(data))
            whole = len(data) // (held.channels * wav.SAMPLE_BYTES) * held.channels
            frames = np.frombuffer(data, "<i2", whole).reshape(-1, held.channels)
            out.write(_with_channels(resample.feed(frames), channels).tobytes())
        out.write(_with_channels(resample.flush(held.channels), channels).tobytes())


def _copy_frames(path: Path, out: BinaryIO, held: wav.Wav, told: _Told) -> None:
    """Append the whole frames of ``path`` as they are."""
    block = held.channels * wav.SAMPLE_BYTES
    left = held.frames * block
    with open(path, "rb") as source:
        source.seek(wav.HEADER_BYTES)
        while left and (data := source.read(min(left, held.rate * _BLOCK_SECONDS * block))):
            told.add(len(data))
            out.write(data)
            left -= len(data)


def _with_channels(frames: np.ndarray, channels: int) -> np.ndarray:
    """Return ``frames`` (n, any) as int16 (n, ``channels``): mixed down, or copied up."""
    import numpy as np

    if frames.shape[1] != channels:
        mixed = frames.astype(np.float64).mean(axis=1, keepdims=True)
        frames = np.repeat(mixed, channels, axis=1)
    return np.clip(np.rint(frames), -32768, 32767).astype("<i2")
