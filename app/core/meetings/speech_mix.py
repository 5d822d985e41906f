"""Many channels to one, so that everybody is heard.

The mean of two channels is right for two talkers, one on each side, but it erases a
talker whose sound stands in both channels with opposite sign (a wrongly wired
cable, a "wide" effect). The channels' correlation tells the two cases apart.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.core.meetings.speech_sound import RATE

Floats = NDArray[np.float32]

_CHUNK = RATE // 10
_KEEP = 0.7  # share of the past in the running energies: about 0.3 s
_TURN = -0.5  # below this correlation the channels cancel each other
_TURN_BACK = -0.2
_SILENT = 1e-7


class Mixer:
    """Mixes a stream of blocks of shape (channels, n), float32, to (n,).

    The last channel is turned round while it cancels the first; each turn is faded
    over one chunk, so that it cannot be heard as a click.
    """

    def __init__(self) -> None:
        self._first = self._last = self._both = 0.0
        self._sign: float | None = None

    def mix(self, block: Floats) -> Floats:
        """Return the mean of the channels after turning what would cancel."""
        if block.shape[0] == 1:
            return block[0]
        if block.shape[0] > 2:
            return block.mean(axis=0, dtype=np.float32)
        return np.concatenate(
            [
                self._pair(block[:, at : at + _CHUNK])
                for at in range(0, max(block.shape[1], 1), _CHUNK)
            ]
        )

    def _pair(self, chunk: Floats) -> Floats:
        before = self._sign
        after = self._follow(chunk)
        if before is None or before == after:
            weight: Floats | float = after
        else:
            weight = np.linspace(before, after, chunk.shape[1], dtype=np.float32)
        mixed: Floats = (chunk[0] + weight * chunk[1]) * np.float32(0.5)
        return mixed

    def _follow(self, chunk: Floats) -> float:
        """Return the sign of the second channel after this chunk."""
        first, last = chunk[0].astype(np.float64), chunk[1].astype(np.float64)
        keep = _KEEP if self._sign is not None else 0.0
        self._first = keep * self._first + float(first @ first)
        self._last = keep * self._last + float(last @ last)
        self._both = keep * self._both + float(first @ last)
        size = np.sqrt(self._first * self._last)
        if size < _SILENT * max(1, chunk.shape[1]):
            return self._sign or 1.0  # silence says nothing: decide later
        correlation = self._both / size
        sign = self._sign or 1.0
        if correlation < _TURN:
            sign = -1.0
        elif correlation > _TURN_BACK:
            sign = 1.0
        self._sign = sign
        return sign
