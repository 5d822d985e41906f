"""How long still: an honest estimate from what was done so far."""

from __future__ import annotations

import time
from collections.abc import Callable

from app.core.jobs import JobContext, Progress

# An estimate from less than this is a guess, so none is shown.
_LEAST_SECONDS = 2.0
_LEAST_SHARE = 0.02


class Pace:
    """Adds the time left to the progress of one step.

    The speed is smoothed over the last stretches (exponentially, half-life about five
    reports), because a model reads silence quicker than speech.
    """

    def __init__(self, ctx: JobContext, step: str, clock: Callable[[], float] = time.monotonic):
        self._ctx = ctx
        self._step = step
        self._clock = clock
        self._began = clock()
        self._last: tuple[float, float] | None = None
        self._speed: float | None = None

    def report(self, done: float, total: float | None) -> None:
        """Report ``done`` of ``total`` with the seconds left, where they can be told."""
        self._ctx.report(Progress(self._step, done, total, self._left(done, total)))

    def _left(self, done: float, total: float | None) -> float | None:
        now = self._clock()
        if self._last is not None and now > self._last[0] and done > self._last[1]:
            fresh = (done - self._last[1]) / (now - self._last[0])
            self._speed = fresh if self._speed is None else 0.87 * self._speed + 0.13 * fresh
        if self._last is None or done > self._last[1]:
            self._last = (now, done)
        if not total or not self._speed or now - self._began < _LEAST_SECONDS:
            return None
        if done / total < _LEAST_SHARE:
            return None
        return max(0.0, (total - done) / self._speed)
