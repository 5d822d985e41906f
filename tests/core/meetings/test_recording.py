"""The session file: what a recording says of itself, and what it refuses to believe."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from app.core import paths
from app.core.errors import StorageError
from app.core.meetings import recording as rec
from app.core.meetings.model import Note
from app.core.meetings.recording import Gap, Part, Recording
from app.core.meetings.recording_port import state_from_json


@pytest.fixture
def recording() -> Recording:
    return Recording(
        started="2026-02-03T14:05:06.000+01:00",
        device="Mikrofon Ä",
        parts=(Part("part-001.wav", 0.0, 16000, 1, "Mikrofon Ä"),),
        gaps=(Gap(1.5, 2.0, "lost"),),
        markers=(Note("here", 1.0),),
    )


def test_what_is_saved_is_loaded_again(tmp_path, recording):
    rec.save(tmp_path, recording)
    assert rec.load(tmp_path) == recording


def test_a_folder_without_a_session_file_holds_no_recording(tmp_path):
    assert rec.load(tmp_path) is None


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"[]",
        b'{"schema": 1}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_a_damaged_session_file_is_no_recording_and_no_traceback(tmp_path, damage):
    (tmp_path / rec.SESSION_FILE).write_bytes(damage)
    assert rec.load(tmp_path) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("file", "../../secret.wav"),
        ("file", "/etc/passwd"),
        ("file", "part-001.mp3"),
        ("rate", 0),
        ("rate", 10**9),
        ("channels", 0),
    ],
)
def test_an_impossible_part_is_not_believed(tmp_path, recording, field, value):
    plain = recording.to_json()
    plain["parts"] = [{**plain["parts"][0], field: value}]
    (tmp_path / rec.SESSION_FILE).write_text(json.dumps(plain))
    assert rec.load(tmp_path) is None


def test_an_unknown_state_is_not_believed(tmp_path, recording):
    (tmp_path / rec.SESSION_FILE).write_text(json.dumps({**recording.to_json(), "state": "x"}))
    assert rec.load(tmp_path) is None


def test_a_gap_that_touches_the_last_one_is_joined_to_it(recording):
    assert recording.with_gap(Gap(2.0, 3.0, "late")).gaps == (Gap(1.5, 3.0, "lost"),)


def test_a_gap_elsewhere_stands_alone(recording):
    assert len(recording.with_gap(Gap(5.0, 6.0)).gaps) == 2


def test_a_marker_keeps_its_time_to_the_millisecond_and_no_endless_text(recording):
    marked = recording.with_marker("x" * 100_000, 7.12345).markers[-1]
    assert marked.time == 7.123
    assert len(marked.text) == 32_767


def test_a_day_of_long_notes_and_many_gaps_is_loaded_again(tmp_path, recording):
    for second in range(0, 86_400, 60):
        recording = recording.with_marker("what was agreed " * 300, second)
        recording = recording.with_gap(Gap(second, second + 1.0))
    rec.save(tmp_path, recording)
    assert rec.load(tmp_path) == recording


def test_two_recordings_of_one_second_get_two_folders(tmp_path):
    folders = {rec.new_folder(tmp_path) for _ in range(3)}
    assert len(folders) == 3


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no mode bits")
def test_a_recordings_folder_is_for_its_owner_alone(tmp_path):
    assert rec.new_folder(tmp_path / "new").stat().st_mode & 0o077 == 0


def test_a_place_that_takes_no_folder_is_a_storage_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError):
        rec.new_folder(tmp_path / "file")


def test_the_chosen_folder_goes_before_the_usual_one(tmp_path):
    assert rec.root(str(tmp_path)) == tmp_path
    assert rec.root("") == paths.recordings()


def test_a_chosen_folder_of_nobody_is_a_storage_error():
    with pytest.raises(StorageError, match="folder_not_writable"):
        rec.root("~nobody-of-this-name/recordings")


def test_the_start_is_told_with_its_time_zone():
    assert rec.now_text()[19] == "." and rec.now_text()[-6] in "+-"


def test_a_thousand_folders_of_one_second_are_enough(tmp_path, monkeypatch):
    def exists(*_args):
        raise FileExistsError

    monkeypatch.setattr("os.mkdir", exists)
    with pytest.raises(StorageError):
        rec.new_folder(tmp_path)


def test_a_state_crosses_the_channel():
    plain = {"phase": "lost", "time": 1.5, "folder": "x", "device": "Mic", "clients": 2,
             "error": {"code": "disk_full", "params": {"path": "x"}}}  # fmt: skip
    state = state_from_json(plain)
    assert state.running and state.folder == Path("x") and state.error.code == "disk_full"
    assert not state_from_json({"phase": "idle", "time": 0, "device": ""}).running
