from __future__ import annotations

import threading

import pytest
from support import meeting_values as values
from support.window import add_meeting, said

from app.core.errors import EngineError
from app.core.jobs import Progress
from app.core.meetings.records import CANCELLED, DONE, FAILED, WAITING
from app.words.errors import error_words


class SlowWork:
    """A step that waits until it is let go, and remembers whose turn it was."""

    name = "minutes"

    def __init__(self, meetings):
        self._meetings = meetings
        self.order: list[int] = []
        self.go = threading.Event()
        self.error: Exception | None = None

    def digest(self, meeting):
        return "same"

    def run(self, meeting, claim, ctx):
        self.order.append(meeting.id)
        ctx.report(Progress("minutes", 1, 2))
        while not self.go.wait(0.01):
            ctx.check()
        if self.error is not None:
            raise self.error
        self._meetings.finish(claim)


@pytest.fixture
def slow(services, tab):
    made = SlowWork(services.meetings)
    services.pipeline._works = (made,)
    yield made
    made.go.set()


@pytest.fixture
def three(services, slow):
    numbers = [add_meeting(services, f"Meeting {n}", values.transcript()) for n in (1, 2, 3)]
    for number in numbers:
        services.meetings.reset(number, "minutes", following=False)
    return numbers


def state(services, number):
    return services.meetings.get(number).step("minutes").state


def test_meetings_are_worked_on_one_after_the_other_in_their_order(
    three, slow, tab, shell, idle, qtbot
) -> None:
    tab.presenter.enqueue(three[2], three[0])
    tab.presenter.enqueue(three[1], three[2])
    qtbot.waitUntil(lambda: slow.order == [three[2]])
    assert tab.presenter.current == three[2]
    slow.go.set()
    idle(shell)
    assert slow.order == [three[2], three[0], three[1]]
    assert tab.presenter.current is None


def test_cancel_stops_the_running_one_and_the_next_begins(
    three, slow, tab, shell, idle, qtbot, services
) -> None:
    tab.presenter.enqueue(*three[:2])
    qtbot.waitUntil(lambda: tab.presenter.latest is not None)
    tab.presenter.cancel(three[0])
    qtbot.waitUntil(lambda: slow.order == three[:2])
    slow.go.set()
    idle(shell)
    assert state(services, three[0]) == CANCELLED and state(services, three[1]) == DONE
    assert said(shell).count("Minutes stopped.") == 1


def test_cancel_takes_a_waiting_one_out_of_the_queue(
    three, slow, tab, shell, idle, qtbot, services
) -> None:
    tab.presenter.enqueue(*three[:2])
    qtbot.waitUntil(lambda: slow.order == [three[0]])
    tab.presenter.cancel(three[1])
    slow.go.set()
    idle(shell)
    assert slow.order == [three[0]] and state(services, three[1]) == WAITING


def test_a_failed_meeting_does_not_stop_the_queue(three, slow, tab, shell, idle, services) -> None:
    slow.error = EngineError("ollama_busy")
    slow.go.set()
    tab.presenter.enqueue(*three[:2])
    idle(shell)
    assert slow.order == three[:2]
    assert state(services, three[0]) == FAILED


def test_why_a_meeting_cannot_go_on_is_told(three, slow, tab, shell, idle) -> None:
    slow.error = EngineError("ollama_busy")
    slow.go.set()
    tab.presenter.enqueue(three[1])
    idle(shell)
    assert f"Meeting 2: {error_words(slow.error).sentence()}" in said(shell)


def test_what_a_meeting_waits_for_is_told_once(three, slow, tab, shell, idle) -> None:
    slow.error = EngineError("engine_language")
    slow.go.set()
    for _ in range(2):  # news of an engine that is of no help to it
        tab.accept("engines", None)
        idle(shell)
    assert slow.order == three * 2
    assert said(shell).count("Meeting 3: The draft recogniser understands English only") == 1


def test_what_a_meeting_waits_for_is_told_when_it_is_something_else(
    three, slow, tab, shell, idle
) -> None:
    slow.go.set()
    for code in ("engine_missing", "engine_language"):
        slow.error = EngineError(code, engine="whisper")
        tab.accept("engines", None)
        idle(shell)
    assert said(shell).count("Meeting 3: The draft recogniser understands English only") == 1


def test_what_a_meeting_waits_for_is_told_to_who_tries_again(
    three, slow, tab, shell, idle, qtbot
) -> None:
    slow.error = EngineError("engine_language")
    tab.presenter.enqueue(three[2])
    slow.go.set()
    idle(shell)
    slow.go.clear()
    tab.accept("engines", None)
    qtbot.waitUntil(lambda: tab.presenter.current is not None and len(slow.order) > 1)
    for _ in three:
        current = tab.presenter.current
        tab.presenter.cancel(current)
        qtbot.waitUntil(lambda now=current: tab.presenter.current != now)
    idle(shell)
    shell.announcer.said.clear()
    slow.go.set()
    tab.presenter.retry(three[2], "minutes")
    idle(shell)
    assert said(shell).count("Meeting 3: The draft recogniser understands English only") == 1


def test_who_tries_again_what_was_to_be_tried_anyway_is_told_too(
    three, slow, tab, shell, idle, qtbot
) -> None:
    slow.error = EngineError("engine_language")
    slow.go.set()
    tab.presenter.enqueue(three[2])
    idle(shell)
    slow.go.clear()
    tab.accept("engines", None)
    qtbot.waitUntil(lambda: slow.order == [three[2], three[0]])
    shell.announcer.said.clear()
    tab.presenter.retry(three[2], "minutes")
    slow.go.set()
    idle(shell)
    assert said(shell).count("Meeting 3: The draft recogniser understands English only") == 1


def test_progress_belongs_to_the_step_that_runs(three, slow, tab, qtbot, shell, idle) -> None:
    heard: list[tuple] = []
    tab.presenter.progressed.connect(lambda *told: heard.append(told))
    tab.presenter.enqueue(three[0])
    qtbot.waitUntil(lambda: bool(heard))
    number, step, progress = heard[0]
    assert (number, step, progress.fraction) == (three[0], "minutes", 0.5)
    slow.go.set()
    idle(shell)


def test_the_shown_meeting_shows_that_it_is_worked_on(three, slow, tab, qtbot, shell, idle) -> None:
    tab.refresh()
    idle(shell)
    tab.list.go_to(three[0])
    idle(shell)
    tab.presenter.enqueue(three[0])
    card = lambda: tab.view.steps.cards["minutes"]
    qtbot.waitUntil(lambda: "50%" in card().state.text())
    qtbot.waitUntil(lambda: card()._cancel.isVisibleTo(card()))
    card()._cancel.click()
    idle(shell)
    assert card().state.text() == "stopped"


def test_finished_minutes_are_told(three, slow, tab, shell, idle) -> None:
    slow.go.set()
    tab.presenter.enqueue(three[0])
    idle(shell)
    assert "The minutes of Meeting 1 are ready." in said(shell)


def test_a_new_engine_lets_waiting_meetings_go_on(three, slow, tab, shell, idle) -> None:
    slow.go.set()
    tab.accept("engines", None)
    idle(shell)
    assert sorted(slow.order) == three


def test_one_answer_about_the_language_lets_all_go_on_that_waited_for_it(
    three, slow, tab, shell, idle, services
) -> None:
    for number, code in zip(three, ("language_needed", "language_needed", "engine_language"),
                            strict=True):  # fmt: skip
        services.meetings.reset(number, "transcript")
        claim = services.meetings.claim(number, "transcript")
        services.meetings.fail(claim, EngineError(code), blocked=True)
    slow.go.set()
    tab.presenter.set_language(three[1], "en")
    idle(shell)
    assert slow.order == [three[1], three[0]]


def test_closing_the_window_lets_the_step_wait_for_the_next_start(
    three, slow, tab, shell, qtbot, services
) -> None:
    tab.presenter.enqueue(three[0])
    qtbot.waitUntil(lambda: slow.order == [three[0]])
    shell.close_now()
    qtbot.waitUntil(lambda: state(services, three[0]) == WAITING)


def test_again_stops_what_would_count_for_nothing(
    three, slow, tab, shell, idle, qtbot, services
) -> None:
    """The transcript anew while its old minutes are being written: nobody waits for those."""
    tab.presenter.enqueue(three[0])
    qtbot.waitUntil(lambda: slow.order == [three[0]])
    tab.presenter.retry(three[0], "minutes")
    qtbot.waitUntil(lambda: slow.order == [three[0], three[0]])
    slow.go.set()
    idle(shell)
    assert state(services, three[0]) == DONE
    assert "stopped" not in said(shell)


def test_again_does_not_take_the_place_of_a_delete(
    three, slow, tab, shell, idle, qtbot, services
) -> None:
    tab.presenter.enqueue(three[0])
    qtbot.waitUntil(lambda: slow.order == [three[0]])
    tab.presenter.delete(three[0], lambda receipt: None)
    tab.presenter.retry(three[0], "minutes")
    idle(shell)
    assert three[0] not in [m.id for m in services.meetings.list()]
