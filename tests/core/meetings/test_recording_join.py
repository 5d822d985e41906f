"""Many parts into one file: times, silence, rates, and a disk that refuses."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.core.errors import Cancelled, StorageError
from app.core.jobs import JobContext
from app.core.locks import is_held
from app.core.meetings import recording as rec
from app.core.meetings import recording_join
from app.core.meetings import recording_wav as wav
from app.core.meetings.recording import Part, Recording
from app.core.meetings.recording_hold import KEEP_LOCK, Holds
from app.core.meetings.recording_join import JOINED_FILE, join, move, write_notes


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "2026-01-02 03.04.05"
    made.mkdir()
    return made


@pytest.fixture
def closed(folder):
    """Make a closed recording of parts (offset, rate, samples (n, channels))."""

    def make(*parts, duration: float | None = None) -> Recording:
        recording = Recording(started="x", device="Mic", state=rec.CLOSED)
        end = 0.0
        for number, (offset, rate, samples) in enumerate(parts, start=1):
            frames = np.atleast_2d(samples.T).T.astype("<i2")
            channels = frames.shape[1]
            data = wav.header(rate, channels, len(frames)) + frames.tobytes()
            (folder / rec.part_name(number)).write_bytes(data)
            recording = recording.with_part(
                Part(rec.part_name(number), offset, rate, channels, "Mic")
            )
            end = offset + len(frames) / rate
        recording = replace(recording, duration=end if duration is None else duration)
        rec.save(folder, recording)
        return recording

    return make


def heard(folder) -> np.ndarray:
    """Return the samples of the joined file, as its header says them."""
    import wave

    with wave.open(str(folder / JOINED_FILE)) as found:
        data = np.frombuffer(found.readframes(found.getnframes()), "<i2")
        return data.reshape(-1, found.getnchannels())


def tone(rate: int, seconds: float, hertz: float = 440.0) -> np.ndarray:
    return 10000 * np.sin(2 * np.pi * hertz * np.arange(round(rate * seconds)) / rate)


def test_a_single_part_is_only_renamed(folder, closed):
    recording = closed((0.0, 16000, np.arange(1, 1001)))
    node = (folder / "part-001.wav").stat().st_ino
    joined = join(folder, recording, JobContext())
    assert (folder / JOINED_FILE).stat().st_ino == node
    assert sorted(os.listdir(folder)) == [JOINED_FILE, rec.SESSION_FILE]
    assert rec.load(folder) == joined
    assert (heard(folder)[:, 0] == np.arange(1, 1001)).all()


def test_where_links_are_impossible_a_single_part_is_moved(folder, closed, monkeypatch):
    recording = closed((0.0, 16000, np.arange(1, 1001)))

    def refuse(*_args, **_more):
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    join(folder, recording, JobContext())
    assert sorted(os.listdir(folder)) == [JOINED_FILE, rec.SESSION_FILE]


def test_a_lost_end_is_silence_in_the_file(folder, closed):
    join(folder, closed((0.0, 16000, np.ones(16000)), duration=3.0), JobContext())
    assert len(heard(folder)) == 48000
    assert not heard(folder)[16000:].any()


def test_the_time_of_a_sample_is_its_meeting_time(folder, closed):
    recording = closed((0.0, 16000, np.full(16000, 7)), (2.5, 16000, np.full(8000, 9)))
    joined = join(folder, recording, JobContext())
    sound = heard(folder)[:, 0]
    assert (sound[:16000] == 7).all()
    assert not sound[16000:40000].any()
    assert (sound[40000:] == 9).all() and len(sound) == 48000
    assert joined.parts == (Part(JOINED_FILE, 0.0, 16000, 1, "Mic"),)


def test_another_rate_is_brought_to_the_first_one(folder, closed):
    recording = closed((0.0, 16000, tone(16000, 1.0)), (1.0, 48000, tone(48000, 1.0)))
    join(folder, recording, JobContext())
    sound = heard(folder)[:, 0].astype(float)
    assert len(sound) == 32000
    assert np.abs(sound[16200:31800] - tone(16000, 2.0)[16200:31800]).max() < 40


def test_what_the_lower_rate_cannot_hold_is_removed_not_folded(folder, closed):
    recording = closed((0.0, 16000, np.zeros(100)), (1.0, 48000, tone(48000, 1.0, 12000.0)))
    join(folder, recording, JobContext())
    assert np.abs(heard(folder)[17000:31000]).max() < 100


def test_two_channels_are_mixed_into_one_and_one_is_doubled(folder, closed):
    stereo = np.stack([np.full(1600, 100), np.full(1600, 300)], axis=1)
    join(folder, closed((0.0, 16000, np.full(1600, 5)), (0.1, 16000, stereo)), JobContext())
    assert (heard(folder)[1600:, 0] == 200).all()


def test_joining_says_how_far_it_is_inside_a_part_too(folder, closed):
    recording = closed((0.0, 16000, np.ones(16000 * 11)), (11.0, 8000, np.ones(8000 * 11)))
    told = []
    join(folder, recording, JobContext(lambda progress: told.append(progress)))
    shares = [progress.fraction for progress in told]
    assert {p.step for p in told} == {"export"} and len(told) >= 6
    assert shares == sorted(shares) and shares[-1] > 0.99


def test_joining_stops_inside_a_part(folder, closed):
    recording = closed((0.0, 16000, np.ones(10)), (11.0, 48000, np.ones(48000 * 20)))
    ctx = JobContext(lambda progress: ctx.cancel() if progress.done > 1000 else None)
    with pytest.raises(Cancelled):
        join(folder, recording, ctx)
    assert rec.load(folder) == recording


def test_a_recording_without_sound_stays_as_it_is(folder):
    empty = Recording(started="x", device="Mic", state=rec.CLOSED)
    assert join(folder, empty, JobContext()) is empty


def test_joining_what_is_joined_changes_nothing(folder, closed):
    joined = join(folder, closed((0.0, 16000, np.ones(10))), JobContext())
    assert join(folder, joined, JobContext()) == joined
    assert len(heard(folder)) == 10


def test_a_part_that_is_no_sound_any_more_is_silence(folder, closed):
    recording = closed((0.0, 16000, np.ones(10)), (1.0, 16000, np.ones(10)))
    (folder / "part-002.wav").write_bytes(b"damaged")
    join(folder, recording, JobContext())
    assert not heard(folder)[10:].any()


def test_cancel_leaves_every_part_where_it_was(folder, closed):
    recording = closed((0.0, 16000, np.ones(10)), (1.0, 16000, np.ones(10)))
    ctx = JobContext()
    ctx.cancel()
    with pytest.raises(Cancelled):
        join(folder, recording, ctx)
    assert sorted(os.listdir(folder)) == ["part-001.wav", "part-002.wav", rec.SESSION_FILE]
    assert rec.load(folder) == recording


def test_a_full_disk_leaves_every_part_where_it_was(folder, closed, monkeypatch):
    recording = closed((0.0, 16000, np.ones(10)), (1.0, 16000, np.ones(10)))

    def full(_handle):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError) as caught:
        join(folder, recording, JobContext())
    assert caught.value.code == "disk_full"
    assert sorted(os.listdir(folder)) == ["part-001.wav", "part-002.wav", rec.SESSION_FILE]


def test_a_moved_recording_takes_its_folder_with_it(folder, closed, tmp_path):
    joined = join(folder, closed((0.0, 16000, np.ones(10))), JobContext())
    move(folder, joined, tmp_path / "talk.wav")
    assert wav.read(tmp_path / "talk.wav").frames == 10
    assert not folder.exists()


def test_moving_to_another_disk_copies(folder, closed, tmp_path, monkeypatch):
    joined = join(folder, closed((0.0, 16000, np.ones(10))), JobContext())
    replace_file = os.replace

    def other_disk(old, new):
        if os.path.dirname(old) != os.path.dirname(new):
            raise OSError(errno.EXDEV, "another disk")
        replace_file(old, new)

    monkeypatch.setattr(os, "replace", other_disk)
    move(folder, joined, tmp_path / "talk.wav")
    assert wav.read(tmp_path / "talk.wav").frames == 10
    assert sorted(os.listdir(tmp_path)) == ["talk.wav"]


def test_a_place_that_takes_no_file_keeps_the_recording(folder, closed, tmp_path):
    joined = join(folder, closed((0.0, 16000, np.ones(10))), JobContext())
    with pytest.raises(StorageError):
        move(folder, joined, tmp_path / "missing" / "talk.wav")
    assert (folder / JOINED_FILE).exists()


def test_a_kill_between_the_new_name_and_the_session_file_hides_nothing(folder, closed):
    recording = closed((0.0, 16000, tone(16000, 1)))
    os.replace(folder / "part-001.wav", folder / JOINED_FILE)  # as on a disk without links
    joined = join(folder, recording, JobContext())
    assert [part.file for part in joined.parts] == [JOINED_FILE]
    assert rec.load(folder) == joined and len(heard(folder)) == 16000


def test_moving_keeps_notes_and_what_a_person_put_beside_the_sound(folder, closed, tmp_path):
    recording = closed((0.0, 16000, np.ones(10))).with_marker("buy milk", 3.0)
    (folder / "whiteboard.jpg").write_bytes(b"mine")
    move(folder, join(folder, recording, JobContext()), tmp_path / "talk.wav")
    assert os.listdir(folder) == ["whiteboard.jpg"]
    assert "buy milk [00:03]" in (tmp_path / "talk notes.txt").read_text("utf-8")


def test_a_file_of_the_person_is_not_taken_for_the_notes(folder, closed, tmp_path):
    mine = tmp_path / "talk notes.txt"
    mine.write_text("my own words")
    recording = closed((0.0, 16000, np.ones(10))).with_marker("buy milk", 3.0)
    written = move(folder, join(folder, recording, JobContext()), tmp_path / "talk.wav")
    assert mine.read_text() == "my own words"
    assert written == tmp_path / "talk notes (2).txt"
    assert "buy milk" in written.read_text("utf-8")


def test_the_notes_of_a_recording_without_sound_are_moved_alone(folder, tmp_path):
    silent = Recording(started="x", device="Mic", state=rec.CLOSED).with_marker("buy milk", 3.0)
    rec.save(folder, silent)
    written = move(folder, silent, tmp_path / "talk.wav")
    assert os.listdir(tmp_path) == [written.name] == ["talk notes.txt"]


def test_a_move_leaves_nothing_behind_where_an_open_lock_cannot_be_removed(
    folder, closed, tmp_path, monkeypatch
):
    recording = closed((0.0, 16000, np.ones(10)))
    holds, unlink = Holds(), Path.unlink

    def as_on_windows(path, **how):
        if path.name == KEEP_LOCK and is_held(path):
            raise PermissionError(13, "in use")
        unlink(path, **how)

    monkeypatch.setattr(Path, "unlink", as_on_windows)
    monkeypatch.setattr(sys, "platform", "win32")
    with holds.held(folder, JobContext()):
        move(folder, join(folder, recording, JobContext()), tmp_path / "talk.wav")
    assert os.listdir(tmp_path) == ["talk.wav"]


@pytest.mark.parametrize("parts", [1, 2])
def test_a_part_that_cannot_be_read_now_is_not_taken_for_joined(folder, closed, monkeypatch, parts):
    sounds = [(0.0, 16000, np.ones(16000)), (1.0, 16000, np.ones(16000))][:parts]
    recording = closed(*sounds)
    before, opened = sorted(os.listdir(folder)), open

    def in_use(path, *how, **named):
        if str(path).endswith(recording.parts[-1].file):
            raise PermissionError(13, "a virus scanner has it")
        return opened(path, *how, **named)

    with monkeypatch.context() as disk, pytest.raises(StorageError):
        disk.setattr("builtins.open", in_use)
        join(folder, recording, JobContext())
    assert sorted(os.listdir(folder)) == before
    joined = join(folder, recording, JobContext())
    assert wav.read(folder / joined.parts[0].file).seconds == parts


def test_a_part_whose_header_is_damaged_is_heard(folder, closed):
    recording = closed((0.0, 16000, np.ones(16000)), (1.0, 16000, np.ones(16000)))
    for part in recording.parts:
        with open(folder / part.file, "r+b") as file:
            file.write(bytes(44))
    join(folder, recording, JobContext())
    assert (heard(folder) == np.ones((32000, 1))).all()


def test_a_move_that_is_refused_writes_no_notes(folder, closed, tmp_path):
    recording = closed((0.0, 16000, np.ones(10))).with_marker("buy milk", 3.0)
    joined = join(folder, recording, JobContext())
    (tmp_path / "talk.wav").mkdir()
    (tmp_path / "talk.wav" / "full").touch()
    with pytest.raises(StorageError):
        move(folder, joined, tmp_path / "talk.wav")
    assert sorted(os.listdir(tmp_path)) == [folder.name, "talk.wav"]
    assert rec.load(folder).markers and (folder / JOINED_FILE).exists()


def test_notes_that_cannot_be_written_stay_in_the_folder(folder, closed, tmp_path, monkeypatch):
    recording = closed((0.0, 16000, np.ones(10))).with_marker("buy milk", 3.0)
    joined = join(folder, recording, JobContext())

    def full(path, data):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(recording_join, "_write_new", full)
    with pytest.raises(StorageError) as caught:
        move(folder, joined, tmp_path / "talk.wav")
    assert caught.value.code == "disk_full"
    assert (tmp_path / "talk.wav").exists()
    left = rec.load(folder)
    assert (left.parts, [m.text for m in left.markers]) == ((), ["buy milk"])


def test_notes_that_break_off_leave_no_half_file(folder, closed, tmp_path, monkeypatch):
    recording = closed((0.0, 16000, np.ones(10))).with_marker("buy milk", 3.0)

    def full(_handle):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError):
        write_notes(recording, tmp_path / "talk.wav")
    assert sorted(os.listdir(tmp_path)) == [folder.name]


def test_parts_of_one_format_are_joined_as_they_are_and_without_numbers(folder, closed):
    """A window loads numpy for nothing else: 12 MB."""
    noise = np.random.default_rng(1).integers(-32768, 32767, (2, 4000, 2))
    closed((0.0, 8000, noise[0]), (1.0, 8000, noise[1]))
    code = (
        "import sys; from pathlib import Path; from app.core.jobs import JobContext\n"
        "from app.core.meetings import recording as rec\n"
        "from app.core.meetings.recording_join import join\n"
        "folder = Path(sys.argv[1]); join(folder, rec.load(folder), JobContext())\n"
        "print('numpy' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        capture_output=True, text=True, timeout=60, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    assert done.stdout.strip() == "False", done.stderr
    got = heard(folder)
    assert (got[:4000] == noise[0]).all() and (got[8000:] == noise[1]).all()
    assert not got[4000:8000].any()
