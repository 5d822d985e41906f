"""Codes in pictures, decoded by the real library from pictures that are drawn here."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from support.pictures import page, saved

from app.core import paths
from app.core.jobs import JobContext
from app.workers.reader import OPS
from app.workers.reader.codes import LONGEST, find_codes

_LEFT = ["0001101", "0011001", "0010011", "0111101", "0100011",
         "0110001", "0101111", "0111011", "0110111", "0001011"]  # fmt: skip
_PARITY = ["LLLLLL", "LLGLGG", "LLGGLG", "LLGGGL", "LGLLGG",
           "LGGLLG", "LGGGLL", "LGLGLG", "LGLGGL", "LGGLGL"]  # fmt: skip


def qr(text: str, module: int = 6) -> np.ndarray:
    """Draw a QR code, blue green red."""
    drawn = cv2.QRCodeEncoder.create().encode(text)
    drawn = cv2.copyMakeBorder(drawn, 4, 4, 4, 4, cv2.BORDER_CONSTANT, value=255)
    large = np.repeat(np.repeat(drawn, module, 0), module, 1)
    return np.repeat(large[:, :, None], 3, axis=2)


def ean13(digits: str, module: int = 3) -> np.ndarray:
    """Draw an EAN-13 bar code (GS1 General Specifications), blue green red."""
    right = [pattern.translate(str.maketrans("01", "10")) for pattern in _LEFT]
    halves = "101"
    for digit, parity in zip(digits[1:7], _PARITY[int(digits[0])], strict=True):
        halves += _LEFT[int(digit)] if parity == "L" else right[int(digit)][::-1]
    halves += "01010" + "".join(right[int(digit)] for digit in digits[7:]) + "101"
    row = np.array([255 if bit == "0" else 0 for bit in "0" * 12 + halves + "0" * 12], np.uint8)
    bars = np.tile(np.repeat(row, module), (65 * module, 1))  # as high as on goods
    bars = cv2.copyMakeBorder(bars, 40, 40, 0, 0, cv2.BORDER_CONSTANT, value=255)
    return np.repeat(bars[:, :, None], 3, axis=2)


def test_the_sample_code_is_read_with_its_place() -> None:
    found = OPS["ocr"]({"path": str(paths.samples() / "pictures/qr-code.png")}, JobContext())
    (code,) = found["codes"]
    assert code["kind"] == "qr" and code["text"].startswith("Alcove read this")
    left, top, right, bottom = code["box"]
    assert 0 < left < right < found["width"] and 0 < top < bottom < found["height"]


def test_a_turned_code_is_read() -> None:
    turned = np.ascontiguousarray(np.rot90(qr("turned")))
    assert [code["text"] for code in find_codes(turned, 1.0)] == ["turned"]


def test_a_code_whose_squares_are_pale_inside_is_read() -> None:
    drawn = qr("pale inside", module=10)
    inside = cv2.erode(255 - drawn, np.ones((5, 5), np.uint8)) > 0
    drawn[inside] = 170
    assert [code["text"] for code in find_codes(drawn, 1.0)] == ["pale inside"]


def test_the_box_of_a_code_lies_in_the_picture() -> None:
    bars = ean13("4006381333931", module=2)
    height, width = bars.shape[:2]
    askew = cv2.getRotationMatrix2D((width / 2, height / 2), 8, 1)
    bars = cv2.warpAffine(bars, askew, (width, height), borderValue=(255, 255, 255))
    (code,) = find_codes(bars, 2.0)
    left, top, right, bottom = code["box"]
    assert 0 <= left < right <= 2 * width and 0 <= top < bottom <= 2 * height


@pytest.mark.parametrize("module", [2, 3, 6])
def test_a_bar_code_of_goods_is_read(module) -> None:
    assert [(c["kind"], c["text"]) for c in find_codes(ean13("4006381333931", module), 1.0)] == [
        ("bar", "4006381333931")
    ]


def test_codes_come_from_top_to_bottom_and_boxes_fit_the_whole_picture() -> None:
    first, second = qr("first"), qr("second")
    width = max(first.shape[1], second.shape[1])
    sheet = np.full((first.shape[0] + second.shape[0], width, 3), 255, np.uint8)
    sheet[: first.shape[0], : first.shape[1]] = first
    sheet[first.shape[0] :, : second.shape[1]] = second
    found = find_codes(sheet, 2.0)
    assert [code["text"] for code in found] == ["first", "second"]
    assert found[1]["box"][3] > sheet.shape[0]


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [("pay\nnow\tto\u202eeve", "pay now to eve"), ("  spaces  ", "spaces")],
)
def test_what_a_code_holds_becomes_plain_text_on_one_line(hostile, shown) -> None:
    assert [code["text"] for code in find_codes(qr(hostile), 1.0)] == [shown]


def test_a_long_code_is_cut() -> None:
    found = find_codes(qr("x" * (LONGEST + 100), module=4), 1.0)
    assert [len(code["text"]) for code in found] == [LONGEST]


def test_a_page_of_text_holds_no_code(tmp_path: Path) -> None:
    file = saved(page([(60, 60, "Only words here")]), tmp_path / "a.png")
    assert OPS["ocr"]({"path": file}, JobContext())["codes"] == []


@pytest.mark.parametrize("shape", [(2, 20_000), (20_000, 2), (1, 1)])
def test_a_strip_holds_no_code(shape: tuple[int, int]) -> None:
    assert find_codes(np.full((*shape, 3), 255, np.uint8), 1.0) == []


def test_noise_holds_no_code() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (400, 400, 3), np.uint8)
    assert find_codes(noise, 1.0) == []


def test_a_code_on_a_photo_is_found_beside_its_text(tmp_path: Path) -> None:
    sheet = page([(60, 60, "Scan for the manual")])
    sheet.paste(Image.fromarray(qr("https://alcove.example/manual", 5)), (400, 150))
    found = OPS["ocr"]({"path": saved(sheet, tmp_path / "a.png")}, JobContext())
    assert [line["text"] for line in found["lines"]] == ["Scan for the manual"]
    assert [code["text"] for code in found["codes"]] == ["https://alcove.example/manual"]
