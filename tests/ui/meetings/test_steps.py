"""The cards of a meeting's steps: their room, and their one line in a low window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from app.core.jobs import Progress
from app.core.meetings.records import (
    BLOCKED,
    DONE,
    FAILED,
    RUNNING,
    WAITING,
    Meeting,
    Step,
)
from app.ui.meetings.steps import StepCard, StepsBar
from app.ui.widgets import column

_NAMES = ("sound", "transcript", "minutes", "export")
# What the steps of a meeting have on a screen of 960 by 540, the list beside them.
_NARROW = 690


def meeting(*states: str) -> Meeting:
    steps = tuple(Step(name, state) for name, state in zip(_NAMES, states, strict=True))
    return Meeting(1, "Harbour", 0.0, "import", steps=steps)


@pytest.fixture
def steps(qapp, qtbot):
    window, made = QWidget(), StepsBar()
    window.setLayout(column(made, None))
    window.layout().setContentsMargins(0, 0, 0, 0)
    qtbot.addWidget(window)
    window.show()
    yield made


def on_one_line(card: StepCard) -> bool:
    text = card.state.fontMetrics().horizontalAdvance(card.state.text())
    return text <= card.state.contentsRect().width()


def show(steps: StepsBar, *states: str, left: float | None = None, width: int = _NARROW) -> None:
    steps.show_meeting(meeting(*states), {})
    if left is not None:
        steps.show_progress("transcript", Progress("transcribe", 42, 126, seconds_left=left))
    for whole in (*steps.cards.values(), steps, steps.window()):
        whole.layout().activate()
    steps.window().resize(QSize(width, 400))
    for whole in (steps.window(), steps, *steps.cards.values()):
        whole.layout().activate()


@pytest.mark.parametrize(
    "states",
    [
        (DONE, DONE, DONE, DONE),
        (DONE, RUNNING, WAITING, WAITING),
        (DONE, DONE, FAILED, WAITING),
        (DONE, BLOCKED, WAITING, WAITING),
    ],
    ids=["done", "running", "failed", "blocked"],
)
def test_in_a_low_window_every_step_takes_one_line(steps, states) -> None:
    steps.be_low(True)
    left = 95 if RUNNING in states else None
    show(steps, *states, left=left)
    assert all(on_one_line(card) for card in steps.cards.values())


def test_in_a_low_window_the_steps_keep_their_height_while_one_works(steps) -> None:
    steps.be_low(True)
    show(steps, DONE, DONE, DONE, DONE)
    still = steps.height()
    show(steps, DONE, RUNNING, WAITING, WAITING, left=95)
    assert steps.height() == still


def test_a_low_card_says_to_the_ear_what_it_has_no_room_to_show(steps) -> None:
    steps.be_low(True)
    show(steps, DONE, WAITING, WAITING, WAITING)
    sound, transcript = steps.cards["sound"], steps.cards["transcript"]
    assert sound._retry.text() == "" and not sound._retry.icon().isNull()
    assert sound._retry.accessibleName() == sound._retry.toolTip() == "Again: Sound"
    assert sound.state.text() == "Sound ✓"
    assert transcript.state.text() == "Transcript"
    assert transcript.state.accessibleName() == "Transcript: waiting"
    steps.be_low(False)
    assert sound._retry.text() == "Again"
    assert (sound.state.text(), transcript.state.text()) == ("done", "waiting")


def test_the_step_that_has_something_to_say_gets_more_room(steps) -> None:
    show(steps, DONE, RUNNING, WAITING, WAITING, left=95, width=900)
    wide = {name: card.width() for name, card in steps.cards.items()}
    assert wide["transcript"] > 1.5 * wide["minutes"]
    show(steps, DONE, DONE, DONE, DONE, width=900)
    wide = {card.width() for card in steps.cards.values()}
    assert max(wide) - min(wide) <= 1


def test_progress_that_comes_before_the_step_is_read_is_shown(steps) -> None:
    steps.be_low(True)
    show(steps, DONE, WAITING, WAITING, WAITING, left=95)
    assert steps.cards["transcript"].state.text() == "Transcript: 33%, 2 minutes left"


def test_a_meeting_in_a_low_window_has_low_steps(tab_with_meeting, shell, qtbot) -> None:
    steps = tab_with_meeting.view.steps
    tall = steps.height()
    shell.resize(960, 480)
    qtbot.waitUntil(lambda: steps.cards["sound"].state.text() == "Sound ✓")
    qtbot.waitUntil(lambda: steps.height() < tall)
    shell.resize(1120, 900)
    qtbot.waitUntil(lambda: steps.cards["sound"].state.text() == "done")


def test_in_a_narrow_window_the_steps_take_two_lines(steps) -> None:
    show(steps, DONE, DONE, DONE, DONE, width=1200)
    tops = {card.y() for card in steps.cards.values()}
    assert len(tops) == 1
    narrow = steps.minimumSizeHint().width()
    assert narrow < sum(card.minimumSizeHint().width() for card in steps.cards.values())
    show(steps, DONE, DONE, DONE, DONE, width=narrow)
    tops = [card.y() for card in steps.cards.values()]
    assert tops[0] == tops[1] < tops[2] == tops[3]
    show(steps, DONE, DONE, DONE, DONE, width=1200)
    assert len({card.y() for card in steps.cards.values()}) == 1


def test_the_frame_of_the_keys_leaves_air_beside_the_text_and_the_title_stands_above_it(
    steps,
) -> None:
    show(steps, DONE, DONE, DONE, DONE, width=1400)
    card = steps.cards["sound"]
    left = card.state.contentsRect().left()
    assert left >= 5
    assert card._title.contentsMargins().left() == left


def test_the_keys_of_a_button_that_goes_stay_on_its_card(steps) -> None:
    show(steps, DONE, DONE, DONE, DONE)
    card = steps.cards["transcript"]
    card._retry.setFocus()
    show(steps, DONE, WAITING, WAITING, WAITING)
    assert steps.window().focusWidget() is card.state
    show(steps, DONE, RUNNING, WAITING, WAITING)
    card._cancel.setFocus()
    steps.show_progress("transcript", Progress("transcribe", 1, 2))
    assert steps.window().focusWidget() is card._cancel
    show(steps, DONE, DONE, RUNNING, WAITING)
    assert steps.window().focusWidget() is card.state
