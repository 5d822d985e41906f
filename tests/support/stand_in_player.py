"""A loudspeaker that nobody hears: the port ``SoundPlayer``, held to the real one's contract."""

from __future__ import annotations

import threading
from pathlib import Path

from app.core.errors import InputError
from app.core.jobs import JobContext
from app.core.meetings import recording_wav as wav
from app.core.playing import PLACE

STEP = 0.1


class StandInPlayer:
    """Plays in steps of 100 ms, each of which waits for ``go`` when ``held``."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, float]] = []
        self.held = False
        self._lock = threading.Lock()
        self._now: JobContext | None = None

    def play(self, sound: Path, start: float, ctx: JobContext) -> None:
        self.asked.append((sound.name, start))
        found = wav.read(sound)
        if found is None:
            raise InputError("sound_lost", path=str(sound))
        part = ctx.child(ctx.report)
        with self._lock:
            before, self._now = self._now, part
        if before is not None:
            before.cancel()
        self._play(found.seconds, max(0.0, start), part)

    def _play(self, seconds: float, at: float, ctx: JobContext) -> None:
        stopped = threading.Event()
        ctx.on_cancel(stopped.set)
        while at < seconds:
            ctx.emit(PLACE, at)
            at += STEP
            stopped.wait(30 if self.held else 0.005)
            ctx.check()
        ctx.emit(PLACE, seconds)

    def close(self) -> None:
        pass
