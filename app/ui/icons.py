"""Icons: small line drawings of our own, in the colour of the theme's text."""

from __future__ import annotations

import atexit
from contextlib import ExitStack
from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap

from app.core import paths
from app.core.work_folder import work_folder

if TYPE_CHECKING:
    from app.ui.theme import Theme

_INK = "#000000"
_SIZES = (16, 24, 32, 48, 96)
AIR = 1.3  # width of an icon beside a text, by its height
_held = ExitStack()  # folders of marks; after a kill the next window removes them
atexit.register(_held.close)


@lru_cache(maxsize=8)
def coloured_folder(theme: Theme) -> str:
    """Return a folder with the style sheet's marks in the theme's colours."""
    folder = _held.enter_context(work_folder(paths.runtime() / "marks"))
    for name in ("down", "up", "left", "right", "clear", "tick", "dot"):
        svg = _source(name).replace(_INK, theme.accent if name in ("tick", "dot") else theme.text)
        (folder / f"{name}.svg").write_text(svg, "utf-8")
    return str(folder)


def _source(name: str) -> str:
    return (paths.resources() / "icons" / f"{name}.svg").read_text("utf-8")


@lru_cache(maxsize=256)
def icon(name: str, colour: str) -> QIcon:
    """Return icon ``name`` in ``colour``, sharp at every scale up to 300 %."""
    made = QIcon()
    mask = QPixmap(str(paths.resources() / "icons" / "masks" / f"{name}.png"))
    tinted = QPixmap(mask.size())
    tinted.fill(Qt.GlobalColor.transparent)
    painter = QPainter(tinted)
    painter.drawPixmap(0, 0, mask)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(tinted.rect(), QColor(colour))
    painter.end()
    for size in _SIZES:
        made.addPixmap(_scaled(tinted, size))
    return made


def _scaled(picture: QPixmap, size: int) -> QPixmap:
    return picture.scaled(
        size,
        size,
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )


@lru_cache(maxsize=256)
def spaced_icon(name: str, colour: str, disabled: str) -> QIcon:
    """Return the icon with air to its right: a style sheet leaves 4 pixels, whatever the font."""
    made = QIcon()
    for ink, mode in ((colour, QIcon.Mode.Normal), (disabled, QIcon.Mode.Disabled)):
        _add_spaced(made, name, ink, mode)
    return made


def _add_spaced(made: QIcon, name: str, colour: str, mode: QIcon.Mode) -> None:
    for size in _SIZES:
        wide = QPixmap(round(size * AIR), size)
        wide.fill(Qt.GlobalColor.transparent)
        painter = QPainter(wide)
        painter.drawPixmap(0, 0, icon(name, colour).pixmap(QSize(size, size), 1.0))
        painter.end()
        made.addPixmap(wide, mode)


def text_icon(name: str) -> QIcon:
    """Return icon ``name`` in the colour of the window's text."""
    return icon(name, QGuiApplication.palette().windowText().color().name())
