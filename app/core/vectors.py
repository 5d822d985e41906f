"""Vectors as the program keeps and sends them: bytes, without numpy.

The window only carries vectors from the language server to the library and the index;
numpy, twelve megabytes that would stay in it, is loaded where they are computed with.
"""

from __future__ import annotations

import math
import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WIDTH = 4  # bytes of a number


class Vectors:
    """Rows of one dimension: ``data`` is their numbers as little-endian float32.

    ``shape`` is (rows, dimension); without rows (0, 0) or (0, dimension). numpy takes
    it for an array.
    """

    __slots__ = ("data", "dimension")

    def __init__(self, data: bytes = b"", dimension: int = 0):
        """Raises ``ValueError`` when ``data`` is no whole number of rows."""
        if len(data) % (WIDTH * dimension or 1) or (data and not dimension):
            raise ValueError("not whole rows")
        self.data = data
        self.dimension = dimension

    @classmethod
    def of(cls, rows: Vectors | Iterable[Any]) -> Vectors:
        """Return rows of numbers, or one row, as vectors; ``ValueError`` for uneven rows."""
        if isinstance(rows, Vectors):
            return rows
        listed = list(rows)
        if listed and not isinstance(listed[0], Iterable):
            listed = [listed]
        packed = [_packed(row) for row in listed]
        if len({len(row) for row in packed}) > 1:
            raise ValueError("rows of different lengths")
        return cls(b"".join(packed), len(packed[0]) // WIDTH if packed else 0)

    @classmethod
    def joined(cls, blocks: Iterable[Vectors]) -> Vectors:
        """Return the rows of all blocks; ``ValueError`` when their dimensions differ."""
        filled = [block for block in blocks if len(block)]
        if len({block.dimension for block in filled}) > 1:
            raise ValueError("blocks of different dimensions")
        return cls(b"".join(b.data for b in filled), filled[0].dimension if filled else 0)

    @property
    def shape(self) -> tuple[int, int]:
        """Return (rows, dimension)."""
        return len(self), self.dimension

    def __len__(self) -> int:
        return len(self.data) // (WIDTH * self.dimension) if self.dimension else 0

    def __getitem__(self, place: int | slice) -> Vectors:
        """Return a row, or some rows in their order, as vectors."""
        size = WIDTH * self.dimension
        if isinstance(place, slice):
            start, stop, step = place.indices(len(self))
            if step != 1:
                raise ValueError("only neighbouring rows")
            return Vectors(self.data[start * size : max(start, stop) * size], self.dimension)
        place = range(len(self))[place]
        return Vectors(self.data[place * size : (place + 1) * size], self.dimension)

    def __iter__(self) -> Iterator[Vectors]:
        return (self[place] for place in range(len(self)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Vectors):
            return NotImplemented
        return (self.data, self.dimension) == (other.data, other.dimension)

    __hash__ = None  # type: ignore[assignment]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[np.float32]:
        """Return a numpy array of shape (rows, dimension)."""
        import numpy as np

        made = np.frombuffer(self.data, "<f4").reshape(self.shape)
        return made.astype(dtype or np.float32)


def finite(rows: Iterable[Sequence[float]]) -> bool:
    """Return whether every number can be kept: finite, also as four bytes."""
    return all(math.isfinite(number) for row in rows for number in array("f", row))


def unit(row: Sequence[float]) -> list[float]:
    """Return ``row`` at length 1; a row of zeros stays one."""
    length = math.hypot(*row)
    return [number / length for number in row] if length else list(row)


def _packed(row: Iterable[float]) -> bytes:
    numbers = array("f", row)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()
