"""The recorder's state machine: commands, markers, tests, and going on after a death."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from support.fake_microphones import FakeMicrophones
from support.recorder_bench import Recorder

from app.core.errors import DeviceError, StorageError
from app.core.locks import is_held
from app.core.meetings import recording as rec
from app.core.meetings import recording_wav as wav


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


def test_half_a_sign_in_a_note_costs_nothing_but_itself(recorder):
    folder = recorder.start()
    recorder.speak(1.0)
    recorder.ask("marker", text="budget \ud83d agreed")
    recorder.speak(1.0)
    assert recorder.ask("stop")["time"] == 2.0
    assert [m.text for m in rec.load(folder).markers] == ["budget ? agreed"]


def test_a_microphone_whose_name_is_no_text_is_missing(recorder):
    with pytest.raises(DeviceError) as caught:
        recorder.start(device="mic\udcff")
    assert caught.value.code == "microphone_missing"


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


def test_every_client_that_stops_a_recording_gets_the_same_answer(recorder):
    recorder.start()
    recorder.speak(1.0)
    ended = recorder.ask("stop")
    assert recorder.ask("stop") == ended
    recorder.start()
    recorder.speak(0.5)
    assert recorder.ask("stop")["folder"] != ended["folder"]


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


def test_a_pause_that_the_disk_refuses_to_note_is_a_pause_and_goes_on(recorder, monkeypatch):
    folder = recorder.start()
    recorder.speak(1.0)
    save = rec.save

    def refuse(*_) -> None:
        raise StorageError("disk_full", path="x")

    monkeypatch.setattr(rec, "save", refuse)
    with pytest.raises(StorageError):
        recorder.ask("pause")
    monkeypatch.setattr(rec, "save", save)
    assert recorder.ask("state")["phase"] == "paused"
    recorder.pass_time(30)
    recorder.ask("resume")
    recorder.speak(1.0)
    recorder.ask("stop")
    assert len(recorder.sound(folder)) == 32000
