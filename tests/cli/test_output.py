"""What a command writes while it works: a bar on a terminal, hardly anything elsewhere."""

from __future__ import annotations

import io

from app.cli.output import ProgressBar
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
