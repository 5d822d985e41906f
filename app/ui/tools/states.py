"""The states of every tab, one after the other, for ``pictures``.

What takes long was made before, by the real parts; here it is shown. States that a
machine without microphone or model never reaches are shown from values of the core.
"""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.core import paths
from app.core.documents.model import Hit
from app.core.engines.model import Engine, EngineReport
from app.core.errors import AppError, EngineError, InputError, StorageError
from app.core.jobs import JobContext, Progress
from app.core.look.model import FoundText, Picture, Reading, TextLine
from app.core.meetings.model import Segment, Transcript
from app.core.meetings.recording_port import PAUSED, RECORDING, State
from app.core.meetings.records import BLOCKED, DONE, FAILED, RUNNING, WAITING, Meeting
from app.ui.tools.stage import wait

_LONG = (
    "Minutes of the extraordinary meeting about the replacement of the telephone system, the "
    "training of everybody who works at the front desk, the moving of all old numbers, and the "
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft, held in "
    "the large room on the second floor with twelve people and one guest"
)
_FILE = "/home/somebody/Documents/" + "a very long folder name/" * 4 + "manual-" * 12 + "2027.pdf"
_SECONDS = 60.0


@dataclass(frozen=True)
class Shown:
    """What the window shows now; ``scripted``: a scripted server played the model."""

    name: str
    scripted: bool = False


States = Iterator[Shown]


def settle(shell: Any) -> None:
    """Let every job of the window end, and what it starts."""
    for _ in range(2):
        wait(lambda: not shell.runner.running, _SECONDS)
        wait(lambda: False, 0.1)


def _error(tab: Any, error: AppError) -> Shown:
    tab.show_error(error, ("Try again", lambda: None))
    return Shown("An error")


# --- meetings -------------------------------------------------------------------------


def meetings(shell: Any, tab: Any) -> States:
    """Show the finished sample, then what comes before it and what may go wrong."""
    number = min(tab.meetings)
    tab.list.go_to(number, focus=True)
    settle(shell)
    yield Shown("The sample is done: highlights by the basic engine")
    tab.view.minutes.setFocus()
    tab.view.minutes.go_to(("i", ("d", 0)))
    yield Shown("A decision is chosen")
    yield from _steps(tab, tab.meetings[number])
    tab.show_meeting(number)
    settle(shell)
    yield from _recording(shell, tab)
    yield _error(tab, EngineError("ollama_not_running", host="127.0.0.1:11434"))
    tab.message.clear()
    tab.ask_delete()
    yield Shown("The question before deleting")
    tab.message.clear()
    yield from _long_meeting(tab, tab.meetings[number])
    tab.refresh()
    settle(shell)
    tab.show_meeting(number)
    settle(shell)


def _with(meeting: Meeting, **states: tuple[str, AppError | None]) -> Meeting:
    """Return the meeting with the states of some steps; the others wait."""
    steps = []
    for step in meeting.steps:
        state, error = states.get(step.name, (WAITING, None))
        code, params = (error.code, error.params) if error else (None, {})
        steps.append(
            dataclasses.replace(
                step, state=state, error=code, error_params=params, done=0.0, total=None
            )
        )
    return dataclasses.replace(meeting, steps=tuple(steps))


def _shown(meeting: Meeting, **results: Any) -> Any:
    from app.ui.meetings.shown import Shown as ShownMeeting

    nothing: dict[str, Any] = {"sound": None, "notes": (), "transcript": None, "minutes": None}
    return ShownMeeting(meeting=meeting, **{**nothing, **results})


def _show(tab: Any, meeting: Meeting, **results: Any) -> None:
    shown = _shown(meeting, **results)
    tab.view.show_meeting(shown)
    tab.view.show_results(shown)


def _steps(tab: Any, meeting: Meeting) -> States:
    transcript = tab.house.services.meetings.transcript(meeting.id)
    working = _with(meeting, sound=(DONE, None), transcript=(RUNNING, None))
    _show(tab, working)
    tab.view.show_results(_shown(working), transcript.segments[:5])
    tab.view.steps.show_progress("transcript", Progress("transcribe", 42, 126, seconds_left=95))
    yield Shown("Working: the transcript is written")
    asking = EngineError("language_needed")
    _show(tab, _with(meeting, sound=(DONE, None), transcript=(BLOCKED, asking)))
    yield Shown("The question for the language")
    done = {"sound": (DONE, None), "transcript": (DONE, None)}
    cut = EngineError("answer_malformed", engine="ollama")
    highlights = tab.house.services.meetings.minutes(meeting.id)
    failed = _with(meeting, **done, minutes=(FAILED, cut))
    _show(tab, failed, transcript=transcript, minutes=highlights)
    yield Shown("The minutes failed, transcript and highlights stay")
    _show(tab, _with(meeting, sound=(FAILED, InputError("sound_undecodable", path="talk.mp3"))))
    yield Shown("The sound failed: what would stand in the lists is said")


def _recording(shell: Any, tab: Any) -> States:
    hear = tab.recording._hear
    hear("state", State(RECORDING, 1934.0, device="Built-in microphone"))
    hear("level", {"peak": -9.0, "rms": -21.0})
    yield Shown("Recording")
    hear("state", State(PAUSED, 1934.0, device="Built-in microphone"))
    yield Shown("The recording is paused")
    shell.sign.elsewhere(True)
    yield Shown("The sign of a recording, as every other tab shows it")
    shell.sign.elsewhere(False)
    tab.recording._show(None)


def _long_meeting(tab: Any, meeting: Meeting) -> States:
    from app.ui.meetings.list_row import meeting_row

    long = dataclasses.replace(meeting, title=_LONG)
    said = tuple(
        Segment(n, n * 3600.0, n * 3600.0 + 30, " ".join([_LONG] * (n % 3 + 1)), "Speaker 1")
        for n in range(1, 6)
    )
    tab.list.show_rows([meeting_row(long)])
    _show(
        tab,
        long,
        transcript=Transcript(said, "file"),
        minutes=tab.house.services.meetings.minutes(meeting.id),
    )
    tab.message.say(_LONG)
    yield Shown("Long texts")
    tab.message.clear()


def meetings_scripted(shell: Any, tab: Any) -> States:
    """Show the minutes that the scripted server wrote."""
    tab.list.go_to(max(tab.meetings), focus=True)
    settle(shell)
    yield Shown("Minutes by a language model", scripted=True)
    last = len(tab.view.minutes.rows.rows) - 1
    tab.view.minutes.go_to(tab.view.minutes.rows.rows[last].key)
    yield Shown("Minutes by a language model, their end", scripted=True)


# --- documents ------------------------------------------------------------------------


def documents(shell: Any, tab: Any) -> States:
    """Show the sample's passages, adding, an error, and long texts."""
    tab.accept("sample", None)
    settle(shell)
    yield Shown("The sample is done: passages without a model")
    tab.message.clear()
    tab.bar.show_progress(Progress("read", 3, 12, seconds_left=40))
    yield Shown("Working: documents are added")
    tab.bar.finish()
    tab._ask("wombat")
    settle(shell)
    yield Shown("Nothing was found")
    yield _error(tab, InputError("document_encrypted", path=_FILE))
    tab.message.clear()
    from app.ui.documents.rows import hit_rows
    from app.ui.rows import Row

    tab.question.setText(_LONG)
    tab.documents.show_rows([Row(Path(_FILE).name, "1 page", key=n) for n in range(2)])
    tab.chats.show_rows([Row(_LONG, key=1)])
    hits = [Hit(n, 0.5, _FILE, 120 + n, 0, 10, _LONG, _LONG * 3) for n in (1, 2, 3)]
    tab.results.show_rows(hit_rows(hits))
    tab.results.go_to(("hit", 1))
    yield Shown("Long texts")
    tab.refresh()
    settle(shell)


def documents_scripted(shell: Any, tab: Any) -> States:
    """Show an answer that cites its passages."""
    tab.accept("sample", None)
    settle(shell)
    tab.message.clear()
    yield Shown("An answer of a language model", scripted=True)


# --- look -----------------------------------------------------------------------------


def look(shell: Any, tab: Any) -> States:
    """Show a picture that was read, one being read, hints, and errors."""
    from app.ui.look.rows import look_rows

    tab.accept("sample", None)
    settle(shell)
    yield Shown("The sample is done: the text in the picture")
    tab.results.go_to(("l", 0), focus=True)
    yield Shown("A line of the text is chosen")
    tab.results.show_rows(look_rows(None, "", "", ()))
    tab.stop_button.show()
    yield Shown("Working: the picture is read")
    tab.stop_button.hide()
    tab.look_at(paths.samples() / "pictures" / "dark.jpg")
    settle(shell)
    yield Shown("Hints about a dark picture")
    with tempfile.TemporaryDirectory() as folder:
        broken = Path(folder) / "holiday.png"
        broken.write_bytes(b"no picture at all")
        tab.look_at(broken)
        settle(shell)
    yield Shown("An error: a broken picture")
    tab.message.clear()
    lines = tuple(TextLine(_LONG, 0.5 + n / 10, (0, 0, 9, 9)) for n in range(5))
    reading = Reading(Picture(Path(_FILE), 4000, 3000), FoundText(lines))
    tab.results.show_rows(look_rows(reading, _LONG * 2, "a-model-with-a-long-name:70b", ()))
    yield Shown("Long texts")


def look_scripted(shell: Any, tab: Any) -> States:
    """Show a description."""
    tab.accept("sample", None)
    settle(shell)
    yield Shown("A description by a language model", scripted=True)


# --- glossary -------------------------------------------------------------------------


def glossary(shell: Any, tab: Any) -> States:
    """Show words with one meaning, with several, misspelt, unknown, and letters."""
    tab.accept("sample", None)
    for word, name in (
        ("MI", "The sample letter, a short form with several meanings"),
        ("anaphylaxis", "What can be an emergency"),
        ("metformin", "A medicine"),
        ("diabetis", "A misspelt word"),
        ("wombat", "A word that is not there"),
    ):
        tab.accept("word", word)
        yield Shown(name)
    tab.try_sample("de")
    yield Shown("A letter in another language")
    tab.letter.setPlainText(" ".join([_LONG] * 12))
    tab.accept("word", _LONG)
    tab.message.say(_LONG)
    yield Shown("Long texts")
    yield _error(tab, StorageError("disk_full", path=_FILE))
    tab.message.clear()


# --- engines --------------------------------------------------------------------------


def engines(shell: Any, tab: Any) -> States:
    """Show what is here, a trial, an error, and long names."""
    yield Shown("What is on this laptop")
    tab.page.ensureWidgetVisible(tab.pulls)
    yield Shown("The ways to get an engine")
    tab.page.verticalScrollBar().setValue(0)
    tab.bar.show_progress(Progress("trial", 1, 4, seconds_left=20))
    tried = "Draft recogniser (English only): one minute of speech takes 14 seconds."
    tab.message.say(tried, good=True)
    yield Shown("Working: the engines are tried")
    tab.bar.finish()
    yield _error(tab, EngineError("whisper_folder_bad", path=_FILE))
    tab.message.clear()
    found = tab.report
    long = Engine("ollama/x", "somebody/" + "a-long-name-" * 9 + ":70b-instruct-q4_K_M", "chat",
                  frozenset({"chat", "vision", "thinking"}), "ollama", size=43 * 10**9)  # fmt: skip
    tab._found(EngineReport((*found.engines, long), found.parts), True)
    yield Shown("Long texts")
    tab._found(found, True)


def engines_scripted(shell: Any, tab: Any) -> States:
    """Show models of the scripted server."""
    tab.look_again(quiet=True)
    settle(shell)
    yield Shown("Models of a language server", scripted=True)


# --- settings -------------------------------------------------------------------------


def settings(shell: Any, tab: Any) -> States:
    """Show the page from its beginning to its end."""
    tab.controls["theme"].setFocus()
    yield Shown("The beginning of the page")
    tab.server.address.setText("studio.example:11434")
    tab.server.propose()
    tab.page.ensureWidgetVisible(tab.server.no)
    yield Shown("The question before another machine is used")
    tab.server.address.clear()
    tab.server.propose()
    yield Shown("An address was taken")
    tab.message.clear()
    tab.accept("keys", None)
    yield Shown("The keys")
    bar = tab.page.verticalScrollBar()
    bar.setValue(bar.maximum() // 3)
    tab.controls["recordings_folder"].setText(_FILE)
    tab.controls["microphone"].show_value(_LONG)
    yield Shown("Long texts")
    bar.setValue(0)
    yield _error(tab, InputError("bad_setting", key="speech_rate", value="0"))
    tab.message.clear()


FULL: dict[str, Callable[[Any, Any], States]] = {
    "meetings": meetings,
    "documents": documents,
    "look": look,
    "glossary": glossary,
    "engines": engines,
    "settings": settings,
}
SCRIPTED: dict[str, Callable[[Any, Any], States]] = {
    "meetings": meetings_scripted,
    "documents": documents_scripted,
    "look": look_scripted,
    "engines": engines_scripted,
}


def use_server(services: Any, host: str) -> None:
    """Let the language server at ``host``, on this machine, answer from now on."""
    services.settings.change(ollama_host=host)
    services.engines.look(JobContext())
