"""Meetings that are done, and a recorder without a microphone."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import meeting_values as values
from support.sound_files import tone, write_wav
from support.stand_in_player import StandInPlayer
from support.window import StandInRecorder, add_meeting

from app.bootstrap import Services


@pytest.fixture
def recorder(services: Services, tmp_path: Path) -> StandInRecorder:
    made = StandInRecorder(folder=tmp_path / "recording")
    services.__dict__["recorder"] = made
    return made


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    return write_wav(tmp_path / "sound.wav", tone(8.0))


@pytest.fixture
def done(services: Services, sound: Path) -> int:
    """Put a meeting with transcript, minutes and sound into the library."""
    transcript = values.transcript()
    return add_meeting(services, "Harbour", transcript, values.minutes(transcript), sound)


@pytest.fixture
def speaker(services: Services) -> StandInPlayer:
    """A loudspeaker that plays for as long as it is told to."""
    made = StandInPlayer()
    made.held = True
    services.__dict__["sounds"] = made
    return made


@pytest.fixture
def tab(recorder, speaker, shell, qtbot, idle):
    made = shell.open("meetings")
    qtbot.waitUntil(lambda: made.ready, timeout=20_000)
    idle(shell)
    return made


@pytest.fixture
def tab_with_meeting(done, tab, shell, idle):
    tab.list.go_to(done)
    idle(shell)
    return tab
