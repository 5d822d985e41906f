"""Bytes to text, or a refusal."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.meetings.decode import decode

TEXT = "Anna: Grüße, wir beginnen – jetzt.\nTom: Schön."


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"],
)
def test_every_unicode_form_is_read_with_and_without_a_mark(encoding: str):
    assert decode(TEXT.encode(encoding)) == TEXT


@pytest.mark.parametrize("mark", [b"\xfe\xff", b"\x00\x00\xfe\xff"])
def test_a_big_endian_mark_is_known(mark: bytes):
    encoding = "utf-16-be" if len(mark) == 2 else "utf-32-be"
    assert decode(mark + TEXT.encode(encoding)) == TEXT


def test_a_text_that_is_no_unicode_is_windows():
    assert decode(TEXT.encode("cp1252")) == TEXT


def test_one_damaged_byte_does_not_spoil_the_rest():
    data = (TEXT * 20).encode("utf-8")
    found = decode(data[:-1] + b"\xff")
    assert found is not None and found.startswith(TEXT)


def test_line_ends_become_one_kind_and_controls_go():
    assert decode(b"a\r\nb\rc\n\x1b[31mred\x07") == "a\nb\nc\n[31mred"


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n" + b"text " * 50,
        b"%PDF-1.7\nobj",
        b"PK\x03\x04rest",
        b"{\\rtf1 text}",
        b"RIFF0000WAVEfmt ",
        bytes(range(256)) * 20,
        b"text\x00text\x00\x00more text of it",
        b"\x01\x02\x03\x04\x05\x06",
    ],
)
def test_what_is_no_text_is_refused(data: bytes):
    assert decode(data) is None


def test_nothing_is_an_empty_text():
    assert decode(b"") == ""


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_text_or_refused(data: bytes):
    text = decode(data)
    assert text is None or text.encode("utf-8").decode("utf-8") == text
