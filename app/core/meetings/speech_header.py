"""What the first bytes of a sound file promise, read without a decoder.

FFmpeg corrects a header that lies, silently; to say "the file breaks off early" one
must know what the header said.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

from app.core.errors import InputError

# Programs that write into a pipe cannot know the size and write one of these.
_UNKNOWN = 0x7FFF_F000
_MOST_CHUNKS = 1000
_ID3 = 10
_HEAD = 64 * 1024  # also the longest page of Ogg
_OGG_HEADER = 27
_OGG_LAST = 4
_ASF_LOCKS = (
    bytes.fromhex("fbb31122 23bdd211 b4b700a0c955fc6e"),  # Content Encryption Object
    bytes.fromhex("14e68a29 2226174c b935dae07ee9289c"),  # Extended Content Encryption
)
_MP4_LOCKS = (b"drms", b"enca", b"aavd")
_MP4_LOCKED_BRANDS = (b"aax ", b"aaxc", b"M4P ")  # Audible, and the protected files of iTunes
_MOST_MOOV = 16 * 1024 * 1024


def check_file(path: Path) -> int:
    """Return the size of ``path``, or raise the ``InputError`` that says what is wrong."""
    try:
        if path.is_dir():
            raise InputError("file_is_folder", path=str(path))
        if not path.exists():
            raise InputError("file_missing", path=str(path))
        if not path.is_file():
            raise InputError("file_unreadable", path=str(path))
        size = path.stat().st_size
        with open(path, "rb"):
            pass
    except OSError as error:
        raise InputError("file_unreadable", path=str(path)) from error
    if size == 0:
        raise InputError("file_empty", path=str(path))
    return size


@dataclass(frozen=True)
class WavSizes:
    """The size of the data chunk as written, and the bytes that are really there."""

    written: int
    there: int

    @property
    def cut(self) -> bool:
        """Return whether the file was not finished or breaks off."""
        if self.written >= _UNKNOWN and self.written != self.there:
            return False
        return self.there > 0 and (self.written == 0 or self.written > self.there)


def wav_sizes(path: Path) -> WavSizes | None:
    """Return the sizes of a RIFF WAVE file, or None when it is none."""
    with open(path, "rb") as file:
        head = file.read(12)
        if len(head) < 12 or head[:4] != b"RIFF" or head[8:] != b"WAVE":
            return None
        length = path.stat().st_size
        for _ in range(_MOST_CHUNKS):
            chunk = file.read(8)
            if len(chunk) < 8:
                return None
            name, size = struct.unpack("<4sI", chunk)
            if name == b"data":
                return WavSizes(size, length - file.tell())
            file.seek(size + size % 2, 1)
    return None


def mp3_is_counted(path: Path) -> bool:
    """Return whether an MP3 carries the number of its frames (Xing, Info, VBRI).

    Without it every player guesses the length from the first frame.
    """
    with open(path, "rb") as file:
        head = file.read(_ID3)
        if head[:3] == b"ID3" and len(head) == _ID3:
            size = 0
            for byte in head[6:]:
                size = size << 7 | byte & 0x7F
            file.seek(size + _ID3)
            head = b""
        start = head + file.read(4096)
    return any(mark in start for mark in (b"Xing", b"Info", b"VBRI"))


def ogg_is_open(path: Path) -> bool:
    """Return whether the last page of an Ogg file is cut or does not say that it is the last."""
    length = path.stat().st_size
    with open(path, "rb") as file:
        if file.read(4) != b"OggS":
            return False
        file.seek(max(0, length - _HEAD - _OGG_HEADER))
        tail = file.read()
    at = tail.rfind(b"OggS")
    page = tail[at:]
    if at < 0 or len(page) < _OGG_HEADER:
        return True
    sizes = page[_OGG_HEADER : _OGG_HEADER + page[_OGG_HEADER - 1]]
    whole = _OGG_HEADER + len(sizes) + sum(sizes) <= len(page)
    return not (whole and page[5] & _OGG_LAST)


def is_protected(path: Path) -> bool:
    """Return whether the file says that it is encrypted (MP4 family, ASF, Audible)."""
    with open(path, "rb") as file:
        head = file.read(_HEAD)
    if head[:4] == b"\x30\x26\xb2\x75":
        return any(mark in head for mark in _ASF_LOCKS)
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"):
        if head[8:12] in _MP4_LOCKED_BRANDS:
            return True
        return _mp4_locked(path)
    return False


def _mp4_locked(path: Path) -> bool:
    """Look for an encrypted sample entry in the movie box."""
    length = path.stat().st_size
    with open(path, "rb") as file:
        at = 0
        for _ in range(_MOST_CHUNKS):
            file.seek(at)
            head = file.read(16)
            if len(head) < 8:
                return False
            size = int.from_bytes(head[:4], "big")
            if size == 1 and len(head) == 16:
                size = int.from_bytes(head[8:], "big")
            if head[4:8] == b"moov":
                file.seek(at)
                return _has_locked_entry(file.read(min(size or length, _MOST_MOOV)))
            if size < 8:
                return False
            at += size
    return False


def _has_locked_entry(moov: bytes) -> bool:
    """Return whether a sample description names an encrypted kind of sound."""
    at = moov.find(b"stsd")
    while at >= 0:
        # box type, version and flags, number of entries, size of the entry, its kind
        if moov[at + 16 : at + 20] in _MP4_LOCKS:
            return True
        at = moov.find(b"stsd", at + 4)
    return False
