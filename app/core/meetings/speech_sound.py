"""Our own sound: 16 kHz, one channel, 16 bits, in a WAV file that this program wrote.

Everything that listens reads this form and nothing else, in blocks, so that three
hours of sound never lie in memory at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from app.core.meetings import recording_wav

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RATE = 16_000
Samples: TypeAlias = "NDArray[np.int16]"


@dataclass(frozen=True)
class Sound:
    """A converted sound file: where it lies and how many samples it has at 16 kHz.

    ``truncated`` says that its source broke off before the end it had promised.
    """

    path: Path
    samples: int
    truncated: bool = False

    @property
    def duration(self) -> float:
        """Return the length in seconds."""
        return self.samples / RATE


def open_sound(path: Path) -> Sound:
    """Return the sound that lies in ``path``; raises ``ValueError`` for a foreign file."""
    found = recording_wav.read(path)
    if found is None or (found.rate, found.channels) != (RATE, 1):
        raise ValueError("not 16 kHz mono sound of ours")
    return Sound(path, found.frames)


def read_samples(path: Path, start: int, count: int) -> Samples:
    """Return up to ``count`` samples from sample ``start`` on, int16, shape (n,)."""
    import numpy as np

    offset = recording_wav.HEADER_BYTES + 2 * max(0, start)
    return np.fromfile(path, dtype="<i2", count=max(0, count), offset=offset)


def blocks(sound: Sound, size: int) -> Iterator[tuple[int, Samples]]:
    """Yield (first sample, samples) in blocks of at most ``size`` samples."""
    for start in range(0, sound.samples, size):
        yield start, read_samples(sound.path, start, min(size, sound.samples - start))


def as_float(samples: Samples) -> NDArray[np.float32]:
    """Return samples as float32 between -1 and 1."""
    import numpy as np

    return samples.astype(np.float32) / np.float32(32768.0)
