"""The head of each variable in a CTranslate2 ``model.bin``: enough to know and check it.

The form, as the library writes it (``ModelSpec._serialize``), little endian: version;
name and revision of the specification; number of variables; for each its name, rank,
dimensions, type, bytes and data; then aliases. Only the heads are read.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

_VERSIONS = range(4, 8)
_MOST_VARIABLES = 20_000
_MOST_NAME = 512
_MOST_RANK = 6
# Bytes of an element by CTranslate2's number of its type: float32, int8, int16, int32,
# float16, bfloat16.
_WIDTHS = {0: 4, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2}


@dataclass
class ModelFile:
    """Kind of model, shape of each variable, number of all elements, bytes of the file."""

    kind: str
    revision: int
    file_bytes: int
    elements: int = 0
    shapes: dict[str, tuple[int, ...]] = field(default_factory=dict)


def read_model_file(path: Path) -> ModelFile:
    """Read the heads of all variables.

    Raises ``ValueError`` when it is no such file, ``EOFError`` when it breaks off,
    ``OSError``.
    """
    with open(path, "rb") as file:
        length = os.fstat(file.fileno()).st_size
        if _number(file, "<I") not in _VERSIONS:
            raise ValueError("not a CTranslate2 model of a known version")
        model = ModelFile(_name(file), _number(file, "<I"), length)
        count = _number(file, "<I")
        if count > _MOST_VARIABLES:
            raise ValueError("too many variables")
        for _ in range(count):
            _variable(file, model)
    return model


def _variable(file: BinaryIO, model: ModelFile) -> None:
    name = _name(file)
    rank = _number(file, "<B")
    if rank > _MOST_RANK:
        raise ValueError("too many dimensions")
    shape = tuple(_number(file, "<I") for _ in range(rank))
    width = _WIDTHS.get(_number(file, "<B"), 0)
    size = _number(file, "<I")
    if file.tell() + size > model.file_bytes:
        raise EOFError("the file breaks off")
    file.seek(size, os.SEEK_CUR)
    elements = 1
    for dimension in shape:
        elements *= dimension
    if elements * width != size:
        raise ValueError("a variable whose shape is not its size")
    model.elements += elements
    model.shapes[name] = shape


def _number(file: BinaryIO, form: str) -> int:
    data = file.read(struct.calcsize(form))
    if len(data) < struct.calcsize(form):
        raise EOFError("the file breaks off")
    return int(struct.unpack(form, data)[0])


def _name(file: BinaryIO) -> str:
    size = _number(file, "<H")
    if not 0 < size <= _MOST_NAME:
        raise ValueError("not a name")
    data = file.read(size)
    if len(data) < size:
        raise EOFError("the file breaks off")
    return data.rstrip(b"\0").decode("utf-8", "replace")
