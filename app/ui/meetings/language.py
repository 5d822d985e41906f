"""Asked once before the draft recogniser runs: which language is spoken?"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from app.ui.widgets import ComboBox, button, gap, label, named, row
from app.words import settings as words
from app.words import tr


class LanguageQuestion(QFrame):
    """Shown in the meeting while its transcript waits for the answer."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "notice")
        self.box = ComboBox()
        for key in words.CHOICES["spoken_language"]:
            if key:
                self.box.addItem(words.choice("spoken_language", key), key)
        go = button(
            tr("Write it down"), lambda: self.chosen.emit(self.box.currentData()), role="primary"
        )
        inside = row(
            named(tr("&Which language is spoken?"), self.box),
            self.box,
            go,
            label(tr("Without a Whisper model only English can be written down."), "muted"),
        )
        inside.setStretch(3, 1)
        inside.setContentsMargins(gap(3), gap(2), gap(3), gap(2))
        self.setLayout(inside)
        self.hide()
