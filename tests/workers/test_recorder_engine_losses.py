"""What the recorder loses, and what it keeps: microphones that go, disks that fill."""

from __future__ import annotations

import errno
import os
import shutil
from dataclasses import dataclass

import numpy as np
import pytest
from support.fake_microphones import FakeMicrophones
from support.recorder_bench import Recorder

from app.core.errors import DeviceError, StorageError
from app.core.meetings import recording as rec
from app.core.meetings import recording_wav as wav
from app.workers import recorder_session
from app.workers.recorder_part import PartWriter
from app.workers.recorder_source import FIRST_DATA_SECONDS, GIVE_UP_SECONDS, ZEROS_REOPEN_SECONDS


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


@pytest.mark.parametrize("dies", [False, True])
def test_a_pause_while_the_microphone_is_lost_keeps_the_time_that_was_not_heard(recorder, dies):
    folder = recorder.start()
    recorder.speak(2.0)
    recorder.microphones.plugged.clear()
    recorder.microphones.stream.finished = True
    recorder.pass_time(8)
    at = recorder.ask("marker", text="while nothing was heard")["time"]
    paused = recorder.ask("pause")
    recorder.pass_time(60)
    recorder.microphones.plugged.append("Mic")
    if dies:
        recorder.engine._session._lock.release()
        recorder = Recorder(FakeMicrophones(), folder.parent)
        recorder.ask("resume_after_death", folder=str(folder), floor=0)
    recorder.ask("resume")
    recorder.speak(1.0)
    recorder.ask("stop")
    closed = rec.load(folder)
    assert (round(at), round(paused["time"])) == (10, 10)
    assert [(g.start, round(g.end)) for g in closed.gaps] == [(2.0, 10)]
    assert closed.parts[1].offset == pytest.approx(paused["time"], abs=0.01)
    assert closed.duration == pytest.approx(paused["time"] + 1.0, abs=0.05)


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
    assert result["error"]["code"] == "disk_low_stopped"
    assert rec.load(folder).state == rec.CLOSED
    assert len(recorder.sound(folder)) == round(result["time"] * 16000) > 32000


def test_a_disk_that_will_fill_soon_is_told_once(recorder, monkeypatch):
    folder = recorder.start(floor=50_000_000)
    usage = shutil.disk_usage(folder)._replace(free=60_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    recorder.speak(12.0)
    assert recorder.notices() == ["disk_filling"]
    assert recorder.engine.phase == "recording"


def test_a_network_disk_that_refuses_only_as_a_part_is_closed_ends_no_recorder(
    recorder, monkeypatch
):
    folder = recorder.start()
    recorder.speak(1.0)
    part, close = recorder.engine._session._writer._handle, os.close

    def full(handle):
        close(handle)
        if handle == part:
            raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "close", full)
    assert recorder.ask("stop")["time"] == 1.0
    assert rec.load(folder).state == rec.CLOSED and not recorder.engine.busy


def test_a_part_that_is_full_with_the_last_of_the_asked_for_seconds(recorder, monkeypatch):
    monkeypatch.setattr(recorder_session, "_PART_BYTES", 31_990)
    folder = recorder.start(seconds=1.0)
    recorder.speak(1.5)
    assert recorder.ask("stop")["time"] == pytest.approx(1.0, abs=0.03)
    assert wav.read(folder / "part-001.wav").seconds == pytest.approx(1.0, abs=0.03)


def test_a_disk_that_fills_while_the_microphone_opens_refuses_the_start(recorder, monkeypatch):
    def full(stream):
        monkeypatch.setattr(rec, "save", refuse)
        return opened(stream)

    def refuse(*_):
        raise StorageError("disk_full", path="x")

    opened = recorder.engine.source._tell_opened
    recorder.engine.source._tell_opened = full
    with pytest.raises(StorageError, match="disk_full"):
        recorder.start()
    assert recorder.microphones.stream.ended
    assert recorder.engine.phase == "idle"
    assert list(recorder.root.iterdir()) == []


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


def test_a_resume_that_hangs_says_that_nothing_is_heard(recorder):
    recorder.start()
    recorder.speak(1.0)
    recorder.ask("pause")
    recorder.audio.hang = True
    recorder.ask("resume")
    recorder.pass_time(FIRST_DATA_SECONDS - 0.2)
    assert (recorder.engine.phase, recorder.notices().count("microphone_lost")) == ("opening", 0)
    recorder.pass_time(30.0)
    assert (recorder.engine.phase, recorder.notices().count("microphone_lost")) == ("lost", 1)


def test_a_silent_microphone_that_hangs_as_it_is_opened_again_is_not_said_to_be_recorded(recorder):
    folder = recorder.start()
    recorder.speak(1.0)

    def hangs_from_now_on(stream):
        recorder.audio.hang = True
        return False

    recorder.microphones.known_good = hangs_from_now_on
    recorder.speak(ZEROS_REOPEN_SECONDS + 0.1, value=0)
    recorder.pass_time(30.0)
    assert (recorder.engine.phase, recorder.notices().count("microphone_lost")) == ("lost", 1)
    recorder.ask("stop")
    assert rec.load(folder).gaps[-1].end == pytest.approx(41.1, abs=0.5)


def test_a_start_that_hangs_can_be_stopped(recorder):
    recorder.audio.hang = True
    starting = recorder.engine.call("start", {"folder": str(recorder.root), "floor": 0})
    recorder.step()
    with pytest.raises(DeviceError):
        recorder.ask("stop")
    assert isinstance(starting.exception(0), DeviceError)
    assert list(recorder.root.iterdir()) == []


def test_a_start_that_hangs_says_so_and_leaves_nothing(recorder):
    recorder.audio.hang = True
    starting = recorder.engine.call("start", {"folder": str(recorder.root), "floor": 0})
    recorder.pass_time(GIVE_UP_SECONDS - 0.1)
    assert not starting.done()
    recorder.pass_time(0.2)
    assert starting.exception(0).code == "sound_stuck"
    assert list(recorder.root.iterdir()) == [] and not recorder.engine.busy


def test_devices_that_are_never_told_are_an_error_in_time(recorder):
    recorder.audio.hang = True
    listing = recorder.engine.call("devices", {})
    recorder.pass_time(GIVE_UP_SECONDS + 0.1)
    assert listing.exception(0).code == "sound_stuck"


def test_an_unforeseen_fault_of_a_library_refuses_a_start_and_not_the_next(recorder):
    recorder.microphones.fault = RuntimeError("secret words")
    with pytest.raises(DeviceError, match="microphone_failed"):
        recorder.start()
    recorder.microphones.fault = None
    assert recorder.start().is_dir()


def test_an_unforeseen_fault_while_recording_is_a_lost_microphone_that_comes_back(recorder):
    folder = recorder.start()
    recorder.speak(1.0)
    recorder.microphones.fault = RuntimeError("secret words")
    recorder.microphones.stream.finished = True
    recorder.pass_time(2.5)
    assert recorder.engine.phase == "lost"
    recorder.microphones.fault = None
    recorder.pass_time(1.5)
    recorder.speak(1.0)
    assert recorder.engine.phase == "recording"
    recorder.ask("stop")
    assert (recorder.sound(folder)[:16000] == np.arange(16000) + 1).all()


def test_a_sound_server_that_cannot_be_asked_costs_nothing(recorder):
    folder = recorder.start()
    recorder.microphones.fault = RuntimeError("secret words")
    recorder.speak(ZEROS_REOPEN_SECONDS + 1, value=0)
    assert recorder.engine.phase == "recording"
    recorder.ask("stop")
    assert len(recorder.sound(folder)) > 16000 * ZEROS_REOPEN_SECONDS
