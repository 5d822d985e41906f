"""WAV files that survive their writer: 16-bit PCM behind a header of 44 bytes.

Only what this program writes itself is handled here (canonical header, format 1,
16 bits); sizes follow from the length of the file, so that a file whose writer was
killed is repaired by two numbers.
"""

from __future__ import annotations

import contextlib
import os
import struct
from dataclasses import dataclass
from pathlib import Path

HEADER_BYTES = 44
SAMPLE_BYTES = 2
# No microphone gives anything else: what a header says beyond is damage.
LEAST_RATE, MOST_RATE, MOST_CHANNELS = 1000, 768_000, 64
_LARGEST = 0xFFFF_FFFF
_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")


@dataclass(frozen=True)
class Wav:
    """Format and length of a WAV file; ``frames`` are samples per channel."""

    rate: int
    channels: int
    frames: int

    @property
    def seconds(self) -> float:
        """Return how long it plays."""
        return self.frames / self.rate


def header(rate: int, channels: int, frames: int) -> bytes:
    """Return the 44 bytes before ``frames`` frames; sizes too large for WAV are capped."""
    block = channels * SAMPLE_BYTES
    size = min(frames * block, _LARGEST - HEADER_BYTES)
    return _HEADER.pack(
        b"RIFF", size + HEADER_BYTES - 8, b"WAVE",
        b"fmt ", 16, 1, channels, rate, rate * block, block, SAMPLE_BYTES * 8,
        b"data", size,
    )  # fmt: skip


def is_possible(rate: int, channels: int) -> bool:
    """Return whether sound of ``rate`` Hz and so many channels can have been recorded."""
    return LEAST_RATE <= rate <= MOST_RATE and 1 <= channels <= MOST_CHANNELS


def read(path: Path) -> Wav | None:
    """Return format and true length of a WAV of ours, or None when it is not one.

    The length counts the bytes that are there, whatever the header says.
    """
    try:
        with open(path, "rb") as file:
            start = file.read(HEADER_BYTES)
            length = os.fstat(file.fileno()).st_size
    except OSError:
        return None
    if len(start) < HEADER_BYTES:
        return None
    riff, _, wave, fmt, size, kind, channels, rate, _, block, bits, data, _ = _HEADER.unpack(start)
    if (riff, wave, fmt, data) != (b"RIFF", b"WAVE", b"fmt ", b"data"):
        return None
    if (size, kind, bits) != (16, 1, 16) or block != channels * SAMPLE_BYTES:
        return None
    if not is_possible(rate, channels):
        return None
    return Wav(rate, channels, (length - HEADER_BYTES) // block)


def repair(path: Path, rate: int, channels: int) -> Wav:
    """Make header and length of ``path`` agree and return what it holds.

    A header that never reached the disk is written anew with ``rate`` and
    ``channels``; half a frame at the end is cut off. The file's time of change is
    kept: it says when the last sound was heard. Raises ``OSError``.
    """
    status = os.stat(path)
    found = read(path) or Wav(
        rate, channels, max(0, status.st_size - HEADER_BYTES) // (channels * SAMPLE_BYTES)
    )
    wanted = header(found.rate, found.channels, found.frames)
    length = HEADER_BYTES + found.frames * found.channels * SAMPLE_BYTES
    with open(path, "r+b") as file:
        if file.read(HEADER_BYTES) == wanted and status.st_size == length:
            return found
        file.seek(0)
        file.write(wanted)
        file.truncate(length)
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(OSError):
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    return found
