"""The recorder's state machine on a fake microphone and a clock of the test's."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from support.fake_microphones import Bench, FakeMicrophones

from app.core.errors import DeviceError, StorageError
from app.core.locks import is_held
from app.core.meetings import recording as rec
from app.core.meetings import recording_wav as wav
from app.workers.recorder_engine import Engine
from app.workers.recorder_part import PartWriter


class Recorder(Bench):
    """An engine to be driven."""

    def __init__(self, microphones: FakeMicrophones, root: Path) -> None:
        super().__init__(microphones)
        self.root = root
        self.engine = Engine(microphones, self.tell, self.audio, clock=self.clock)
        self.step = self.engine.step

    def ask(self, op: str, **args):
        """Run a command and return its answer."""
        future = self.engine.call(op, args)
        self.step()
        self.step()
        return future.result(0)

    def start(self, **args) -> Path:
        """Start a recording and return its folder."""
        return Path(self.ask("start", folder=str(self.root), **{"floor": 0, **args})["folder"])

    def sound(self, folder: Path, number: int = 1) -> np.ndarray:
        """Return the samples of a part."""
        data = (folder / rec.part_name(number)).read_bytes()[wav.HEADER_BYTES :]
        return np.frombuffer(data[: len(data) // 2 * 2], "<i2").astype(int)


@pytest.fixture
def microphones() -> FakeMicrophones:
    return FakeMicrophones()


@pytest.fixture
def recorder(microphones, tmp_path) -> Recorder:
    return Recorder(microphones, tmp_path / "recordings")


def test_a_recording_holds_every_sample_in_order(recorder):
    folder = recorder.start()
    recorder.speak(3.0)
    result = recorder.ask("stop")
    assert (recorder.sound(folder) == np.arange(48000) % 32000 + 1).all()
    assert (result["phase"], result["time"], result["device"]) == ("idle", 3.0, "Mic")
    assert recorder.microphones.stream.ended


def test_the_session_file_stands_before_the_first_sample(recorder):
    folder = recorder.start()
    assert rec.load(folder).state == rec.OPEN
    assert is_held(folder / rec.LOCK_FILE)
    assert not list(folder.glob("*.wav"))


def test_a_closed_recording_leaves_session_and_sound_alone(recorder):
    folder = recorder.start()
    recorder.speak(1.0)
    recorder.ask("stop")
    assert sorted(os.listdir(folder)) == ["part-001.wav", rec.SESSION_FILE]
    closed = rec.load(folder)
    assert (closed.state, closed.duration, closed.device) == (rec.CLOSED, 1.0, "Mic")


def test_sound_is_on_disk_within_300_milliseconds(recorder):
    folder = recorder.start()
    for _ in range(100):
        recorder.speak(0.02)
        held = wav.read(folder / "part-001.wav")
        on_disk = held.seconds if held else 0.0
        assert recorder.engine.state()["time"] - on_disk <= 0.3


def test_levels_come_ten_times_a_second(recorder):
    recorder.start()
    recorder.speak(2.0)
    levels = [data for kind, data in recorder.told if kind == "level"]
    assert len(levels) == 20
    assert levels[-1]["time"] == pytest.approx(2.0, abs=0.11)
    assert levels[-1]["peak"] <= 0


def test_the_asked_for_seconds_are_kept_to_the_sample(recorder):
    folder = recorder.start(seconds=1.23)
    recorder.speak(2.0)
    assert recorder.phases()[-1] == "idle"
    assert len(recorder.sound(folder)) == round(1.23 * 16000)
    assert recorder.ask("stop")["time"] == 1.23


def test_a_pause_closes_the_microphone_and_is_no_gap(recorder):
    folder = recorder.start()
    recorder.speak(1.0)
    recorder.ask("pause")
    assert recorder.microphones.stream.ended
    assert rec.load(folder).state == rec.PAUSED
    recorder.pass_time(60)
    recorder.ask("resume")
    recorder.speak(1.0)
    recorder.ask("stop")
    assert len(recorder.sound(folder)) == 32000
    assert rec.load(folder).gaps == ()
    assert recorder.phases()[:4] == ["opening", "recording", "paused", "opening"]


def test_a_recording_stopped_while_paused_is_whole(recorder):
    folder = recorder.start()
    recorder.speak(1.0)
    recorder.ask("pause")
    recorder.pass_time(5)
    assert recorder.ask("stop")["time"] == 1.0
    assert rec.load(folder).state == rec.CLOSED


def test_pause_and_resume_twice_do_nothing_more(recorder):
    recorder.start()
    recorder.speak(1.0)
    assert recorder.ask("resume")["phase"] == "recording"
    recorder.ask("pause")
    assert recorder.ask("pause")["phase"] == "paused"


def test_a_marker_stands_at_the_time_of_the_sound(recorder):
    folder = recorder.start()
    recorder.speak(1.5)
    assert recorder.ask("marker", text="important")["time"] == pytest.approx(1.5, abs=0.03)
    recorder.ask("pause")
    recorder.pass_time(10)
    assert recorder.ask("marker")["time"] == 1.5
    assert [m.text for m in rec.load(folder).markers] == ["important", ""]


def test_without_a_microphone_nothing_is_left_behind(recorder):
    recorder.microphones.plugged.clear()
    with pytest.raises(DeviceError) as caught:
        recorder.start()
    assert caught.value.code == "microphone_none"
    assert list(recorder.root.iterdir()) == []
    assert recorder.engine.phase == "idle"


def test_a_microphone_that_is_not_here_is_named(recorder):
    with pytest.raises(DeviceError) as caught:
        recorder.start(device="Headset")
    assert caught.value.params == {"device": "Headset"}


def test_a_second_recording_is_refused(recorder):
    recorder.start()
    with pytest.raises(DeviceError, match="recording_running"):
        recorder.start()


@pytest.mark.parametrize("op", ["stop", "pause", "resume", "marker"])
def test_without_a_recording_there_is_nothing_to_do(recorder, op):
    with pytest.raises(DeviceError, match="recording_none"):
        recorder.ask(op)


def test_a_recording_of_no_sound_says_so_and_leaves_nothing(recorder):
    folder = recorder.start()
    with pytest.raises(DeviceError, match="recording_empty"):
        recorder.ask("stop")
    assert not folder.exists()


def test_a_microphone_that_never_speaks_ends_with_the_asked_for_seconds(recorder):
    recorder.start(seconds=2)
    recorder.pass_time(14)
    assert recorder.engine.phase == "idle"


def test_an_unplugged_microphone_is_looked_for_and_its_gap_is_silence(recorder):
    folder = recorder.start()
    recorder.speak(2.0)
    recorder.microphones.plugged.clear()
    recorder.microphones.stream.finished = True
    recorder.pass_time(3.0)
    assert recorder.engine.phase == "lost"
    recorder.microphones.plugged.append("Mic")
    recorder.pass_time(1.0)
    recorder.speak(2.0)
    recorder.ask("stop")
    (gap,) = rec.load(folder).gaps
    assert (gap.start, gap.reason) == (2.0, "lost")
    assert gap.end == pytest.approx(6.0, abs=0.1)
    sound = recorder.sound(folder)
    at = round(gap.start * 16000), round(gap.end * 16000)
    assert not sound[at[0] : at[1]].any() and sound[at[0] - 1] and sound[at[1]]
    assert recorder.notices() == ["microphone_lost", "microphone_back"]


def test_a_microphone_gone_for_long_begins_a_new_part(recorder):
    folder = recorder.start()
    recorder.speak(1.0)
    recorder.microphones.plugged.clear()
    recorder.microphones.stream.finished = True
    recorder.pass_time(100)
    recorder.microphones.plugged.append("Mic")
    recorder.pass_time(2.0)
    recorder.speak(1.0)
    recorder.ask("stop")
    parts = rec.load(folder).parts
    assert [p.file for p in parts] == ["part-001.wav", "part-002.wav"]
    assert parts[1].offset == pytest.approx(rec.load(folder).gaps[0].end, abs=0.001)
    assert len(recorder.sound(folder)) == 16000


def test_a_recording_that_ends_without_its_microphone_says_so_and_keeps_the_time(recorder):
    folder = recorder.start(seconds=5)
    recorder.speak(2.0)
    recorder.microphones.plugged.clear()
    recorder.microphones.stream.finished = True
    recorder.pass_time(10)
    result = recorder.ask("stop")
    assert result["error"] == {"code": "microphone_lost", "params": {"device": "Mic"}}
    closed = rec.load(folder)
    assert closed.duration == 5.0
    assert [(g.start, g.end) for g in closed.gaps] == [(2.0, 5.0)]
    assert len(recorder.sound(folder)) == 32000


def test_another_real_microphone_is_taken_when_the_first_stays_away(recorder):
    folder = recorder.start()
    recorder.speak(1.0)
    recorder.microphones.plugged[:] = ["Built-in"]
    recorder.microphones.stream.finished = True
    recorder.pass_time(4.5)
    recorder.speak(1.0)
    recorder.ask("stop")
    assert [p.device for p in rec.load(folder).parts] == ["Mic", "Built-in"]
    assert "microphone_changed" in recorder.notices()


def test_what_a_loudspeaker_plays_is_never_taken_in_its_place(recorder):
    recorder.microphones.loud.append("Monitor")
    recorder.start()
    recorder.speak(1.0)
    recorder.microphones.plugged.clear()
    recorder.microphones.stream.finished = True
    recorder.pass_time(20)
    assert recorder.engine.phase == "lost"
    assert [s.name for s in recorder.microphones.opened] == ["Mic"]


@dataclass(frozen=True)
class Moved:
    source: str
    name: str
    monitor: bool
    wanted_exists: bool


def test_a_stream_moved_to_the_loudspeaker_is_a_lost_microphone(recorder):
    recorder.start()
    recorder.speak(1.0)
    recorder.microphones.plugged.clear()
    recorder.microphones.move = Moved("spk.monitor", "Monitor", True, False)
    recorder.engine.source.look()
    recorder.speak(0.1)
    assert recorder.engine.phase == "lost"
    assert recorder.microphones.stream.ended


def test_a_stream_that_the_person_moved_goes_on_in_a_new_part(recorder):
    folder = recorder.start()
    recorder.speak(1.0)
    recorder.microphones.move = Moved("other", "Headset", False, True)
    recorder.engine.source.look()
    recorder.speak(0.06)
    recorder.microphones.move = None
    recorder.speak(1.0)
    recorder.ask("stop")
    recording = rec.load(folder)
    assert [p.device for p in recording.parts] == ["Mic", "Headset"]
    assert recording.gaps == () and recording.duration == pytest.approx(2.06)


def test_a_stream_that_stalls_and_catches_up_loses_nothing(recorder):
    folder = recorder.start()
    recorder.speak(1.0)
    recorder.pass_time(0.6)
    assert recorder.engine.phase == "lost"
    stream = recorder.microphones.stream
    for _ in range(30):
        stream.feed(recorder._chunk(stream, None), False)
    recorder.speak(2.0)
    recorder.ask("stop")
    assert rec.load(folder).gaps == ()
    assert (recorder.sound(folder) == np.arange(57600) % 32000 + 1).all()


def test_a_stream_that_dropped_sound_gets_its_silence_where_it_is_missing(recorder):
    folder = recorder.start()
    recorder.speak(1.0)
    recorder.pass_time(0.7)
    recorder.speak(2.0)
    recorder.ask("stop")
    (gap,) = rec.load(folder).gaps
    assert (gap.start, gap.reason) == (1.0, "late")
    assert gap.end == pytest.approx(1.7, abs=0.01)
    sound = recorder.sound(folder)
    assert not sound[16000 : round(gap.end * 16000)].any()
    rest = sound[round(gap.end * 16000) :]
    assert (rest == np.arange(16000, 16000 + len(rest)) % 32000 + 1).all()


def test_an_hour_of_sleep_is_a_gap_between_two_parts(recorder):
    folder = recorder.start()
    recorder.speak(1.0)
    recorder.clock.now += 3600
    recorder.speak(3.0)
    recorder.ask("stop")
    recording = rec.load(folder)
    assert [round(p.offset) for p in recording.parts] == [0, 3601]
    assert [(g.start, round(g.end), g.reason) for g in recording.gaps] == [(1.0, 3601, "late")]
    assert len(recorder.sound(folder)) == 16000
    assert len(recorder.sound(folder, 2)) == 48000
    assert "microphone_lost" not in recorder.notices()


def test_zeros_for_two_seconds_are_told_once(recorder):
    recorder.start()
    recorder.speak(1.0)
    recorder.speak(5.0, value=0)
    assert recorder.notices() == ["microphone_silent"]
    recorder.speak(1.0)
    recorder.speak(3.0, value=0)
    assert recorder.notices() == ["microphone_silent"] * 2


def test_endless_zeros_open_the_microphone_again_unless_it_is_known_to_be_good(recorder):
    recorder.start()
    recorder.speak(25.0, value=0)
    assert len(recorder.microphones.opened) == 1
    recorder.microphones.good = False
    recorder.speak(12.0, value=0)
    assert len(recorder.microphones.opened) == 2


def test_a_microphone_of_another_format_begins_a_part_of_that_format(recorder):
    recorder.microphones.formats["Headset"] = (48000, 2)
    folder = recorder.start()
    recorder.speak(1.0)
    recorder.microphones.plugged[:] = ["Headset"]
    recorder.microphones.stream.finished = True
    recorder.pass_time(4.5)
    recorder.speak(1.0)
    recorder.ask("stop")
    assert [(p.rate, p.channels) for p in rec.load(folder).parts] == [(16000, 1), (48000, 2)]
    assert wav.read(folder / "part-002.wav") == wav.Wav(48000, 2, 48000)


def test_too_little_room_is_told_before_anything_is_recorded(recorder):
    with pytest.raises(StorageError) as caught:
        recorder.start(floor=1 << 60)
    assert caught.value.code == "disk_low"
    assert list(recorder.root.iterdir()) == []


def test_a_disk_that_fills_ends_the_recording_in_time(recorder, monkeypatch):
    folder = recorder.start(floor=50_000_000)
    recorder.speak(2.0)
    usage = shutil.disk_usage(folder)._replace(free=10_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    recorder.speak(6.0)
    result = recorder.ask("stop")
    assert result["error"]["code"] == "disk_low"
    assert rec.load(folder).state == rec.CLOSED
    assert len(recorder.sound(folder)) == round(result["time"] * 16000) > 32000


def test_a_disk_that_will_fill_soon_is_told_once(recorder, monkeypatch):
    folder = recorder.start(floor=50_000_000)
    usage = shutil.disk_usage(folder)._replace(free=60_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    recorder.speak(12.0)
    assert recorder.notices() == ["disk_filling"]
    assert recorder.engine.phase == "recording"


def test_a_write_that_fails_keeps_all_that_was_written(recorder, monkeypatch):
    folder = recorder.start()
    recorder.speak(2.0)

    def full(self, pcm):
        raise StorageError("disk_full", path="x")

    monkeypatch.setattr(PartWriter, "write", full)
    recorder.speak(0.5)
    monkeypatch.undo()
    result = recorder.ask("stop")
    assert result["error"]["code"] == "disk_full"
    sound = recorder.sound(folder)
    assert (sound == np.arange(len(sound)) + 1).all() and len(sound) >= 27200
    assert rec.load(folder).duration == pytest.approx(len(sound) / 16000, abs=0.001)


def test_a_hanging_sound_system_does_not_hold_up_stop(recorder):
    recorder.start()
    recorder.speak(1.0)
    recorder.audio.hang = True
    recorder.microphones.stream.finished = True
    recorder.pass_time(5.0)
    assert recorder.engine.phase == "lost"
    assert recorder.ask("stop")["time"] > 1.0


def test_a_start_that_hangs_can_be_stopped(recorder):
    recorder.audio.hang = True
    starting = recorder.engine.call("start", {"folder": str(recorder.root), "floor": 0})
    recorder.step()
    with pytest.raises(DeviceError):
        recorder.ask("stop")
    assert isinstance(starting.exception(0), DeviceError)
    assert list(recorder.root.iterdir()) == []


def test_a_level_test_writes_nothing(recorder):
    assert recorder.ask("test")["phase"] == "testing"
    recorder.speak(1.0)
    assert [kind for kind, _ in recorder.told].count("level") == 10
    assert recorder.ask("end_test")["phase"] == "idle"
    assert recorder.microphones.stream.ended
    assert not recorder.root.exists()


def test_a_recording_takes_the_microphone_over_from_a_test(recorder):
    recorder.ask("test")
    recorder.speak(0.5)
    folder = recorder.start()
    assert recorder.microphones.opened[0].ended
    recorder.speak(1.0)
    assert recorder.ask("end_test")["phase"] == "recording"
    recorder.ask("stop")
    assert len(recorder.sound(folder)) == 16000


def test_devices_are_listed_default_first(recorder):
    recorder.microphones.plugged.append("Headset")
    assert [d["name"] for d in recorder.ask("devices")] == ["Mic", "Headset"]
    recorder.microphones.broken_library = True
    with pytest.raises(DeviceError, match="microphone_library"):
        recorder.ask("devices")


def dead(recorder: Recorder, seconds: float, ago: float) -> Path:
    """Record, then die: the engine is forgotten and its lock is free."""
    folder = recorder.start(seconds=60)
    recorder.speak(seconds)
    session = recorder.engine._session
    session._lock.release()
    os.close(session._writer._handle)
    last = (folder / "part-001.wav").stat().st_mtime
    os.utime(folder / "part-001.wav", (last - ago, last - ago))
    return folder


def test_a_recording_goes_on_after_its_recorder_died(recorder, tmp_path):
    folder = dead(recorder, 2.0, ago=4.0)
    held = wav.read(folder / "part-001.wav").seconds
    again = Recorder(FakeMicrophones(), tmp_path)
    again.ask("resume_after_death", folder=str(folder), seconds=60, floor=0)
    again.speak(1.0)
    again.ask("stop")
    recording = rec.load(folder)
    (gap,) = recording.gaps
    assert (gap.start, gap.reason) == (pytest.approx(held, abs=0.001), "restart")
    assert gap.end - gap.start == pytest.approx(4.0, abs=0.5)
    assert recording.parts[1].offset == pytest.approx(gap.end, abs=0.001)
    assert wav.read(folder / "part-001.wav").seconds == held
    assert recording.duration == pytest.approx(gap.end + 1.0, abs=0.01)


def test_a_recording_paused_when_its_recorder_died_stays_paused(recorder, tmp_path):
    folder = recorder.start()
    recorder.speak(1.0)
    recorder.ask("pause")
    recorder.engine._session._lock.release()
    again = Recorder(FakeMicrophones(), tmp_path)
    assert again.ask("resume_after_death", folder=str(folder), floor=0)["phase"] == "paused"
    assert again.microphones.opened == []
    again.ask("resume")
    again.speak(1.0)
    assert again.ask("stop")["time"] == 2.0
    assert rec.load(folder).gaps == ()


def test_a_closed_recording_is_not_continued(recorder):
    folder = recorder.start()
    recorder.speak(1.0)
    recorder.ask("stop")
    with pytest.raises(DeviceError, match="recording_none"):
        recorder.ask("resume_after_death", folder=str(folder))
    assert not is_held(folder / rec.LOCK_FILE)


def test_the_end_of_the_recorder_closes_the_recording(recorder):
    folder = recorder.start()
    recorder.speak(1.0)
    recorder.engine.finish()
    assert rec.load(folder).state == rec.CLOSED
