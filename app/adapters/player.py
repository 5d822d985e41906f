"""The player child from its parent's side: sound comes from a process of its own.

Qt's own player would bring FFmpeg into the window, twenty megabytes that stay, for a
sound that is plain samples.
"""

from __future__ import annotations

import threading
from pathlib import Path

from app.adapters.children import Child
from app.core.errors import DeviceError
from app.core.jobs import JobContext

CHILD = "player"


class ChildPlayer:
    """Implements ``SoundPlayer``. A new sound stops the one that plays."""

    def __init__(self, child: Child | None = None) -> None:
        self._child = child or Child(CHILD, nice=False)
        self._lock = threading.Lock()
        self._now: JobContext | None = None

    def play(self, sound: Path, start: float, ctx: JobContext) -> None:
        """Play ``sound`` from ``start`` seconds to its end; see ``SoundPlayer``."""
        part = ctx.child(ctx.report)
        with self._lock:
            before, self._now = self._now, part
        if before is not None:
            before.cancel()
        try:
            self._call(sound, start, part)
        finally:
            part.end()

    def _call(self, sound: Path, start: float, ctx: JobContext) -> None:
        args = {"path": str(sound), "start": max(0.0, start)}
        for last in (False, True):
            try:
                self._child.call("play", args, ctx)
                return
            except DeviceError as error:
                if error.code != "sound_stuck":
                    raise
                # Its thread hangs in the sound system; what it hung on may be gone now.
                self._child.kill()
                if last:
                    raise

    def close(self) -> None:
        """End the child."""
        self._child.close()
