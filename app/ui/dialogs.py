"""Small dialogs that ask for one line of text."""

from __future__ import annotations

from PySide6.QtWidgets import QInputDialog, QWidget

from app.ui.widgets import gap


def ask_text(parent: QWidget, title: str, what: str, text: str = "") -> tuple[str, bool]:
    """Ask for a line, wide enough for a sentence; return it and whether it was given."""
    dialog = QInputDialog(parent)
    dialog.setInputMode(QInputDialog.InputMode.TextInput)
    dialog.setWindowTitle(title)
    dialog.setLabelText(what)
    dialog.setTextValue(text)
    dialog.resize(gap(140), dialog.sizeHint().height())
    given = dialog.exec() == QInputDialog.DialogCode.Accepted
    answer = dialog.textValue()
    dialog.deleteLater()
    return answer, given
