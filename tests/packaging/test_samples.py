"""The samples that ship: there, small, and what they claim to be."""

from __future__ import annotations

import json

import numpy as np
import pytest
from support.pictures import pdf, qr

from app.core import paths
from app.core.jobs import JobContext
from app.workers.reader.pdf import page_texts
from app.workers.reader.pictures import decode

MANUALS = ("error-codes", "print-head-edition-3", "print-head-edition-1")
PICTURES = ("medicine-box.jpg", "letter.png", "qr-code.png", "dark.jpg", "blurred.jpg",
            "cut-off.png")  # fmt: skip


def manual(name: str) -> list[str]:
    path = paths.samples() / "manuals" / f"norvik-lp30-{name}.pdf"
    return [page.text for page in page_texts(str(path), JobContext())]


def test_the_script_of_the_meeting_fits_its_sound() -> None:
    import av

    script = json.loads((paths.samples() / "meeting.script.json").read_text("utf-8"))
    with av.open(str(paths.samples() / "meeting.ogg")) as sound:
        seconds = float(sound.duration) / 1e6
    assert seconds == pytest.approx(script["duration"], abs=0.1)
    assert 110 < seconds < 135
    edges = [v for s in script["segments"] for v in (s["start"], s["end"])]
    assert edges == sorted(edges) and edges[-1] <= seconds
    assert {s["speaker"] for s in script["segments"]} == {"Robert", "David"}


def test_there_is_speech_where_the_script_says_and_silence_between() -> None:
    import av

    script = json.loads((paths.samples() / "meeting.script.json").read_text("utf-8"))
    with av.open(str(paths.samples() / "meeting.ogg")) as sound:
        to_plain = av.AudioResampler("s16", "mono", 16000)
        frames = [f for frame in sound.decode(audio=0) for f in to_plain.resample(frame)]
    wave = np.concatenate([f.to_ndarray()[0] for f in frames]).astype(float)

    def loud(start: float, end: float) -> float:
        return float(np.sqrt((wave[int(start * 16000) : int(end * 16000)] ** 2).mean()))

    segments = script["segments"]
    for one, two in zip(segments, segments[1:], strict=False):
        assert loud(one["start"], one["end"]) > 20 * loud(one["end"] + 0.1, two["start"] - 0.1)


@pytest.mark.parametrize("name", MANUALS)
def test_a_manual_is_real_text_on_several_pages(name: str) -> None:
    pages = manual(name)
    assert len(pages) >= 2 and all(len(text) > 200 for text in pages)


def test_the_error_codes_are_a_table_in_reading_order() -> None:
    assert "E20 Print head too hot Wait until the lamp stops blinking" in manual("error-codes")[0]


def test_the_older_edition_contradicts_the_newer_one() -> None:
    new, old = ("\n".join(manual(name)) for name in MANUALS[1:])
    assert "10 March 2025" in new and "4 May 2021" in old
    assert "0.5 Nm" in new and "0.8 Nm" in old
    assert "cool for 30 minutes" in new and "cool for 10 minutes" in old


@pytest.mark.parametrize("name", PICTURES)
def test_a_sample_picture_is_small_and_opens(name: str) -> None:
    path = paths.samples() / "pictures" / name
    assert path.stat().st_size < 200_000
    assert min(decode(str(path)).image.size) > 300


@pytest.mark.parametrize("text", ["Hello", "x" * 37, "y" * 60, "ä" * 40, "z" * 106])
def test_the_qr_code_can_be_read_by_another_program(text: str) -> None:
    import cv2

    modules = qr.make(text)
    picture = np.where(np.kron(modules, np.ones((8, 8))), 0, 255).astype(np.uint8)
    assert cv2.QRCodeDetector().detectAndDecode(picture)[0] == text


def test_a_text_too_long_for_the_qr_code_is_refused() -> None:
    with pytest.raises(ValueError):
        qr.make("x" * 107)


def test_lines_of_the_pdf_writer_fit_their_room() -> None:
    lines = pdf.wrap("A rather long sentence that has to be broken " * 4, 10.5, 200)
    assert len(lines) > 3 and all(pdf.width_of(line, 10.5) <= 200 for line in lines)
