"""The recorder child from its parent's side: real process, real sound, real kills."""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
from concurrent.futures import Future
from multiprocessing import Pipe

import numpy as np
import psutil
import pytest
from support import recording_rig as rig
from support.pulse import jumps, ramp
from support.recording_rig import Events, pulse  # noqa: F401 - pulse is a fixture

from app.adapters.recorder import RecorderClient
from app.core import paths
from app.core.errors import ChildError, DeviceError
from app.core.locks import is_held
from app.core.meetings import recording as rec
from app.core.meetings.recording_port import IDLE, LOST, PAUSED, RECORDING, TESTING
from app.wire.frames import Channel, ChannelClosed

pytestmark = [pytest.mark.display, pytest.mark.timeout(120)]


@pytest.fixture
def client(pulse):  # noqa: F811
    made = RecorderClient()
    yield made
    if made.state().running:
        made.stop()
    made.close()
    for _ in range(100):  # it may be the child of another client, which did not wait for it
        if not is_held(paths.run() / "recorder.lock"):
            return
        threading.Event().wait(0.05)
    raise AssertionError("a recorder goes on")


def heard(folder) -> np.ndarray:
    recording = rec.load(folder)
    return np.concatenate([rig.samples(folder / part.file) for part in recording.parts])


def test_nothing_runs_before_it_is_needed(client):
    assert client.attach() is None
    assert client.state().phase == IDLE
    assert client.pid is None


def test_a_recording_is_whole_and_exactly_as_long_as_asked(client, pulse):  # noqa: F811
    pulse.play(ramp(20))
    events = Events(client)
    client.start(paths.recordings(), seconds=3)
    events.phase(IDLE)
    state = client.stop()
    sound = heard(state.folder)
    assert len(sound) == 48000
    assert len(jumps(sound)) == 0
    assert (state.time, state.device, state.error) == (3.0, "TestMic", None)


def test_microphones_are_listed_by_the_child(client):
    assert client.microphones()[0].name == "TestMic"


def test_a_request_after_an_idle_recorder_has_ended_starts_another(client):
    first = client.microphones()
    before = client.pid
    psutil.Process(before).terminate()
    assert client.microphones() == first
    assert client.pid != before


def test_pause_resume_and_markers_cross_the_channel(client, pulse):  # noqa: F811
    pulse.play(ramp(30))
    events = Events(client)
    folder = client.start(paths.recordings()).folder
    events.phase(RECORDING)
    events.recorded(0.5)
    assert client.marker("here") == pytest.approx(0.6, abs=0.4)
    assert client.pause().phase == PAUSED
    assert client.resume().running
    events.phase(RECORDING)
    length = client.stop().time
    recording = rec.load(folder)
    assert recording.gaps == () and recording.markers[0].text == "here"
    assert len(heard(folder)) == pytest.approx(length * 16000, abs=2)


def test_a_level_test_tells_levels_and_ends(client, pulse):  # noqa: F811
    pulse.play(ramp(20))
    events = Events(client)
    assert client.test().phase == TESTING
    events.until(lambda kind, data: kind == "level" and data["peak"] > -20)
    assert client.end_test().phase == IDLE
    assert not list(paths.recordings().iterdir())


def test_an_error_of_the_child_arrives_by_its_code(client):
    with pytest.raises(DeviceError, match="microphone_missing"):
        client.start(paths.recordings(), device="Headset")
    with pytest.raises(DeviceError, match="recording_none"):
        client.pause()


def test_a_second_client_attaches_and_may_stop(client, pulse):  # noqa: F811
    pulse.play(ramp(20))
    events = Events(client)
    client.start(paths.recordings())
    events.phase(RECORDING)
    second = RecorderClient()
    state = second.attach()
    assert (state.phase, state.clients) == (RECORDING, 2)
    assert second.pid == client.pid
    with pytest.raises(DeviceError, match="recording_running"):
        second.start(paths.recordings())
    assert second.stop().folder == state.folder
    second.close()
    assert events.phase(IDLE).folder == state.folder


def test_an_idle_recorder_is_gone_when_its_client_leaves(client):
    client.microphones()
    pid = client.pid
    client.close()
    psutil.wait_procs([psutil.Process(pid)] if psutil.pid_exists(pid) else [], 3)
    assert not psutil.pid_exists(pid)
    assert not (paths.run() / "recorder.json").exists()


def test_the_key_is_for_its_owner_alone(client):
    client.microphones()
    assert (paths.run() / "recorder.json").stat().st_mode & 0o077 == 0


def test_a_recording_nobody_attends_is_closed_in_time(pulse):  # noqa: F811
    pulse.play(ramp(20))
    client = RecorderClient(orphan_seconds=1.0)
    events = Events(client)
    folder = client.start(paths.recordings()).folder
    events.phase(RECORDING)
    process = psutil.Process(client.pid)
    client.close()
    psutil.wait_procs([process], 10)
    closed = rec.load(folder)
    assert closed.state == rec.CLOSED
    assert closed.duration > 0.9
    assert len(jumps(heard(folder))) == 0


def test_log_off_closes_the_recording(client, pulse):  # noqa: F811
    pulse.play(ramp(20))
    events = Events(client)
    folder = client.start(paths.recordings()).folder
    events.phase(RECORDING)
    events.recorded(0.5)
    os.kill(client.pid, signal.SIGTERM)
    events.phase(IDLE)
    events.until(lambda kind, _data: kind == "ended")
    assert rec.load(folder).state == rec.CLOSED


def test_a_killed_recorder_is_started_again_and_its_gap_is_told(pulse):  # noqa: F811
    loss = rig.kill_recorder(pulse, paths.recordings(), 1.0)
    assert loss.lost <= 0.6
    assert loss.gap == pytest.approx(loss.away, abs=0.3)


def test_two_who_follow_a_recording_both_go_on_when_its_recorder_dies(client, pulse):  # noqa: F811
    pulse.play(ramp(30))
    other = RecorderClient()
    mine, theirs = Events(client), Events(other)
    folder = client.start(paths.recordings()).folder
    mine.phase(RECORDING)
    assert other.attach().running
    mine.recorded(0.5)
    before = client.pid
    os.kill(before, signal.SIGKILL)
    for events in (mine, theirs):
        events.until(lambda kind, data: kind == "notice" and data.code == "recorder_restarted")
    assert client.state().running and other.state().running
    assert client.pid == other.pid != before
    assert client.state().folder == other.state().folder == folder
    assert other.stop() == client.stop()
    assert not [kind for kind, _ in mine.seen + theirs.seen if kind == "ended"]
    other.close()


def test_a_recorder_that_ends_while_it_is_asked_to_begin_is_started_again(
    client,
    pulse,  # noqa: F811
):
    pulse.play(ramp(20))
    client.microphones()
    before = client.pid
    os.kill(before, signal.SIGSTOP)
    events, began = Events(client), []
    start = threading.Thread(target=lambda: began.append(client.start(paths.recordings())))
    start.start()
    while not client._waiting:
        threading.Event().wait(0.01)
    os.kill(before, signal.SIGKILL)
    start.join(30)
    assert began[0].running and client.pid != before
    events.recorded(0.3)


def test_the_end_of_a_dead_recorder_fails_nothing_that_was_asked_of_the_next(client):
    client.microphones()
    dead = Channel(Pipe()[0])
    old, new = Future(), Future()
    client._waiting[dead, 901] = old
    client._waiting[client._channel, 902] = new
    client._gone(dead)
    assert isinstance(old.exception(0), ChildError) and not new.done()
    client._waiting.clear()


def test_a_recorder_that_dies_twice_is_given_up_and_what_it_has_is_kept(client, pulse):  # noqa: F811
    pulse.play(ramp(30))
    events = Events(client)
    folder = client.start(paths.recordings()).folder
    for _ in range(2):
        events.phase(RECORDING)
        events.until(lambda kind, _data: kind == "level")
        events.until(lambda kind, _data: kind == "level")
        os.kill(client.pid, signal.SIGKILL)
    events.until(lambda kind, _data: kind == "ended")
    assert not client.state().running
    assert rec.load(folder).state == rec.OPEN


def test_a_killed_window_costs_nothing(pulse):  # noqa: F811
    sound = rig.kill_client(pulse, paths.recordings(), 0.5)
    assert len(jumps(sound)) == 0
    assert len(sound) > 16000


def test_a_stopped_recorder_process_loses_nothing_when_it_goes_on(client, pulse):  # noqa: F811
    pulse.play(ramp(20))
    events = Events(client)
    folder = client.start(paths.recordings()).folder
    events.phase(RECORDING)
    events.recorded(0.5)
    os.kill(client.pid, signal.SIGSTOP)
    threading.Event().wait(1.5)
    os.kill(client.pid, signal.SIGCONT)
    events.recorded(3.0)
    client.stop()
    assert rec.load(folder).gaps == ()
    assert len(jumps(heard(folder))) == 0


def test_an_unplugged_microphone_comes_back_without_the_loudspeaker_in_between(
    client,
    pulse,  # noqa: F811
):
    pulse.play(ramp(40))
    events = Events(client)
    folder = client.start(paths.recordings()).folder
    events.phase(RECORDING)
    events.recorded(0.5)
    pulse.unplug()
    events.until(lambda kind, data: kind == "notice" and data.code == "microphone_lost")
    events.phase(LOST)
    pulse.plug()
    events.until(lambda kind, data: kind == "notice" and data.code == "microphone_back")
    back = events.phase(RECORDING).time
    events.recorded(back + 1.0)
    client.stop()
    recording = rec.load(folder)
    (gap,) = recording.gaps
    sound = heard(folder)
    # Until the sound server told of the move, a moment of the silent loudspeaker was heard.
    before = np.flatnonzero(sound[: round(gap.start * 16000)])[-1]
    after = np.flatnonzero(sound[round(gap.end * 16000) - 16 :])[0] + round(gap.end * 16000) - 16
    assert gap.start - before / 16000 < 0.3
    assert not sound[before + 1 : after].any()
    away = rig.ramp_seconds(int(sound[before]), int(sound[after]))
    off = (after - before) / 16000 - away
    assert (off + 1) % 2 - 1 == pytest.approx(0, abs=0.3)


def test_a_program_that_cannot_be_started_as_a_recorder_is_told(client, monkeypatch):
    from app.adapters import children

    monkeypatch.setattr(children, "command", lambda _name: [sys.executable, "-c", "0"])
    with pytest.raises(ChildError, match="child_unstartable"):
        client.microphones()


def test_a_lock_without_a_recorder_behind_it_is_no_recorder(client, monkeypatch):
    from app.adapters import recorder
    from app.core.locks import FileLock

    monkeypatch.setattr(recorder, "_ATTACH_SECONDS", 0.2)
    with FileLock(paths.run() / "recorder.lock") as lock:
        assert lock.acquire()
        assert client.attach() is None
        with pytest.raises(ChildError, match="child_unstartable"):
            client.microphones()


class _Scripted:
    """A channel whose recorder answers "start" and is dead in the next moment."""

    def __init__(self, folder) -> None:
        self._frames: queue.Queue = queue.Queue()
        self._folder = folder

    def send(self, frame) -> None:
        if frame.get("op") == "start":
            state = {"phase": "recording", "time": 0.0, "folder": str(self._folder),
                     "device": "m", "error": None}  # fmt: skip
            for told in ({"event": "data", "kind": "state", "data": state},
                         {"id": frame["id"], "result": state}, None):  # fmt: skip
                self._frames.put(told)

    def receive(self):
        frame = self._frames.get(timeout=10)
        if frame is None:
            raise ChannelClosed
        return frame

    def poll(self, seconds: float) -> bool:
        return True

    def close(self) -> None:
        pass


def test_a_recorder_that_dies_before_who_began_woke_up_is_told(client, tmp_path, monkeypatch):
    """Else the window counts on, and nothing is recorded."""
    gone, heard = threading.Event(), []
    revived: list[bool] = []
    monkeypatch.setattr(client, "_attach", lambda: False)
    monkeypatch.setattr(
        client, "_start", lambda: client._use(_Scripted(tmp_path), {"pid": 1, "build": "x"})
    )
    monkeypatch.setattr(client, "_revive", lambda: revived.append(True) and False)
    client.listen(lambda kind, data: (heard.append(kind), kind == "ended" and gone.set()))
    answer = client._answer
    monkeypatch.setattr(client, "_answer", lambda future: (gone.wait(5), answer(future))[1])
    client.start(tmp_path)
    assert revived == [True] and heard == ["state", "ended"]
    assert not client._last.running


def test_frames_that_nobody_understands_keep_no_one_from_hearing_the_end(client, monkeypatch):
    ended, script = threading.Event(), _Scripted("/nowhere")
    client.listen(lambda kind, data: kind == "ended" and ended.set())
    for told in (
        {"event": "notice", "code": "microphone_lost"},
        {"event": "data", "kind": "state", "data": {"phase": "idle"}},
        {"event": "data", "kind": "state", "data": None},
        {"id": "x", "result": 1},
        None,
    ):
        script._frames.put(told)
    client._use(script, {"pid": 1, "build": "older"})
    assert ended.wait(10)


def test_an_answer_that_is_no_error_of_ours_is_a_dead_recorder(monkeypatch):
    client, script = RecorderClient(), _Scripted("/nowhere")
    monkeypatch.setattr(client, "_attach", lambda: False)
    monkeypatch.setattr(client, "_start", lambda: client._use(script, {}))
    monkeypatch.setattr(
        script, "send", lambda frame: script._frames.put({"id": frame["id"], "error": 5})
    )
    with pytest.raises(ChildError, match="child_died"):
        client.microphones()
    script._frames.put(None)
    client._reader.join(10)
