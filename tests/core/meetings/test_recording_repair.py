"""Recordings that nobody closed: found, repaired, offered; and those to leave alone."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace

import pytest

from app.core.errors import StorageError
from app.core.jobs import JobContext
from app.core.locks import FileLock
from app.core.meetings import recording as rec
from app.core.meetings import recording_wav as wav
from app.core.meetings.model import Note
from app.core.meetings.recording import Gap, Part, Recording
from app.core.meetings.recording_join import join
from app.core.meetings.recording_repair import recover, recover_all, unfinished


@pytest.fixture
def left(tmp_path):
    """Leave a recording as a killed recorder does: open, with headers of size 0."""

    def leave(*seconds: float, name: str = "2026-01-02 03.04.05", **changes):
        folder = tmp_path / name
        folder.mkdir()
        recording = Recording(started="2026-01-02T03:04:05.000+00:00", device="Mic")
        offset = 0.0
        for number, length in enumerate(seconds, start=1):
            file = rec.part_name(number)
            sound = b"\x05\x00" * round(length * 16000)
            (folder / file).write_bytes(wav.header(16000, 1, 0) + sound)
            recording = recording.with_part(Part(file, offset, 16000, 1, "Mic"))
            offset += length + 1.0
        rec.save(folder, replace(recording, **changes))
        (folder / rec.LOCK_FILE).touch()
        (folder / "spare").write_bytes(b"x" * 100)
        return folder

    return leave


def test_an_open_recording_with_a_free_lock_is_unfinished(left, tmp_path):
    folder = left(1.0)
    assert unfinished(tmp_path) == [folder]


def test_a_recording_that_runs_is_left_alone(left, tmp_path):
    folder = left(1.0)
    with FileLock(folder / rec.LOCK_FILE) as lock:
        assert lock.acquire()
        assert unfinished(tmp_path) == []
        assert recover(folder) is None
    assert rec.load(folder).state == rec.OPEN


@pytest.mark.parametrize("state", [rec.CLOSED, rec.RECOVERED])
def test_a_finished_recording_is_left_alone(left, tmp_path, state):
    left(1.0, state=state)
    assert unfinished(tmp_path) == []


def test_folders_of_something_else_and_a_missing_root_are_no_recordings(tmp_path):
    (tmp_path / "holiday").mkdir()
    (tmp_path / "note.txt").write_text("")
    assert unfinished(tmp_path) == []
    assert unfinished(tmp_path / "missing") == []


def test_a_recovered_recording_has_true_headers_and_a_duration(left, tmp_path):
    folder = left(2.0)
    (found,) = recover_all(tmp_path)
    assert found.folder == folder
    assert (found.recording.state, found.recording.duration) == (rec.RECOVERED, 2.0)
    assert (folder / "part-001.wav").read_bytes()[:44] == wav.header(16000, 1, 32000)
    assert sorted(os.listdir(folder)) == ["part-001.wav", rec.SESSION_FILE]


def test_a_recovery_happens_once(left, tmp_path):
    left(1.0)
    assert len(recover_all(tmp_path)) == 1
    assert recover_all(tmp_path) == []


def test_a_paused_recording_is_recovered_too(left, tmp_path):
    left(1.0, state=rec.PAUSED)
    assert len(recover_all(tmp_path)) == 1


def test_several_parts_keep_their_places(left):
    found = recover(left(2.0, 3.0))
    assert [p.offset for p in found.recording.parts] == [0.0, 3.0]
    assert found.recording.duration == 6.0


def test_a_part_without_sound_or_file_is_left_out(left):
    folder = left(2.0, 0.0, 1.0)
    (folder / "part-003.wav").unlink()
    assert [p.file for p in recover(folder).recording.parts] == ["part-001.wav"]
    assert not (folder / "part-002.wav").exists()


def test_a_gap_at_the_end_belongs_to_the_duration(left):
    assert recover(left(2.0, gaps=(Gap(2.0, 5.0),))).recording.duration == 5.0


def test_parts_of_a_damaged_session_are_put_one_behind_the_other(left):
    folder = left(2.0, 3.0)
    (folder / rec.SESSION_FILE).write_text("{")
    found = recover(folder).recording
    assert [(p.file, p.offset) for p in found.parts] == [("part-001.wav", 0), ("part-002.wav", 2)]
    assert found.duration == 5.0


@pytest.mark.parametrize(
    ("where", "what", "said"),
    [
        ("parts", "rate", "Infinity"),
        ("parts", "offset", "1e999"),
        ("parts", "offset", "1" + "0" * 400),
        ("gaps", "end", "1e300"),
        ("gaps", "end", "NaN"),
        ("markers", "time", "Infinity"),
        (None, "duration", "1" + "0" * 400),
    ],
)
def test_an_impossible_number_costs_no_sound_and_no_other_recording(
    left, tmp_path, where, what, said
):
    damaged = left(1.0, 0.5, name="a", gaps=(Gap(1.0, 2.0),), markers=(Note("", 1.0),))
    left(1.0, name="b")
    plain = json.loads((damaged / rec.SESSION_FILE).read_text())
    (plain[where][0] if where else plain)[what] = "HERE"
    (damaged / rec.SESSION_FILE).write_text(json.dumps(plain).replace('"HERE"', said))
    found = recover_all(tmp_path)
    assert [f.folder.name for f in found] == ["a", "b"]
    assert found[0].recording.duration == 1.5
    joined = join(damaged, found[0].recording, JobContext())
    assert wav.read(damaged / joined.parts[0].file).seconds == 1.5


def test_an_impossible_header_costs_no_sound_and_no_other_recording(left, tmp_path):
    damaged = left(1.0, name="a")
    left(1.0, name="b")
    part = damaged / rec.part_name(1)
    held = bytearray(part.read_bytes())
    held[24:28] = b"\xff\xff\xff\xff"  # its rate
    part.write_bytes(held)
    found = recover_all(tmp_path)
    assert [f.folder.name for f in found] == ["a", "b"]
    assert wav.read(part) == wav.Wav(16000, 1, 16000)


def test_a_recording_of_nothing_is_removed(left):
    folder = left(0.0)
    assert recover(folder) is None
    assert not folder.exists()


def test_a_joined_recording_outlives_its_session_file(left, tmp_path):
    folder = left(1.0, 0.5, state=rec.CLOSED, duration=2.5)
    join(folder, rec.load(folder), JobContext())
    (folder / rec.SESSION_FILE).write_text("{")
    (found,) = recover_all(tmp_path)
    assert [part.file for part in found.recording.parts] == [rec.JOINED_FILE]
    assert found.recording.duration == wav.read(folder / rec.JOINED_FILE).seconds == 2.5


def test_a_recording_that_another_program_joins_meanwhile_keeps_its_sound(
    left, tmp_path, monkeypatch
):
    folder = left(1.0)
    load = rec.load

    def joined_behind_our_back(place):
        known = load(place)
        monkeypatch.setattr(rec, "load", load)
        join(place, known, JobContext())
        return known

    assert unfinished(tmp_path) == [folder]
    recover(folder)  # the other program
    monkeypatch.setattr(rec, "load", joined_behind_our_back)
    assert recover(folder).recording.state == rec.RECOVERED
    assert wav.read(folder / rec.JOINED_FILE).seconds == 1.0


def test_a_recording_that_is_gone_by_now_is_not_made_anew(left):
    folder = left(1.0)
    shutil.rmtree(folder)
    assert recover(folder) is None
    assert not folder.exists()


def test_sound_whose_session_file_is_gone_by_now_stays(left):
    folder = left(1.0)
    (folder / rec.SESSION_FILE).unlink()
    assert recover(folder) is None
    assert (folder / rec.part_name(1)).stat().st_size > 16000


def test_what_a_person_put_beside_a_recording_of_nothing_stays(left):
    folder = left(0.0)
    (folder / "whiteboard.jpg").write_text("photo")
    assert recover(folder) is None
    assert os.listdir(folder) == ["whiteboard.jpg"]


def test_a_marker_without_sound_is_kept(left):
    folder = left(0.0)
    rec.save(folder, rec.load(folder).with_marker("remember", 0.0))
    assert recover(folder).recording.markers[0].text == "remember"


def test_a_part_that_the_session_does_not_name_is_not_lost(left):
    folder = left(1.0)
    (folder / "part-001.wav").rename(folder / "part-002.wav")
    assert [p.file for p in recover(folder).recording.parts] == ["part-002.wav"]


def test_a_disk_that_refuses_is_a_storage_error(left, monkeypatch):
    folder = left(1.0)

    def refuse(*_args):
        raise OSError(30, "read-only")

    monkeypatch.setattr(wav, "repair", refuse)
    with pytest.raises(StorageError):
        recover(folder)
    assert rec.load(folder).state == rec.OPEN
