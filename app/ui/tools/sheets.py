"""Puts pictures on contact sheets: a row per state, a column per scale."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QImage, QPainter

from app.core.errors import StorageError

if TYPE_CHECKING:
    from app.ui.tools.pictures import Picture

_WIDE = 960
_EDGE = 24
_NAME = 40
_GROUND, _INK, _STAMP_GROUND = "#d9d9d9", "#111111", "#b00020"


def compose(pictures: Sequence[Picture], folder: Path, stamp: str) -> list[Path]:
    """Write one sheet per tab and theme into ``folder``. Raises ``StorageError``."""
    # Text needs an application; one that is there already is left as it is.
    app = QGuiApplication.instance() or QGuiApplication(["alcove"])
    made = []
    for tab, theme in dict.fromkeys((p.tab, p.theme) for p in pictures):
        mine = [p for p in pictures if (p.tab, p.theme) == (tab, theme)]
        file = folder / f"{tab}-{theme}.png"
        if not _sheet(mine, stamp).save(str(file)):
            raise StorageError("disk_full", path=str(file))
        made.append(file)
    del app
    return made


def _sheet(pictures: Sequence[Picture], stamp: str) -> QImage:
    """Return the pictures, those of one name side by side."""
    scales = sorted({p.scale for p in pictures})
    names = list(dict.fromkeys(p.name for p in pictures))
    tall = [max(_tall(p) for p in pictures if p.name == name) + _NAME + _EDGE for name in names]
    sheet = QImage(
        QSize(_EDGE + (_WIDE + _EDGE) * len(scales), sum(tall) + _EDGE), QImage.Format.Format_RGB32
    )
    sheet.fill(QColor(_GROUND))
    painter = QPainter(sheet)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    top = _EDGE
    for name, height in zip(names, tall, strict=True):
        for picture in (p for p in pictures if p.name == name):
            left = _EDGE + scales.index(picture.scale) * (_WIDE + _EDGE)
            _place(painter, picture, left, top, stamp)
        top += height
    painter.end()
    return sheet


def _tall(picture: Picture) -> int:
    size = QImage(picture.file).size()
    return round(size.height() * _WIDE / max(1, size.width()))


def _place(painter: QPainter, picture: Picture, left: int, top: int, stamp: str) -> None:
    font = QFont()
    font.setPixelSize(22)
    painter.setFont(font)
    painter.setPen(QColor(_INK))
    text = f"{picture.name}  ·  {picture.scale} %"
    painter.drawText(QRect(left, top, _WIDE, _NAME), int(Qt.AlignmentFlag.AlignVCenter), text)
    image = QImage(picture.file).scaledToWidth(_WIDE, Qt.TransformationMode.SmoothTransformation)
    image.setDevicePixelRatio(1.0)
    painter.drawImage(left, top + _NAME, image)
    if picture.scripted:
        place = QRect(left + _WIDE - 300, top + 4, 300, _NAME - 8)
        painter.fillRect(place, QColor(_STAMP_GROUND))
        painter.setPen(QColor("#ffffff"))
        painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), stamp)
