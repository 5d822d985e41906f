"""The pieces that every tab is built of."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QShortcut, QTextCursor, QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QToolButton, QVBoxLayout, QWidget

from app.ui.accessible import LineEdit
from app.ui.widgets import ComboBox, ReadOnlyText, SpinBox, button, column, relabel, shorter


def turn_wheel(widget: QWidget) -> None:
    place = QPointF(widget.rect().center())
    event = QWheelEvent(
        place, widget.mapToGlobal(place), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


@pytest.fixture
def controls(qapp, qtbot):
    """A choice and a number in a window, and a text that has the keys."""
    window, box, spin, other = QWidget(), ComboBox(), SpinBox(), ReadOnlyText("other")
    qtbot.addWidget(window)
    box.addItems(["one", "two", "three"])
    spin.setValue(5)
    layout = QVBoxLayout(window)
    for made in (box, spin, other):
        layout.addWidget(made)
    window.show()
    window.activateWindow()
    other.setFocus()
    yield box, spin


def values(controls) -> tuple[int, int]:
    box, spin = controls
    return box.currentIndex(), spin.value()


def test_the_wheel_changes_nothing_while_somebody_scrolls_past(controls) -> None:
    before = values(controls)
    for control in controls:
        turn_wheel(control)
        assert not control.hasFocus()
    assert values(controls) == before


def test_the_wheel_changes_what_has_the_keys(controls) -> None:
    before = values(controls)
    for control in controls:
        control.setFocus()
        turn_wheel(control)
    assert all(new != old for new, old in zip(values(controls), before, strict=True))


def test_marks_stand_right_behind_characters_that_qt_counts_twice(qapp, qtbot) -> None:
    text = ReadOnlyText("Passage")
    qtbot.addWidget(text)
    text.show_text("🎙🎙 the lamp is red")
    text.mark([(7, 11)])
    (mark,) = text.extraSelections()
    assert mark.cursor.selectedText() == "lamp"
    text.show_text("another")
    assert text.extraSelections() == []


def test_a_text_that_is_shown_again_leaves_the_caret_of_its_reader(qapp, qtbot) -> None:
    text = ReadOnlyText("Passage")
    qtbot.addWidget(text)
    text.show_text("one\ntwo\nthree")
    text.moveCursor(QTextCursor.MoveOperation.Down)
    place = text.textCursor().position()
    text.show_text("one\ntwo\nthree")
    assert text.textCursor().position() == place > 0
    text.show_text("four")
    assert (text.toPlainText(), text.textCursor().position()) == ("four", 0)


def test_the_icon_of_a_coloured_button_has_the_colour_of_its_text(qapp, qtbot) -> None:
    from app.ui import theme
    from app.ui.widgets import button

    colours = theme.load("light")
    for role, ink in (("primary", colours.on_accent), ("danger", colours.on_danger)):
        made = button("Record", lambda: None, role=role, icon="record")
        qtbot.addWidget(made)
        image = made.icon().pixmap(32, 32).toImage()
        pixels = (
            image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())
        )
        assert {p.name() for p in pixels if p.alpha() == 255} == {ink.lower()}


def left_of_text(line: QLineEdit, window: QWidget) -> int:
    line.setCursorPosition(0)
    return line.mapTo(window, line.cursorRect().topLeft()).x()


def test_a_number_begins_where_a_text_does(qapp, qtbot) -> None:
    window, spin, line = QWidget(), SpinBox(), LineEdit("5")
    spin.setValue(5)
    window.setLayout(column(spin, line))
    qtbot.addWidget(window)
    window.show()
    lefts = [left_of_text(made, window) for made in (spin.lineEdit(), line)]
    assert abs(lefts[0] - lefts[1]) <= 1


def test_the_button_that_empties_a_line_is_ours_and_stands_in_its_middle(qapp, qtbot) -> None:
    line = LineEdit("MI")
    line.setClearButtonEnabled(True)
    line.resize(300, line.sizeHint().height())
    qtbot.addWidget(line)
    line.show()
    (made,) = line.findChildren(QToolButton)
    assert abs(made.geometry().center().y() - line.rect().center().y()) <= 1
    image = made.icon().pixmap(32, 32).toImage()
    whole = [
        image.pixelColor(x, y).name()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    ]
    assert set(whole) == {qapp.palette().text().color().name()}


@pytest.fixture
def keyed(qapp, qtbot):
    """A button with a key and an underlined letter, in a window that is active."""
    window, pressed = QWidget(), []
    made = button("&Record", lambda: pressed.append(made.text()), key="Ctrl+R")
    window.setLayout(column(made, LineEdit()))
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window, made, pressed


@pytest.mark.parametrize("modifier", ["AltModifier", "ControlModifier"])
def test_a_button_is_pressed_by_its_key_and_by_its_underlined_letter(
    keyed, qtbot, modifier
) -> None:
    window, _, pressed = keyed
    qtbot.keyClick(window, Qt.Key.Key_R, getattr(Qt.KeyboardModifier, modifier))
    qtbot.waitUntil(lambda: pressed == ["&Record"], timeout=2000)


def test_another_text_brings_another_underlined_letter(keyed, qtbot) -> None:
    window, made, pressed = keyed
    relabel(made, "&Stop")
    for letter in (Qt.Key.Key_R, Qt.Key.Key_S):
        qtbot.keyClick(window, letter, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: pressed == ["&Stop"], timeout=2000)
    relabel(made, "Stop")
    assert made.findChild(QShortcut).key().isEmpty()
    assert made.shortcut().toString() == "Ctrl+R"


def test_the_letter_of_a_hidden_button_presses_nothing(keyed, qtbot) -> None:
    window, made, pressed = keyed
    made.hide()
    qtbot.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.AltModifier)
    made.show()
    qtbot.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: len(pressed) == 1, timeout=2000)


def test_the_dots_of_a_shortened_text_stand_beside_its_last_word() -> None:
    assert shorter("the large meeting room of the second floor", 20) == "the large meeting\xa0…"
