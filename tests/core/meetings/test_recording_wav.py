"""Headers of WAV parts, right and repaired."""

from __future__ import annotations

import os
import wave

import pytest

from app.core.meetings import recording_wav as wav


@pytest.fixture
def part(tmp_path):
    """Write a part as a killed recorder leaves it: sizes 0, and half a frame more."""

    def write(frames: int, *, channels: int = 1, declared: int = 0, extra: bytes = b""):
        path = tmp_path / "part-001.wav"
        sound = bytes(range(1, 1 + channels * 2)) * frames
        path.write_bytes(wav.header(16000, channels, declared) + sound + extra)
        return path

    return write


def test_a_header_of_ours_is_read_by_the_standard_library(part):
    with wave.open(str(part(100, channels=2, declared=100))) as found:
        assert found.getparams()[:4] == (2, 2, 16000, 100)


def test_a_part_is_as_long_as_its_file_whatever_its_header_says(part):
    assert wav.read(part(160, declared=7)) == wav.Wav(16000, 1, 160)
    assert wav.read(part(160)).seconds == 0.01


def test_sizes_beyond_wav_are_capped():
    assert wav.header(48000, 2, 1 << 40)[40:44] == (0xFFFF_FFFF - 44).to_bytes(4, "little")


def test_a_killed_part_is_repaired_and_then_plays(part):
    path = part(1000)
    assert wav.repair(path, 16000, 1).frames == 1000
    with wave.open(str(path)) as found:
        assert found.getnframes() == 1000


def test_half_a_frame_at_the_end_is_cut_off(part):
    path = part(10, channels=2, extra=b"\x01\x02\x03")
    wav.repair(path, 16000, 2)
    assert path.stat().st_size == 44 + 40


def test_a_repair_keeps_the_time_of_the_last_sound(part):
    path = part(10)
    os.utime(path, (1000.5, 1000.5))
    wav.repair(path, 16000, 1)
    assert path.stat().st_mtime == 1000.5


def test_a_sound_part_is_not_touched(part):
    path = part(10, declared=10)
    before = path.stat().st_ino, path.read_bytes(), path.stat().st_ctime_ns
    wav.repair(path, 16000, 1)
    assert before == (path.stat().st_ino, path.read_bytes(), path.stat().st_ctime_ns)


@pytest.mark.parametrize("start", [b"", b"RIFF", bytes(44)])
def test_a_header_that_never_reached_the_disk_is_written_anew(tmp_path, start):
    path = tmp_path / "part-001.wav"
    path.write_bytes(start)
    assert wav.repair(path, 44100, 2) == wav.Wav(44100, 2, 0)
    assert wav.read(path) == wav.Wav(44100, 2, 0)


@pytest.mark.parametrize("foreign", [b"", b"RIFF" + bytes(100), b"OggS" + bytes(100), bytes(43)])
def test_what_is_no_part_of_ours_is_not_read(tmp_path, foreign):
    (tmp_path / "x.wav").write_bytes(foreign)
    assert wav.read(tmp_path / "x.wav") is None
    assert wav.read(tmp_path / "missing.wav") is None
