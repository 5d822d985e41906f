"""Asked once before the draft recogniser runs: which language is spoken?"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from app.ui.widgets import ComboBox, button, gap, label, named, row
from app.words import tr
from app.words.languages import LANGUAGES, by_name, language_name

_LIKELY = "en"  # the one that can be written down without a model


class LanguageQuestion(QFrame):
    """Shown in the meeting while its transcript waits for the answer."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "notice")
        self.box = ComboBox()
        for code in by_name(list(LANGUAGES)):
            self.box.addItem(language_name(code), code)
        self.box.setCurrentIndex(self.box.findData(_LIKELY))
        go = button(
            tr("Write it down"), lambda: self.chosen.emit(self.box.currentData()), role="primary"
        )
        hint = tr("Without a Whisper model only English can be written down.")
        self.box.setAccessibleDescription(hint)
        inside = row(
            named(tr("&Which language is spoken?"), self.box), self.box, go, label(hint, "muted")
        )
        inside.setStretch(3, 1)
        inside.setContentsMargins(gap(3), gap(2), gap(3), gap(2))
        self.setLayout(inside)
        self.hide()
