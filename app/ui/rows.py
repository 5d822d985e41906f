"""One list for everything: rows of a line or more, with a heading, a tag and a detail.

Lists are read better than tables and trees by every screen reader; each row has the
sentence that is spoken for it.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QGuiApplication,
    QPainter,
    QPalette,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.ui.widgets import List, gap

_Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class Row:
    """A row: ``tag`` stands before the text (a time), ``detail`` small below it.

    ``spoken`` is what a screen reader says (default: tag, text, detail); ``key``
    keeps the current row over a refresh; ``data`` is the tab's own.
    """

    text: str
    detail: str = ""
    tag: str = ""
    kind: str = "item"  # or "heading", "quiet" (an empty section), "strong"
    spoken: str = ""
    key: Hashable = None
    data: Any = None

    def words(self) -> str:
        """Return what is said for the row."""
        if self.spoken:
            return self.spoken
        return ", ".join(part for part in (self.tag, self.text, self.detail) if part)


class Rows(QAbstractListModel):
    """Rows as a model of Qt; a refresh tells only what changed."""

    def __init__(self, rows: Sequence[Row] = ()):
        super().__init__()
        self.rows: list[Row] = list(rows)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's name
        """Return how many rows there are."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the row itself, its text, or what is said for it."""
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == ROW:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.words()
        return None

    def show(self, rows: Sequence[Row]) -> None:
        """Show ``rows``: shared rows at the start stay, so that a reader keeps its place."""
        new = list(rows)
        common = min(len(new), len(self.rows))
        changed = [i for i in range(common) if new[i] != self.rows[i]]
        if len(new) < len(self.rows):
            self.beginRemoveRows(QModelIndex(), len(new), len(self.rows) - 1)
            del self.rows[len(new) :]
            self.endRemoveRows()
        for i in changed:
            self.rows[i] = new[i]
        if changed:
            self.dataChanged.emit(self.index(changed[0]), self.index(changed[-1]))
        if len(new) > len(self.rows):
            self.beginInsertRows(QModelIndex(), len(self.rows), len(new) - 1)
            self.rows.extend(new[len(self.rows) :])
            self.endInsertRows()

    def find(self, key: Hashable) -> int | None:
        """Return the place of the row with ``key``."""
        for place, row in enumerate(self.rows):
            if row.key == key:
                return place
        return None


class RowDelegate(QStyledItemDelegate):
    """Draws a row: tag in the margin, wrapped text, small detail below."""

    def __init__(self, view: List, *, tag_width: int = 0):
        super().__init__(view)
        self._view = view
        self._tag_width = tag_width

    def _fonts(self, row: Row) -> tuple[QFont, QFont]:
        text = QFont(self._view.font())
        if row.kind in ("heading", "strong"):
            text.setWeight(QFont.Weight.DemiBold)
        small = QFont(self._view.font())
        small.setPointSizeF(small.pointSizeF() * 0.92)
        return text, small

    def _layouts(self, row: Row, width: int) -> tuple[int, _Block, _Block]:
        """Return the height of the row and its text and detail, wrapped into ``width``."""
        pad, above = gap(2), gap(3) if row.kind == "heading" else gap(1.5)
        left = pad + (self._tag_width if row.kind != "heading" else 0)
        room = max(40, width - left - pad)
        text_font, small_font = self._fonts(row)
        text = _Block(row.text, text_font, left, above, room)
        bottom = above + text.height
        detail = _Block(row.detail, small_font, left, bottom + gap(0.5), room)
        if row.detail:
            bottom += gap(0.5) + detail.height
        return bottom + gap(1.5), text, detail

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Return the height of the row at the width of the list."""
        width = max(80, self._view.viewport().width())
        return QSize(width, self._layouts(index.data(ROW), width)[0])

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw ground, tag, text and detail."""
        row: Row = index.data(ROW)
        self.initStyleOption(option, index)
        option.text = ""
        style = self._view.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, self._view)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        ink, quiet = self._inks(chosen)
        _, text, detail = self._layouts(row, option.rect.width())
        origin = option.rect.topLeft()
        painter.save()
        painter.setPen(quiet if row.kind == "quiet" else ink)
        text.draw(painter, origin)
        painter.setPen(quiet)
        detail.draw(painter, origin)
        if row.tag and self._tag_width:
            corner = origin + QPoint(gap(2), text.top)
            place = QRect(corner, QSize(self._tag_width, text.height))
            painter.setFont(self._fonts(row)[0])
            painter.drawText(place, int(Qt.AlignmentFlag.AlignTop), row.tag)
        painter.restore()

    @staticmethod
    def _inks(chosen: bool) -> tuple[QColor, QColor]:
        # The program's palette, not the option's: a style sheet halves its muted ink.
        palette = QGuiApplication.palette()
        if chosen:
            ink = palette.color(QPalette.ColorRole.HighlightedText)
            return ink, ink
        return (
            palette.color(QPalette.ColorRole.Text),
            palette.color(QPalette.ColorRole.PlaceholderText),
        )


class _Block:
    """Text wrapped at words, and only inside a word where one is wider than the room."""

    def __init__(self, text: str, font: QFont, left: int, top: int, room: int):
        self._origin = QPointF(left, top)
        self.top = top
        self._layout = QTextLayout(text.replace("\n", "\u2028"), font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._layout.setTextOption(option)
        self._layout.beginLayout()
        down = 0.0
        while text and (line := self._layout.createLine()).isValid():
            line.setLineWidth(room)
            line.setPosition(QPointF(0, down))
            down += line.height()
        self._layout.endLayout()
        self.height = math.ceil(down)

    def draw(self, painter: QPainter, origin: QPoint) -> None:
        """Draw the lines."""
        self._layout.draw(painter, self._origin + QPointF(origin))


class RowList(List):
    """A list of rows."""

    def __init__(self, name: str, *, tag_width: int = 0):
        self.rows = Rows()
        super().__init__(name, self.rows)
        self.setItemDelegate(RowDelegate(self, tag_width=tag_width))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show ``rows`` and keep the current one by its key."""
        current = self.current_row()
        self.rows.show(rows)
        if current is not None and current.key is not None:
            place = self.rows.find(current.key)
            if place is not None and place != self.currentIndex().row():
                self.setCurrentIndex(self.rows.index(place))

    def current_row(self) -> Row | None:
        """Return the current row."""
        return self.currentIndex().data(ROW) if self.currentIndex().isValid() else None

    def go_to(self, key: Hashable, *, focus: bool = False) -> bool:
        """Make the row with ``key`` the current one and show it."""
        place = self.rows.find(key)
        if place is None:
            return False
        index = self.rows.index(place)
        self.setCurrentIndex(index)
        self.scrollTo(index, self.ScrollHint.PositionAtCenter)
        if focus:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def resizeEvent(self, event: Any) -> None:
        """Wrap the rows again at the new width."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()
