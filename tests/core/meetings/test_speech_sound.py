from __future__ import annotations

import numpy as np
import pytest
from support.sound_files import tone, write_wav

from app.core.meetings.speech_sound import as_float, blocks, open_sound, read_samples


def test_our_sound_is_opened_with_its_length(tmp_path):
    sound = open_sound(write_wav(tmp_path / "a.wav", tone(1.5)))
    assert sound.samples == 24000 and sound.duration == 1.5 and not sound.truncated


@pytest.mark.parametrize("make", ["stereo", "other rate", "text"])
def test_foreign_sound_is_refused(tmp_path, make):
    path = tmp_path / "a.wav"
    if make == "stereo":
        write_wav(path, tone(1), tone(1))
    elif make == "other rate":
        write_wav(path, tone(1), rate=8000)
    else:
        path.write_text("no sound")
    with pytest.raises(ValueError):
        open_sound(path)


def test_blocks_cover_everything_once(tmp_path):
    sound = open_sound(write_wav(tmp_path / "a.wav", tone(1.0)))
    parts = list(blocks(sound, 7000))
    assert [start for start, _ in parts] == [0, 7000, 14000]
    whole = read_samples(sound.path, 0, sound.samples)
    assert np.array_equal(np.concatenate([samples for _, samples in parts]), whole)


def test_reading_behind_the_end_gives_what_is_there(tmp_path):
    sound = open_sound(write_wav(tmp_path / "a.wav", tone(1.0)))
    assert len(read_samples(sound.path, 15000, 5000)) == 1000
    assert len(read_samples(sound.path, 99000, 5000)) == 0


def test_floats_lie_between_minus_one_and_one():
    floats = as_float(np.array([-32768, 0, 32767], np.int16))
    assert floats.dtype == np.float32 and floats[0] == -1.0 and floats[2] < 1.0
