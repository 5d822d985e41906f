"""What a command writes while it works: a bar on a terminal, hardly anything elsewhere."""

from __future__ import annotations

import io
import signal
import threading

import pytest

from app.cli.output import Output, ProgressBar
from app.core.engines.places import WAITING
from app.core.jobs import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_the_bar_and_then_an_empty_line() -> None:
    stream = Terminal()
    bar = ProgressBar(stream)
    bar.show(Progress("transcribe", 1, 2))
    assert "50%" in stream.getvalue()
    bar.clear()
    assert stream.getvalue().endswith("\x1b[K")


def test_a_script_sees_no_bar() -> None:
    stream = io.StringIO()
    ProgressBar(stream).show(Progress("transcribe", 1, 2))
    assert stream.getvalue() == ""


def test_a_script_is_told_once_that_another_process_is_waited_for() -> None:
    stream = io.StringIO()
    bar = ProgressBar(stream)
    for step in (WAITING, WAITING, "transcribe"):
        bar.show(Progress(step))
    assert stream.getvalue() == "Waiting for another Alcove on this laptop to finish …\n"


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal_cancels_whatever_lock_the_work_holds_at_that_moment(name: str) -> None:
    lock, taken = threading.Lock(), []
    before = signal.getsignal(getattr(signal, name))
    with Output(as_json=True).context() as ctx:
        heard = threading.Event()

        def stop() -> None:
            taken.append(lock.acquire(timeout=2))
            heard.set()

        ctx.on_cancel(stop)
        with lock:  # as the work holds that of a channel
            signal.raise_signal(getattr(signal, name))
        assert heard.wait(20)
    assert (taken, ctx.cancelled) == ([True], True)
    assert signal.getsignal(getattr(signal, name)) is before
