"""Icons: small line drawings of our own, in the colour of the theme's text."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap

from app.core import paths

if TYPE_CHECKING:
    from app.ui.theme import Theme

_INK = "#000000"


@lru_cache(maxsize=8)
def coloured_folder(theme: Theme) -> str:
    """Return a folder with the style sheet's marks in the theme's colours."""
    folder = Path(tempfile.mkdtemp(prefix="alcove-marks-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name in ("down", "up", "tick", "dot"):
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
    for size in (16, 24, 32, 48, 96):
        made.addPixmap(
            tinted.scaled(
                size,
                size,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        )
    return made


def text_icon(name: str) -> QIcon:
    """Return icon ``name`` in the colour of the window's text."""
    return icon(name, QGuiApplication.palette().windowText().color().name())
