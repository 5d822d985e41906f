"""Foreign pictures into plain pixels, under limits.

The header is read first and the size in it judged before a pixel is decoded: a bomb
is a few bytes that claim gigabytes. Only decoders that stay in this process are
used (the one for EPS would start another program).
"""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import (  # the decoders are named: Pillow would load only some by itself
    AvifImagePlugin,
    IcoImagePlugin,
    Image,
    MpoImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from app.core.errors import InputError
from app.workers.reader.files import checked

Pixels = npt.NDArray[np.uint8]  # (height, width, 3), red green blue

FILE_MEGABYTES = 250
MOST_PIXELS = 64_000_000  # decoded at once: 192 MB
MOST_JPEG_PIXELS = 300_000_000  # a JPEG is decoded at a half, quarter or eighth
MOST_SIDE = 65_535
WORK_SIDE = 3200  # longest side that reading works on

_LOADED = (AvifImagePlugin, IcoImagePlugin, MpoImagePlugin, TiffImagePlugin, WebPImagePlugin)
_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "DIB", "WEBP", "TIFF", "PPM", "ICO", "AVIF")
_TURNED = (5, 6, 7, 8)  # EXIF orientations that swap width and height
_ORIENTATION = 0x0112
# What Pillow's decoders raise on damaged files.
_DAMAGE = (
    UnidentifiedImageError, OSError, ValueError, SyntaxError, TypeError, KeyError, IndexError,
    EOFError, OverflowError, ZeroDivisionError, struct.error, Image.DecompressionBombError,
)  # fmt: skip


@dataclass(frozen=True)
class Decoded:
    """A picture after its EXIF turn.

    ``width`` and ``height`` are those of the whole picture; ``image`` is RGB and
    may be smaller, its longest side at most ``WORK_SIDE``.
    """

    width: int
    height: int
    format: str
    frames: int
    image: Image.Image

    @property
    def scale(self) -> float:
        """Return how many pixels of the picture one pixel of ``image`` stands for."""
        return self.width / self.image.width

    def pixels(self) -> Pixels:
        """Return the pixels of ``image``."""
        return np.asarray(self.image)

    def grey(self, side: int) -> Pixels:
        """Return grey pixels (height, width) with a longest side of at most ``side``."""
        return np.asarray(shrunk(self.image.convert("L"), side))


def decode(path: str) -> Decoded:
    """Decode the picture at ``path``, its first frame if it moves.

    Raises ``InputError``: those of ``checked``, picture_undecodable,
    picture_too_large.
    """
    checked(path, FILE_MEGABYTES)
    with _translated(path), Image.open(path, formats=_known()) as image:
        width, height = image.size
        _judge(path, image)
        orientation = _orientation(image)
        _draft(image)
        image.load()
        frames = int(getattr(image, "n_frames", 1))
        plain = _turn(_flat(image), orientation)
        if plain is image:
            plain = image.copy()  # this one ends with its file
        if orientation in _TURNED:
            width, height = height, width
        return Decoded(width, height, str(image.format), frames, plain)


def _known() -> list[str]:
    Image.preinit()
    return [name for name in _FORMATS if name in Image.OPEN]  # AVIF may not be built in


@contextmanager
def _translated(path: str) -> Iterator[None]:
    # The size is judged here, so Pillow's own limit would only speak twice.
    Image.MAX_IMAGE_PIXELS = None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except PermissionError as error:
            raise InputError("file_unreadable", path=path) from error
        except MemoryError as error:
            raise InputError("picture_too_large", path=path) from error
        except _DAMAGE as error:
            raise InputError("picture_undecodable", path=path) from error


def _judge(path: str, image: Image.Image) -> None:
    width, height = image.size
    if width < 1 or height < 1:
        raise InputError("picture_undecodable", path=path)
    most = MOST_JPEG_PIXELS if image.format in ("JPEG", "MPO") else MOST_PIXELS
    if width * height > most or max(width, height) > MOST_SIDE:
        raise InputError("picture_too_large", path=path)


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except _DAMAGE:  # a damaged note about the turn is no reason to refuse the picture
        return 1


def _draft(image: Image.Image) -> None:
    """Let a large JPEG be decoded at a fraction of its size."""
    if image.format in ("JPEG", "MPO") and max(image.size) > 2 * WORK_SIDE:
        image.draft("RGB", (WORK_SIDE, WORK_SIDE))


def _turn(image: Image.Image, orientation: int) -> Image.Image:
    how = {2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
           4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
           6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
           8: Image.Transpose.ROTATE_90}.get(orientation)  # fmt: skip
    return image if how is None else image.transpose(how)


def shrunk(image: Image.Image, side: int) -> Image.Image:
    """Return ``image`` with its longest side at most ``side`` pixels."""
    if max(image.size) <= side:
        return image
    factor = side / max(image.size)
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    # A large step first averages whole blocks: as good here and much quicker.
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _flat(image: Image.Image) -> Image.Image:
    """Return ``image`` as RGB; what shines through gets a paper that its ink shows on.

    It comes back shrunk where that saves memory: every copy of a large picture counts.
    """
    if image.mode in ("I", "F") or image.mode.startswith("I;"):
        return shrunk(_levelled(image), WORK_SIDE).convert("RGB")
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        small = shrunk(_as_mode(image, "RGBA"), WORK_SIDE)
        paper = Image.new("RGBA", small.size, _paper(small))
        return Image.alpha_composite(paper, small).convert("RGB")
    if image.mode in ("L", "CMYK", "YCbCr"):  # these can be shrunk as they are
        return shrunk(image, WORK_SIDE).convert("RGB")
    return shrunk(_as_mode(image, "RGB"), WORK_SIDE)


def _as_mode(image: Image.Image, mode: str) -> Image.Image:
    return image if image.mode == mode else image.convert(mode)


def _levelled(image: Image.Image) -> Image.Image:
    """Bring 16-bit, 32-bit and real grey levels to 0 to 255, some rows at a time."""
    values = np.asarray(image)
    sparse = values[:: max(1, len(values) // 512)].astype(np.float32)
    finite = sparse[np.isfinite(sparse)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    factor = 255 / ((high - low) or 1.0)
    out = np.empty(values.shape, np.uint8)
    for first in range(0, len(values), 256):
        rows = (values[first : first + 256].astype(np.float32) - low) * factor
        out[first : first + 256] = np.nan_to_num(rows).clip(0, 255)
    return Image.fromarray(out)


def _paper(image: Image.Image) -> tuple[int, int, int, int]:
    small = np.asarray(shrunk(image, 256), dtype=np.float32)
    solid = small[small[..., 3] > 128][:, :3]
    light = bool(solid.size) and float(solid.mean()) > 200
    return (32, 32, 32, 255) if light else (255, 255, 255, 255)


def write_png(image: Image.Image, path: Path) -> dict[str, Any]:
    """Write ``image`` as a plain PNG of our own; return its path and size."""
    image.save(path, format="PNG", compress_level=1)
    return {"path": str(path), "width": image.width, "height": image.height}


def write_jpeg(image: Image.Image, path: Path) -> dict[str, Any]:
    """Write ``image`` as JPEG, the form that a vision engine is sent."""
    image.save(path, format="JPEG", quality=90)
    return {"path": str(path), "width": image.width, "height": image.height}
