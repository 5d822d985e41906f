"""One list for everything: rows of a line or more, with a heading, a tag and a detail.

Lists are read better than tables and trees by every screen reader; each row has the
sentence that is spoken for it.
"""

from __future__ import annotations

import math
import re
from collections import OrderedDict
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QPainter,
    QPalette,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QScrollArea, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.ui.widgets import List, gap

_Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole
_MOST_PARAGRAPHS = 96  # kept wrapped: more than a window shows
_MOST_HEIGHTS = 20_000  # of rows
_SIGNS = re.compile(r"\s+[·|]\s+")  # between facts: a screen reader would say "middle dot"
_BAR = 3  # pixels at the left of a marked row, as the style sheet gives a chosen one


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
        detail = _SIGNS.sub(", ", self.detail)
        return ", ".join(part for part in (self.tag, self.text, detail) if part)


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
        """Show ``rows``: what both have at the start and at the end stays.

        A reader keeps its place there also when rows come or go above: a row that only
        moves is not read to a blind person once more.
        """
        new = list(rows)
        most = min(len(new), len(self.rows))
        start = end = 0
        while start < most and _same(new[start], self.rows[start]):
            start += 1
        while end < most - start and _same(new[-1 - end], self.rows[-1 - end]):
            end += 1
        place = most - end  # behind what is changed in place
        fewer = len(self.rows) - len(new)
        if fewer > 0:
            self.beginRemoveRows(QModelIndex(), place, place + fewer - 1)
            del self.rows[place : place + fewer]
            self.endRemoveRows()
        elif fewer < 0:
            self.beginInsertRows(QModelIndex(), place, place - fewer - 1)
            self.rows[place:place] = new[place : place - fewer]
            self.endInsertRows()
        changed = [i for i, row in enumerate(new) if row != self.rows[i]]
        for i in changed:
            self.rows[i] = new[i]
        if changed:
            self.dataChanged.emit(self.index(changed[0]), self.index(changed[-1]))

    def append(self, row: Row) -> None:
        """Add one row at the end."""
        place = len(self.rows)
        self.beginInsertRows(QModelIndex(), place, place)
        self.rows.append(row)
        self.endInsertRows()

    def find(self, key: Hashable) -> int | None:
        """Return the place of the row with ``key``."""
        for place, row in enumerate(self.rows):
            if row.key == key:
                return place
        return None


def _same(one: Row, other: Row) -> bool:
    return one == other or (one.key is not None and one.key == other.key)


class RowDelegate(QStyledItemDelegate):
    """Draws a row: tag in the margin, wrapped text, small detail below."""

    def __init__(self, view: RowList, *, tag_width: int = 0):
        super().__init__(view)
        self._view = view
        self._tag_width = tag_width
        self._kept: _Measures | None = None

    @property
    def _measures(self) -> _Measures:
        """Return the measures of the view's font, made again when it is another one."""
        font = self._view.font()
        if self._kept is None or self._kept.font != font:
            self._kept = _Measures(font)
        return self._kept

    def _room(self, row: Row, width: int) -> tuple[int, int]:
        """Return where the text of the row begins and how wide it may be."""
        pad = self._measures.pad
        left = pad + (self._tag_width if row.kind != "heading" else 0)
        return left, max(40, width - left - pad)

    def _layouts(self, row: Row, width: int) -> tuple[int, _Block, _Block]:
        """Return the height of the row and its text and detail, wrapped into ``width``."""
        measures = self._measures
        left, room = self._room(row, width)
        above = measures.above_heading if row.kind == "heading" else measures.above
        text = _Block(row.text, measures.shaper(row.kind), left, above, room)
        bottom = above + text.height
        detail = _Block(row.detail, measures.small, left, bottom + measures.between, room)
        if row.detail:
            bottom += measures.between + detail.height
        return bottom + measures.above, text, detail

    def _height(self, row: Row, width: int) -> int:
        heights, key = self._measures.heights, hash((row.text, row.detail, row.kind, width))
        if key not in heights:
            if len(heights) >= _MOST_HEIGHTS:
                heights.clear()
            heights[key] = self._layouts(row, width)[0]
        return heights[key]

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Return the height of the row at the width of the list."""
        width = max(80, self._view.viewport().width())
        return QSize(width, self._height(index.data(ROW), width))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw ground, tag, text and detail."""
        row: Row = index.data(ROW)
        self.initStyleOption(option, index)
        option.text = ""
        style = self._view.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, self._view)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if row.key in self._view.marked and not chosen:
            self._draw_mark(painter, option.rect)
        ink, quiet = self._inks(chosen)
        _, text, detail = self._layouts(row, option.rect.width())
        origin = option.rect.topLeft()
        painter.save()
        painter.setPen(quiet if row.kind == "quiet" else ink)
        seen = QRectF(self._view.viewport().rect())
        text.draw(painter, origin, seen)
        painter.setPen(quiet)
        detail.draw(painter, origin, seen)
        if row.tag and self._tag_width:
            corner = origin + QPoint(self._measures.pad, text.top)
            place = QRect(corner, QSize(self._tag_width, text.height))
            painter.setFont(self._measures.shaper(row.kind).font)
            painter.drawText(place, int(Qt.AlignmentFlag.AlignTop), row.tag)
        painter.restore()

    @staticmethod
    def _draw_mark(painter: QPainter, place: QRect) -> None:
        """Draw the ground and the bar of a marked row, as wide as that of a chosen one."""
        palette = QGuiApplication.palette()
        painter.fillRect(place, palette.color(QPalette.ColorRole.AlternateBase))
        bar = QRect(place.topLeft(), QSize(_BAR, place.height()))
        painter.fillRect(bar, palette.color(QPalette.ColorRole.Accent))

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


class _Measures:
    """What a font decides: distances, how text is wrapped, and the heights known so far."""

    def __init__(self, font: QFont):
        self.font = QFont(font)
        self.pad, self.between = gap(2), gap(0.5)
        self.above, self.above_heading = gap(1.5), gap(3)
        strong, small = QFont(font), QFont(font)
        strong.setWeight(QFont.Weight.DemiBold)
        small.setPointSizeF(small.pointSizeF() * 0.92)
        self._plain, self._strong = _Shaper(self.font), _Shaper(strong)
        self.small = _Shaper(small)
        self.heights: dict[int, int] = {}

    def shaper(self, kind: str) -> _Shaper:
        """Return what wraps the text of a row of ``kind``."""
        return self._strong if kind in ("heading", "strong") else self._plain


class _Shaper:
    """Wraps paragraphs in one font and keeps the last ones.

    To wrap a text costs milliseconds, and a list asks for each row it shows with every
    change. An answer that grows is wrapped again only in its last paragraph.
    """

    def __init__(self, font: QFont):
        self.font = font
        self._line = QFontMetricsF(font).height()
        self._kept: OrderedDict[tuple[str, int], tuple[QTextLayout, float]] = OrderedDict()
        self._newest = ("", 0)

    def paragraph(self, text: str, room: int) -> tuple[QTextLayout, float]:
        """Return ``text``, which has no line end, wrapped into ``room``, and its height."""
        key = (text, room)
        made = self._kept.get(key)
        if made is None:
            # The last paragraph of an answer that grows: its shorter forms are never asked
            # for again, and would push the rows that are shown out of what is kept.
            if self._newest[1] == room and text.startswith(self._newest[0]):
                self._kept.pop(self._newest, None)
            self._newest = key
            made = self._kept[key] = self._wrapped(text, room)
            if len(self._kept) > _MOST_PARAGRAPHS:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(key)
        return made

    def _wrapped(self, text: str, room: int) -> tuple[QTextLayout, float]:
        layout = QTextLayout(text, self.font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.beginLayout()
        down = 0.0
        while text and (line := layout.createLine()).isValid():
            line.setLineWidth(room)
            line.setPosition(QPointF(0, down))
            down += line.height()
        layout.endLayout()
        return layout, down if text else self._line


class _Block:
    """Text wrapped at words, and only inside a word where one is wider than the room."""

    def __init__(self, text: str, shaper: _Shaper, left: int, top: int, room: int):
        self.top = top
        self._paragraphs: list[tuple[QPointF, QTextLayout]] = []
        down = 0.0
        for paragraph in text.split("\n") if text else ():
            layout, height = shaper.paragraph(paragraph, room)
            self._paragraphs.append((QPointF(left, top + down), layout))
            down += height
        self.height = math.ceil(down)

    def draw(self, painter: QPainter, origin: QPoint, seen: QRectF) -> None:
        """Draw the lines that lie in ``seen``: of a long answer most do not."""
        for place, layout in self._paragraphs:
            corner = place + QPointF(origin)
            whole = layout.boundingRect().translated(corner)
            if seen.contains(whole):
                layout.draw(painter, corner)
            elif seen.intersects(whole):
                layout.draw(painter, corner, [], seen)


class RowList(List):
    """A list of rows; one that ``grows`` is as tall as they are, on a page that scrolls.

    ``empty`` says what will stand here, as long as nothing does.
    """

    def __init__(self, name: str, *, tag_width: int = 0, grows: bool = False, empty: str = ""):
        self.rows = Rows()
        self.marked: frozenset[Hashable] = frozenset()
        self._grows = grows
        self._empty = empty
        super().__init__(name, self.rows)
        self.setAccessibleDescription(empty)
        self.setItemDelegate(RowDelegate(self, tag_width=tag_width))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        if grows:
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.moved.connect(self._show_on_page)
            self._grow()

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show ``rows`` and keep the current one by its key."""
        current = self.current_row()
        self.rows.show(rows)
        self.setAccessibleDescription("" if rows else self._empty)
        self._grow()
        if current is not None and current.key is not None:
            place = self.rows.find(current.key)
            if place is not None and place != self.currentIndex().row():
                self.setCurrentIndex(self.rows.index(place))

    def say_empty(self, text: str) -> None:
        """Say what will stand here, as long as nothing does."""
        self._empty = text
        self.setAccessibleDescription("" if self.rows.rowCount() else text)
        self.viewport().update()

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

    def mark(self, keys: Collection[Hashable], *, show: bool = True) -> None:
        """Mark the rows with ``keys``, to the eye alone, and ``show`` them, the first at least.

        The current row stays what it is: a screen reader hears nothing of a list that it
        does not read.
        """
        self.marked = frozenset(keys)
        self.viewport().update()
        places = [p for p, row in enumerate(self.rows.rows) if row.key in self.marked]
        for place in (places[-1:] + places[:1]) if show else ():
            self.scrollTo(self.rows.index(place), self.ScrollHint.EnsureVisible)

    def show_current(self) -> None:
        """Bring the current row into sight on the page that the list grows on."""
        self._show_on_page(self.currentIndex())

    def resizeEvent(self, event: Any) -> None:
        """Wrap the rows again at the new width."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()
        self._grow()
        if not self._grows and self.currentIndex().isValid():
            # Rows that wrap anew move: the current one must not leave the view.
            QTimer.singleShot(0, self, self._keep_in_view)

    def _keep_in_view(self) -> None:
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex(), self.ScrollHint.EnsureVisible)

    def paintEvent(self, event: Any) -> None:
        """Paint the rows, or what will stand here."""
        super().paintEvent(event)
        if self._empty and not self.rows.rowCount():
            painter = QPainter(self.viewport())
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            room = self.viewport().rect().adjusted(gap(2), gap(2), -gap(2), -gap(2))
            painter.drawText(room, Qt.TextFlag.TextWordWrap, self._empty)
            painter.end()

    def _grow(self) -> None:
        if not self._grows:
            return
        option = QStyleOptionViewItem()
        rows = range(max(1, self.rows.rowCount()))
        tall = sum(self._row_height(option, n) for n in rows) + 2 * self.frameWidth() + gap(1)
        if tall != self.height() or tall != self.maximumHeight():
            self.setFixedHeight(tall)

    def _row_height(self, option: QStyleOptionViewItem, place: int) -> int:
        index = self.rows.index(place)
        return self.itemDelegate().sizeHint(option, index).height() if index.isValid() else gap(8)

    def _show_on_page(self, index: QModelIndex) -> None:
        """Let the page scroll to the current row, as the list itself cannot."""
        above = self.parentWidget()
        while above is not None and not isinstance(above, QScrollArea):
            above = above.parentWidget()
        if above is None or not index.isValid() or not self.hasFocus():
            return
        place = self.viewport().mapTo(above.widget(), self.visualRect(index).center())
        above.ensureVisible(place.x(), place.y(), 0, gap(12))
