"""Bytes of a text file to text, or a refusal. Hostile input is the normal case."""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: it begins with the same two bytes
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The first bytes of files that may look like text for a while: they are refused by name.
_FOREIGN = (
    *(b"%PDF-", b"PK\x03\x04", b"PK\x05\x06", b"{\\rtf", b"\xd0\xcf\x11\xe0", b"SQLite format 3"),
    *(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"OggS", b"fLaC", b"ID3", b"\x1aE\xdf\xa3"),
    *(b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\x7fELF", b"MZ\x90"),
)
_SAMPLE = 4096
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_BAD = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f\ufffd]")
_MOST_BAD = 0.002


def decode(data: bytes) -> str | None:
    """Return the text of ``data``, or None when it is no text.

    Read as UTF-8, UTF-16 or UTF-32 (with or without a byte order mark), else as
    Windows-1252. Line ends become "\\n"; control characters are dropped.
    """
    if any(data.startswith(magic) for magic in _FOREIGN):
        return None
    text = _as_text(data)
    if _is_noise(text):
        return None
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _as_text(data: bytes) -> str:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(encoding, "replace")
    wide = _wide_encoding(data[:_SAMPLE])
    if wide:
        return data.decode(wide, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _repaired(data)


def _repaired(data: bytes) -> str:
    """Read UTF-8 with a few damaged bytes as that, anything else as Windows-1252."""
    text = data.decode("utf-8", "replace")
    foreign = sum(1 for _ in re.finditer("[^\x00-\x7f\ufffd]", text))
    if foreign > 3 * text.count("\ufffd"):
        return text
    return data.decode("cp1252", "replace")


def _wide_encoding(sample: bytes) -> str | None:
    """Guess UTF-16 or UTF-32 without a mark from where the zero bytes stand."""
    if b"\0" not in sample or len(sample) < 4:
        return None
    whole = sample[: len(sample) // 4 * 4]
    zeros = [whole[i::4].count(0) / (len(whole) / 4) for i in range(4)]
    shapes = {
        "utf-32-le": (False, None, True, True),
        "utf-32-be": (True, True, None, False),
        "utf-16-le": (False, True, False, True),
        "utf-16-be": (True, False, True, False),
    }
    for encoding, shape in shapes.items():
        if all(want is None or (share > 0.7) == want for share, want in zip(zeros, shape)):  # noqa: B905
            return encoding
    return None


def _is_noise(text: str) -> bool:
    """Return whether control characters or gaps show that this was never text."""
    if "\0" in text:
        return True
    bad = sum(1 for _ in _BAD.finditer(text))
    return bad > max(2, len(text) * _MOST_BAD)
