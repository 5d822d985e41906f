"""The player of the window: plays the program's own sound from a place, pauses, goes on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.core.errors import AppError
from app.core.jobs import JobContext
from app.core.playing import PLACE, SoundPlayer
from app.ui.jobs import Job, JobRunner, Listeners
from app.words import tr


class Player(QObject):
    """Plays one file from a place in seconds. Esc pauses it, as it stops all that speaks."""

    moved = Signal(float)
    playing = Signal(bool)
    failed = Signal(object)  # AppError

    def __init__(
        self,
        runner: JobRunner,
        sounds: Callable[[], SoundPlayer],
        parent: QObject | None = None,
    ):
        super().__init__(parent)
        self._runner = runner
        self._sounds = sounds
        self._job: Job | None = None
        self.file: Path | None = None
        self.place = 0.0

    @property
    def is_playing(self) -> bool:
        """Return whether sound is playing."""
        return self._job is not None

    def play(self, file: Path, seconds: float) -> None:
        """Play ``file`` from ``seconds``; what played before stops."""
        self._halt()
        self.file, self.place = file, max(0.0, seconds)
        sounds, place = self._sounds, self.place

        def work(ctx: JobContext) -> None:
            sounds().play(file, place, ctx)

        mine: list[Job] = []
        told = Listeners(
            done=lambda _: self._ended(), data=self._heard, failed=self._failed, ended=self._over
        ).only_while(lambda: bool(mine) and self._job is mine[0])
        mine.append(self._runner.start(tr("Playing"), work, told))
        self._job = mine[0]
        self.playing.emit(True)

    def toggle(self) -> None:
        """Pause, or go on from there."""
        if self.is_playing:
            self._halt()
            self.playing.emit(False)
        elif self.file is not None:
            self.play(self.file, self.place)

    def stop(self) -> None:
        """Stop, and let go of the file."""
        was = self.is_playing
        self._halt()
        self.file, self.place = None, 0.0
        if was:
            self.playing.emit(False)

    def _halt(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.cancel()

    def _heard(self, kind: str, seconds: Any) -> None:
        if kind == PLACE:
            self.place = float(seconds)
            self.moved.emit(self.place)

    def _ended(self) -> None:
        self.place = 0.0  # the next Play begins anew

    def _failed(self, error: AppError) -> None:
        self.failed.emit(error)

    def _over(self) -> None:
        self._job = None
        self.playing.emit(False)
