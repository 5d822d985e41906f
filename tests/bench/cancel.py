"""From Cancel to the job ended and no CPU used by its child."""

from __future__ import annotations

import os
import tempfile
import threading
import time

from _table import median, row

os.environ["ALCOVE_HOME"] = tempfile.mkdtemp(prefix="alcove-bench-")

import psutil

from app.bootstrap import Services
from app.core import paths
from app.core.errors import Cancelled
from app.core.jobs import JobContext
from app.core.meetings.transcribe import Request, transcribe

_ROUNDS = 5


def quiet_after(pid: int | None, since: float) -> float:
    """Return the seconds from ``since`` until process ``pid`` uses no CPU or is gone."""
    try:
        process = psutil.Process(pid) if pid else None
        while process is not None and process.is_running():
            before = sum(process.cpu_times()[:2])
            threading.Event().wait(0.02)
            if sum(process.cpu_times()[:2]) - before < 0.005:
                break
    except psutil.NoSuchProcess:
        pass
    return time.monotonic() - since


def main() -> None:
    """Cancel a transcription in its middle, several times."""
    services = Services()
    delays = []
    try:
        for number in range(_ROUNDS):
            ctx = JobContext()
            told: list[float] = []

            def stop(ctx: JobContext = ctx, told: list[float] = told) -> None:
                told.append(time.monotonic())
                ctx.cancel()

            timer = threading.Timer(4.0 + number * 0.3, stop)
            timer.start()
            try:
                sample = paths.samples() / "meeting.ogg"
                transcribe(sample, Request(language="en"), services.transcription, ctx)
            except Cancelled:
                pid = services.transcription.pid
                delays.append(quiet_after(pid, told[0]) * 1000)
            timer.cancel()
    finally:
        services.close()
    worst = max(delays)
    row("Cancel of a transcription, median", f"{median(delays):.0f} ms")
    row("Cancel of a transcription, worst of five", f"{worst:.0f} ms", "under 200 ms", worst < 200)


if __name__ == "__main__":
    main()
