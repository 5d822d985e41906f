"""A recorder whose PortAudio does not start, and one that ends in an unforeseen way."""

from __future__ import annotations

import os
import threading

import pytest

from app.core import paths
from app.core.locks import is_held
from app.wire import endpoints
from app.workers import recorder as program


@pytest.fixture
def stuck(monkeypatch):
    """A recorder that waits for PortAudio until the test is over; returns what it set aside."""
    over, aside = threading.Event(), []

    def set_aside() -> bool:
        """The second time: by then another program that hung has let it go."""
        aside.append(1)
        return len(aside) == 2

    monkeypatch.setattr(program.Microphones, "prepare", lambda self: over.wait(30))
    monkeypatch.setattr(program.jack, "STUCK_SECONDS", 0.2)
    monkeypatch.setattr(program.jack, "set_aside", set_aside)
    monkeypatch.setattr(program, "_on_end", lambda end: None)
    yield aside
    over.set()


class Nobody:
    """A listener at whose door nobody comes."""

    def accept(self):
        raise OSError


def test_a_recorder_that_hangs_on_what_a_killed_program_left_sets_it_aside_and_ends(stuck):
    made = program._Recorder()
    made.run(Nobody())
    assert stuck == [1, 1]
    made._audio.shutdown(wait=False)


def test_the_end_of_the_session_is_heard_whatever_the_loop_does_at_that_moment(stuck):
    made = program._Recorder()
    ends = threading.Thread(target=made._end, daemon=True)
    with made._wake._cond:  # as the loop holds it when the signal comes
        ends.start()
        ends.join(10)
        assert not ends.is_alive()
    made.run(Nobody())
    made._audio.shutdown(wait=False)


def test_a_recorder_whose_portaudio_starts_late_takes_back_that_it_hangs(stuck, monkeypatch):
    starts, told, made = threading.Event(), [], program._Recorder()
    monkeypatch.setattr(made._microphones, "prepare", lambda: starts.wait(30))
    monkeypatch.setattr(program.jack, "set_aside", starts.set)

    def say_started() -> None:
        told.append(starts.is_set())
        made._end()

    monkeypatch.setattr(program.jack, "say_started", say_started)
    made.run(Nobody())
    assert told == [True]
    made._audio.shutdown(wait=False)


def test_a_recorder_that_ends_in_an_unforeseen_way_lets_go_of_its_lock(monkeypatch, tmp_path):
    ended, crashes = [], []

    def fail(self, listener) -> None:
        raise RuntimeError

    monkeypatch.setattr(program._Recorder, "run", fail)
    monkeypatch.setattr(program.sys, "excepthook", lambda kind, *_: crashes.append(kind))
    monkeypatch.setattr(os, "_exit", ended.append)
    folder = tmp_path / "socket"
    folder.mkdir()
    with pytest.raises(RuntimeError):
        program.main(endpoints.make(folder), [])
    assert (ended, crashes) == ([1], [RuntimeError])
    assert not is_held(paths.run() / "recorder.lock")
