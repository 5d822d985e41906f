"""How long a start takes: until the first key that is typed was answered.

``Alcove --first-key FILE SINCE`` opens the window as a double click does, presses an arrow in it
as soon as it can, and writes into FILE how many seconds of ``time.monotonic`` have passed since
SINCE. The frozen program is measured so too, which has no streams to write to.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget


class FirstKey(QObject):
    """Presses a key where the keys are, and hears when the event loop is free after it."""

    def __init__(self, window: QWidget, answered: Callable[[], None]):
        super().__init__(window)
        self._window, self._answered = window, answered
        app = QCoreApplication.instance()
        assert app is not None
        app.installEventFilter(self)
        QTimer.singleShot(0, self, self._press)

    def _press(self) -> None:
        app, none = QCoreApplication.instance(), Qt.KeyboardModifier.NoModifier
        key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Left, none)
        if app is not None:
            app.postEvent(self._window.focusWidget() or self._window, key)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let every event pass; after the first key press the next free moment counts."""
        if event.type() == QEvent.Type.KeyPress:
            QTimer.singleShot(0, self, self._answered)
        return False


def run(argv: list[str], open_window: Callable[[Callable[[QWidget], Any]], int]) -> int:
    """Measure one start; ``open_window`` gets what is to be done with the window."""
    file, since = Path(argv[0]), float(argv[1])

    def answered() -> None:
        file.write_text(repr(time.monotonic() - since), "ascii")
        QTimer.singleShot(0, QCoreApplication.instance(), QCoreApplication.quit)

    return open_window(lambda window: FirstKey(window, answered))
