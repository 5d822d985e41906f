from __future__ import annotations

import io

from app.core.jobs import Progress
from app.ui.tools.console import Console


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_in_a_file_progress_is_plain_lines_and_few_of_them() -> None:
    stream = io.StringIO()
    console = Console(stream)
    for done in range(50):
        console.progress(Progress("transcribe", done, 50))
    console.line("Done.")
    lines = stream.getvalue().splitlines()
    assert lines[0].startswith("  Writing the transcript") and lines[-1] == "Done."
    assert len(lines) == 2 and "\x1b" not in stream.getvalue()


def test_another_step_is_shown_at_once() -> None:
    stream = io.StringIO()
    console = Console(stream)
    console.progress(Progress("convert"))
    console.progress(Progress("transcribe", 1, 2, seconds_left=90))
    assert stream.getvalue().splitlines()[1].split() == [
        "Writing", "the", "transcript", "█" * 10 + "░" * 10, "50%", "2", "minutes", "left",
    ]  # fmt: skip


def test_in_a_terminal_one_line_is_drawn_again() -> None:
    stream = Terminal()
    console = Console(stream)
    console.progress(Progress("convert", 1, 2))
    console.line("Done.")
    assert stream.getvalue().startswith("\r\x1b[K  Converting") and "\n" in stream.getvalue()
    assert stream.getvalue().count("\n") == 1


def test_a_program_without_an_error_stream_stays_silent(monkeypatch, capfd) -> None:
    monkeypatch.setattr("sys.stderr", None)
    console = Console()
    console.line("nobody hears")
    console.progress(Progress("convert"))
    assert capfd.readouterr() == ("", "")
