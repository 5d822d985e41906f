"""Shows the pixels that the reader made, or the live frames of the camera."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QLabel, QSizePolicy

from app.ui.widgets import gap
from app.words import tr


class PictureView(QLabel):
    """A picture, fitted into its place, with the box of the current line of text."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self._full = QSize()
        self._box: tuple[float, float, float, float] | None = None
        self.setMinimumSize(gap(70), gap(55))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Picture"))

    def show_image(self, image: QImage, full: QSize, words: str) -> None:
        """Show ``image``, made from a picture of size ``full``; ``words`` name it."""
        self._image, self._full, self._box = image, full, None
        self.setAccessibleName(words)
        self.update()

    def show_frame(self, image: QImage) -> None:
        """Show a live frame."""
        self._image, self._full, self._box = image, image.size(), None
        self.update()

    def mark(self, box: tuple[float, float, float, float] | None) -> None:
        """Frame a place given in pixels of the whole picture: left, top, right, bottom."""
        self._box = box
        self.update()

    @property
    def empty(self) -> bool:
        """Return whether nothing is shown."""
        return self._image.isNull()

    def clear(self) -> None:
        """Show nothing."""
        self._image = QImage()
        self.setAccessibleName(tr("Picture"))
        self.update()

    def _place(self) -> QRect:
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        size = size.boundedTo(self._image.size() * 2)
        place = QRect(0, 0, size.width(), size.height())
        place.moveCenter(self.rect().center())
        return place

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture and the frame."""
        painter = QPainter(self)
        if self._image.isNull():
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, tr("No picture yet"))
            painter.setPen(
                QPen(self.palette().color(QPalette.ColorRole.Mid), 1, Qt.PenStyle.DashLine)
            )
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        place = self._place()
        painter.drawImage(place, self._image)
        if self._box is not None and not self._full.isEmpty():
            self._draw_box(painter, place, self._box)

    def _draw_box(
        self, painter: QPainter, place: QRect, box: tuple[float, float, float, float]
    ) -> None:
        across, down = place.width() / self._full.width(), place.height() / self._full.height()
        left, top, right, bottom = box
        frame = QRect(
            round(place.left() + left * across),
            round(place.top() + top * down),
            round((right - left) * across),
            round((bottom - top) * down),
        ).adjusted(-3, -3, 3, 3)
        for colour, width in (("#ffffff", 5), ("#0b4fb3", 3)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawRect(frame)
