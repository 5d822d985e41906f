from __future__ import annotations

import os
import wave
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from support import sound_files as made

from app.core.errors import Cancelled, InputError, StorageError
from app.core.jobs import JobContext
from app.core.meetings.speech_sound import Sound, open_sound, read_samples
from app.workers.transcriber import decode as program
from app.workers.transcriber.decode import KEEP_FREE, decode


def decoded(source: Path, ctx: JobContext | None = None) -> Sound:
    return decode(source, source.parent / "sound.wav", ctx or JobContext())


def refused(source: Path) -> str:
    with pytest.raises(InputError) as caught:
        decoded(source)
    assert not list(source.parent.glob("sound.*")), "a refusal leaves no file"
    return caught.value.code


def loudness(sound: Sound) -> float:
    samples = read_samples(sound.path, 0, sound.samples).astype(float)
    return float(np.sqrt((samples**2).mean()))


def has_tone(sound: Sound, hertz: float) -> bool:
    samples = read_samples(sound.path, 0, sound.samples).astype(float)
    spectrum = np.abs(np.fft.rfft(samples))
    at = round(hertz * len(samples) / made.RATE)
    return spectrum[at - 3 : at + 4].max() > 50 * np.median(spectrum)


@pytest.mark.parametrize(
    ("name", "codec", "rate"),
    [
        ("a.mp3", "libmp3lame", 44100),
        ("a.m4a", "aac", 48000),
        ("a.ogg", "libopus", 48000),
        ("a.opus", "libopus", 48000),
        ("a.webm", "libopus", 48000),
        ("a.flac", "flac", 44100),
        ("a.wav", "pcm_mulaw", 8000),
        ("a.wav", "pcm_s24le", 48000),
        ("a.aiff", "pcm_s16be", 22050),
        ("a.wma", "wmav2", 44100),
        ("a.aac", "aac", 44100),
        ("a.avi", "libmp3lame", 44100),
        ("a.mkv", "ac3", 48000),
    ],
)
def test_every_usual_format_keeps_its_length_and_its_tone(tmp_path, name, codec, rate):
    layout = "stereo" if codec in ("ac3", "wmav2") else "mono"
    source = made.encode(tmp_path / name, made.tone(3.0), codec, rate=rate, layout=layout)
    sound = decoded(source)
    assert sound.duration == pytest.approx(3.0, abs=0.15)
    assert not sound.truncated
    assert has_tone(sound, 440)
    assert open_sound(sound.path).samples == sound.samples


def test_the_sound_of_a_video_is_taken(tmp_path):
    sound = decoded(made.video(tmp_path / "a.mp4", made.tone(2.0)))
    assert sound.duration == pytest.approx(2.0, abs=0.15)
    assert has_tone(sound, 440)


def test_two_talkers_in_two_channels_are_both_heard(tmp_path):
    source = made.write_wav(tmp_path / "a.wav", made.tone(2, 300), made.tone(2, 1000))
    sound = decoded(source)
    assert has_tone(sound, 300) and has_tone(sound, 1000)


def test_channels_that_cancel_each_other_are_still_heard(tmp_path):
    voice = made.speech(4.0)
    sound = decoded(made.write_wav(tmp_path / "a.wav", voice, -voice))
    straight = decoded(made.write_wav(tmp_path / "b.wav", voice, voice))
    assert loudness(sound) > 0.9 * loudness(straight)


def test_surround_sound_is_folded(tmp_path):
    source = made.encode(tmp_path / "a.mkv", made.tone(2.0), "ac3", rate=48000, layout="5.1")
    assert has_tone(decoded(source), 440)


def test_a_valid_clip_of_less_than_a_second_is_fine(tmp_path):
    sound = decoded(made.write_wav(tmp_path / "a.wav", made.tone(0.4)))
    assert sound.duration == pytest.approx(0.4) and not sound.truncated


def test_the_whole_sound_is_on_the_disk_before_it_has_its_name(tmp_path, monkeypatch):
    source, fsync, brought = made.write_wav(tmp_path / "a.wav", made.tone(2.0)), os.fsync, []

    def watched(handle):
        brought.append((os.fstat(handle).st_size, (tmp_path / "sound.wav").exists()))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", watched)
    sound = decoded(source)
    assert brought == [(sound.path.stat().st_size, False)]


def test_a_wav_that_was_never_finished_gives_all_its_sound_and_says_so(tmp_path):
    source = made.write_wav(tmp_path / "a.wav", made.tone(3.0))
    data = source.read_bytes()[44:]
    source.write_bytes(made.wav_header(0)[:4] + b"\0\0\0\0" + made.wav_header(0)[8:] + data)
    sound = decoded(source)
    assert sound.duration == pytest.approx(3.0) and sound.truncated


def test_a_wav_from_a_pipe_is_whole(tmp_path):
    source = made.write_wav(tmp_path / "a.wav", made.tone(3.0))
    source.write_bytes(made.wav_header(0xFFFFFFFF) + source.read_bytes()[44:])
    sound = decoded(source)
    assert sound.duration == pytest.approx(3.0) and not sound.truncated


@pytest.mark.parametrize(
    ("name", "codec"), [("a.wav", "pcm_s16le"), ("a.flac", "flac"), ("a.mp3", "libmp3lame"),
                        ("a.mkv", "libopus"), ("a.ogg", "libopus")]
)  # fmt: skip
def test_a_file_that_breaks_off_gives_what_is_there_and_says_so(tmp_path, name, codec):
    rate = 48000 if codec == "libopus" else 16000
    source = made.encode(tmp_path / name, made.noise(20.0), codec, rate=rate)
    data = source.read_bytes()
    source.write_bytes(data[: len(data) // 2])
    sound = decoded(source)
    assert 5.0 < sound.duration < 15.0
    assert sound.truncated


def test_bad_bytes_in_the_middle_are_skipped(tmp_path):
    source = made.encode(tmp_path / "a.mp3", made.tone(10.0), "libmp3lame")
    data = bytearray(source.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 2000] = os.urandom(2000)
    source.write_bytes(bytes(data))
    sound = decoded(source)
    assert sound.duration > 8.0 and has_tone(sound, 440)


def heard_from(sound: Sound) -> list[tuple[float, float]]:
    """Return from where to where there is sound, in seconds."""
    samples = read_samples(sound.path, 0, sound.samples).astype(float)
    blocks = np.abs(samples[: len(samples) // 1600 * 1600].reshape(-1, 1600)).max(axis=1) > 300
    edges = np.flatnonzero(np.diff(np.concatenate([[0], blocks.astype(int), [0]])))
    return [(a / 10, b / 10) for a, b in zip(edges[::2], edges[1::2], strict=True)]


@pytest.mark.parametrize(
    ("name", "codec"), [("a.webm", "libopus"), ("a.mkv", "pcm_s16le"), ("a.ts", "mp2")]
)
def test_what_is_said_after_a_gap_stands_where_the_file_has_it(tmp_path, name, codec):
    sound = decoded(made.at_times(tmp_path / name, codec, (0, 3), (20, 3)))
    assert sound.duration == pytest.approx(23.0, abs=0.15) and not sound.truncated
    first, second = heard_from(sound)
    assert first == pytest.approx((0, 3), abs=0.25)
    assert second == pytest.approx((20, 23), abs=0.25)


@pytest.mark.parametrize("pictures", [0, 1])
def test_sound_that_begins_later_stands_where_the_file_has_it(tmp_path, pictures):
    source = made.at_times(tmp_path / "a.mkv", "pcm_s16le", (5, 4), pictures=pictures)
    assert heard_from(decoded(source)) == [pytest.approx((5, 9), abs=0.15)]


def test_a_piece_of_a_stream_begins_at_its_own_beginning(tmp_path):
    source = made.at_times(tmp_path / "a.ts", "mp2", (3600, 3))
    assert decoded(source).duration == pytest.approx(3.0, abs=0.15)


@pytest.mark.parametrize(
    ("name", "codec"),
    [("a.mkv", "pcm_s16le"), ("a.webm", "libopus"), ("a.mp4", "aac"), ("a.ts", "mp2")],
)
def test_a_piece_of_a_longer_film_bears_its_clock_and_begins_at_its_own_beginning(
    tmp_path, name, codec
):
    sound = decoded(made.at_times(tmp_path / name, codec, (5000, 3), (5020, 3)))
    assert sound.duration == pytest.approx(23.0, abs=0.2) and not sound.truncated
    assert heard_from(sound)[1] == pytest.approx((20, 23), abs=0.25)


def test_a_piece_of_a_longer_film_that_breaks_off_says_so(tmp_path):
    source = made.at_times(tmp_path / "a.mkv", "pcm_s16le", (5000, 20))
    source.write_bytes(source.read_bytes()[: source.stat().st_size // 2])
    sound = decoded(source)
    assert 5 < sound.duration < 15 and sound.truncated


def test_a_piece_of_a_longer_film_needs_room_for_itself_alone(tmp_path, disk):
    source = made.at_times(tmp_path / "a.mkv", "pcm_s16le", (5000, 3))
    disk(KEEP_FREE + 10 * 32_000)
    assert decoded(source).duration == pytest.approx(3.0, abs=0.1)


def test_sound_that_begins_minutes_after_the_pictures_stands_where_a_film_has_it(tmp_path):
    source = made.at_times(tmp_path / "a.mkv", "pcm_s16le", (400, 3), pictures=2)
    assert heard_from(decoded(source)) == [pytest.approx((400, 403), abs=0.15)]


def test_a_clock_of_a_sender_that_is_set_anew_makes_no_silence(tmp_path):
    source = made.at_times(tmp_path / "a.ts", "mp2", (0, 5), (3605, 5), (3630, 5))
    sound = decoded(source)
    assert heard_from(sound) == [
        pytest.approx((0, 10), abs=0.25), pytest.approx((30, 35), abs=0.25)
    ]  # fmt: skip


def test_a_clock_of_a_sender_that_is_set_back_goes_on_from_there(tmp_path):
    first = made.at_times(tmp_path / "1.ts", "mp2", (500, 5))
    second = made.at_times(tmp_path / "2.ts", "mp2", (0, 5), (20, 5))
    both = tmp_path / "a.ts"
    both.write_bytes(first.read_bytes() + second.read_bytes())
    assert heard_from(decoded(both)) == [
        pytest.approx((0, 10), abs=0.4), pytest.approx((25, 30), abs=0.4)
    ]  # fmt: skip


def test_minutes_without_sound_stay_while_a_sender_shows_pictures(tmp_path):
    source = made.at_times(tmp_path / "a.ts", "mp2", (0, 3), (100, 3), pictures=110)
    assert heard_from(decoded(source))[1] == pytest.approx((100, 103), abs=0.5)


@pytest.mark.parametrize("by", [-65, 65])
def test_one_wrong_time_stamp_of_a_sender_makes_no_silence(tmp_path, by):
    source = made.at_times(tmp_path / "a.ts", "mp2", (0, 3), (69, 3), (150, 3), pictures=152)
    right = source.read_bytes()
    assert made.with_wrong_time(source, 70, by).read_bytes() != right
    assert heard_from(decoded(source)) == [
        pytest.approx(span, abs=0.5) for span in ((0, 3), (69, 72), (150, 153))
    ]


def test_a_time_stamp_years_ahead_makes_no_silence(tmp_path):
    source = made.at_times(tmp_path / "a.mkv", "pcm_s16le", (0, 3), (300_000_000, 3))
    assert decoded(source).duration == pytest.approx(6.0, abs=0.15)


def test_a_clock_that_runs_back_changes_nothing(tmp_path):
    first = made.at_times(tmp_path / "1.ts", "mp2", (0, 3))
    second = made.at_times(tmp_path / "2.ts", "mp2", (0, 3))
    both = tmp_path / "a.ts"
    both.write_bytes(first.read_bytes() + second.read_bytes())
    assert decoded(both).duration == pytest.approx(6.0, abs=0.3)


def test_a_gap_that_the_disk_cannot_hold_is_told_before_it_is_made(tmp_path, monkeypatch):
    source = made.at_times(tmp_path / "a.mkv", "pcm_s16le", (0, 3), (3000, 3))
    monkeypatch.setattr(program._Pump, "_expected", lambda self: 0)
    free = SimpleNamespace(free=program.KEEP_FREE + 40_000_000)
    monkeypatch.setattr(program.shutil, "disk_usage", lambda folder: free)
    with pytest.raises(StorageError) as caught:
        decoded(source)
    assert caught.value.code == "disk_full"


def test_silence_that_was_put_in_does_not_count_as_decoded(tmp_path):
    source = made.at_times(tmp_path / "a.mkv", "pcm_s16le", (0, 0.2), (20, 10))
    data = source.read_bytes()
    source.write_bytes(data[: round(len(data) * 0.05)])
    assert refused(source) == "sound_undecodable"


def test_a_frame_without_a_time_follows_the_one_before_it():
    facts = SimpleNamespace(path=Path(__file__), samples=16000, silent=0)
    container = SimpleNamespace(
        start_time=None, duration=None, format=SimpleNamespace(name="matroska,webm")
    )
    pump = program._Pump(facts, container, None, None, JobContext(), Path())
    pump._keep_time(SimpleNamespace(time=None))
    assert (facts.samples, facts.silent, pump._clock) == (16000, 0, 0.0)


def test_less_than_a_second_of_a_file_that_promised_more_is_an_error(tmp_path):
    source = made.write_wav(tmp_path / "a.wav", made.tone(30.0))
    source.write_bytes(source.read_bytes()[:20000])
    assert refused(source) == "sound_undecodable"


def test_a_header_alone_is_empty(tmp_path):
    source = tmp_path / "a.wav"
    source.write_bytes(made.wav_header(0))
    assert refused(source) == "file_empty"


def test_a_header_that_promises_sound_and_holds_none_is_undecodable(tmp_path):
    source = tmp_path / "a.wav"
    source.write_bytes(made.wav_header(64000))
    assert refused(source) == "sound_undecodable"


def test_a_file_of_no_bytes_is_empty(tmp_path):
    source = tmp_path / "a.mp3"
    source.touch()
    assert refused(source) == "file_empty"


@pytest.mark.parametrize("name", ["a.mp3", "a.wav", "a.m4a", "a.ogg", "a.flac", "a.txt"])
def test_text_is_not_sound_whatever_its_name(tmp_path, name):
    source = tmp_path / name
    source.write_text("These are the minutes of a meeting.\n" * 3000)
    assert refused(source) == "sound_undecodable"


def test_a_picture_is_not_sound(tmp_path):
    source = tmp_path / "a.mp3"
    source.write_bytes((made.ROOT / "resources/samples/pictures/letter.png").read_bytes())
    assert refused(source) == "sound_undecodable"


def test_a_video_without_sound_has_no_sound(tmp_path):
    assert refused(made.video(tmp_path / "a.mp4", None)) == "sound_none"


def test_a_folder_a_missing_file_and_a_device_are_told_apart(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    assert refused(folder) == "file_is_folder"
    assert refused(tmp_path / "nothing.wav") == "file_missing"
    if os.name == "posix":
        assert refused_device() == "file_unreadable"


def refused_device() -> str:
    with pytest.raises(InputError) as caught:
        decode(Path("/dev/zero"), Path("/nowhere/sound.wav"), JobContext())
    return caught.value.code


def test_an_encrypted_track_is_named_as_protected(tmp_path):
    source = made.encode(tmp_path / "a.m4a", made.tone(2.0), "aac", rate=44100)
    data = source.read_bytes()
    at = data.index(b"mp4a", data.index(b"stsd"))
    source.write_bytes(data[:at] + b"drms" + data[at + 4 :])
    assert refused(source) == "sound_protected"


@pytest.mark.parametrize(
    "text",
    ["#EXTM3U\n#EXTINF:10,\n{target}\n#EXT-X-ENDLIST\n", "ffconcat version 1.0\nfile {target}\n"],
)
def test_a_play_list_cannot_open_another_file(tmp_path, text):
    target = made.write_wav(tmp_path / "other.wav", made.tone(2.0))
    source = tmp_path / "list.m3u8"
    source.write_text(text.format(target=target))
    assert refused(source) == "sound_undecodable"


def test_errors_name_the_file_as_it_was_given(tmp_path):
    source = tmp_path / "a.mp3"
    source.touch()
    with pytest.raises(InputError) as caught:
        decode(source, tmp_path / "sound.wav", JobContext(), name="../a.mp3")
    assert caught.value.params["path"] == "../a.mp3"


def test_cancel_stops_and_leaves_nothing(tmp_path):
    source = made.write_wav(tmp_path / "a.wav", made.noise(60.0))
    ctx = JobContext(on_progress=lambda p: ctx.cancel())
    with pytest.raises(Cancelled):
        decoded(source, ctx)
    assert not list(tmp_path.glob("sound.*"))


def test_progress_grows_to_the_end(tmp_path):
    seen: list[float] = []
    source = made.write_wav(tmp_path / "a.wav", made.noise(60.0))
    decoded(source, JobContext(on_progress=lambda p: seen.append(p.fraction or 0.0)))
    assert len(seen) > 3 and seen == sorted(seen) and seen[-1] > 0.8


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    source = made.write_wav(tmp_path / "a.wav", made.tone(1.0))
    with pytest.raises(StorageError) as caught:
        decode(source, tmp_path / "missing" / "sound.wav", JobContext())
    assert caught.value.code == "folder_not_writable"


def test_a_header_that_makes_days_of_a_few_kilobytes_is_refused(tmp_path):
    source = tmp_path / "slow.wav"
    with wave.open(str(source), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(1)
        out.writeframes(b"\0\1" * 80_000)
    assert refused(source) == "sound_undecodable"


def test_a_disk_that_fills_is_left_its_room_for_a_recording(tmp_path, monkeypatch):
    source = made.encode(tmp_path / "a.flac", made.tone(30.0), "flac")
    free = iter([10**9, 10**9, KEEP_FREE - 1])
    monkeypatch.setattr(program.shutil, "disk_usage", lambda path: SimpleNamespace(free=next(free)))
    with pytest.raises(StorageError, match="disk_full"):
        decoded(source)
    assert not list(tmp_path.glob("sound.*"))


@pytest.fixture
def disk(monkeypatch):
    """Give a function that leaves so many bytes free."""

    def leave(free: int) -> None:
        monkeypatch.setattr(program.shutil, "disk_usage", lambda path: SimpleNamespace(free=free))

    return leave


def test_a_short_file_needs_little_room(tmp_path, disk):
    source = made.write_wav(tmp_path / "a.wav", made.tone(5.0))
    disk(60_000_000)
    assert decoded(source).duration == pytest.approx(5.0, abs=0.1)


def test_sound_that_will_not_fit_is_refused_before_it_is_written(tmp_path, disk):
    source = made.encode(tmp_path / "a.flac", made.tone(30.0), "flac")
    disk(KEEP_FREE + 29 * 32_000)
    told = []
    with pytest.raises(StorageError, match="disk_full"):
        decoded(source, JobContext(told.append))
    assert told == []


def test_a_header_that_promises_weeks_asks_for_no_room_for_them(tmp_path, disk):
    source = made.encode(tmp_path / "a.flac", made.tone(30.0), "flac")
    raw = bytearray(source.read_bytes())
    raw[21] |= 0x0F  # 36 bits that count the samples, from the low half of byte 21 on
    raw[22:26] = b"\xff" * 4
    source.write_bytes(raw)
    disk(KEEP_FREE + len(raw) * 600)
    assert decoded(source).duration == pytest.approx(30.0, abs=0.5)
