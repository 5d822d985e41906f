"""What is said when the window cannot even open: one box with what is wrong."""

from __future__ import annotations

import sys

from app.core.errors import AppError
from app.ui.display import has_display
from app.words.errors import error_words

# On these nobody sees a box, and it would wait for ever to be closed.
_UNSEEN = ("offscreen", "minimal", "vnc")


def refuse(error: AppError) -> None:
    """Show ``error`` in a box where there is a screen."""
    if not has_display():
        return
    try:
        from PySide6.QtWidgets import QApplication, QMessageBox
    except ImportError:  # Qt's system libraries are not here
        return

    app = QApplication.instance() or QApplication(sys.argv[:1])
    if QApplication.platformName() in _UNSEEN:
        return
    words = error_words(error)
    box = QMessageBox(QMessageBox.Icon.Critical, "Alcove", words.message)
    box.setInformativeText(words.hint)
    box.exec()
    del app
