"""The one way the window says something to a screen reader.

On Linux a shown widget with the role Notification: Orca 43 knows no announcement
events, Orca 48 would speak both, so there is never an event beside it. Elsewhere
the announcement event of Qt.
"""

from __future__ import annotations

import sys
from collections import deque

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from app.ui.accessible import Notification

_SHOWN_MS = 250
_GAP_MS = 60


class Announcer(QObject):
    """Says whole sentences, one after the other; ``said`` keeps them for tests."""

    idle = Signal()  # all was said

    def __init__(self, window: QWidget):
        super().__init__(window)
        self.said: deque[str] = deque(maxlen=200)
        self._window = window
        self._waiting: deque[str] = deque()
        self._read: deque[str] = deque()  # of what is read aloud: behind all that waits
        self._note: Notification | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._step)

    def say(self, text: str, *, urgent: bool = False) -> None:
        """Say ``text`` before the rest of what is read; ``urgent`` drops all that waits."""
        self._add(text, self._waiting, urgent)

    def read(self, text: str) -> None:
        """Say ``text`` after all that waits."""
        self._add(text, self._read, urgent=False)

    def _add(self, text: str, line: deque[str], urgent: bool) -> None:
        text = " ".join(text.split())
        if not text:
            return
        self.said.append(text)
        if not sys.platform.startswith("linux"):
            self._event(text, urgent)
            return
        if urgent:
            self.stop()
        line.append(text)
        if not self._timer.isActive():
            self._step()

    @property
    def busy(self) -> bool:
        """Return whether something is still to be said."""
        shown = self._note is not None and self._note.isVisible()
        return shown or bool(self._waiting or self._read)

    def stop(self) -> None:
        """Drop what was not said yet."""
        self._waiting.clear()
        self._read.clear()

    def _event(self, text: str, urgent: bool) -> None:
        event = QAccessibleAnnouncementEvent(self._window, text)
        levels = QAccessible.AnnouncementPoliteness
        event.setPoliteness(levels.Assertive if urgent else levels.Polite)
        QAccessible.updateAccessibility(event)

    def _step(self) -> None:
        if self._note is not None and self._note.isVisible():
            self._note.hide()
            if self._waiting or self._read:
                self._timer.start(_GAP_MS)
            else:
                self.idle.emit()
            return
        line = self._waiting or self._read
        if not line:
            return
        if self._note is None:
            self._note = Notification(self._window)
        self._note.tell(line.popleft())
        self._timer.start(_SHOWN_MS)
