"""Alcove's own voice: an installed espeak-ng, or the voice of the system by Qt.

espeak-ng runs as a separate program of the machine (its licence is its own); the
text goes in by standard input, never through a shell.
"""

from __future__ import annotations

import functools
import shutil
import sys
from collections import deque
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess, Signal

if TYPE_CHECKING:
    from PySide6.QtTextToSpeech import QTextToSpeech

_MOST_WAITING = 10_000  # sentences: the minutes of a long day are read to their end
_SPEAKS = frozenset({"Speaking", "Synthesizing", "Paused"})


@functools.cache
def _system_engine() -> str:
    """Return the voice of the system, as Qt names it; empty where there is none to use."""
    if sys.platform.startswith("linux"):
        return ""
    try:
        from PySide6.QtTextToSpeech import QTextToSpeech
    except ImportError:  # a part of Qt that an installation may leave out
        return ""
    wanted = "darwin" if sys.platform == "darwin" else "sapi"
    return wanted if wanted in QTextToSpeech.availableEngines() else ""  # each is a plugin


class Voice(QObject):
    """Speaks sentences one after the other; ``idle`` when nothing is left."""

    idle = Signal()
    started = Signal(str)

    def __init__(self, rate: int = 175, parent: QObject | None = None):
        super().__init__(parent)
        self.rate = rate
        self._waiting: deque[str] = deque()
        self._ahead = 0  # so many of them go before the rest
        self._program = shutil.which("espeak-ng") or shutil.which("espeak")
        self._process: QProcess | None = None
        self._system: QTextToSpeech | None = None

    @property
    def name(self) -> str:
        """Return the name of the voice, empty where there is none."""
        if self._program:
            return "espeak-ng"
        return "system voice" if _system_engine() else ""

    @property
    def available(self) -> bool:
        """Return whether anything can be spoken."""
        return bool(self.name)

    @property
    def speaking(self) -> bool:
        """Return whether something is being spoken or waits."""
        return bool(self._waiting) or self._process is not None or self._system_speaks()

    def _system_speaks(self) -> bool:
        return self._system is not None and self._system.state().name in _SPEAKS

    def say(self, sentence: str) -> None:
        """Speak ``sentence`` after those that wait."""
        self._add(sentence, ahead=False)

    def say_next(self, sentence: str) -> None:
        """Speak ``sentence`` before those that ``say`` has waiting, in the order of calls."""
        self._add(sentence, ahead=True)

    def _add(self, sentence: str, *, ahead: bool) -> None:
        text = " ".join(sentence.split())
        if not text or not self.available:
            return
        if len(self._waiting) < _MOST_WAITING:
            self._waiting.insert(self._ahead if ahead else len(self._waiting), text)
            self._ahead += ahead
        self._next()

    def stop(self) -> None:
        """Be silent at once."""
        self._waiting.clear()
        self._ahead = 0
        process, self._process = self._process, None
        if process is not None:
            process.finished.disconnect(self._finished)
            process.kill()
            process.waitForFinished(200)
            process.deleteLater()
        if self._system is not None:
            self._system.stop()

    def _next(self) -> None:
        # What the voice of the system refuses is passed over: it would hold up the others.
        while self._waiting and self._process is None and not self._system_speaks():
            text = self._waiting.popleft()
            self._ahead = max(0, self._ahead - 1)
            self.started.emit(text)
            if self._program is None:
                self._say_by_system(text)
            else:
                self._say_by_program(self._program, text)

    def _say_by_program(self, program: str, text: str) -> None:
        process = QProcess(self)
        process.setProgram(program)
        process.setArguments(["-v", "en", "-s", str(self.rate), "--stdin"])
        process.setStandardOutputFile(QProcess.nullDevice())
        process.setStandardErrorFile(QProcess.nullDevice())
        process.finished.connect(self._finished)
        process.errorOccurred.connect(self._failed)
        self._process = process
        process.start()
        process.write(text.encode("utf-8"))
        process.closeWriteChannel()

    def _finished(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.deleteLater()
        if self._waiting:
            self._next()
        else:
            self.idle.emit()

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._finished()

    def _say_by_system(self, text: str) -> None:
        if self._system is None:
            from PySide6.QtTextToSpeech import QTextToSpeech

            self._system = QTextToSpeech(_system_engine(), self)
            self._system.stateChanged.connect(self._system_changed)
        self._system.setRate(max(-1.0, min(1.0, (self.rate - 175) / 175)))
        self._system.enqueue(text)

    def _system_changed(self) -> None:
        self._next()
        if not self.speaking:
            self.idle.emit()
