"""How loud it is just now, for the eye alone."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.widgets import gap
from app.words import tr

QUIETEST_DB = -60.0  # decibels below full scale: from here on down it counts as silence


class LevelMeter(QWidget):
    """A bar from silence to full scale.

    No progress bar: a screen reader would speak each of its percents, and the microphone
    would record that. Who cannot see it hears by the state key how good the sound is.
    """

    def __init__(self) -> None:
        super().__init__()
        self._db = QUIETEST_DB
        self.setAccessibleName(tr("Sound level"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def db(self) -> float:
        """Return what is shown, in decibels below full scale."""
        return self._db

    def show_db(self, db: float) -> None:
        """Show a level; below ``QUIETEST_DB`` the bar is empty."""
        db = min(0.0, max(QUIETEST_DB, db))
        if db != self._db:
            self._db = db
            self.update()

    def sizeHint(self) -> QSize:
        """Return the room of a bar."""
        return QSize(gap(30), gap(4))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint frame and level in the colours of the theme."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
        painter.setBrush(self.palette().color(QPalette.ColorRole.Base))
        painter.drawRoundedRect(frame, gap(1), gap(1))
        full = frame.adjusted(1.5, 1.5, -1.5, -1.5)
        full.setWidth(full.width() * (1 - self._db / QUIETEST_DB))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.Accent))
        painter.drawRoundedRect(full, gap(0.5), gap(0.5))
        painter.end()
