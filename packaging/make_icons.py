"""Draw the icons' masks from their SVG sources: what the window tints needs no SVG library.

``python packaging/make_icons.py`` after a change of resources/icons/*.svg.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "resources" / "icons"
SIDE = 96


def main() -> int:
    """Write one white mask of 96 pixels for each icon."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication, QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    app = QGuiApplication(sys.argv[:1])
    target = FOLDER / "masks"
    target.mkdir(exist_ok=True)
    for file in sorted(FOLDER.glob("*.svg")):
        image = QImage(SIDE, SIDE, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(0)
        painter = QPainter(image)
        QSvgRenderer(file.read_bytes()).render(painter)
        painter.end()
        image.save(str(target / f"{file.stem}.png"))
    del app
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
