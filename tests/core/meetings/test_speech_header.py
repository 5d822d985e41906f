from __future__ import annotations

import struct

import pytest
from support.sound_files import tone, wav_header, write_wav

from app.core.errors import InputError
from app.core.meetings.speech_header import (
    check_file,
    is_protected,
    mp3_is_counted,
    ogg_is_open,
    wav_sizes,
)


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + kind + body


def stsd(kind: bytes) -> bytes:
    return box(b"stsd", b"\0\0\0\0\0\0\0\1" + box(kind, b"\0" * 28))


def test_a_whole_wav_is_not_cut(tmp_path):
    sizes = wav_sizes(write_wav(tmp_path / "a.wav", tone(1.0)))
    assert (sizes.written, sizes.there, sizes.cut) == (32000, 32000, False)


@pytest.mark.parametrize(("written", "cut"), [(0, True), (64000, True), (0xFFFFFFFF, False)])
def test_a_wav_whose_size_is_wrong_is_cut_unless_it_came_from_a_pipe(tmp_path, written, cut):
    path = tmp_path / "a.wav"
    path.write_bytes(wav_header(written) + b"\0" * 32000)
    assert wav_sizes(path).cut is cut


def test_chunks_before_the_data_are_passed_over(tmp_path):
    path = tmp_path / "a.wav"
    whole = wav_header(100)
    extra = b"LIST" + struct.pack("<I", 3) + b"abc\0"
    path.write_bytes(whole[:36] + extra + whole[36:] + b"\0" * 100)
    assert wav_sizes(path).there == 100


@pytest.mark.parametrize("data", [b"", b"RIFF", b"OggS" + b"\0" * 100, b"RIFF\0\0\0\0WAVEfmt "])
def test_what_is_no_wav_has_no_sizes(tmp_path, data):
    path = tmp_path / "a.wav"
    path.write_bytes(data)
    assert wav_sizes(path) is None


@pytest.mark.parametrize(("kind", "locked"), [(b"drms", True), (b"enca", True), (b"mp4a", False)])
def test_an_encrypted_track_is_seen_in_its_description(tmp_path, kind, locked):
    path = tmp_path / "a.m4a"
    moov = box(b"moov", box(b"trak", stsd(kind)))
    path.write_bytes(box(b"ftyp", b"M4A \0\0\0\0") + box(b"mdat", b"drms" * 50) + moov)
    assert is_protected(path) is locked


def test_an_audible_book_and_a_protected_asf_are_seen(tmp_path):
    book, asf = tmp_path / "a.aax", tmp_path / "a.wma"
    book.write_bytes(box(b"ftyp", b"aax \0\0\0\0"))
    lock = bytes.fromhex("fbb3112223bdd211b4b700a0c955fc6e")
    asf.write_bytes(b"\x30\x26\xb2\x75" + b"\0" * 40 + lock)
    assert is_protected(book) and is_protected(asf)


def test_a_song_whose_brand_is_that_of_protected_ones_is_seen_without_its_movie_box(tmp_path):
    for brand, locked in ((b"M4P ", True), (b"M4A ", False)):
        path = tmp_path / "song.m4p"
        path.write_bytes(b"\0\0\0\x14ftyp" + brand + b"\0\0\0\0mp42" + b"\0\0\0\x08mdat")
        assert is_protected(path) is locked


def test_boxes_of_nonsense_sizes_end_the_search(tmp_path):
    path = tmp_path / "a.m4a"
    path.write_bytes(box(b"ftyp", b"M4A ") + b"\0\0\0\2moov")
    assert is_protected(path) is False


def test_an_mp3_tells_whether_its_frames_were_counted(tmp_path):
    path = tmp_path / "a.mp3"
    path.write_bytes(b"ID3\4\0\0\0\0\0\x0a" + b"x" * 10 + b"\xff\xfb\x90\0" + b"\0" * 32 + b"Xing")
    assert mp3_is_counted(path)
    path.write_bytes(b"\xff\xfb\x90\0" + b"\0" * 500)
    assert not mp3_is_counted(path)


def test_check_file_returns_the_size(tmp_path):
    path = tmp_path / "a.bin"
    path.write_bytes(b"123")
    assert check_file(path) == 3


def test_a_file_without_permission_is_unreadable(tmp_path, monkeypatch):
    path = tmp_path / "a.bin"
    path.write_bytes(b"123")

    def refuse(*args, **kwargs):
        raise PermissionError

    monkeypatch.setattr("builtins.open", refuse)
    with pytest.raises(InputError) as caught:
        check_file(path)
    assert caught.value.code == "file_unreadable"


def test_chunks_without_end_are_not_read_for_ever(tmp_path):
    path = tmp_path / "a.wav"
    path.write_bytes(b"RIFF\0\0\0\0WAVE" + b"junk\0\0\0\0" * 2000)
    assert wav_sizes(path) is None


def test_a_movie_box_behind_a_large_one_is_found(tmp_path):
    path = tmp_path / "a.mp4"
    large = struct.pack(">I4sQ", 1, b"mdat", 16 + 100) + b"x" * 100
    path.write_bytes(box(b"ftyp", b"M4A ") + large + box(b"moov", stsd(b"mp4a") + stsd(b"drms")))
    assert is_protected(path)


def test_boxes_without_a_movie_end_with_the_file(tmp_path):
    path = tmp_path / "a.mp4"
    path.write_bytes(box(b"ftyp", b"M4A ") + box(b"free", b"") * 1200)
    assert not is_protected(path)
    path.write_bytes(box(b"ftyp", b"M4A ") + box(b"free", b""))
    assert not is_protected(path)


def test_a_file_of_another_family_is_not_protected(tmp_path):
    path = tmp_path / "a.ogg"
    path.write_bytes(b"OggS" + b"drms" * 20)
    assert not is_protected(path)


def page(kind: int, body: bytes) -> bytes:
    return b"OggS\0" + bytes([kind]) + b"\0" * 20 + bytes([1, len(body)]) + body


@pytest.mark.parametrize(
    ("data", "open_"),
    [
        (page(2, b"a" * 50) + page(4, b"b" * 50), False),
        (page(2, b"a" * 50) + page(0, b"b" * 50), True),
        (page(2, b"a" * 50) + page(4, b"b" * 50)[:60], True),
        (page(2, b"a" * 50) + b"OggS\0", True),
        (b"OggX" + b"\0" * 50, False),
    ],
)
def test_an_ogg_without_its_last_page_is_open(tmp_path, data, open_):
    path = tmp_path / "a.ogg"
    path.write_bytes(data)
    assert ogg_is_open(path) is open_
