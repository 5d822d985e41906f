"""Text files in the encodings that people have."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.errors import InputError
from app.workers.reader.texts import read_text

TEXT = "Größe: 5 µg – „täglich“\nzweite Zeile\n"


def read(tmp_path: Path, data: bytes) -> tuple[str, str]:
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    return read_text(str(path))


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be",
     "cp1252"],
)  # fmt: skip
def test_the_text_is_the_same_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    assert read(tmp_path, TEXT.encode(encoding))[0] == TEXT


def test_line_ends_become_plain(tmp_path: Path) -> None:
    assert read(tmp_path, b"a\r\nb\rc\n") == ("a\nb\nc\n", "utf-8")


def test_one_damaged_byte_does_not_make_umlauts_into_pairs(tmp_path: Path) -> None:
    damaged = (TEXT * 3).encode() + b"\xff end"
    assert read(tmp_path, damaged) == (TEXT * 3 + "\ufffd end", "utf-8")


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, b"PK\3\4" + b"\0\1\2\3" * 100]
)
def test_what_is_no_text_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, data)
    assert caught.value.code == "document_undecodable"
