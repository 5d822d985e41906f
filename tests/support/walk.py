"""A walk through the accessibility tree of a window, in this very process."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QLabel,
    QScrollArea,
    QTabBar,
    QTabWidget,
    QWidget,
)

# Taken by NVDA, JAWS, Orca or VoiceOver, or by Windows itself.
READER_KEYS = re.compile(r"Ins|CapsLock|Num\+|Meta\+|Ctrl\+Alt|^Ctrl$|^F12$", re.IGNORECASE)


@dataclass(frozen=True)
class Problem:
    """Something a person who hears the window would stumble over."""

    where: str
    what: str


def place(widget: QWidget) -> str:
    """Return a name by which a developer finds the widget."""
    text = getattr(widget, "text", lambda: "")()
    kinds = type(widget).__name__, type(widget.parent()).__name__
    return f"{kinds[0]} {widget.objectName() or text!r} in {kinds[1]}"


def focusable(root: QWidget) -> list[QWidget]:
    """Return the shown widgets that the Tab key reaches."""
    return [
        w
        for w in root.findChildren(QWidget)
        if w.isVisibleTo(root)
        and w.isEnabled()
        and w.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not isinstance(w, QScrollArea)
        and w.focusProxy() is None
    ]


def name_of(widget: QWidget) -> str:
    """Return what a screen reader calls the widget."""
    interface = QAccessible.queryAccessibleInterface(widget)
    if interface is None:
        return ""
    if isinstance(widget, QComboBox):
        # On Linux a combo box is named by its label alone.
        labels = [x for x in widget.window().findChildren(QLabel) if x.buddy() is widget]
        return labels[0].text() if labels else ""
    return interface.text(QAccessible.Text.Name)


def problems(root: QWidget) -> list[Problem]:
    """Return everything in ``root`` that breaks the rules."""
    found = []
    for widget in focusable(root):
        interface = QAccessible.queryAccessibleInterface(widget)
        name = name_of(widget)
        if not name.strip():
            found.append(Problem(place(widget), "has no name"))
        if interface is None or interface.role() in (
            QAccessible.Role.NoRole,
            QAccessible.Role.Client,
        ):
            found.append(Problem(place(widget), "has no role"))
        if interface is not None and isinstance(widget, QAbstractButton):
            described = interface.text(QAccessible.Text.Description)
            # One that is the same and nothing more is left out by screen readers.
            if described != name and described.startswith(name):
                found.append(Problem(place(widget), "says its name twice"))
        if isinstance(widget, QAbstractItemView) and widget.tabKeyNavigation():
            found.append(Problem(place(widget), "keeps the Tab key"))
        if hasattr(widget, "tabChangesFocus") and not widget.isReadOnly():
            if not widget.tabChangesFocus():
                found.append(Problem(place(widget), "traps the Tab key"))
    return found + _twice(root) + _keys(root) + _for_the_eye_alone(root)


def _for_the_eye_alone(root: QWidget) -> list[Problem]:
    """Return explanations that nothing says which the Tab key reaches."""
    heard = {name_of(w) for w in focusable(root)}
    for widget in focusable(root):
        interface = QAccessible.queryAccessibleInterface(widget)
        if interface is not None:
            heard.add(interface.text(QAccessible.Text.Description))
    return [
        Problem(place(shown), "is for the eye alone")
        for shown in root.findChildren(QLabel)
        if shown.property("role") in ("muted", "warn")
        and shown.isVisibleTo(root)
        and shown.text()
        and not any(shown.text() in said for said in heard)
    ]


def _twice(root: QWidget) -> list[Problem]:
    """Return Alt keys that two shown controls share."""
    keys: Counter[str] = Counter()
    for widget in root.window().findChildren(QWidget):
        if not widget.isVisibleTo(root.window()):
            continue
        texts = []
        if isinstance(widget, QAbstractButton):
            texts = [widget.text()]
        elif isinstance(widget, QLabel) and widget.buddy() is not None:
            texts = [widget.text()]
        elif isinstance(widget, QTabBar) and isinstance(widget.parent(), QTabWidget):
            texts = [widget.tabText(i) for i in range(widget.count())]
        for text in texts:
            key = QKeySequence.mnemonic(text).toString()
            if key:
                keys[key] += 1
    return [Problem(root.objectName(), f"{k} stands twice") for k, n in keys.items() if n > 1]


def _keys(root: QWidget) -> list[Problem]:
    from PySide6.QtGui import QShortcut

    found = []
    shortcuts = [s.key() for s in root.window().findChildren(QShortcut)]
    shortcuts += [
        b.shortcut() for b in root.findChildren(QAbstractButton) if not b.shortcut().isEmpty()
    ]
    for shortcut in shortcuts:
        text = shortcut.toString()
        if READER_KEYS.search(text):
            found.append(Problem(text, "belongs to a screen reader"))
        if len(text) == 1:
            found.append(Problem(text, "is a bare letter"))
    return found


def tab_round(window: QWidget, most: int = 400) -> list[QWidget]:
    """Return the widgets that Tab visits, from the present focus until it comes round."""
    visited: list[QWidget] = []
    for _ in range(most):
        window.focusNextChild()
        now = window.focusWidget()
        if now is None or now in visited:
            break
        visited.append(now)
    return visited
