"""The pieces every tab is built of: named, reachable by keys, dressed by the theme."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QPalette,
    QShortcut,
    QTextCursor,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QListView,
    QMenu,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QSplitter,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.core.jobs import Progress
from app.ui.icons import AIR, spaced_icon
from app.ui.icons import icon as icon_in
from app.ui.theme import ink_on, unit
from app.words import tr
from app.words.durations import time_left
from app.words.steps import step_words

_EASY_TO_READ = 150  # measures: the widest column of running text


def gap(count: float = 2) -> int:
    """Return ``count`` measures of the system font in pixels."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return round(unit(app) * count)


def label(text: str, role: str = "", *, wraps: bool = True) -> QLabel:
    """Return a text; ``role`` is "title", "heading", "muted" or "warn"."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wraps)
    if role:
        made.setProperty("role", role)
    return made


def button(
    text: str,
    pressed: Callable[[], object],
    *,
    role: str = "",
    icon: str = "",
    key: str = "",
) -> QPushButton:
    """Return a button; ``role`` is "primary", "danger" or "link", ``key`` its shortcut."""
    made = QPushButton(text)
    made.clicked.connect(lambda _=False: pressed())
    made.setAutoDefault(True)  # Enter presses it, as people expect
    if role:
        made.setProperty("role", role)
    if icon:
        made.setProperty("icon_name", icon)
        dress(made)
    made.setProperty("key", key)
    _tell_key(made)
    made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return made


def relabel(made: QPushButton, text: str, icon: str = "") -> None:
    """Give a button another text and icon; its shortcut stays, which Qt's setText takes away."""
    if made.text() == text:
        return
    made.setText(text)
    _tell_key(made)
    if icon:
        made.setProperty("icon_name", icon)
        dress(made)


def _tell_key(made: QPushButton) -> None:
    key = made.property("key")
    if key:
        made.setShortcut(QKeySequence(key))
        # Qt has one key for a button: the underlined letter needs a shortcut of its own.
        alt = made.findChild(QShortcut)
        if alt is None:
            alt = QShortcut(made)
            alt.setAutoRepeat(False)  # a letter that is held begins and ends no recording
            alt.activated.connect(made.animateClick)
        alt.setKey(QKeySequence.mnemonic(made.text()))
        shown = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
        made.setToolTip(f"{made.text().replace('&', '')} ({shown})")
        # Without one the tool tip is spoken, and with it the name a second time.
        made.setAccessibleDescription(shown)


def dress(made: QPushButton) -> None:
    """Give a button its icon in the colour of its text, with air before a text."""
    name = made.property("icon_name")
    if not name:
        return
    tall, ink = gap(4), ink_on(made.property("role") or "")
    if made.text():
        made.setIcon(spaced_icon(name, ink, ink_on("disabled")))
        made.setIconSize(QSize(round(tall * AIR), tall))
    else:
        made.setIcon(icon_in(name, ink))
        made.setIconSize(QSize(tall, tall))
    if made.property("bare") != (not made.text()):
        made.setProperty("bare", not made.text())
        made.style().unpolish(made)
        made.style().polish(made)


def open_on_first(menu: QMenu) -> None:
    """Let ``menu`` open on its first entry: else nothing says it is open until Down is pressed.

    An entry that is a menu itself is passed over: it would open as well.
    """

    def choose() -> None:
        plain = [action for action in menu.actions() if action.menu() is None]
        if plain:
            menu.setActiveAction(plain[0])

    menu.aboutToShow.connect(lambda: QTimer.singleShot(0, menu, choose))


def row(*things: QWidget | QLayout | int | None) -> QHBoxLayout:
    """Return things side by side; None stretches, a number is a gap of measures."""
    made = QHBoxLayout()
    made.setSpacing(gap(2))
    _fill(made, things)
    return made


def column(*things: QWidget | QLayout | int | None, spacing: int = 2) -> QVBoxLayout:
    """Return things one below the other; None stretches, a number is a gap of measures."""
    made = QVBoxLayout()
    made.setSpacing(gap(spacing))
    _fill(made, things)
    return made


def _fill(layout: QHBoxLayout | QVBoxLayout, things: tuple[object, ...]) -> None:
    layout.setContentsMargins(0, 0, 0, 0)
    for thing in things:
        if thing is None:
            layout.addStretch(1)
        elif isinstance(thing, int):
            layout.addSpacing(gap(thing))
        elif isinstance(thing, QLayout):
            layout.addLayout(thing)
        elif isinstance(thing, QWidget):
            layout.addWidget(thing)


def inset(layout: QLayout) -> None:
    """Give ``layout`` the margins that every tab has, so that all begin on one line."""
    layout.setContentsMargins(gap(4), gap(3), gap(4), gap(3))


def shorter(text: str, most: int) -> str:
    """Return ``text`` cut at a word to about ``most`` characters."""
    if len(text) <= most:
        return text
    cut = text[:most]
    # A no-break space: the dots never stand on a line of their own.
    return (cut.rsplit(" ", 1)[0] if " " in cut[most // 2 :] else cut) + "\N{NO-BREAK SPACE}…"


def named(text: str, widget: QWidget) -> QLabel:
    """Return the label of ``widget``: its name for a screen reader and its Alt key."""
    made = label(text, wraps=False)
    made.setBuddy(widget)
    widget.setAccessibleName(text.replace("&", ""))
    return made


def reachable(made: QLabel) -> QLabel:
    """Let Tab reach a text that says a state, and show when it is there."""
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    made.setProperty("reach", True)
    made.setIndent(0)  # Qt would indent a text that has a border
    return made


class Card(QFrame):
    """A framed group on a page."""

    def __init__(self, *things: QWidget | QLayout | int | None):
        super().__init__()
        self.setProperty("role", "card")
        inside = column(*things)
        inside.setContentsMargins(gap(4), gap(3), gap(4), gap(3))
        self.setLayout(inside)


class Splitter(QSplitter):
    """Parts side by side whose border is moved with the mouse, with air on both sides."""

    def __init__(self, direction: Qt.Orientation):
        super().__init__(direction)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(gap(4))


class _LeavesWheel:
    """A control whose wheel goes to the page that scrolls, unless it has the keys."""

    def wheelEvent(self: Any, event: QWheelEvent) -> None:
        """Change nothing while somebody scrolls past."""
        if self.hasFocus():
            super().wheelEvent(event)  # type: ignore[misc]
        else:
            event.ignore()


class ComboBox(_LeavesWheel, QComboBox):
    """A choice that opens on Up and Down, because a closed one changes silently in Orca 43."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the list on Up and Down."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not event.modifiers():
            self.showPopup()
            return
        super().keyPressEvent(event)


class SpinBox(_LeavesWheel, QSpinBox):
    """A number."""

    def __init__(self) -> None:
        super().__init__()
        # A style sheet's padding does not reach the text of a spin box with buttons of its own.
        self.lineEdit().setTextMargins(gap(2) + 1, 0, 0, 0)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)


class List(QListView):
    """A list that always has a current row before it has the focus; Enter opens a row."""

    opened = Signal(QModelIndex)
    moved = Signal(QModelIndex)

    def __init__(self, name: str, model: QAbstractItemModel | None = None):
        super().__init__()
        self.setAccessibleName(name)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setTabKeyNavigation(False)
        self.setUniformItemSizes(False)
        self.doubleClicked.connect(self.opened)
        if model is not None:
            self.setModel(model)

    def currentChanged(self, new: QModelIndex, old: QModelIndex) -> None:
        """Tell which row is current."""
        super().currentChanged(new, old)
        self.moved.emit(new)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Choose a row first: without one a screen reader reads only a count."""
        self._choose_first()
        super().focusInEvent(event)

    def rowsInserted(self, parent: QModelIndex, start: int, end: int) -> None:
        """Choose a row also when rows come into a list that has the focus already."""
        super().rowsInserted(parent, start, end)
        if self.hasFocus():
            self._choose_first()

    def _choose_first(self) -> None:
        model = self.model()
        if model is not None and model.rowCount() and not self.currentIndex().isValid():
            self.setCurrentIndex(model.index(0, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the current row on Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex())
            return
        super().keyPressEvent(event)


class ReadOnlyText(QTextEdit):
    """Text to read by line with the arrows, that lets Tab go on."""

    def __init__(self, name: str):
        super().__init__()
        self._shown = ""
        self.setReadOnly(True)
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.setAcceptRichText(False)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByKeyboard
            | Qt.TextInteractionFlag.TextSelectableByMouse
        )

    def show_text(self, text: str) -> None:
        """Show ``text`` as plain text, from its beginning; what is shown already stays as it is.

        A caret that moves in a text which gets the focus keeps Orca from saying that it has it.
        """
        if text == self._shown:
            return
        self._shown = text
        self.setPlainText(text)
        self.setExtraSelections([])
        self.moveCursor(self.textCursor().MoveOperation.Start)

    def mark(self, spans: Sequence[tuple[int, int]]) -> None:
        """Mark stretches (start, end) in characters, and begin to read at the first one."""
        marks = []
        text = self.toPlainText()
        for start, end in spans:
            made = QTextEdit.ExtraSelection()
            cursor = self.textCursor()
            # Qt counts in UTF-16, where some characters are two.
            cursor.setPosition(_utf16(text[:start]))
            cursor.setPosition(_utf16(text[:end]), QTextCursor.MoveMode.KeepAnchor)
            made.cursor = cursor
            made.format.setBackground(self.palette().color(QPalette.ColorRole.Highlight))
            made.format.setForeground(self.palette().color(QPalette.ColorRole.HighlightedText))
            marks.append(made)
        self.setExtraSelections(marks)
        if spans:
            cursor = self.textCursor()
            cursor.setPosition(_utf16(text[: spans[0][0]]))
            self.setTextCursor(cursor)
            self.ensureCursorVisible()


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class JobBar(QFrame):
    """What a job does, how far it is, how long still, and Cancel."""

    cancelled = Signal()

    def __init__(self, name: str):
        super().__init__()
        self._what = label("", wraps=False)
        self._bar = QProgressBar()
        self._bar.setAccessibleName(name)
        self._bar.setTextVisible(False)
        self._left = label("", "muted", wraps=False)
        self._cancel = button(tr("Cancel"), self.cancelled.emit)
        self._cancel.setAccessibleName(tr("Cancel: {what}").format(what=name))
        inside = row(self._what, self._bar, self._left, self._cancel)
        inside.setStretch(1, 1)
        self.setLayout(inside)
        self.hide()

    def show_progress(self, progress: Progress) -> None:
        """Show how far the job is."""
        self._what.setText(step_words(progress.step))
        fraction = progress.fraction
        # A range of 0 to 0 is Qt's busy bar: honest where nobody knows how far it is.
        self._bar.setRange(0, 0 if fraction is None else 1000)
        if fraction is not None:
            self._bar.setValue(round(fraction * 1000))
        left = progress.seconds_left
        self._left.setText("" if left is None else time_left(left))
        self.show()

    def begin(self, what: str) -> None:
        """Show that a job started."""
        self._what.setText(what)
        self._left.setText("")
        self._bar.setRange(0, 0)
        self.show()

    def finish(self) -> None:
        """Hide it."""
        self.hide()


class EmptyState(QWidget):
    """What a page shows while there is nothing: what it is for, and how to begin."""

    def __init__(self, title: str, text: str, *buttons: QPushButton):
        super().__init__()
        inside = QWidget()
        buttons[0].setAccessibleDescription(text)  # no key reaches the text itself
        inside.setLayout(column(label(title, "title"), label(text, "muted"), 2,
                                row(*buttons, None)))  # fmt: skip
        inside.setMaximumWidth(gap(_EASY_TO_READ))
        middle = row(None, inside, None)
        # All the room up to its greatest width; what is left is shared by both sides.
        middle.setStretch(1, 1000)
        self.setLayout(column(None, middle, None))
