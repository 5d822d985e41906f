"""Since when a process uses no processor."""

from __future__ import annotations

import sys
import threading
import time

_LOOK = 0.004
_BUSY = 0.2  # of a core; below it a process is only waking up
_PAUSE = threading.Event()


def _used(pid: int) -> float | None:
    """Return the processor seconds of a process, None when it is gone."""
    if sys.platform == "linux":
        try:
            return time.clock_gettime((~pid << 3) | 2)  # the clock of another process
        except OSError:
            return None
    import psutil

    try:
        return sum(psutil.Process(pid).cpu_times()[:2])
    except psutil.Error:
        return None


class Quiet(threading.Thread):
    """Looks at one process again and again; ``since`` is when it was last seen busy."""

    def __init__(self, pid: int):
        super().__init__(daemon=True)
        self._pid = pid
        self._over = threading.Event()
        self.since = time.monotonic()

    def run(self) -> None:
        """Look until told to stop, or until the process is gone."""
        at, used = time.monotonic(), _used(self._pid)
        while used is not None and not self._over.wait(_LOOK):
            now, more = time.monotonic(), _used(self._pid)
            if more is None:
                self.since = now
                return
            if more - used > _BUSY * (now - at):
                self.since = now
            at, used = now, more

    def ended(self, job: float, settle: float = 0.4) -> float:
        """Return when both the job, which ended at ``job``, and the process were at rest."""
        _PAUSE.wait(settle)
        self._over.set()
        self.join()
        return max(job, self.since)
