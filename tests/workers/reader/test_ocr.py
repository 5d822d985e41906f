"""Text out of pixels with the real models: upright, turned, small, in columns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.pictures import manual, page, saved

from app.core.errors import Cancelled, EngineError
from app.core.jobs import JobContext
from app.workers.reader import OPS, engine

LINES = [
    (60, 60, "The red lamp blinks twice"),
    (60, 140, "Open the front cover now"),
    (60, 220, "Order part number 5512"),
]
TEXTS = [text for _, _, text in LINES]


def read(image: Image.Image, tmp_path: Path, **options) -> dict:
    return OPS["ocr"]({"path": saved(image, tmp_path / "a.png", **options)}, JobContext())


def texts(found: dict) -> list[str]:
    return [line["text"] for line in found["lines"]]


def test_lines_have_text_confidence_and_a_box_around_their_ink(tmp_path: Path) -> None:
    found = read(page(LINES), tmp_path)
    assert texts(found) == TEXTS
    assert (found["width"], found["height"], found["turned"]) == (800, 500, 0)
    for line, (x, y, _) in zip(found["lines"], LINES, strict=True):
        left, top, right, bottom = line["box"]
        assert 0.8 < line["confidence"] <= 1
        assert abs(left - x) < 20 and top < y + 16 < bottom and right > left + 200


@pytest.mark.parametrize(("turn", "turned"), [(90, 3), (180, 2), (270, 1)])
def test_a_turned_page_is_read_and_its_boxes_lie_on_the_picture_as_given(
    tmp_path: Path, turn: int, turned: int
) -> None:
    image = page(LINES).rotate(turn, expand=True)
    found = read(image, tmp_path)
    assert (texts(found), found["turned"]) == (TEXTS, turned)
    ink = np.asarray(image.convert("L")) < 128
    for line in found["lines"]:
        left, top, right, bottom = line["box"]
        assert 0 <= left < right <= image.width and 0 <= top < bottom <= image.height
        assert ink[top:bottom, left:right].mean() > 0.02


@pytest.mark.parametrize("turn", [0, 90])
def test_a_page_thought_to_stand_on_its_head_is_read_from_its_top(
    monkeypatch, tmp_path: Path, turn: int
) -> None:
    real = engine.Engine.upside_down
    monkeypatch.setattr(
        engine.Engine, "upside_down", lambda *given: [not one for one in real(*given)]
    )
    image = page(LINES).rotate(turn, expand=True)
    found = read(image, tmp_path)
    assert (texts(found), found["turned"]) == (TEXTS, (4 - turn // 90) % 4)
    ink = np.asarray(image.convert("L")) < 128
    for line in found["lines"]:
        left, top, right, bottom = line["box"]
        assert ink[top:bottom, left:right].mean() > 0.02


def test_the_exif_turn_comes_before_the_boxes(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = page(LINES).transpose(Image.Transpose.ROTATE_90)
    found = OPS["ocr"](
        {"path": saved(stored, tmp_path / "a.jpg", quality=95, exif=exif)}, JobContext()
    )
    assert (found["width"], found["height"], texts(found)) == (800, 500, TEXTS)


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    left = [
        "The printer keeps sixty labels",
        "in its memory and prints them",
        "again when it is asked to",
    ]
    right = [
        "A new roll is put in with the",
        "print side up and the cover is",
        "closed until it clicks twice",
    ]
    lines = [(40, 60 + 50 * i, t) for i, t in enumerate(left)]
    lines += [(640, 60 + 50 * i, t) for i, t in enumerate(right)]
    found = read(page(lines, (1200, 320)), tmp_path)
    assert texts(found) == left + right


def test_very_small_print_is_enlarged(tmp_path: Path) -> None:
    small = page([(12, 12, "Store below 25 degrees"), (12, 40, "Keep away from children")],
                 (240, 70), 12)  # fmt: skip
    found = read(small, tmp_path)
    assert texts(found) == ["Store below 25 degrees", "Keep away from children"]
    assert all(line["box"][2] <= 240 for line in found["lines"])


def test_small_print_on_a_large_sheet_is_looked_for_from_near(tmp_path: Path) -> None:
    lines = [(300, 300 + 60 * i, f"Small print line number {i + 1}") for i in range(8)]
    found = read(page(lines, (3200, 2400), 12), tmp_path)
    assert texts(found) == [text for _, _, text in lines]


@pytest.mark.parametrize("size", [(1, 1), (40, 1), (3000, 8), (8, 3000), (600, 400)])
def test_a_picture_without_text_gives_no_lines(tmp_path: Path, size: tuple[int, int]) -> None:
    assert read(Image.new("RGB", size, (180, 90, 40)), tmp_path)["lines"] == []


def test_grain_is_not_text(tmp_path: Path) -> None:
    noise = np.random.default_rng(3).integers(0, 255, (300, 400, 3), dtype="u1")
    assert read(Image.fromarray(noise), tmp_path)["lines"] == []


def test_text_that_runs_out_of_the_picture_is_named(tmp_path: Path) -> None:
    lines = [(380, 60 + 60 * i, "This line is longer than the page") for i in range(3)]
    assert read(page(lines, (700, 300)), tmp_path)["cut"] == ["right"]


def test_a_scanned_page_is_drawn_and_read(tmp_path: Path) -> None:
    path = saved(page(LINES), tmp_path / "a.pdf", resolution=96)
    found = OPS["page_ocr"]({"path": path, "page": 1}, JobContext())
    assert texts(found) == TEXTS


def test_cancel_stops_the_reading(tmp_path: Path) -> None:
    ctx = JobContext(lambda progress: ctx.cancel())
    with pytest.raises(Cancelled):
        OPS["ocr"]({"path": saved(page(LINES), tmp_path / "a.png")}, ctx)


def test_a_missing_model_is_an_error_and_no_download(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(engine, "models", lambda: tmp_path)
    with pytest.raises(EngineError) as caught:
        engine.Engine()
    assert caught.value.code == "engine_broken"


def test_a_damaged_model_is_an_error(monkeypatch, tmp_path: Path) -> None:
    for name in engine._MODELS.values():
        (tmp_path / name).write_bytes(b"no model")
    monkeypatch.setattr(engine, "models", lambda: tmp_path)
    with pytest.raises(EngineError) as caught:
        engine.Engine()
    assert caught.value.code == "engine_broken"


def test_the_trial_names_engine_and_version() -> None:
    found = OPS["trial"]({}, JobContext())
    assert found["engine"] == "RapidOCR" and found["version"]


def test_a_picture_is_measured_and_copied_for_window_and_model(tmp_path: Path) -> None:
    path = saved(page(LINES, (2400, 1500), 96), tmp_path / "a.png")
    args = {"path": path, "folder": str(tmp_path), "name": "shown", "sent_side": 512}
    found = OPS["picture"](args, JobContext())
    assert (found["width"], found["height"]) == (2400, 1500)
    assert found["brightness"] > 200 and found["sharpness"] > 0.3
    assert found["shown"] == {"path": str(tmp_path / "shown.png"), "width": 1600, "height": 1000}
    assert size_of(found["shown"]["path"]) == (1600, 1000)
    assert size_of(found["sent"]["path"]) == (512, 320)


def size_of(path: str) -> tuple[int, int]:
    with Image.open(path) as image:
        return image.size


def test_a_text_is_given_in_pieces(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("app.workers.reader.ops._PIECE", 4)
    (tmp_path / "a.txt").write_text("ten letters", encoding="utf-8")
    pieces = []
    ctx = JobContext(on_data=lambda kind, data: pieces.append((kind, data)))
    found = OPS["text"]({"path": str(tmp_path / "a.txt")}, ctx)
    assert pieces == [("text", "ten "), ("text", "lett"), ("text", "ers")]
    assert found == {"characters": 11, "encoding": "utf-8"}


def test_the_pages_of_a_pdf_come_as_events(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(manual(("One", "first"), ("Two", "second")))
    pages = []
    ctx = JobContext(on_data=lambda kind, data: pages.append(data["number"]))
    assert OPS["pdf"]({"path": str(tmp_path / "a.pdf")}, ctx) == {"pages": 2}
    assert pages == [1, 2]


def test_a_page_image_is_written(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(manual(("One", "first")))
    args = {"path": str(tmp_path / "a.pdf"), "page": 1, "folder": str(tmp_path), "side": 300}
    found = OPS["page_image"](args, JobContext())
    assert size_of(found["path"]) == (found["width"], found["height"])
