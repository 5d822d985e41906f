"""The sample pictures: medicine box, letter, QR code, and three photos gone wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont
from samples import qr

QR_TEXT = "Alcove read this on your own laptop. Nothing was sent anywhere."

Colour = tuple[int, int, int]


def make(folder: Path) -> Iterator[Path]:
    """Write the pictures into ``folder``/pictures."""
    target = folder / "pictures"
    target.mkdir(parents=True, exist_ok=True)
    yield _jpeg(_medicine_box(), target / "medicine-box.jpg", 82)
    letter = _letter()
    yield _png(letter, target / "letter.png")
    yield _png(_qr_poster(), target / "qr-code.png")
    yield _jpeg(_dark(), target / "dark.jpg", 80)
    yield _jpeg(_blurred(), target / "blurred.jpg", 82)
    yield _png(letter.crop((0, 300, 560, 760)), target / "cut-off.png")


def _jpeg(picture: Image.Image, path: Path, quality: int) -> Path:
    picture.save(path, quality=quality, optimize=True)
    return path


def _png(picture: Image.Image, path: Path) -> Path:
    picture.quantize(64, method=Image.Quantize.MEDIANCUT).save(path, optimize=True)
    return path


def _font(size: int, bold: bool = False) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf", size)


def _write(
    draw: ImageDraw.ImageDraw, x: int, y: int, text: str, size: int, *, bold: bool = False,
    colour: Colour = (20, 20, 30),
) -> None:  # fmt: skip
    draw.text((x, y), text, font=_font(size, bold), fill=colour)


def _table(size: tuple[int, int], colour: Colour, seed: int) -> Image.Image:
    """Return a table top: soft stripes and light from one side."""
    width, height = size
    rng = np.random.default_rng(seed)
    stripes = np.convolve(rng.normal(0, 30, height + 40), np.ones(41) / 41, "valid")[:, None]
    light = np.linspace(1.08, 0.82, width)[None, :, None]
    base = (np.array(colour)[None, None, :] + stripes[:, :, None]) * light
    return Image.fromarray(np.clip(base, 0, 255).astype(np.uint8))


def _laid(
    sheet: Image.Image, table: Image.Image, corners: tuple[tuple[float, float], ...]
) -> Image.Image:
    """Lay ``sheet`` on ``table`` in perspective: corners from the top left, clockwise."""
    width, height = sheet.size
    flat = ((0, 0), (width, 0), (width, height), (0, height))
    rows, values = [], []
    for (x, y), (u, v) in zip(corners, flat, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    matrix = tuple(np.linalg.solve(np.array(rows, float), np.array(values, float)))
    how = (table.size, Image.Transform.PERSPECTIVE, matrix, Image.Resampling.BICUBIC)
    shape = Image.new("L", sheet.size, 255).transform(*how)
    shadow = shape.filter(ImageFilter.GaussianBlur(14))
    dim = ImageEnhance.Brightness(table).enhance(0.45)
    scene = Image.composite(dim, table, Image.eval(shadow, lambda v: v // 2))
    return Image.composite(sheet.transform(*how), scene, shape)


def _grainy(picture: Image.Image, strength: float, seed: int) -> Image.Image:
    noise = np.random.default_rng(seed).normal(0, strength, (picture.height, picture.width, 1))
    grains = np.asarray(picture, float) + noise
    return Image.fromarray(np.clip(grains, 0, 255).astype(np.uint8))


def _medicine_box() -> Image.Image:
    box = Image.new("RGB", (860, 400), (250, 250, 248))
    draw = ImageDraw.Draw(box)
    draw.rectangle((0, 0, 860, 96), fill=(14, 84, 140))
    draw.polygon([(0, 96), (860, 96), (860, 110), (0, 126)], fill=(120, 190, 90))
    _write(draw, 34, 20, "Calmotel", 50, bold=True, colour=(255, 255, 255))
    _write(draw, 640, 34, "20 mg", 38, bold=True, colour=(255, 255, 255))
    _write(draw, 34, 144, "30 film-coated tablets", 30)
    _write(draw, 34, 190, "Active substance: veridamine", 24)
    _write(draw, 34, 236, "Take one tablet in the morning with water.", 26, bold=True)
    _write(draw, 34, 282, "Do not take with grapefruit juice.", 24)
    _write(draw, 34, 318, "Keep out of the reach of children.", 22)
    _write(draw, 34, 356, "EXP 08/2027   LOT 4471B", 22)
    draw.ellipse((700, 180, 800, 280), fill=(230, 236, 244), outline=(14, 84, 140), width=6)
    draw.line((700, 230, 800, 230), fill=(14, 84, 140), width=4)
    corners = ((118, 168), (1046, 132), (1086, 560), (90, 604))
    scene = _laid(box, _table((1180, 760), (164, 124, 88), 4), corners)
    return _grainy(scene.filter(ImageFilter.GaussianBlur(0.6)), 3.5, 5)


_LETTER = (
    (90, 80, "Green Valley Water Supply", 34, True),
    (90, 128, "12 Mill Street, Oakfield", 20, False),
    (90, 200, "Mrs. Helen Carter", 24, False),
    (90, 232, "45 Station Road", 24, False),
    (90, 264, "Oakfield", 24, False),
    (640, 330, "14 April 2026", 24, False),
    (90, 400, "Your water meter will be replaced", 28, True),
    (90, 466, "Dear Mrs. Carter,", 24, False),
    (90, 520, "we will replace the water meter in your house on", 24, False),
    (90, 554, "Thursday, 7 May 2026, between 9:00 and 11:30.", 24, False),
    (90, 588, "The work takes about twenty minutes. The water is", 24, False),
    (90, 622, "turned off during this time.", 24, False),
    (90, 676, "Please make sure that the meter in the cellar can", 24, False),
    (90, 710, "be reached. The new meter is free of charge.", 24, False),
    (90, 764, "If you need another day, please call 0555 0142.", 24, False),
    (90, 830, "Yours sincerely,", 24, False),
    (90, 900, "Martin Hill", 24, False),
    (90, 932, "Customer service", 24, False),
)


def _letter() -> Image.Image:
    page = Image.new("RGB", (900, 1060), (252, 251, 248))
    draw = ImageDraw.Draw(page)
    draw.line((90, 170, 810, 170), fill=(40, 110, 80), width=3)
    for x, y, text, size, bold in _LETTER:
        _write(draw, x, y, text, size, bold=bold)
    return page


def _qr_poster() -> Image.Image:
    modules = qr.make(QR_TEXT)
    code = Image.fromarray(np.where(np.kron(modules, np.ones((10, 10))), 0, 255).astype(np.uint8))
    poster = Image.new("RGB", (code.width + 120, code.height + 190), (255, 255, 255))
    _write(ImageDraw.Draw(poster), 78, 40, "Scan me", 52, bold=True)
    _write(ImageDraw.Draw(poster), 78, poster.height - 76, "Room 4, first floor", 30)
    poster.paste(code.convert("RGB"), (60, 110))
    return poster


def _sign() -> Image.Image:
    sign = Image.new("RGB", (760, 420), (246, 240, 214))
    draw = ImageDraw.Draw(sign)
    draw.rectangle((14, 14, 745, 405), outline=(150, 40, 30), width=8)
    _write(draw, 60, 60, "Lift out of order", 56, bold=True, colour=(150, 40, 30))
    _write(draw, 60, 180, "Please use the stairs.", 40)
    _write(draw, 60, 260, "Help: call extension 204", 40)
    corners = ((150, 150), (890, 190), (870, 600), (130, 570))
    return _laid(sign, _table((1040, 760), (120, 130, 136), 8), corners)


def _dark() -> Image.Image:
    dim = ImageEnhance.Brightness(_sign()).enhance(0.075)
    return _grainy(dim, 2.2, 11)


def _blurred() -> Image.Image:
    return _grainy(_sign().filter(ImageFilter.GaussianBlur(11)), 1.2, 12)
