"""What window and command line rely on, held by the real recorder and by the stand-in alike."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from support.pulse import ramp
from support.recording_rig import pulse  # noqa: F401 - a fixture
from support.window import StandInRecorder

from app.adapters.recorder import RecorderClient
from app.core.errors import DeviceError
from app.core.meetings.recording_port import IDLE, PAUSED, TESTING


@pytest.fixture(params=["stand-in", pytest.param("real", marks=pytest.mark.display)])
def recorder(request, tmp_path: Path):
    if request.param == "stand-in":
        yield StandInRecorder(folder=tmp_path / "recording")
        return
    request.getfixturevalue("pulse").play(ramp(60))
    made = RecorderClient()
    yield made
    if made.state().running:
        made.stop()
    made.close()


@pytest.fixture
def recording(recorder, tmp_path: Path):
    """A recording that has heard something."""
    heard = threading.Event()
    if isinstance(recorder, StandInRecorder):
        heard.set()
    forget = recorder.listen(lambda kind, data: heard.set() if kind == "level" else None)
    recorder.start(tmp_path)
    assert heard.wait(20)
    forget()
    return recorder


def test_the_default_microphone_comes_first(recorder) -> None:
    found = recorder.microphones()
    assert found[0].default and not any(m.default for m in found[1:])


def test_nothing_runs_until_it_is_started(recorder) -> None:
    assert recorder.attach() is None
    assert not recorder.state().running


def test_a_recording_has_a_folder_and_is_seen_by_who_attaches(recording) -> None:
    state = recording.state()
    assert state.running and state.folder is not None
    assert recording.attach().folder == state.folder


def test_a_second_recording_is_refused(recording, tmp_path) -> None:
    with pytest.raises(DeviceError, match="recording_running"):
        recording.start(tmp_path)


def test_pause_and_on(recording) -> None:
    assert recording.pause().phase == PAUSED
    assert recording.state().phase == PAUSED
    assert recording.resume().running


def test_a_marker_has_a_time(recording) -> None:
    assert recording.marker() >= 0.0
    assert recording.marker("a note") >= 0.0


def test_stop_gives_the_folder_and_the_same_again(recording) -> None:
    folder = recording.state().folder
    ended = recording.stop()
    assert (ended.phase, ended.folder, ended.running) == (IDLE, folder, False)
    assert recording.stop().folder == folder
    assert not recording.state().running


@pytest.mark.parametrize("call", ["pause", "marker", "stop"])
def test_without_a_recording_there_is_nothing_to_do(recorder, call) -> None:
    with pytest.raises(DeviceError, match="recording_none"):
        getattr(recorder, call)()


def test_a_test_of_levels_is_no_recording(recorder) -> None:
    assert recorder.test().phase == TESTING
    assert not recorder.end_test().running


def test_who_no_longer_listens_hears_nothing(recorder) -> None:
    heard: list[str] = []
    recorder.listen(lambda kind, data: heard.append(kind))()
    recorder.test()
    recorder.end_test()
    assert heard == []
