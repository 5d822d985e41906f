"""The line above a tab: trouble, news and questions, never in a box of their own."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFrame, QSizePolicy, QWidget
from shiboken6 import isValid

from app.core.errors import AppError
from app.core.jobs import Notice
from app.ui.widgets import button, gap, label, row
from app.words import tr
from app.words.errors import error_words
from app.words.notices import notice_words

Action = tuple[str, Callable[[], object]]  # the text of a button, and what it does


class MessageBar(QFrame):
    """Expected trouble, in its tab: what happened and the thing to do next as a button.

    ``about`` says what a message belongs to; when that is over, or no longer shown, the
    message is withdrawn.
    """

    def __init__(self) -> None:
        super().__init__()
        self._text = label("")
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._act = button("", self._pressed)
        self._close = button(tr("Close"), self._refused)
        inside = row(self._text, self._act, self._close)
        inside.setContentsMargins(gap(3), gap(2), gap(3), gap(2))
        self.setLayout(inside)
        self._action: Callable[[], object] | None = None
        self._before: QWidget | None = None
        self.asks = False
        self.about: Hashable = None
        self.hide()

    @property
    def text(self) -> str:
        """Return what is shown, empty when hidden."""
        return self._text.text() if not self.isHidden() else ""

    def error(
        self, error: AppError, action: Action | None = None, *, about: Hashable = None
    ) -> None:
        """Show an error, with what to do next."""
        self._show("error", error_words(error).sentence(), action, about)

    def notice(
        self, notice: Notice, action: Action | None = None, *, about: Hashable = None
    ) -> None:
        """Show a notice."""
        self._show("notice", notice_words(notice.code, notice.params), action, about)

    def say(
        self, text: str, action: Action | None = None, *, about: Hashable = None, good: bool = False
    ) -> None:
        """Show a sentence; ``good`` when something was done as asked."""
        self._show("done" if good else "notice", text, action, about)

    def ask(self, text: str, yes: Action, no: str, *, about: Hashable = None) -> None:
        """Ask before something is done that cannot be undone; Esc and ``no`` leave all as it is.

        The keys are on ``no``, and go back to where they were once it is answered.
        """
        self._show("notice", text, yes, about)
        self.asks = True
        self._close.setText(no)
        self._before = QApplication.focusWidget()
        self._close.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self, role: str, text: str, action: Action | None, about: Hashable) -> None:
        self.setProperty("role", role)
        self.style().unpolish(self)
        self.style().polish(self)
        self.asks, self._before, self.about = False, None, about
        self._close.setText(tr("Close"))
        self._text.setText(text)
        self._action = action[1] if action else None
        self._act.setText(action[0] if action else "")
        self._act.setVisible(action is not None)
        self.show()

    def focus_action(self) -> None:
        """Put the keys on what to do next; on the safe answer where it is asked for."""
        (self._close if self.asks else self._act).setFocus()

    def _pressed(self) -> None:
        action = self._action
        self.clear()
        if action is not None:
            action()

    def _refused(self) -> None:
        before = self._before
        self.clear()
        # What had the keys may be gone meanwhile (the first question, a step's button).
        if before is not None and isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)

    def refuse(self) -> bool:
        """Answer no to a question (Esc); return whether there was one."""
        asked = self.asks and not self.isHidden()
        if asked:
            self._refused()
        return asked

    def withdraw(self, about: Hashable) -> None:
        """Hide what is shown if it is ``about`` that."""
        if self.about == about:
            self.clear()

    def clear(self) -> None:
        """Hide it."""
        self.asks, self._before, self.about = False, None, None
        self.hide()
