"""Plain text files: which encoding, and is it text at all."""

from __future__ import annotations

import codecs

from app.core.errors import InputError
from app.workers.reader.files import checked, unreadable

FILE_MEGABYTES = 50

_MARKS = (  # the longer ones first: UTF-32 begins like UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 8192
_PLAIN = frozenset("\t\n\r\f\x1b")


def read_text(path: str) -> tuple[str, str]:
    """Return text and encoding of the file at ``path``, its line ends as "\\n".

    Raises ``InputError``: those of ``checked``, document_undecodable for what is not
    text.
    """
    checked(path, FILE_MEGABYTES)
    try:
        with open(path, "rb") as file:
            data = file.read(FILE_MEGABYTES * 1_000_000 + 1)
    except OSError as error:
        unreadable(path, error)
    encoding = guess(data)
    try:
        text = data.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        encoding, text = _without_mark(data)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not _is_text(text):
        raise InputError("document_undecodable", path=path)
    return text, encoding or "utf-8"


def guess(data: bytes) -> str | None:
    """Return the encoding that a mark or the place of the zeros tells, or None."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    sample = data[: _SAMPLE - _SAMPLE % 4]
    sample = sample[: len(sample) - len(sample) % 4]
    if b"\0" not in sample:
        return None
    zeros = [sample[i::4].count(0) / max(1, len(sample) // 4) for i in range(4)]
    if min(zeros[1:]) > 0.5 > zeros[0] and zeros[2] > 0.95:
        return "utf-32-le"
    if min(zeros[:3]) > 0.5 > zeros[3] and zeros[1] > 0.95:
        return "utf-32-be"
    if min(zeros[1], zeros[3]) > 0.4 > max(zeros[0], zeros[2]):
        return "utf-16-le"
    if min(zeros[0], zeros[2]) > 0.4 > max(zeros[1], zeros[3]):
        return "utf-16-be"
    return None


def _without_mark(data: bytes) -> tuple[str, str]:
    """Decode what is not whole UTF-8: damaged UTF-8, or else Windows text."""
    text = data.decode("utf-8", errors="replace")
    bad = text.count("\ufffd")
    good = sum(1 for c in text if c > "\x7f") - bad
    if good > 4 * bad:
        return "utf-8", text
    return "cp1252", data.decode("cp1252", errors="replace")


def _is_text(text: str) -> bool:
    """Return whether few of the signs are control characters."""
    sample = text[:_SAMPLE]
    odd = sum(1 for c in sample if (c < " " and c not in _PLAIN) or "\x7f" <= c <= "\x9f")
    return odd <= len(sample) * 0.02
