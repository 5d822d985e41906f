"""Pages that scroll, and what fits itself into the room that there is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLayout, QScrollArea, QWidget

from app.ui.widgets import column, gap, inset


class AbovePage(QWidget):
    """Bars with the margins of a page, which take no room while all of them are hidden."""

    def __init__(self, *bars: QWidget):
        super().__init__()
        self._bars = bars
        inside = column(*bars, spacing=1)
        inside.setContentsMargins(gap(4), gap(3), gap(4), 0)
        self.setLayout(inside)
        for bar in bars:
            bar.installEventFilter(self)
        self._settle()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the bars: a layout would keep its margins without them."""
        if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self._settle()
        return False

    def _settle(self) -> None:
        self.setVisible(not all(bar.isHidden() for bar in self._bars))


class Page(QScrollArea):
    """A page that scrolls up and down where the window is small, as wide as the window."""

    def __init__(self, content: QLayout, *, margins: bool = True):
        super().__init__()
        inside = QWidget()
        inside.setProperty("role", "page")
        if margins:
            inset(content)
        else:
            content.setContentsMargins(0, 0, 0, 0)
        inside.setLayout(content)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)


class Fitting(QWidget):
    """A widget that lays its things out anew when its room or what they say changes."""

    def fit_in(self) -> None:
        """Lay out what there is; called often, so that no change must do nothing."""
        raise NotImplementedError

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use the new room."""
        super().resizeEvent(event)
        self.fit_in()

    def event(self, event: QEvent) -> bool:
        """Look again when one of the things needs another room."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.fit_in()
        return super().event(event)


class TallPage(Page):
    """A part of a tab that scrolls up and down where it is low; never narrower than its things."""

    resized = Signal(int)  # how high it is now, in pixels

    def __init__(self, content: QLayout):
        super().__init__(content, margins=False)
        self._content = content
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().rangeChanged.connect(self._keep_off_bar)

    def _keep_off_bar(self, _: int, last: int) -> None:
        """Leave a gap between the things and the bar while there is one."""
        self._content.setContentsMargins(0, 0, gap(2) if last else 0, 0)

    def minimumSizeHint(self) -> QSize:
        """Return the width that its things need, and hardly any height."""
        bar = self.verticalScrollBar().sizeHint().width()
        free = gap(2) - self._content.contentsMargins().right()
        return QSize(self.widget().minimumSizeHint().width() + free + bar, gap(10))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell the new height."""
        super().resizeEvent(event)
        self.resized.emit(self.viewport().height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ask for another width when its things do."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)
