"""Buttons that find no room are in a menu, with their keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMenu

from app.ui.overflow import ButtonLine
from app.ui.widgets import button, relabel


@pytest.fixture
def pressed() -> list[str]:
    return []


@pytest.fixture
def line(qapp, qtbot, pressed):
    names = {"Read aloud": "F9", "Export…": "Ctrl+E", "Rename…": "F2", "Delete…": ""}
    buttons = [
        button(name, lambda name=name: pressed.append(name), key=key) for name, key in names.items()
    ]
    made = ButtonLine((QLabel("Play"),), buttons)
    qtbot.addWidget(made)
    made.resize(made.sizeHint())
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    return made


def shown(line) -> list[str]:
    return [b.text() for b in line._buttons if b.isVisible()]


def test_with_room_for_all_there_is_no_menu(line) -> None:
    assert len(shown(line)) == 4 and not line.more.isVisible()


def test_what_finds_no_room_is_in_the_menu_and_works_there(line, pressed) -> None:
    line.resize(line.minimumSizeHint().width() + 150, line.height())
    assert 0 < len(shown(line)) < 4 and line.more.isVisible()
    names = [action.text().split("\t")[0] for action in line.menu.actions()]
    assert [*shown(line), *names] == ["Read aloud", "Export…", "Rename…", "Delete…"]
    line.menu.actions()[-1].trigger()
    assert pressed == ["Delete…"]


def test_the_menu_opens_on_its_first_button_so_that_it_is_heard(line, qtbot) -> None:
    line.resize(line.minimumSizeHint())
    line.menu.popup(line.mapToGlobal(line.more.pos()))
    qtbot.waitUntil(lambda: line.menu.activeAction() is not None, timeout=3000)
    assert line.menu.activeAction().text().startswith("Read aloud")
    line.menu.close()


def test_a_button_in_the_menu_keeps_its_key(line, pressed, qtbot) -> None:
    line.resize(line.minimumSizeHint())
    assert shown(line) == []
    qtbot.keyClick(line, Qt.Key.Key_F2)
    assert pressed == ["Rename…"]
    line.resize(line.sizeHint())
    qtbot.keyClick(line, Qt.Key.Key_F2)
    qtbot.waitUntil(lambda: pressed == ["Rename…", "Rename…"])


def test_the_line_may_be_as_narrow_as_what_always_stands_there(line) -> None:
    assert line.minimumSizeHint().width() < line.sizeHint().width() / 2


def test_a_longer_text_makes_room_for_itself(line, qtbot) -> None:
    assert not line.more.isVisible()
    relabel(line._buttons[0], "Read all of the minutes aloud, slowly")
    qtbot.waitUntil(lambda: line.more.isVisible())


def test_the_keys_go_to_the_menu_with_the_button_that_had_them(line, qtbot) -> None:
    line._buttons[3].setFocus()
    line.resize(line.minimumSizeHint())
    assert line.more.hasFocus()


def test_what_its_owner_hides_takes_no_room_and_what_comes_takes_some(line, qtbot) -> None:
    more = QLabel("Take the picture")
    line._fixed.append(more)
    line.layout().insertWidget(1, more)
    more.hide()
    line.resize(line.sizeHint())
    assert len(shown(line)) == 4
    more.show()
    qtbot.waitUntil(lambda: line.more.isVisible())


def test_a_button_with_a_menu_is_a_menu_in_the_menu(qapp, qtbot) -> None:
    samples = button("Try the sample", lambda: None)
    menu = QMenu(samples)
    menu.addAction("A letter")
    samples.setMenu(menu)
    made = ButtonLine((), (samples, button("Read aloud", lambda: None)))
    qtbot.addWidget(made)
    made.resize(1, 1)
    made.show()
    made.menu.popup(made.mapToGlobal(made.more.pos()))
    qtbot.waitUntil(lambda: made.menu.activeAction() is not None, timeout=3000)
    assert made.menu.activeAction().text() == "Read aloud" and not menu.isVisible()
    made.menu.close()
    assert [a.text() for a in made.menu.actions()[0].menu().actions()] == ["A letter"]


def test_the_menu_calls_a_button_as_it_is_called_now(line, pressed) -> None:
    line.resize(line.minimumSizeHint())
    last = line._buttons[-1]
    relabel(last, "Delete it")
    last.setEnabled(False)
    line.menu.aboutToShow.emit()
    action = line.menu.actions()[-1]
    assert action.text() == "Delete it" and not action.isEnabled()
