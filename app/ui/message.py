"""The line above a tab: trouble, news and questions, never in a box of their own."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QFrame, QSizePolicy, QWidget
from shiboken6 import isValid

from app.core.errors import AppError
from app.core.jobs import Notice
from app.ui.widgets import button, gap, label, row
from app.words import tr
from app.words.errors import error_words
from app.words.notices import notice_words

Action = tuple[str, Callable[[], object]]  # the text of a button, and what it does
_MOST_WAITING = 5


class MessageBar(QFrame):
    """Expected trouble, in its tab: what happened and the thing to do next as a button.

    ``about`` says what a message belongs to; when that is over, or no longer shown, the
    message is withdrawn. ``closed`` tells what the person has closed a message about.
    What comes while a question is open waits until it is answered.
    """

    closed = Signal(object)

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
        self._later: list[tuple[str, str, Action | None, Hashable]] = []
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

    def ask(
        self,
        text: str,
        yes: Action,
        no: str,
        *,
        about: Hashable = None,
        back: QWidget | None = None,
    ) -> None:
        """Ask before something is done that cannot be undone; Esc and ``no`` leave all as it is.

        The keys are on ``no``, and go to ``back`` or where they were once it is answered.
        """
        before = back or (self._before if self.asks else QApplication.focusWidget())
        self.asks = False
        self._show("notice", text, yes, about)
        self.asks = True
        self._close.setText(no)
        self._before = before
        self._close.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self, role: str, text: str, action: Action | None, about: Hashable) -> None:
        if self.asks and not self.isHidden():
            self._later = [*self._later, (role, text, action, about)][-_MOST_WAITING:]
            return
        self.setProperty("role", role)
        self.style().unpolish(self)
        self.style().polish(self)
        self.asks, self._before, self.about = False, None, about
        self._close.setText(tr("Close"))
        self._text.setText(text)
        self._action = action[1] if action else None
        self._act.setText(action[0] if action else "")
        self._act.setVisible(action is not None)
        self._describe()
        self.show()

    def _describe(self) -> None:
        """Let who comes to the bar by Tab hear what it says: no key reaches the text itself.

        The answer that keeps all as it is has the keys at once, and is heard with the question.
        """
        first = self._close if self._action is None else self._act
        for made in (self._act, self._close):
            made.setAccessibleDescription(self._text.text() if made is first else "")

    def focus_action(self) -> None:
        """Put the keys on what to do next; on the safe answer where it is asked for."""
        (self._close if self.asks else self._act).setFocus()

    def _pressed(self) -> None:
        action = self._action
        self._next()
        if action is not None:
            action()

    def _refused(self) -> None:
        asked, about = self.asks, self.about
        self._give_back()
        if not asked:
            self.closed.emit(about)

    def _give_back(self) -> None:
        before = self._before
        # What had the keys may be gone meanwhile (the first question, a step's button).
        # Given back first: Orca says each new text of a button that has the keys.
        if before is not None and isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        self._next()

    def _next(self) -> None:
        """Hide what is shown, and show what came while a question was open."""
        later = self._later
        self.clear()
        if later:
            self._show(*later[0])
            self._later = later[1:]

    def refuse(self) -> bool:
        """Answer no to a question (Esc); return whether there was one."""
        asked = self.asks and not self.isHidden()
        if asked:
            self._refused()
        return asked

    def withdraw(self, about: Hashable) -> bool:
        """Take away what is shown, or waits, ``about`` that; return whether there was anything."""
        waited = len(self._later)
        self._later = [later for later in self._later if later[3] != about]
        found = len(self._later) < waited
        if self.about == about and not self.isHidden():
            self._give_back()
            return True
        return found

    def clear(self) -> None:
        """Hide it."""
        self.asks, self._before, self.about, self._later = False, None, None, []
        self.hide()
