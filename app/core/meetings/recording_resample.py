"""Another sampling rate for sound that comes in blocks."""

from __future__ import annotations

import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

_TAPS = 48  # zero crossings of the filter, in samples of the lower rate
# Larger tables (of rates that have next to nothing in common) are not kept but made anew.
_LARGEST_TABLE = 4_000_000
_CHUNK = 1024


class Resampler:
    """Changes the rate of sound by a Hann-windowed sinc, kept once per phase.

    The positions of the new samples between the old ones repeat, because the ratio of
    two rates is a fraction: there are only ``new / gcd(old, new)`` different filters.
    They are cut at the lower of the two half rates, so nothing folds back. Source:
    J. O. Smith, "Digital Audio Resampling", windowed-sinc interpolation.
    """

    def __init__(self, old: int, new: int) -> None:
        common = math.gcd(old, new)
        self._up, self._down = new // common, old // common
        self._equal = old == new
        self._cut = min(1.0, new / old) * 0.95
        self._reach = math.ceil(_TAPS / 2 / self._cut)
        self._offsets = np.arange(-self._reach, self._reach + 1)
        self._table: np.ndarray | None = None
        self._held: np.ndarray | None = None
        self._next = 0  # place of the next new sample in what is held, in 1/up samples

    def feed(self, frames: np.ndarray) -> np.ndarray:
        """Take int16 frames (n, channels); return those that are ready, as floats."""
        if self._equal:
            return frames
        if self._held is None:
            self._held = np.zeros((self._reach, frames.shape[1]), np.float32)
            self._next = self._reach * self._up
        self._held = np.concatenate([self._held, frames.astype(np.float32)])
        return self._ready(len(self._held) - self._reach - 1)

    def flush(self, channels: int) -> np.ndarray:
        """Return the last frames."""
        if self._equal or self._held is None:
            return np.zeros((0, channels))
        end = len(self._held)
        silence = np.zeros((self._reach + 1, channels), np.float32)
        self._held = np.concatenate([self._held, silence])
        return self._ready(end)

    def _ready(self, until: int) -> np.ndarray:
        """Return the new samples before place ``until`` and forget what they needed."""
        held = self._held
        assert held is not None
        count = max(0, math.ceil((until * self._up - self._next) / self._down))
        out = np.empty((count, held.shape[1]), np.float32)
        if not count:
            return out
        around = sliding_window_view(held, len(self._offsets), axis=0)
        for start in range(0, count, _CHUNK):
            steps = np.arange(start, min(count, start + _CHUNK))
            base, phase = np.divmod(self._next + self._down * steps, self._up)
            weights = self._weights(phase)
            for channel in range(held.shape[1]):
                rows = around[:, channel][base - self._reach]
                out[steps, channel] = np.einsum("nk,nk->n", rows, weights)
        self._next += count * self._down
        done = max(0, self._next // self._up - self._reach)
        self._held, self._next = held[done:], self._next - done * self._up
        return out

    def _weights(self, phase: np.ndarray) -> np.ndarray:
        """Return the filters (n, taps) of new samples at ``phase``, in 1/up samples."""
        if self._up * len(self._offsets) > _LARGEST_TABLE:
            return self._filters(phase)
        if self._table is None:
            self._table = self._filters(np.arange(self._up))
        return self._table[phase]

    def _filters(self, phase: np.ndarray) -> np.ndarray:
        distance = self._offsets - phase[:, None] / self._up
        window = 0.5 + 0.5 * np.cos(np.pi * np.clip(distance / (self._reach + 1), -1, 1))
        return (self._cut * np.sinc(self._cut * distance) * window).astype(np.float32)
