"""A line of buttons in a window that may be narrow: what finds no room goes into a menu."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLayout, QMenu, QPushButton, QWidget

from app.ui.pages import Fitting
from app.ui.widgets import button, open_on_first, row
from app.words import tr


class ButtonLine(Fitting):
    """``fixed`` to the left, ``buttons`` to the right; the last of them give way to "More".

    A large font on a small screen would otherwise make the window wider than the screen.
    ``fixed`` ones may be shown and hidden by their owner, ``buttons`` are not.
    A button in the menu keeps its key.
    """

    def __init__(self, fixed: Sequence[QWidget], buttons: Sequence[QPushButton]):
        super().__init__()
        self._fixed, self._buttons = list(fixed), list(buttons)
        self._keys: list[QShortcut] = []
        self.menu = QMenu(self)
        self.menu.setAccessibleName(tr("More"))
        self.menu.aboutToShow.connect(self._fill)
        open_on_first(self.menu)
        self.more = button(tr("More"), lambda: None)
        self.more.setMenu(self.menu)
        self.more.hide()
        made = row(*self._fixed, None, *self._buttons, self.more)
        made.setContentsMargins(0, 0, 0, 0)
        # Else the buttons that are shown now would be the least width.
        made.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self.setLayout(made)

    def minimumSizeHint(self) -> QSize:
        """Return the room of what is always shown."""
        return QSize(self._width([self.more]), self.more.sizeHint().height())

    def sizeHint(self) -> QSize:
        """Return the room of all."""
        return QSize(self._width(self._buttons), self.more.sizeHint().height())

    def _width(self, buttons: Sequence[QWidget]) -> int:
        """Return the room of ``buttons`` beside what stands to the left now."""
        things = [*(one for one in self._fixed if not one.isHidden()), *buttons]
        return sum(t.sizeHint().width() for t in things) + self.layout().spacing() * len(things)

    def fit_in(self) -> None:
        """Show as many buttons as fit."""
        fit = len(self._buttons)
        if self._width(self._buttons) > self.width():
            fewer = range(fit - 1, 0, -1)
            fits = (
                n for n in fewer if self._width([*self._buttons[:n], self.more]) <= self.width()
            )
            fit = next(fits, 0)
        hidden = self._buttons[fit:]
        if [b for b in self._buttons if b.isHidden()] == hidden:
            return
        had_keys = any(b.hasFocus() for b in hidden)
        for place, one in enumerate(self._buttons):
            one.setVisible(place < fit)
        self.more.setVisible(bool(hidden))
        self._fill()
        self._keep_keys()
        if had_keys:
            self.more.setFocus()

    def _fill(self) -> None:
        """Offer the hidden buttons as they are called and as they can be pressed now."""
        self.menu.clear()
        for one in (b for b in self._buttons if b.isHidden()):
            if one.menu() is not None:
                one.menu().setTitle(one.text())
                self.menu.addMenu(one.menu())
                continue
            action = self.menu.addAction(one.icon(), one.text())
            action.setEnabled(one.isEnabled())
            action.triggered.connect(lambda _=False, one=one: one.click())
            if one.property("key"):
                keys = QKeySequence(one.property("key"))
                action.setText(f"{one.text()}\t{keys.toString(keys.SequenceFormat.NativeText)}")

    def _keep_keys(self) -> None:
        """Let the keys of hidden buttons work: Qt takes them away with the button."""
        for key in self._keys:
            key.setEnabled(False)  # until it is gone it would make the button's own ambiguous
            key.deleteLater()
        self._keys = []
        for one in (b for b in self._buttons if b.isHidden() and b.property("key")):
            shortcut = QShortcut(QKeySequence(one.property("key")), self)
            shortcut.activated.connect(one.click)
            self._keys.append(shortcut)
