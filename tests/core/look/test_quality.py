"""Dark, blurred, cut off: measured on pictures made for it."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageFilter
from support.pictures import page

from app.core.look import quality
from app.core.look.quality import Quality, brightness, cut_sides, hints, sharpness

LINES = [(60, 60 + 70 * i, f"Line {i} of a page in large print") for i in range(6)]


def grey(image: Image.Image) -> np.ndarray:
    return np.asarray(image.convert("L"))


def codes(*args) -> list[str]:
    return [code for code, _ in hints(*args)]


@pytest.mark.parametrize(
    ("factor", "dark"), [(0.08, True), (0.2, True), (0.35, False), (1.0, False)]
)
def test_a_picture_in_which_nothing_is_bright_is_dark(factor: float, dark: bool) -> None:
    light = brightness((grey(page(LINES)) * factor).astype(np.uint8))
    assert ("picture_dark" in codes(Quality(light, None), None)) is dark


def test_a_dark_screen_with_bright_letters_is_not_dark() -> None:
    screen = page(LINES, ink=(220, 220, 220), paper=(10, 10, 10))
    assert brightness(grey(screen)) > quality.DARK_BELOW


@pytest.mark.parametrize("noise", [0.0, 4.0])
def test_blur_lowers_sharpness_with_and_without_grain(noise: float) -> None:
    rng = np.random.default_rng(1)
    found = []
    for radius in (0, 1, 2, 4, 8):
        blurred = grey(page(LINES).filter(ImageFilter.GaussianBlur(radius))).astype(float)
        found.append(
            sharpness((blurred + rng.normal(0, noise, blurred.shape)).clip(0, 255).astype("u1"))
        )
    assert found == sorted(found, reverse=True)
    assert found[1] > quality.BLURRED_BELOW > found[3]


def test_a_camera_moved_sideways_shows() -> None:
    still = grey(page(LINES)).astype(float)
    moved = sum(np.roll(still, i, 1) for i in range(25)) / 25
    assert sharpness(moved.astype("u1")) < sharpness(still.astype("u1")) / 2


def test_a_sharp_page_before_a_soft_background_is_sharp() -> None:
    scene = page(LINES, (1200, 900)).filter(ImageFilter.GaussianBlur(12))
    scene.paste(page(LINES), (200, 200))
    assert sharpness(grey(scene)) > quality.BLURRED_BELOW


@pytest.mark.parametrize("size", [(0, 0), (10, 10), (400, 300)])
def test_a_picture_without_edges_has_no_sharpness(size: tuple[int, int]) -> None:
    assert sharpness(np.full((size[1], size[0]), 200, np.uint8)) is None


def test_no_blur_is_named_where_the_text_was_surely_read() -> None:
    soft = Quality(200.0, 0.1)
    assert codes(soft, None) == codes(soft, 0.6) == codes(soft, 0.97) == ["picture_blurred"]
    assert codes(soft, 0.99) == []


def test_what_is_dark_is_not_called_blurred_too() -> None:
    assert codes(Quality(20.0, 0.05), None) == ["picture_dark"]


def test_text_cut_through_at_the_right_is_seen() -> None:
    cut = page([(400, 200, "This runs out of the picture")], (640, 400), 48)
    assert cut_sides(grey(cut), [(400, 195, 640, 260)]) == ("right",)


def test_text_that_ends_before_the_border_is_whole() -> None:
    whole = page([(60, 100, "All in the picture")])
    assert cut_sides(grey(whole), [(55, 95, 400, 140)]) == ()


def test_one_line_on_the_border_without_ink_there_is_whole() -> None:
    tight = np.full((60, 300), 250, np.uint8)
    tight[20:40, 10:280] = 20
    assert cut_sides(tight, [(0, 15, 300, 45)]) == ()


def test_lines_of_a_page_on_its_side_are_cut_at_top_and_bottom() -> None:
    boxes = [(100.0, 0.0, 140.0, 480.0), (200.0, 0.0, 240.0, 480.0)]
    assert cut_sides(np.full((480, 640), 250, np.uint8), boxes) == ("top", "bottom")


def test_all_cut_sides_are_one_notice() -> None:
    found = hints(Quality(200.0, 0.5, ("left", "right")), 0.9)
    assert found == [("text_cut_off", {"side": "left right"})]
