"""Places sound on the clock of the meeting and finds what is missing.

Sound arrives in bursts: a busy machine delivers late and then catches up, which is
no loss. A machine that slept, or a stream that dropped samples, never catches up.
So a stretch counts as missing when sound stays behind the clock for a whole second.
The clocks of sound cards run a little fast or slow; that drift is followed and is
never taken for a gap.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass

TOLERANCE = 0.25
CERTAIN_AFTER = 1.0
# The worst crystals are 500 parts in a million off; follow a little faster.
_DRIFT = 0.001


def steady() -> float:
    """Return seconds of a clock that nobody sets and that goes on while the machine sleeps."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":
        return time.clock_gettime(time.CLOCK_MONOTONIC)
    return time.monotonic()


@dataclass(frozen=True)
class Missing:
    """``seconds`` of sound are missing at meeting time ``at``."""

    at: float
    seconds: float


class Timeline:
    """The meeting's clock beside the sound that arrived.

    ``end`` always means the meeting time behind the last sample, in seconds, ``now``
    the reading of a clock such as ``steady``.
    """

    def __init__(self) -> None:
        self._zero: float | None = None
        self._last = 0.0
        self._behind: Missing | None = None
        self._since = 0.0

    @property
    def running(self) -> bool:
        """Return whether sound has been placed since the start or the last pause."""
        return self._zero is not None

    def time(self, now: float) -> float:
        """Return the meeting time at ``now``; 0 before the first sound."""
        return 0.0 if self._zero is None else max(0.0, now - self._zero)

    def anchor(self, now: float, end: float) -> None:
        """Say that the sound up to ``end`` is on time: at the start and after a pause."""
        self._zero = now - end
        self._last = now
        self._behind = None

    def stop(self) -> None:
        """Let the clock stand (a pause): the next ``anchor`` goes on from there."""
        self._zero = None
        self._behind = None

    def arrived(self, now: float, end: float, seconds: float) -> Missing | None:
        """Take a chunk of ``seconds`` that reaches to ``end``; return what is surely missing."""
        if self._zero is None:
            self.anchor(now, end)
            return None
        late = now - self._zero - end
        elapsed, self._last = now - self._last, now
        if late < TOLERANCE:
            self._behind = None
            self._zero += late if late < 0 else min(late, _DRIFT * max(0.0, elapsed))
            return None
        if self._behind is None:
            self._behind, self._since = Missing(end - seconds, late), now
        elif late < self._behind.seconds:
            self._behind = Missing(self._behind.at, late)
        if now - self._since < CERTAIN_AFTER:
            return None
        missing, self._behind = self._behind, None
        return missing

    def returned(self, now: float, end: float, seconds: float) -> Missing | None:
        """Take the first chunk after the stream was surely broken: what is late is missing."""
        if self._zero is None:
            self.anchor(now, end)
            return None
        late, self._last, self._behind = now - self._zero - end, now, None
        return Missing(end - seconds, late) if late > 0 else None

    def settle(self) -> Missing | None:
        """Return what is behind at the end of the recording, certain or not."""
        missing, self._behind = self._behind, None
        return missing
