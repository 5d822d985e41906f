"""How loud the microphone is, and whether it gives anything at all.

Without numpy: a tenth of a second is few samples, and a recorder that has to be
started again in the middle of a meeting starts a quarter of a second sooner.
"""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass

FLOOR = -120.0
# Exact zeros for so long come from a muted or wrong microphone: a live one hisses.
SILENT_SECONDS = 2.0
_FULL = 32768.0


@dataclass(frozen=True)
class Level:
    """Peak and mean (RMS) in dB below full scale, from ``FLOOR`` to 0."""

    peak: float
    rms: float


def level(pcm: bytes) -> Level:
    """Return the level of 16-bit samples in this machine's order, channels together."""
    samples = array("h", pcm[: len(pcm) // 2 * 2])
    if not samples:
        return Level(FLOOR, FLOOR)
    peak = max(max(samples), -min(samples))
    return Level(_decibel(peak), _decibel(math.sqrt(sum(x * x for x in samples) / len(samples))))


def _decibel(value: float) -> float:
    if value <= 0:
        return FLOOR
    return round(max(FLOOR, 20 * math.log10(value / _FULL)), 1)


class SilenceWatch:
    """Notices when a microphone gives nothing but exact zeros."""

    def __init__(self) -> None:
        self._zeros = 0.0

    @property
    def seconds(self) -> float:
        """Return how long there have been exact zeros."""
        return self._zeros

    @property
    def silent(self) -> bool:
        """Return whether it has been longer than a live microphone can be."""
        return self._zeros >= SILENT_SECONDS

    def heard(self, pcm: bytes, seconds: float) -> None:
        """Take the next ``seconds`` of sound."""
        # bytes.count runs at memory speed.
        self._zeros = self._zeros + seconds if pcm.count(0) == len(pcm) else 0.0

    def reset(self) -> None:
        """Begin anew: another microphone, or the same one opened again."""
        self._zeros = 0.0
