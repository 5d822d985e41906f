from __future__ import annotations

import math
import struct

import pytest

from app.core.engines.ctranslate2_file import read_model_file


def text(name: str) -> bytes:
    data = name.encode() + b"\0"
    return struct.pack("<H", len(data)) + data


def head(count: int, *, version: int = 6, kind: str = "WhisperSpec") -> bytes:
    return struct.pack("<I", version) + text(kind) + struct.pack("<II", 3, count)


def variable(name: str, *shape: int, size: int | None = None) -> bytes:
    size = 4 * math.prod(shape) if size is None else size
    dimensions = b"".join(struct.pack("<I", n) for n in shape)
    return text(name) + struct.pack("<B", len(shape)) + dimensions + struct.pack("<BI", 0, size)


@pytest.fixture
def read(tmp_path):
    def read_bytes(data: bytes):
        path = tmp_path / "model.bin"
        path.write_bytes(data)
        return read_model_file(path)

    return read_bytes


def test_kind_shapes_and_elements_are_read(read):
    data = head(2) + variable("a", 2, 3) + b"x" * 24 + variable("b") + b"1234"
    model = read(data)
    assert (model.kind, model.revision, model.elements) == ("WhisperSpec", 3, 7)
    assert model.shapes == {"a": (2, 3), "b": ()} and model.file_bytes == len(data)


@pytest.mark.parametrize(
    "data",
    [
        head(1, version=99),
        head(1_000_000),
        head(1) + text("a") + b"\x30" + b"\0" * 400,
        head(1) + variable("a", 60_000, 60_000, size=4) + b"1234",
        struct.pack("<IH", 6, 0),
        struct.pack("<IH", 6, 60_000) + b"x" * 60_000,
    ],
)
def test_what_is_no_such_file_is_a_value_error(read, data):
    with pytest.raises(ValueError):
        read(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\6\0",
        struct.pack("<IH", 6, 20) + b"Whis",
        head(1) + variable("a", 9, size=400) + b"123",
        head(3) + variable("a", 1) + b"1234",
    ],
)
def test_a_file_that_breaks_off_is_an_end_of_file(read, data):
    with pytest.raises(EOFError):
        read(data)
