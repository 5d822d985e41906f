"""The line above a tab, as it is heard."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton, QWidget

from app.ui.message import MessageBar
from app.ui.widgets import column


@pytest.fixture
def bar(qapp, qtbot):
    made = MessageBar()
    qtbot.addWidget(made)
    return made


def described(bar: MessageBar) -> tuple[str, str]:
    """Return what is said with the button that acts and with the one that closes."""
    return bar._act.accessibleDescription(), bar._close.accessibleDescription()


def test_the_first_button_of_a_message_says_what_it_is_about(bar) -> None:
    bar.say("The disk is full.")
    assert described(bar) == ("", "The disk is full.")
    bar.say("No model is here.", ("Ways to get one", lambda: None))
    assert described(bar) == ("No model is here.", "")


def test_a_question_is_not_said_a_second_time_by_the_answer_that_gets_the_keys(bar) -> None:
    bar.say("The disk is full.")
    bar.ask("Delete it?", ("Delete", lambda: None), "Keep it")
    assert described(bar) == ("Delete it?", "")


def test_the_keys_go_back_at_once_and_only_then_the_answer_gets_another_text(qapp, qtbot) -> None:
    """Orca says each new text of a button of which it has not heard yet that it lost the keys."""
    window, bar = QWidget(), MessageBar()
    between, asker = QPushButton("Record"), QPushButton("Delete…")
    window.setLayout(column(bar, between, asker))
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    asker.setFocus()
    qtbot.waitUntil(asker.hasFocus)
    bar.ask("Delete it?", ("Delete", lambda: None), "Keep it")
    bar.say("The disk is nearly full.")  # waits until the question is answered
    left: list[str] = []
    hear = lambda old, new: left.append(old.text())
    qapp.focusChanged.connect(hear)
    bar._close.click()
    qapp.focusChanged.disconnect(hear)
    assert left == ["Keep it"] and asker.hasFocus()
    assert bar.text == "The disk is nearly full."
