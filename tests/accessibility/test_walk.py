"""Every tab and strip, walked as a screen reader walks it. New tabs fall under it by themselves."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAccessible
from support.walk import focusable, problems, tab_round

from app.bootstrap import Services
from app.ui.shell import Shell
from app.ui.strips import FirstQuestion
from app.words.keys import KEYS


def test_every_control_has_a_name_a_role_and_a_key_of_its_own(tab) -> None:
    assert problems(tab) == []


def test_every_control_is_reached_by_the_tab_key_and_none_traps_it(tab, shell, qtbot) -> None:
    qtbot.waitExposed(shell)
    shell.activateWindow()
    shell.tabs.tabBar().setFocus()
    visited = tab_round(shell)
    missed = [w for w in focusable(tab) if w not in visited and not _in_group(w)]
    assert missed == []
    assert shell.tabs.tabBar() in visited


def _in_group(widget) -> bool:
    # Radio buttons of a group are reached by the arrows.
    from PySide6.QtWidgets import QRadioButton

    return isinstance(widget, QRadioButton)


def test_a_tab_says_where_its_keys_begin(tab) -> None:
    first = tab.first_focus()
    assert first is not None and first.isVisibleTo(tab)


def test_the_tree_of_a_tab_can_be_walked_to_its_leaves(tab) -> None:
    seen, stack = 0, [QAccessible.queryAccessibleInterface(tab)]
    while stack:
        interface = stack.pop()
        if interface is None or not interface.isValid():
            continue
        seen += 1
        interface.text(QAccessible.Text.Name)
        interface.role()
        assert seen < 20_000
        stack += [interface.child(i) for i in range(interface.childCount())]
    assert seen > 5


@pytest.fixture
def asking(qapp, home, qtbot):
    services = Services()
    made = Shell(services)
    made.show()
    made.begin()
    qtbot.waitUntil(lambda: not made.runner.running, timeout=60_000)
    yield made
    made.close_now()
    services.close()


def test_the_first_question_is_focused_first_named_and_never_modal(asking) -> None:
    question = asking.findChild(FirstQuestion)
    assert asking.focusWidget() is question.buttons["auto"]
    assert problems(question) == []
    assert not question.isModal() if hasattr(question, "isModal") else True
    assert asking.tabs.isEnabled()


def test_escape_keeps_automatic_and_the_question_never_comes_again(asking, home) -> None:
    asking.escape()
    assert asking.services.settings.current.speech == "auto"
    assert asking.services.settings.current.speech_asked
    assert asking.question is None


def test_no_listed_key_belongs_to_a_screen_reader() -> None:
    from support.walk import READER_KEYS

    for key, _ in KEYS:
        assert not READER_KEYS.search(key.split(" ")[0])
        assert len(key) > 1


def test_the_state_key_says_what_goes_on(shell, qtbot) -> None:
    qtbot.waitUntil(lambda: not shell.runner.running, timeout=60_000)
    words = shell.state_words()
    assert "not recording" in words and "no job is running" in words and "free" in words
