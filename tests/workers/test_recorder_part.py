"""One part on disk: written whole, padded in place, cut at a full disk."""

from __future__ import annotations

import errno
import os
import sys
import wave

import numpy as np
import pytest

from app.core.errors import StorageError
from app.core.meetings import recording_wav as wav
from app.workers.recorder_part import Ballast, PartWriter


@pytest.fixture
def part(tmp_path):
    writer = PartWriter(tmp_path / "part-001.wav", 16000, 1)
    yield writer
    writer.close()


def sound(start: int, count: int) -> bytes:
    return np.arange(start, start + count).astype("<i2").tobytes()


def written(part: PartWriter) -> list[int]:
    return np.frombuffer(part.path.read_bytes()[44:], "<i2").tolist()


def test_what_is_written_is_on_disk_before_any_sync(part):
    part.write(sound(1, 100))
    assert written(part) == list(range(1, 101))
    assert part.seconds == 100 / 16000


def test_the_header_is_true_after_a_sync(part):
    part.write(sound(1, 100))
    part.sync()
    with wave.open(str(part.path)) as found:
        assert found.getnframes() == 100


def test_a_closed_part_plays_and_is_closed_once(part):
    part.write(sound(1, 10))
    part.close()
    part.close()
    with wave.open(str(part.path)) as found:
        assert found.getnframes() == 10


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no mode bits")
def test_a_part_is_for_its_owner_alone(part):
    assert part.path.stat().st_mode & 0o077 == 0


def test_an_existing_part_is_never_written_over(part):
    with pytest.raises(StorageError):
        PartWriter(part.path, 16000, 1)


def test_silence_at_the_end_is_followed_by_sound(part):
    part.write(sound(1, 3))
    part.add_silence(3, 4)
    part.write(sound(8, 2))
    assert written(part) == [1, 2, 3, 0, 0, 0, 0, 8, 9]


@pytest.mark.parametrize("silence", [1, 3, 7, 50])
def test_silence_inside_moves_what_lies_behind(part, silence):
    part.write(sound(1, 10))
    part.add_silence(6, silence)
    part.write(sound(100, 1))
    assert written(part) == [*range(1, 7), *[0] * silence, *range(7, 11), 100]
    assert part.frames == 11 + silence


@pytest.mark.parametrize("fits", [0, 7, 20, 23])
def test_a_disk_that_fills_while_silence_is_put_in_loses_no_sound(part, monkeypatch, fits):
    part.write(sound(1, 20))
    write, left = os.write, [fits]

    def nearly_full(handle, data):
        if not left[0]:
            raise OSError(errno.ENOSPC, "full")
        count = write(handle, data[: left[0]])
        left[0] -= count
        return count

    with monkeypatch.context() as disk, pytest.raises(StorageError, match="disk_full"):
        disk.setattr(os, "write", nearly_full)
        part.add_silence(10, 100)
    held = written(part)
    assert held[:10] == list(range(1, 11)) and held[-10:] == list(range(11, 21))
    assert len(held) == part.frames


def test_long_silence_takes_no_room_where_the_disk_knows_holes(part):
    part.write(sound(1, 10))
    part.add_silence(10, 16000 * 600)
    assert part.path.stat().st_size == 44 + 2 * (10 + 16000 * 600)
    if sys.platform == "linux":
        assert part.path.stat().st_blocks * 512 < 1_000_000


def test_a_cut_part_ends_there_and_never_grows_by_it(part):
    part.write(sound(1, 10))
    part.cut(4)
    part.cut(100)
    assert written(part) == [1, 2, 3, 4]


def test_the_tail_is_what_lies_behind_a_frame(part):
    part.write(sound(1, 10))
    assert part.tail(8) == sound(9, 2)
    assert part.tail(10) == b""


FULL = """
import resource, sys
from pathlib import Path
from app.core.errors import StorageError
from app.workers.recorder_part import PartWriter
resource.setrlimit(resource.RLIMIT_FSIZE, (1045, 1045))
part = PartWriter(Path(sys.argv[1]), 16000, 2)
try:
    part.write(b"\\x01\\x02\\x03\\x04" * 1000)
except StorageError as error:
    print(error.code, part.frames)
part.close()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a kernel limit of the file's size")
def test_no_more_room_keeps_the_whole_frames_that_fitted(tmp_path):
    import subprocess

    path = tmp_path / "part-001.wav"
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["disk_full", "250"]
    assert wav.read(path) == wav.Wav(16000, 2, 250)
    assert path.stat().st_size == 44 + 1000
    assert path.read_bytes()[:44] == wav.header(16000, 2, 250)


def test_a_place_that_takes_no_file_is_a_storage_error(tmp_path):
    with pytest.raises(StorageError) as caught:
        PartWriter(tmp_path / "missing" / "part-001.wav", 16000, 1)
    assert caught.value.code == "folder_not_writable"


def test_ballast_takes_room_and_gives_it_back(tmp_path):
    ballast = Ballast(tmp_path)
    assert os.path.getsize(tmp_path / "spare") == Ballast.BYTES
    ballast.drop()
    ballast.drop()
    assert os.listdir(tmp_path) == []
