"""Plays the program's own converted sound; the media library is loaded on first use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QUrl, Signal


class Player(QObject):
    """Plays one file from a place in seconds."""

    moved = Signal(float)
    playing = Signal(bool)
    failed = Signal()

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        self._player: Any = None
        self._file: Path | None = None

    @property
    def is_playing(self) -> bool:
        """Return whether sound is playing."""
        return self._player is not None and self._player.isPlaying()

    def _make(self) -> Any:
        if self._player is None:
            from PySide6.QtMultimedia import QAudioOutput, QMediaPlayer

            self._player = QMediaPlayer(self)
            self._player.setAudioOutput(QAudioOutput(self))
            self._player.positionChanged.connect(lambda ms: self.moved.emit(ms / 1000))
            self._player.playingChanged.connect(self.playing)
            self._player.errorOccurred.connect(lambda *_: self.failed.emit())
        return self._player

    def play(self, file: Path, seconds: float) -> None:
        """Play ``file`` from ``seconds``."""
        player = self._make()
        if file != self._file:
            player.setSource(QUrl.fromLocalFile(str(file)))
            self._file = file
        player.setPosition(round(max(0.0, seconds) * 1000))
        player.play()

    def toggle(self) -> None:
        """Pause, or go on."""
        if self._player is None:
            return
        if self._player.isPlaying():
            self._player.pause()
        else:
            self._player.play()

    def stop(self) -> None:
        """Stop, and let go of the file."""
        if self._player is not None:
            self._player.stop()
            self._player.setSource(QUrl())
        self._file = None
