"""Where things stand: all tabs begin on one line, and use the window that there is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QLabel, QWidget
from support.window import close_window, open_window

from app.ui.pages import AbovePage, Page
from app.ui.widgets import Card, EmptyState, button, column, gap

WIDE = 1500


@pytest.fixture
def shell(qapp, qtbot, services):
    """A wide window that still asks its first question."""
    made = open_window(services, ask=True)
    made.resize(WIDE, 800)
    qtbot.waitUntil(lambda: made.tab("meetings").ready, timeout=20_000)
    yield made
    close_window(made)


def place(widget: QWidget) -> QPoint:
    return widget.mapTo(widget.window(), QPoint(0, 0))


def first_card(page: Page) -> Card:
    return page.widget().findChildren(Card)[0]


def test_strips_and_tabs_begin_on_one_line(shell, idle) -> None:
    firsts = [shell.question.findChildren(QLabel)[0]]
    shell.banner.show()
    firsts.append(shell.banner.text)
    for key, first in (("meetings", "record"), ("documents", "add_files"), ("look", "open_")):
        firsts.append(getattr(shell.open(key), first))
        idle(shell)
        assert place(firsts[-1]).x() == gap(4)
    for key in ("engines", "settings"):
        firsts.append(first_card(shell.open(key).page))
        idle(shell)
    assert {place(first).x() for first in firsts} == {gap(4)}


@pytest.mark.parametrize("key", ["engines", "settings"])
def test_a_page_is_as_wide_as_the_window(shell, idle, key) -> None:
    page = shell.open(key).page
    idle(shell)
    card = first_card(page)
    bar = page.verticalScrollBar().width()
    assert place(card).x() + card.width() == WIDE - gap(4) - bar


def test_both_empty_states_stand_in_the_middle_of_the_window(shell, idle) -> None:
    lefts = []
    for key in ("meetings", "documents"):
        tab = shell.open(key)
        idle(shell)
        empty = tab.pages.currentWidget()
        assert isinstance(empty, EmptyState)
        title = empty.findChildren(QLabel)[0]
        lefts.append(place(title).x())
        middle = place(title).x() + title.width() / 2
        assert abs(middle - WIDE / 2) <= 1
    assert lefts[0] == lefts[1]


def test_documents_have_no_question_to_ask_before_there_is_one(shell, idle, tmp_path) -> None:
    tab = shell.open("documents")
    idle(shell)
    assert not tab.question.isVisible()
    file = tmp_path / "press.md"
    file.write_text("Clean the press every evening.", encoding="utf-8")
    tab.add([file])
    idle(shell)
    assert tab.question.isVisible()
    # Question and answer begin on one line, and the shelf reaches as far down as they do.
    assert place(tab.line).x() == place(tab.pages).x()
    assert tab.shelf.height() == tab.pages.height()


def test_bars_above_a_page_take_no_room_while_they_are_hidden(qapp, qtbot) -> None:
    window, bars = QWidget(), [button(text, print) for text in ("one", "two")]
    for bar in bars:
        bar.hide()
    page = Page(column(None))
    window.setLayout(column(AbovePage(*bars), page, spacing=0))
    qtbot.addWidget(window)
    window.show()
    assert page.y() == 0
    bars[1].show()
    qtbot.waitUntil(lambda: page.y() == gap(3) + bars[1].height())
    bars[1].hide()
    qtbot.waitUntil(lambda: page.y() == 0)
