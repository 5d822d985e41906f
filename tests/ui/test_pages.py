"""Pages that scroll, and what fits itself into the room that there is."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from app.ui.pages import TallPage
from app.ui.widgets import column, gap


def test_a_tall_page_is_as_wide_as_its_things_and_scrolls_down(qapp, qtbot) -> None:
    wide = QWidget()
    wide.setMinimumSize(500, 400)
    page = TallPage(column(wide))
    qtbot.addWidget(page)
    heights: list[int] = []
    page.resized.connect(heights.append)
    page.resize(600, 120)
    page.show()
    assert page.minimumSizeHint().width() >= 500 > page.minimumSizeHint().height()
    assert page.verticalScrollBar().maximum() > 0 and heights[-1] <= 120
    needed = page.minimumSizeHint().width()
    assert page.viewport().width() - wide.mapTo(page, QPoint(wide.width(), 0)).x() == gap(2)
    page.resize(600, 500)
    qtbot.waitUntil(lambda: wide.width() == 600)  # no bar, no gap
    assert page.minimumSizeHint().width() == needed  # whether there is a bar or not
    wide.setMinimumWidth(550)
    qtbot.waitUntil(lambda: page.minimumSizeHint().width() >= 550)
