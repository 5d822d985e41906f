"""Live progress in a terminal for the tools: a line that is redrawn, or plain lines."""

from __future__ import annotations

import sys
import time
from typing import TextIO

from app.core.jobs import Progress
from app.words.durations import time_left
from app.words.steps import step_words

_BAR = 20


class Console:
    """Writes to standard error, so that standard output stays for the result."""

    def __init__(self, stream: TextIO | None = None):
        self._stream = stream or sys.stderr
        self._live = bool(self._stream and self._stream.isatty())
        self._last = ("", 0.0)

    def line(self, text: str) -> None:
        """Write a line."""
        if self._stream is not None:
            self._stream.write(("\r\x1b[K" if self._live else "") + text + "\n")
            self._stream.flush()

    def progress(self, progress: Progress) -> None:
        """Show how far a step is; without a terminal at most a line every two seconds."""
        if self._stream is None:
            return
        now = time.monotonic()
        pause = 0.1 if self._live else 2.0
        if progress.step == self._last[0] and now - self._last[1] < pause:
            return
        self._last = (progress.step, now)
        fraction = progress.fraction
        text = "  " + step_words(progress.step)
        if fraction is not None:
            full = round(fraction * _BAR)
            text += f"  {'█' * full}{'░' * (_BAR - full)} {fraction:4.0%}"
        if progress.seconds_left is not None:
            text += "  " + time_left(progress.seconds_left)
        self._stream.write(f"\r\x1b[K{text}" if self._live else text + "\n")
        self._stream.flush()
