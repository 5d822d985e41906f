"""Foreign pictures, good and hostile, into plain pixels."""

from __future__ import annotations

import errno
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.pictures import page, saved

from app.core.errors import InputError, StorageError
from app.core.jobs import JobContext
from app.workers.reader import ops, pictures
from app.workers.reader.pictures import Decoded, decode


def refused(path: str) -> str:
    with pytest.raises(InputError) as caught:
        decode(path)
    return caught.value.code


def corner(found: Decoded) -> tuple[int, ...]:
    return tuple(found.pixels()[2, 2])


@pytest.fixture
def two_colours() -> Image.Image:
    """Red at the top left, blue elsewhere, wider than high."""
    image = Image.new("RGB", (60, 40), (0, 0, 200))
    image.paste((200, 0, 0), (0, 0, 30, 20))
    return image


@pytest.mark.parametrize("kind", ["png", "jpg", "gif", "bmp", "webp", "tif", "ppm", "ico"])
def test_the_usual_kinds_are_decoded(tmp_path: Path, kind: str, two_colours: Image.Image) -> None:
    image = two_colours.resize((32, 32)) if kind == "ico" else two_colours
    found = decode(saved(image, tmp_path / f"a.{kind}"))
    assert (found.width, found.height) == image.size
    red, green, blue = corner(found)
    assert red > 150 and green < 60 and blue < 60


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "CMYK", "I;16", "I", "F"])
def test_every_mode_becomes_red_green_blue(tmp_path: Path, mode: str) -> None:
    kind = "tif" if mode in ("CMYK", "I", "F") else "png"
    grey = page([(10, 10, "Text")], (80, 60)).convert("L")
    image = (
        Image.fromarray(np.asarray(grey).astype("u2") * 200)
        if mode == "I;16"
        else grey.convert(mode)
    )
    found = decode(saved(image, tmp_path / f"a.{kind}"))
    assert found.pixels().shape == (60, 80, 3)
    assert found.pixels().max() - found.pixels().min() > 150


@pytest.mark.parametrize("turn", range(1, 9))
def test_the_exif_turn_is_made(tmp_path: Path, turn: int, two_colours: Image.Image) -> None:
    upright = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}[turn]
    stored = two_colours if upright is None else two_colours.transpose(Image.Transpose(upright))
    exif = Image.Exif()
    exif[0x0112] = turn
    found = decode(saved(stored, tmp_path / "a.jpg", quality=95, exif=exif))
    assert (found.width, found.height) == (60, 40)
    assert corner(found)[0] > 150


def test_a_damaged_note_about_the_turn_is_passed_over(tmp_path: Path) -> None:
    path = saved(page([]), tmp_path / "a.jpg", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff")
    assert decode(path).width == 800


def test_what_is_clear_gets_a_paper_on_which_its_ink_shows(tmp_path: Path) -> None:
    for ink, paper in (((255, 255, 255), 32), ((0, 0, 0), 255)):
        image = Image.new("RGBA", (40, 40))
        image.paste((*ink, 255), (10, 10, 30, 30))
        found = decode(saved(image, tmp_path / "a.png"))
        assert tuple(found.pixels()[0, 0]) == (paper,) * 3
        assert tuple(found.pixels()[20, 20]) == ink


def test_of_a_moving_picture_the_first_frame_counts(tmp_path: Path, two_colours) -> None:
    more = [Image.new("RGB", (60, 40), (0, 200, 0))] * 3
    path = saved(two_colours, tmp_path / "a.gif", save_all=True, append_images=more)
    found = decode(path)
    assert found.frames > 1 and corner(found)[0] > 150


def test_a_large_picture_is_worked_on_small_but_keeps_its_size(tmp_path: Path) -> None:
    for name in ("a.png", "a.jpg"):
        found = decode(saved(Image.new("RGB", (7000, 2100), "white"), tmp_path / name))
        assert (found.width, found.height) == (7000, 2100)
        assert found.image.width == pictures.WORK_SIDE
        assert found.scale == pytest.approx(7000 / 3200)


def png_header(width: int, height: int) -> bytes:
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))
        + struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    )  # fmt: skip


def bmp_header(width: int, height: int) -> bytes:
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + info


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (png_header(60_000, 60_000), "picture_too_large"),
        (png_header(2**31 - 1, 1), "picture_too_large"),
        (png_header(300, 300), "picture_undecodable"),
        (bmp_header(3_000_000, 2_000_000), "picture_too_large"),
        (bmp_header(0, 5), "picture_undecodable"),
        (b"GIF89a\x20\0\x20\0\xf0\0\0" + b"\0" * 6 + b",\0\0\0\0\xff\xff\xff\xff\0\2\0;",
         "picture_too_large"),
        (b"P6\n-5 10\n255\n", "picture_undecodable"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "picture_undecodable"),
        (b"just words", "picture_undecodable"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 40, "picture_undecodable"),
    ],
)  # fmt: skip
def test_a_hostile_file_is_one_clear_error(tmp_path: Path, data: bytes, code: str) -> None:
    (tmp_path / "a").write_bytes(data)
    assert refused(str(tmp_path / "a")) == code


@pytest.mark.parametrize("kind", ["png", "jpg", "gif", "webp", "bmp", "tif"])
def test_a_file_that_breaks_off_is_undecodable(tmp_path: Path, kind: str) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (200, 300, 3), dtype="u1")
    path = tmp_path / f"a.{kind}"
    saved(Image.fromarray(noise), path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert refused(str(path)) == "picture_undecodable"


def test_shrinking_never_loses_a_side() -> None:
    assert pictures.shrunk(Image.new("L", (5000, 1)), 100).size == (100, 1)


def test_a_full_disk_is_told_as_such_and_not_as_a_wrong_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, two_colours: Image.Image
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pictures, "write_png", full)
    args = {"path": saved(two_colours, tmp_path / "a.png"), "folder": str(tmp_path)}
    with pytest.raises(StorageError) as caught:
        ops.OPS["picture"](args, JobContext())
    assert caught.value.code == "disk_full"
