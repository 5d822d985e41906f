"""What may stand above the tabs: the first question, and the banner of another server."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QWidget

from app.core.settings import Settings
from app.ui.message import Action
from app.ui.widgets import button, column, gap, label, reachable, relabel, row
from app.words import tr
from app.words.settings import elsewhere


class FirstQuestion(QFrame):
    """Asked once, never modal: who shall speak? Esc keeps "automatic"."""

    answered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "strip")
        self._words = label(tr("Who shall speak to you?"), "heading")
        choices = {
            "auto": tr("A&utomatic"),
            "screen_reader": tr("S&creen reader"),
            "own": tr("Alcove's &voice"),
            "quiet": tr("&Quiet"),
        }
        self.buttons = {
            key: button(text, lambda key=key: self.answered.emit(key))
            for key, text in choices.items()
        }
        hint = label(tr("Esc keeps automatic. You can change it in Settings."), "muted")
        for made in self.buttons.values():
            made.setAccessibleDescription(self._words.text())
        first = self.buttons["auto"]
        first.setAccessibleDescription(f"{self._words.text()} {hint.text()}")
        # Both texts wrap: with a large font the answers alone fill a small screen.
        inside = row(column(self._words, hint, spacing=0), *self.buttons.values())
        inside.setStretch(0, 1)
        inside.setContentsMargins(gap(4), gap(2), gap(4), gap(2))
        self.setLayout(inside)

    def choices(self) -> str:
        """Return what a screen reader says beside the question and the first answer."""
        return tr("Choose with Tab and Enter: automatic, screen reader, Alcove's voice, or quiet.")

    def words(self) -> str:
        """Return the question as it is spoken where no screen reader is."""
        return f"{self._words.text()} {self.choices()} " + tr("Escape keeps automatic.")

    def focus_first(self) -> None:
        """Put the keys on the first answer."""
        self.buttons["auto"].setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keep automatic on Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.answered.emit("auto")
            return
        super().keyPressEvent(event)


class Sign(QWidget):
    """What must be seen in every tab as long as it lasts: that something is recorded.

    Stands in the status line, with the button that ends it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.text = reachable(label("", "sign", wraps=False))
        self.act = button("", self._pressed, key="Ctrl+R")  # as the button of the Meetings tab
        self._action: Action | None = None
        self.setLayout(row(self.text, self.act))
        self._elsewhere = True
        self.hide()

    def show_sign(self, text: str, action: Action | None) -> None:
        """Show ``text`` and a button; "" takes the sign away."""
        self._action = action
        self.text.setText(text)
        if action is not None:
            relabel(self.act, action[0])
        self._settle()

    def elsewhere(self, elsewhere: bool) -> None:
        """Hear whether another tab is shown than the one that tells the same at length."""
        self._elsewhere = elsewhere
        self._settle()

    def _settle(self) -> None:
        self.act.setVisible(self._action is not None)
        self.setVisible(bool(self.text.text()) and self._elsewhere)

    def _pressed(self) -> None:
        if self._action is not None:
            self._action[1]()


class ServerBanner(QFrame):
    """Shown in every tab while a confirmed other machine runs the language model."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "banner")
        self.text = label("", "warn")
        inside = row(self.text)
        inside.setContentsMargins(gap(4), gap(2), gap(4), gap(2))
        self.setLayout(inside)
        self.hide()

    def follow(self, settings: Settings) -> None:
        """Show the banner while another machine is confirmed."""
        host = settings.ollama_confirmed
        self.text.setText(elsewhere(host))
        self.setVisible(bool(host))
