"""The whole window for tests: real services on an empty data folder, its jobs awaited."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent

from app.bootstrap import Services
from app.core.errors import DeviceError
from app.core.meetings.model import Minutes, Transcript
from app.core.meetings.recording_port import (
    IDLE,
    PAUSED,
    RECORDING,
    TESTING,
    Listener,
    Microphone,
    State,
)
from app.core.meetings.records import Part, Track
from app.ui.rows import RowList
from app.ui.shell import Shell


def open_window(services: Services, *, ask: bool = False) -> Shell:
    """Show the window; what it says goes to ``shell.announcer.said``."""
    services.settings.change(speech="screen_reader", speech_asked=not ask)
    shell = Shell(services)
    shell.show()
    shell.begin()
    return shell


def close_window(shell: Shell) -> None:
    """Close the window and let Qt delete it."""
    shell.close_now()
    shell.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def texts(rows: RowList) -> list[str]:
    """Return the texts of the rows that are shown."""
    return [row.text for row in rows.rows.rows]


def said(shell: Shell) -> str:
    """Return everything that was said so far."""
    return "\n".join(shell.announcer.said)


def add_meeting(
    services: Services,
    title: str,
    transcript: Transcript,
    minutes: Minutes | None = None,
    sound: Path | None = None,
    *,
    language: str = "en",
) -> int:
    """Put a meeting into the library whose steps are all done."""
    meetings = services.meetings
    number = meetings.create(title, original=str(sound or "nowhere.wav"), language=language).id
    parts = (Part(str(sound), 0.0, 16000, 16000 * 8),) if sound else ()
    meetings.save_tracks(
        number, [Track("mixed", parts)], duration=8.0, claim=meetings.claim(number, "sound")
    )
    meetings.save_transcript(number, transcript, claim=meetings.claim(number, "transcript"))
    claim = meetings.claim(number, "minutes")
    if minutes is None:
        meetings.finish(claim)
    else:
        meetings.save_minutes(number, replace(minutes, title=title), claim=claim)
    meetings.finish(meetings.claim(number, "export"))
    return number


@dataclass
class StandInRecorder:
    """The port ``Recorder`` without a microphone: does as told and remembers it."""

    running: State | None = None
    ended: State | None = None
    folder: Path | None = None
    error: Exception | None = None
    calls: list[str] = field(default_factory=list)
    listeners: list[Listener] = field(default_factory=list)

    def listen(self, listener: Listener) -> Any:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def tell(self, kind: str, data: Any) -> None:
        for listener in self.listeners:
            listener(kind, data)

    def attach(self) -> State | None:
        return self.running

    def microphones(self) -> list[Microphone]:
        return [Microphone("Stand-in", default=True)]

    def start(self, folder: Path, *, device: str = "", rate: int = 16000, seconds=None) -> State:
        self.calls.append(f"start {device}".strip())
        if self.error is not None:
            raise self.error
        if self.running is not None:
            raise DeviceError("recording_running")
        self.running = State(RECORDING, 0.0, self.folder, device)
        return self.running

    def pause(self) -> State:
        self.calls.append("pause")
        if self.running is None:
            raise DeviceError("recording_none")
        self.running = replace(self.running, phase=PAUSED, time=61.0)
        return self.running

    def resume(self) -> State:
        self.calls.append("resume")
        self.running = replace(self.running, phase=RECORDING)
        return self.running

    def marker(self, text: str = "") -> float:
        self.calls.append(f"marker {text}".strip())
        if self.running is None:
            raise DeviceError("recording_none")
        return 12.0

    def stop(self) -> State:
        self.calls.append("stop")
        if self.running is not None:
            self.ended, self.running = replace(self.running, phase=IDLE), None
        if self.ended is None:
            raise DeviceError("recording_none")
        return self.ended

    def test(self, device: str = "") -> State:
        return State(TESTING)

    def end_test(self) -> State:
        return State()

    def state(self) -> State:
        return self.running or State()

    def close(self) -> None:
        self.calls.append("close")
