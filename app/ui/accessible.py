"""What Qt tells a screen reader wrongly, put right in one place.

Only ``role`` and ``text`` are overridden: overriding ``interface_cast`` in Python
ends the program as soon as a screen reader asks.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QFocusEvent
from PySide6.QtWidgets import QAccessibleWidget, QLineEdit, QStackedWidget, QWidget


class Notification(QWidget):
    """A widget without a size whose showing is spoken."""

    def __init__(self, parent: QWidget):
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setGeometry(0, 0, 1, 1)
        self.words = ""
        self.hide()

    def tell(self, words: str) -> None:
        """Show it with ``words`` as its name."""
        self.words = words
        self.setAccessibleName(words)
        self.show()


class _NotificationInterface(QAccessibleWidget):
    def __init__(self, widget: Notification):
        super().__init__(widget, QAccessible.Role.Notification)
        self._widget = widget

    def text(self, kind: QAccessible.Text) -> str:
        if kind == QAccessible.Text.Name:
            return self._widget.words
        return ""


class _PagesInterface(QAccessibleWidget):
    """A stack of pages is no "layered pane" to announce: it is a plain container."""

    def __init__(self, widget: QStackedWidget):
        super().__init__(widget, QAccessible.Role.Client)


_kept: list[Any] = []


def _factory(name: str, thing: Any) -> QAccessibleInterface | None:
    made: QAccessibleInterface | None = None
    if isinstance(thing, Notification):
        made = _NotificationInterface(thing)
    elif isinstance(thing, QStackedWidget) and name in ("QStackedWidget", "Pages"):
        made = _PagesInterface(thing)
    return made


def install() -> None:
    """Teach Qt our roles; call it once, after the application exists."""
    if not _kept:
        _kept.append(_factory)
        QAccessible.installFactory(_factory)


class LineEdit(QLineEdit):
    """A line to type in that Orca 43 also announces while it is empty.

    Reached by Tab, an empty line sends its caret before its focus and nothing is
    spoken; with another reason of focus Qt sends no caret.
    """

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Take the focus with a reason that sends no early caret."""
        if not self.text() and event.reason() != Qt.FocusReason.OtherFocusReason:
            event = QFocusEvent(QFocusEvent.Type.FocusIn, Qt.FocusReason.OtherFocusReason)
        super().focusInEvent(event)
