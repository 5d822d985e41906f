"""What the look room relies on, held by the reader child and by its stand-in."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.fake_pictures import FakePictures
from support.pictures import page, saved

from app.adapters.children import Child
from app.adapters.reader import Reader
from app.core.errors import Cancelled, InputError
from app.core.jobs import JobContext
from app.core.look.model import FoundText, TextLine
from app.core.look.ports import PictureReader

LINES = [(60, 60, "The red lamp blinks twice"), (60, 140, "Open the front cover now")]
FOUND = tuple(TextLine(text, 0.9, (x, y, x + 400, y + 40)) for x, y, text in LINES)


@pytest.fixture
def child():
    urgent, imports = (Child("reader", instance=name) for name in ("urgent", "imports"))
    made = Reader(urgent, imports)
    yield made
    made.close()


@pytest.fixture(params=["stand-in", "real"])
def reader(request) -> PictureReader:
    if request.param == "stand-in":
        return FakePictures(FoundText(FOUND))
    return request.getfixturevalue("child")


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    return Path(saved(page(LINES, size=(640, 480)), tmp_path / "letter.png"))


def test_a_picture_is_measured_and_nothing_is_written_unasked(reader, letter, tmp_path) -> None:
    found = reader.open_picture(letter, JobContext())
    assert (found.path, found.width, found.height) == (letter, 640, 480)
    assert found.frames >= 1 and 0 <= found.brightness <= 255
    assert found.shown is None and found.sent is None
    assert [file for file in tmp_path.iterdir() if file.is_file()] == [letter]


@pytest.mark.parametrize("sent", [False, True])
def test_copies_lie_in_the_folder_that_was_given(reader, letter, tmp_path, sent) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    found = reader.open_picture(letter, JobContext(), folder=folder, sent=sent)
    copies = [found.shown, found.sent] if sent else [found.shown]
    assert all(copy.parent == folder and copy.stat().st_size for copy in copies)
    assert (found.sent is not None) == sent
    assert len(list(folder.iterdir())) == len(copies)


def test_the_text_comes_in_reading_order_with_its_places(reader, letter) -> None:
    found = reader.read_text(letter, JobContext())
    assert [line.text for line in found.lines] == [text for _, _, text in LINES]
    for line in found.lines:
        left, top, right, bottom = line.box
        assert 0 <= left < right <= 640 and 0 <= top < bottom <= 480
        assert 0 < line.confidence <= 1
    assert (found.turned, found.cut, found.codes) == (0, (), ())


def calls(reader: PictureReader):
    return (reader.open_picture, reader.read_text)


def test_a_file_that_is_not_there_is_its_own_error(reader, tmp_path) -> None:
    for call in calls(reader):
        with pytest.raises(InputError) as caught:
            call(tmp_path / "none.png", JobContext())
        assert caught.value.code == "file_missing"


def test_what_is_no_picture_is_its_own_error(reader, tmp_path) -> None:
    (tmp_path / "text.png").write_text("not a picture")
    for call in calls(reader):
        with pytest.raises(InputError) as caught:
            call(tmp_path / "text.png", JobContext())
        assert caught.value.code == "picture_undecodable"


def test_a_cancelled_job_reads_nothing(reader, letter) -> None:
    ctx = JobContext()
    ctx.cancel()
    for call in calls(reader):
        with pytest.raises(Cancelled):
            call(letter, ctx)
