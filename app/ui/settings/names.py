"""The choice of a microphone or model: those that are here, and any other by its name."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal

from app.ui.widgets import ComboBox
from app.words import tr


class NameBox(ComboBox):
    """A line to write a name into, with a list of those that were found.

    "" stands for whichever is best, and is shown as "Automatic".
    """

    changed = Signal(str)

    def __init__(self, value: str):
        super().__init__()
        self.setEditable(True)
        self.setInsertPolicy(ComboBox.InsertPolicy.NoInsert)
        self._value = value
        self.offer([])
        self.activated.connect(lambda _: self._written())
        self.lineEdit().editingFinished.connect(self._written)

    def setAccessibleName(self, name: str) -> None:
        """Name the line too: it has the keys."""
        super().setAccessibleName(name)
        self.lineEdit().setAccessibleName(name)

    def offer(self, names: Sequence[str]) -> None:
        """List those that are here; what was chosen stays, also when it is not."""
        line = self.lineEdit()
        typing = line.text() if line.hasFocus() and line.isModified() else None
        self.blockSignals(True)
        self.clear()
        self.addItem(tr("Automatic"), "")
        for name in names:
            self.addItem(name, name)
        self.blockSignals(False)
        self.show_value(self._value)
        if typing is not None:  # the list came while somebody wrote a name
            line.setText(typing)
            line.setModified(True)

    def show_value(self, value: str) -> None:
        """Show what is chosen."""
        self._value = value
        self.setCurrentIndex(self.findData(value))
        self.setEditText(value or tr("Automatic"))
        if not self.lineEdit().hasFocus():
            self.lineEdit().setCursorPosition(0)  # a long name is told by its beginning

    def _written(self) -> None:
        text = self.currentText().strip()
        value = "" if text.casefold() == tr("Automatic").casefold() else text
        if value != self._value:
            self._value = value
            self.changed.emit(value)
        self.show_value(value)
