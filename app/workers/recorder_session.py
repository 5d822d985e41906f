"""One recording while it runs: places sound, pads gaps, keeps the session file true."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from dataclasses import dataclass, replace
from pathlib import Path

from app.core.disk import refused
from app.core.errors import DeviceError, StorageError
from app.core.locks import FileLock
from app.core.meetings import recording as rec
from app.core.meetings.recording import Gap, Part, Recording
from app.core.meetings.recording_repair import close_parts
from app.core.meetings.recording_timeline import Missing, Timeline
from app.workers.recorder_part import Ballast, PartWriter

# A little under 250 ms, because the loop looks every 40 ms.
WRITE_SECONDS = 0.22
SYNC_SECONDS = 1.0
SPACE_SECONDS = 5.0
FLOOR_BYTES = 50_000_000
WARN_SECONDS = 30 * 60
_FIRST_MINUTES = 5
# Longer gaps begin a new part: not every disk knows holes.
_PADDED_SECONDS = 30.0
_PART_BYTES = 2_000_000_000


@dataclass(frozen=True)
class Wish:
    """What was asked for: sample rate in Hz, limits in seconds of meeting time and bytes."""

    device: str = ""
    rate: int = 16000
    seconds: float | None = None
    floor: int = FLOOR_BYTES


class Session:
    """The recording in ``folder``, whose lock this object holds until ``close``.

    Every method that writes may raise ``StorageError``; what was written stays.
    """

    def __init__(self, folder: Path, lock: FileLock, recording: Recording, wish: Wish) -> None:
        self.folder = folder
        self.recording = recording
        self.wish = wish
        self.timeline = Timeline()
        self.broken = False
        self.full = False
        self._lock = lock
        self._ballast = Ballast(folder)
        self._writer: PartWriter | None = None
        self._base = recording.duration or 0.0
        self._buffer = bytearray()
        self._format = (wish.rate, 1, wish.device)
        self._reason = "lost"
        self._written_at = self._synced_at = self._looked_at = 0.0

    @classmethod
    def begin(cls, root: Path, wish: Wish) -> Session:
        """Make the folder and write its session file; nothing has been heard yet.

        Raises ``StorageError`` "disk_low" when there is no room for a few minutes.
        """
        folder = rec.new_folder(root)
        try:
            free = shutil.disk_usage(folder).free
            if free < wish.floor + wish.rate * 2 * 60 * _FIRST_MINUTES:
                raise StorageError("disk_low", path=str(root), free=megabytes(free))
            lock = _locked(folder)
            recording = Recording(started=rec.now_text(), device=wish.device)
            rec.save(folder, recording)
        except StorageError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return cls(folder, lock, recording, wish)

    @classmethod
    def go_on(cls, folder: Path, wish: Wish, now: float) -> Session:
        """Take over the recording of a dead recorder; what was missed becomes a gap."""
        lock = _locked(folder)
        known = rec.load(folder)
        if known is None or known.state in (rec.CLOSED, rec.RECOVERED):
            lock.release()
            raise DeviceError("recording_none")
        heard = _last_change(folder, known)
        try:
            recording = replace(close_parts(folder, known), device=known.device)
        except OSError as error:
            lock.release()
            raise refused(error, folder) from error
        session = cls(folder, lock, recording, wish)
        if known.state != rec.PAUSED and recording.parts:
            session.timeline.anchor(now, session.end + max(0.0, time.time() - heard))
            session.broken, session._reason = True, "restart"
        return session

    @property
    def end(self) -> float:
        """Return the meeting time behind the last sample, in seconds."""
        if self._writer is None:
            return self._base
        rate, channels, _ = self._format
        return self._base + (self._writer.frames + len(self._buffer) // (2 * channels)) / rate

    @property
    def heard(self) -> bool:
        """Return whether there is any sound in it."""
        return bool(self.recording.parts)

    def use(self, rate: int, channels: int, device: str) -> None:
        """Say in which format sound comes from now on; a change begins a new part."""
        if (rate, channels, device) != self._format:
            self._end_part()
            self._format = (rate, channels, device)
        if not self.recording.device:
            self.recording = replace(self.recording, device=device)
            rec.save(self.folder, self.recording)

    def sound(self, pcm: bytes, now: float) -> bool:
        """Take a chunk that was complete at ``now``; return whether the recording is full."""
        rate, channels, _ = self._format
        seconds = len(pcm) / (2 * channels * rate)
        if self.broken:
            self.broken = False
            self._pad(self.timeline.returned(now, self.end + seconds, seconds), self._reason)
            self._reason = "lost"
            missing = None
        else:
            missing = self.timeline.arrived(now, self.end + seconds, seconds)
        if self._writer is None:
            self._new_part(self.end)
        self._buffer += pcm
        self._pad(missing, "late")
        return self._limit()

    def _limit(self) -> bool:
        if self.wish.seconds is None or self.end < self.wish.seconds:
            return False
        self.flush()
        if self._writer is not None:  # else its last sound filled the part up
            self._writer.cut(max(0, round((self.wish.seconds - self._base) * self._writer.rate)))
        return True

    def _pad(self, missing: Missing | None, reason: str) -> None:
        """Put silence where sound is missing, or begin a new part behind a long gap."""
        if missing is None or missing.seconds < 0.02:
            return
        gap = Gap(round(missing.at, 3), round(missing.at + missing.seconds, 3), reason)
        self.recording = self.recording.with_gap(gap)
        self.flush()
        writer = self._writer
        if writer is None or missing.seconds > _PADDED_SECONDS:
            self._new_part(missing.at + missing.seconds, behind=missing.at)
        else:
            frame = max(0, min(writer.frames, round((missing.at - self._base) * writer.rate)))
            writer.add_silence(frame, round(missing.seconds * writer.rate))
            rec.save(self.folder, self.recording)

    def _new_part(self, offset: float, *, behind: float | None = None) -> None:
        """Begin a part at meeting time ``offset`` with what the last one has after ``behind``."""
        rate, channels, device = self._format
        number = len(self.recording.parts) + 1
        while (self.folder / rec.part_name(number)).exists():
            number += 1
        old = self._writer
        self.recording = self.recording.with_part(
            Part(rec.part_name(number), round(offset, 6), rate, channels, device)
        )
        rec.save(self.folder, self.recording)
        self._writer = PartWriter(self.folder / rec.part_name(number), rate, channels)
        if old is not None:
            frame = old.frames if behind is None else round((behind - self._base) * old.rate)
            self._writer.write(old.tail(frame))
            old.cut(frame)
            old.close()
        self._base = offset

    def _end_part(self) -> None:
        try:
            self.flush()
        finally:
            if self._writer is not None:
                self._base = self.end
                writer, self._writer = self._writer, None
                writer.close()

    def flush(self) -> None:
        """Write what is held in memory."""
        if self._buffer and self._writer is not None:
            data = bytes(self._buffer)
            self._buffer.clear()
            self._writer.write(data)
            if self._writer.frames * self._format[1] * 2 > _PART_BYTES:
                self._end_part()

    def tick(self, now: float) -> None:
        """Write every 250 ms, sync every second; ``StorageError`` "disk_low_stopped" in time."""
        if now - self._written_at >= WRITE_SECONDS and self._buffer:
            self._written_at = now
            self.flush()
        if now - self._synced_at >= SYNC_SECONDS and self._writer is not None:
            self._synced_at = now
            self._writer.sync()
        if now - self._looked_at >= SPACE_SECONDS:
            self._looked_at = now
            free = self.free()
            if free < self.wish.floor:
                raise StorageError("disk_low_stopped", path=str(self.folder), free=megabytes(free))

    def free(self) -> int:
        """Return the free bytes of the recording's disk; very many when it does not say."""
        try:
            return shutil.disk_usage(self.folder).free
        except OSError:
            return 1 << 60

    def room_seconds(self) -> float:
        """Return for how long there is room above the floor."""
        rate, channels, _ = self._format
        return max(0, self.free() - self.wish.floor) / (rate * channels * 2)

    def pause(self, now: float | None = None) -> None:
        """Let the meeting's clock stand; sound that comes next goes on without a gap.

        With ``now`` the microphone is lost: what it did not hear up to there is a gap.
        """
        try:
            self.settle(now)
            self.flush()
            self._leave_gap()
        finally:
            self.timeline.stop()
        self._state(rec.PAUSED)
        if self._writer is not None:
            self._writer.sync()

    def _leave_gap(self) -> None:
        """Have the next sound begin behind a gap that is the last of the recording so far."""
        until = self.recording.gaps[-1].end if self.recording.gaps else 0.0
        if until - self.end > 0.02:
            self._end_part()
            self._base = until

    def resume(self) -> None:
        """Say that it goes on; the clock runs again with the first sound."""
        self._state(rec.OPEN)

    def _state(self, state: str) -> None:
        self.recording = replace(self.recording, state=state)
        rec.save(self.folder, self.recording)

    def marker(self, text: str, now: float) -> float:
        """Set a marker and return its meeting time."""
        at = self.timeline.time(now) if self.timeline.running else self.end
        self.recording = self.recording.with_marker(text, at)
        rec.save(self.folder, self.recording)
        return round(at, 3)

    def settle(self, now: float | None = None) -> None:
        """Count what is behind as missing; with ``now``, up to there: the stream is lost."""
        self._pad(self.timeline.settle(), "late")
        if now is not None and self.timeline.running and self.heard:
            until = self.timeline.time(now)
            if self.wish.seconds is not None:
                until = min(until, self.wish.seconds)
            if until - self.end > 0.02:
                gap = Gap(round(self.end, 3), round(until, 3), self._reason)
                self.recording = self.recording.with_gap(gap)

    def close(self, now: float, *, lost: bool) -> Recording:
        """Finish the recording and give its lock back; never raises ``StorageError``.

        A disk that takes nothing more leaves the session open on disk: the next
        start repairs it. Without any sound and marker the folder is removed.
        """
        self._ballast.drop()
        with contextlib.suppress(StorageError):
            self.settle(now if lost else None)
        end = self.end
        with contextlib.suppress(StorageError):
            self._end_part()
            end = self.end
        duration = max([end, *(gap.end for gap in self.recording.gaps)])
        self.recording = replace(self.recording, state=rec.CLOSED, duration=round(duration, 3))
        empty = not self.recording.parts and not self.recording.markers
        with contextlib.suppress(StorageError):
            if not empty:
                rec.save(self.folder, self.recording)
        self._lock.release()
        with contextlib.suppress(OSError):
            self._lock.path.unlink(missing_ok=True)
        if empty:
            rec.discard(self.folder)
        return self.recording


def _locked(folder: Path) -> FileLock:
    lock = FileLock(folder / rec.LOCK_FILE)
    if not lock.acquire():
        raise DeviceError("recording_running")
    return lock


def _last_change(folder: Path, known: Recording) -> float:
    """Return the wall clock of the last write to a part: when sound was last heard."""
    times = [time.time()]
    for part in known.parts[-1:]:
        with contextlib.suppress(OSError):
            times.append(os.stat(folder / part.file).st_mtime)
    return min(times)


def megabytes(size: int) -> str:
    """Return ``size`` bytes as people read it."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"
