"""Writes one part: unbuffered, a header that is patched once a second, holes for silence."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from app.core.disk import refused
from app.core.errors import StorageError
from app.core.meetings import recording_wav as wav

# Windows changes line ends in what is not opened as binary.
_BINARY = getattr(os, "O_BINARY", 0)


class PartWriter:
    """An open WAV part. ``frames`` counts what is in the file, silence included.

    Every call may raise ``StorageError`` ("disk_full", "folder_not_writable"); what
    was written before stays, whole frames only.
    """

    def __init__(self, path: Path, rate: int, channels: int) -> None:
        self.path = path
        self.rate = rate
        self.channels = channels
        self.frames = 0
        self._block = channels * wav.SAMPLE_BYTES
        try:
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
            try:
                self._put(wav.header(rate, channels, 0), 0)
            except StorageError:
                os.close(self._handle)
                raise
        except OSError as error:
            raise self._trouble(error) from error

    @property
    def seconds(self) -> float:
        """Return how long the part plays."""
        return self.frames / self.rate

    def write(self, pcm: bytes) -> None:
        """Append whole frames of samples."""
        at = self._position(self.frames)
        try:
            self._put(pcm, at)
        except StorageError:
            self._cut_to_frames()
            raise
        self.frames += len(pcm) // self._block

    def add_silence(self, frame: int, frames: int) -> None:
        """Put ``frames`` of silence before ``frame``, moving what lies behind it.

        What moves is first written to its new place, so neither a kill nor a full disk
        in between loses any of it. Long silence is a hole in the file where the system
        knows holes.
        """
        tail = self.tail(frame)
        try:
            self._put(tail, self._position(frame + frames))
            if not tail:
                self._end_at(frame + frames)
        except StorageError:
            with contextlib.suppress(StorageError):
                self._end_at(self.frames)
            raise
        self.frames += frames
        self._zero(self._position(frame), min(frames * self._block, len(tail)))

    def tail(self, frame: int) -> bytes:
        """Return the samples from ``frame`` on."""
        return self._get(self._position(frame), (self.frames - frame) * self._block)

    def cut(self, frames: int) -> None:
        """Shorten the part to ``frames``."""
        if frames < self.frames:
            self.frames = frames
            with contextlib.suppress(OSError):
                os.ftruncate(self._handle, self._position(frames))

    def sync(self) -> None:
        """Bring everything to the disk and say in the header how much it is."""
        try:
            os.fsync(self._handle)
        except OSError as error:
            raise self._trouble(error) from error
        self._put(wav.header(self.rate, self.channels, self.frames), 0)

    def close(self) -> None:
        """Finish the part; a second call does nothing."""
        if self._handle < 0:
            return
        try:
            self.sync()
            with contextlib.suppress(OSError):
                os.fsync(self._handle)
        finally:
            handle, self._handle = self._handle, -1
            try:
                os.close(handle)
            except OSError as error:  # a disk of the network writes only now
                raise self._trouble(error) from error

    def _end_at(self, frame: int) -> None:
        try:
            os.ftruncate(self._handle, self._position(frame))
        except OSError as error:
            raise self._trouble(error) from error

    def _position(self, frame: int) -> int:
        return wav.HEADER_BYTES + frame * self._block

    def _put(self, data: bytes, at: int) -> None:
        view = memoryview(data)
        try:
            os.lseek(self._handle, at, os.SEEK_SET)
            while view:
                view = view[os.write(self._handle, view) :]
        except OSError as error:
            raise self._trouble(error) from error

    def _get(self, at: int, length: int) -> bytes:
        if not length:
            return b""
        try:
            os.lseek(self._handle, at, os.SEEK_SET)
            return os.read(self._handle, length)
        except OSError as error:
            raise self._trouble(error) from error

    def _zero(self, at: int, length: int) -> None:
        for start in range(0, length, 65536):
            self._put(bytes(min(65536, length - start)), at + start)

    def _cut_to_frames(self) -> None:
        """After half a write: count the frames that fitted, drop the half one."""
        with contextlib.suppress(OSError):
            there = os.fstat(self._handle).st_size - wav.HEADER_BYTES
            self.frames = max(self.frames, there // self._block)
            os.ftruncate(self._handle, self._position(self.frames))

    def _trouble(self, error: OSError) -> StorageError:
        return refused(error, self.path.parent)


class Ballast:
    """A little room kept free in a recording's folder, for its last words on a full disk."""

    BYTES = 64 * 1024

    def __init__(self, folder: Path) -> None:
        self._path = folder / "spare"
        with contextlib.suppress(OSError), open(self._path, "wb") as file:
            # Not zeros: a disk that compresses would keep no room for them.
            file.write(os.urandom(self.BYTES))

    def drop(self) -> None:
        """Give the room back; a second call does nothing."""
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)
