"""``record`` as a person calls it: the file it leaves, the words it says, how it ends."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import queue
import signal
import sys
import threading
import wave
from types import SimpleNamespace

import numpy as np
import pytest
from support.pulse import jumps, ramp
from support.recording_rig import pulse  # noqa: F401 - a fixture

from app.adapters.recorder import RecorderClient
from app.cli import record
from app.cli.output import Output
from app.core import paths
from app.core.errors import AppError, Cancelled, DeviceError, UsageError
from app.core.jobs import Notice
from app.core.meetings import recording as rec
from app.core.meetings import recording_join
from app.core.meetings import recording_wav as wav
from app.core.meetings.recording import Part, Recording
from app.core.meetings.recording_hold import Holds
from app.core.meetings.recording_port import State
from app.core.settings import SettingsStore

display = pytest.mark.display


class Command:
    """Runs ``record`` in this process with a recorder of its own."""

    def __init__(self) -> None:
        self.recorder = RecorderClient()
        self.services = SimpleNamespace(
            settings=SettingsStore(paths.settings_file()), recorder=self.recorder
        )
        self.out, self.err = io.StringIO(), io.StringIO()

    def __call__(self, *words: str) -> int:
        parser = argparse.ArgumentParser()
        commands = parser.add_subparsers()
        record.add_parser(commands)
        commands.choices["record"].add_argument("--json", action="store_true")
        args = parser.parse_args(["record", *words])
        output = Output(args.json, self.out, self.err)
        try:
            return record.run(args, self.services, output)
        except AppError as error:
            output.error(error)
            return 2 if isinstance(error, UsageError) else 1

    @property
    def plain(self) -> dict:
        """Return the JSON object that was printed."""
        return json.loads(self.out.getvalue())

    def codes(self) -> list[str]:
        """Return the codes of the notices."""
        return [notice["code"] for notice in self.plain["notices"]]

    def after(self, seconds: float, action) -> None:
        """Do ``action`` once, when so many seconds are recorded."""
        todo = [action]

        def heard(kind, data) -> None:
            if kind == "level" and data["time"] >= seconds and todo:
                threading.Thread(target=todo.pop()).start()

        self.recorder.listen(heard)


@pytest.fixture
def command():
    made = Command()
    yield made
    made.recorder.close()


def interrupt() -> None:
    """Press Ctrl-C."""
    signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)


def samples(path) -> np.ndarray:
    with wave.open(str(path)) as found:
        return np.frombuffer(found.readframes(found.getnframes()), "<i2").astype(int)


@display
def test_so_many_seconds_become_one_file_of_that_length(command, pulse):  # noqa: F811
    pulse.play(ramp(20))
    assert command("--seconds", "2", "--json") == 0
    plain = command.plain
    assert (plain["schema"], plain["device"], plain["duration"]) == (1, "TestMic", 2.0)
    assert (plain["gaps"], plain["notices"]) == ([], [])
    sound = samples(plain["file"])
    assert len(sound) == 32000 and len(jumps(sound)) == 0
    assert str(paths.recordings()) in plain["file"]


@display
def test_ctrl_c_stops_and_keeps(command, pulse, tmp_path):  # noqa: F811
    pulse.play(ramp(20))
    command.after(0.8, interrupt)
    target = tmp_path / "talk.wav"
    assert command("--output", str(target)) == 0
    assert len(samples(target)) >= 12000
    assert command.out.getvalue().startswith("Recorded 0:0")
    assert command.out.getvalue().endswith(f" to {target}\n")
    assert list(paths.recordings().iterdir()) == []


@display
def test_a_folder_as_output_takes_a_file_named_by_the_time(command, pulse, tmp_path):  # noqa: F811
    assert command("--seconds", "0.5", "--output", str(tmp_path), "--json") == 0
    (file,) = tmp_path.glob("*.wav")
    assert command.plain["file"] == str(file)


@display
def test_an_unplugged_microphone_ends_in_an_error_that_says_where_the_sound_is(
    command,
    pulse,  # noqa: F811
):
    pulse.play(ramp(20))
    command.after(0.6, pulse.unplug)
    assert command("--seconds", "3", "--json") == 1
    plain = command.plain
    assert plain["error"]["code"] == "microphone_lost"
    assert plain["duration"] == 3.0
    (gap,) = plain["gaps"]
    assert 0.5 <= gap["start"] <= 1.5 and gap["end"] == 3.0
    sound = samples(plain["file"])
    assert len(sound) == 48000 and not sound[round(gap["start"] * 16000) :].any()
    assert command.codes() == ["microphone_lost"]


@display
def test_a_full_disk_ends_in_an_error_that_says_where_the_sound_is(command, pulse):  # noqa: F811
    command.recorder._common["floor"] = 0
    pulse.play(ramp(20))
    resource = pytest.importorskip("resource")
    command.recorder.microphones()  # the child runs, and from now on may write little
    resource.prlimit(command.recorder.pid, resource.RLIMIT_FSIZE, (60_000, 60_000))
    assert command("--seconds", "9", "--json") == 1
    plain = command.plain
    assert plain["error"]["code"] == "disk_full"
    sound = samples(plain["file"])
    assert len(sound) == (60_000 - 44) // 2 and len(jumps(sound)) == 0
    assert plain["duration"] == pytest.approx(len(sound) / 16000, abs=0.001)


@display
def test_a_recorder_that_dies_twice_leaves_a_repaired_file(command, pulse):  # noqa: F811
    pulse.play(ramp(20))

    def kill() -> None:
        os.kill(command.recorder.pid, signal.SIGKILL)

    def kill_again(kind, data) -> None:
        if kind == "notice" and data.code == "recorder_restarted":
            threading.Thread(target=kill).start()

    command.after(0.7, kill)
    command.recorder.listen(kill_again)
    assert command("--seconds", "20", "--json") == 1
    assert command.plain["error"]["code"] == "child_died"
    assert len(samples(command.plain["file"])) > 6000
    assert rec.load(next(paths.recordings().iterdir())).state == rec.RECOVERED


@display
def test_a_recording_left_alone_is_attached_to(command, pulse):  # noqa: F811
    pulse.play(ramp(30))
    lonely = RecorderClient()
    lonely.start(paths.recordings(), seconds=2)
    lonely.close()
    assert command("--json") == 0
    assert command.codes() == ["recording_attached"]
    assert command.plain["duration"] == 2.0


@display
def test_a_recording_of_somebody_else_is_left_alone(command, pulse):  # noqa: F811
    other = RecorderClient()
    other.start(paths.recordings())
    assert command("--json") == 1
    assert command.plain["error"]["code"] == "recording_running"
    assert other.state().running
    with contextlib.suppress(DeviceError):  # it may not have heard anything yet
        other.stop()
    other.close()


@display
def test_without_a_microphone_there_is_one_sentence(command, monkeypatch):
    monkeypatch.setenv("PULSE_SERVER", "unix:/nonexistent")
    assert command() == 1
    assert command.out.getvalue() == ""
    assert command.err.getvalue() == "No microphone was found. Plug one in and try again.\n"


@display
def test_an_unknown_microphone_is_named(command, pulse):  # noqa: F811
    assert command("--device", "Headset", "--json") == 1
    assert command.plain["error"]["code"] == "microphone_missing"
    assert "Headset" in command.plain["error"]["message"]


@display
def test_a_recording_that_was_cut_off_is_repaired_and_told(command, pulse):  # noqa: F811
    folder = paths.recordings() / "2026-01-02 03.04.05"
    folder.mkdir()
    (folder / "part-001.wav").write_bytes(wav.header(16000, 1, 0) + bytes(32000))
    part = Part("part-001.wav", 0.0, 16000, 1, "Mic")
    rec.save(folder, Recording(started="x", device="Mic", parts=(part,)))
    assert command("--seconds", "0.5", "--json") == 0
    assert command.codes() == ["recording_recovered"]
    assert rec.load(folder).duration == 1.0


class _Twice:
    """Stands for a recorder whose microphone goes and comes back, and goes once more."""

    def listen(self, told):
        lost, back = (Notice(f"microphone_{how}", {"device": "Jabra"}) for how in ("lost", "back"))
        for notice in (lost, back, lost):
            told("notice", notice)
        told("state", State(folder=None, device="Jabra"))
        return lambda: None


@pytest.mark.parametrize("as_json", [False, True])
def test_a_microphone_that_goes_twice_is_told_of_twice(as_json):
    err = io.StringIO()
    out = Output(as_json, io.StringIO(), err)
    with record._Follower(_Twice(), out) as follower:
        follower.follow()
    said = [line.split()[5] for line in err.getvalue().splitlines()]
    assert said == ([] if as_json else ["sound", "What", "sound"])
    assert [notice.code for notice in out._notices] == ["microphone_lost", "microphone_back"]


class _Ended:
    """Stands for a recorder whose recording in ``folder`` has ended."""

    def __init__(self, folder) -> None:
        self._state = State(folder=folder, device="Mic")

    def attach(self):
        return None

    def start(self, root, device, seconds):
        return self._state

    def listen(self, told):
        told("state", self._state)
        return lambda: None


@pytest.mark.parametrize("moment", ["load", "join", "move"])
def test_a_second_ctrl_c_does_not_stop_the_keeping(command, tmp_path, monkeypatch, moment):
    folder = tmp_path / "r1"
    folder.mkdir()
    for number in (1, 2):
        (folder / f"part-00{number}.wav").write_bytes(wav.header(16000, 1, 16000) + bytes(32000))
    parts = tuple(Part(f"part-00{n}.wav", n - 1.0, 16000, 1, "Mic") for n in (1, 2))
    rec.save(folder, Recording("x", "Mic", rec.CLOSED, parts=parts, duration=2.0))
    place, name = {"load": (rec, "load"), "join": (recording_join, "_copy"),
                   "move": (recording_join, "move")}[moment]  # fmt: skip
    real = getattr(place, name)

    def pressed(*given):
        interrupt()
        return real(*given)

    monkeypatch.setattr(place, name, pressed)
    command.services.recorder = _Ended(folder)
    try:
        status = command("--output", str(tmp_path / "talk.wav"))
    except (KeyboardInterrupt, Cancelled):  # the first one would end the whole run
        status = 130
    assert status == 0
    assert command.out.getvalue() == f"Recorded 0:02 to {tmp_path / 'talk.wav'}\n"
    assert len(samples(tmp_path / "talk.wav")) == 32000


@pytest.fixture
def notes_alone(tmp_path):
    """A closed recording that holds a note and no sound."""
    folder = tmp_path / "recordings" / "r1"
    folder.mkdir(parents=True)
    rec.save(folder, Recording("x", "Mic", rec.CLOSED).with_marker("buy milk", 3.0))
    return folder


@pytest.mark.parametrize("output", [None, "talk.wav", ".", "gone/talk.wav"])
def test_where_nothing_was_recorded_it_is_said_where_the_notes_are(notes_alone, tmp_path, output):
    out = Output(True, io.StringIO(), io.StringIO())
    target = None if output is None else tmp_path / output
    with pytest.raises(DeviceError, match="recording_empty"):
        record._deliver(State(folder=notes_alone, device="Mic"), notes_alone, target, out)
    (notice,) = out._notices
    where = {
        None: notes_alone,
        "talk.wav": tmp_path / "talk notes.txt",
        ".": tmp_path / "r1 notes.txt",
        "gone/talk.wav": notes_alone,  # nothing can be written there
    }[output]
    assert (notice.code, notice.params) == ("recording_notes", {"path": str(where)})
    text = where / rec.SESSION_FILE if where.is_dir() else where
    assert "buy milk" in text.read_text("utf-8")


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "many", "1e9"])
def test_impossible_seconds_are_a_usage_error(command, seconds):
    with pytest.raises(SystemExit) as caught:
        command("--seconds", seconds)
    assert caught.value.code == 2


def test_another_format_than_wav_is_a_usage_error(command):
    assert command("--output", "talk.mp3", "--json") == 2
    assert command.plain["error"]["code"] == "usage"


def test_a_place_that_cannot_be_written_is_told_before_recording(command, tmp_path):
    assert command("--output", str(tmp_path / "missing" / "talk.wav"), "--json") == 1
    assert command.plain["error"]["code"] == "output_not_writable"
    assert command.recorder.pid is None


def test_a_device_is_refused_before_recording_since_a_recording_replaces_its_file(
    command, tmp_path
):
    pipe = tmp_path / "pipe.wav"
    os.mkfifo(pipe)
    for place in (pipe, tmp_path / "link.wav"):
        if place != pipe:
            place.symlink_to(pipe)
        assert command("--output", str(place), "--json") == 1
        assert command.plain["error"]["code"] == "output_not_writable"
        command.out.seek(0)
        command.out.truncate()
    assert pipe.is_fifo()
    assert command.recorder.pid is None


@display
def test_a_link_as_output_stays_a_link_and_the_file_it_names_is_written(
    command,
    pulse,  # noqa: F811
    tmp_path,
):
    link = tmp_path / "latest.wav"
    link.symlink_to(tmp_path / "talk.wav")
    assert command("--seconds", "0.3", "--output", str(link), "--json") == 0
    assert command.plain["file"] == str(link)
    assert link.is_symlink()
    assert len(samples(tmp_path / "talk.wav")) > 0


@display
@pytest.mark.parametrize("name", ["talks/", "of.2026/"])
def test_a_slash_at_the_end_of_the_output_makes_a_folder(command, pulse, tmp_path, name):  # noqa: F811
    assert command("--seconds", "0.3", "--output", f"{tmp_path}/{name}", "--json") == 0
    assert [file.suffix for file in (tmp_path / name).iterdir()] == [".wav"]


@display
def test_a_folder_with_a_dot_in_its_name_is_a_folder(command, pulse, tmp_path):  # noqa: F811
    (tmp_path / "talks.2026").mkdir()
    assert command("--seconds", "0.3", "--output", str(tmp_path / "talks.2026"), "--json") == 0
    assert [file.suffix for file in (tmp_path / "talks.2026").iterdir()] == [".wav"]


class Terminal(io.StringIO):
    """A standard error that is a terminal."""

    def isatty(self) -> bool:
        return True


def test_the_level_line_shows_time_and_level_and_goes_away(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    line = record.LevelLine()
    line.show(75.2, -30.0)
    assert terminal.getvalue().endswith("● 1:15  ██████████░░░░░░░░░░  -30 dB")
    line.show(76.0, -120.0)
    assert "░" * 20 + "  –" in terminal.getvalue()
    line.clear()
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_off_a_terminal_there_is_no_level_line(monkeypatch):
    plain = io.StringIO()
    monkeypatch.setattr(sys, "stderr", plain)
    record.LevelLine().show(1.0, -10.0)
    assert plain.getvalue() == ""


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0:00"), (7.9, "0:07"), (754, "12:34"), (3723, "1:02:03")]
)
def test_durations_read_as_people_write_them(seconds, words):
    assert record.clock(seconds) == words


@display
def test_a_window_that_stops_the_recording_of_a_command_leaves_it_to_the_command(
    command,
    pulse,  # noqa: F811
    tmp_path,
):
    pulse.play(ramp(20))
    window = RecorderClient()
    stopped, kept = queue.SimpleQueue(), Holds()

    def press_stop() -> None:
        assert window.attach().clients == 2
        state = window.stop()
        stopped.put((state, kept.take(state.folder)))

    command.after(0.8, press_stop)
    target = tmp_path / "talk.wav"
    assert command("--output", str(target), "--json") == 0
    state, took = stopped.get(timeout=20)
    assert (window.stop().folder, took) == (state.folder, False)
    assert command.plain["duration"] == state.time
    assert len(samples(target)) == round(state.time * 16000)
    assert list(paths.recordings().iterdir()) == []
    window.close()
