"""What all tabs share: reading aloud."""

from __future__ import annotations

import threading

import pytest
from support.window import said

from app.core.jobs import Progress
from app.ui.devices.voice import Voice


@pytest.fixture
def tab(shell, idle, services):
    made = shell.open("glossary")
    idle(shell)
    services.settings.change(speech="quiet")
    return made


@pytest.fixture
def heard(shell, monkeypatch) -> list[str]:
    """A voice that is never ready with what it has begun."""
    voice, spoken = shell.speech.voice, []
    monkeypatch.setattr(Voice, "available", True)
    monkeypatch.setattr(voice, "say", lambda text: (spoken.append(text), voice._waiting.append("")))
    return spoken


def test_the_button_that_reads_aloud_stops_when_it_is_pressed_again(tab, heard, shell) -> None:
    tab.read(["one", "two"])
    assert heard == ["one", "two"] and shell.speech.reading
    tab.read(["one", "two"])
    assert heard == ["one", "two"] and not shell.speech.reading
    tab.read(["three"])
    assert heard[-1] == "three"


def test_without_a_voice_it_is_said_that_nobody_can_read_aloud(tab, shell, monkeypatch) -> None:
    monkeypatch.setattr(Voice, "available", False)
    tab.read(["one"])
    assert tab.message.text.startswith("There is no voice on this machine.")
    assert tab.message.property("role") == "error"


def test_a_screen_reader_reads_without_a_voice_of_alcove(tab, shell, services, monkeypatch) -> None:
    services.settings.change(speech="screen_reader")
    monkeypatch.setattr(Voice, "available", False)
    tab.read(["one"])
    assert tab.message.text == "" and "one" in said(shell)


def test_what_a_screen_reader_is_being_given_stops_at_the_second_press(
    tab, shell, services, qtbot
) -> None:
    services.settings.change(speech="screen_reader")
    tab.read(["one", "two", "three"])
    tab.read(["one", "two", "three"])
    assert not shell.speech.reading
    qtbot.waitUntil(lambda: not shell.announcer.busy, timeout=5000)
    assert said(shell).count("one") == 1
    tab.read(["four", "five"])
    qtbot.waitUntil(lambda: not shell.speech.reading, timeout=5000)
    shell.speech.tell("News.")  # while it is said nothing is being read
    assert shell.announcer.busy and not shell.speech.reading


def waiting(tab, go: threading.Event):
    """Start a job that waits for a model until ``go`` is set, whether it was stopped or not."""

    def work(ctx) -> None:
        for _ in range(2):
            ctx.report(Progress("load_model"))
        go.wait(20)

    return tab.start("Answering", work, waits=True)


def test_a_job_that_was_stopped_takes_away_nothing_that_the_next_one_waits_for(
    tab, shell, services, idle, qtbot
) -> None:
    services.settings.change(speech="screen_reader")
    first, second = threading.Event(), threading.Event()
    old = waiting(tab, first)
    qtbot.waitUntil(lambda: tab.message.text == "Loading the model …")
    old.context.cancel()
    tab.message.clear()
    new = waiting(tab, second)
    qtbot.waitUntil(lambda: new.progress is not None)
    first.set()
    qtbot.waitUntil(lambda: old.over)
    assert tab.message.text == "Loading the model …"
    second.set()
    idle(shell)
    assert tab.message.text == ""
    assert said(shell).count("Loading the model …") == 2


def test_what_a_job_waits_for_is_told_once_also_while_a_question_is_open(
    tab, shell, services, idle, qtbot
) -> None:
    services.settings.change(speech="screen_reader")
    tab.message.ask("Delete it?", ("Delete", lambda: None), "Keep it")
    go = threading.Event()

    def work(ctx) -> None:
        for done in range(3):
            ctx.report(Progress("load_model", done, 3))
            ctx.emit("step", done)
        go.wait(20)

    job = tab.start("Answering", work, waits=True)
    qtbot.waitUntil(lambda: job.progress is not None and job.progress.done == 2)
    assert said(shell).count("Loading the model …") == 1
    go.set()
    idle(shell)
    tab.message.refuse()
    assert tab.message.text == ""
