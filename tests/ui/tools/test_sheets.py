from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage

from app.core.errors import StorageError
from app.ui.tools.pictures import Picture
from app.ui.tools.sheets import compose

STAMP = QColor("#b00020")


@pytest.fixture
def picture(tmp_path: Path, qapp):
    def make(name: str, scale: int, *, theme: str = "light", scripted: bool = False) -> Picture:
        image = QImage(120 * scale // 100, 80 * scale // 100, QImage.Format.Format_RGB32)
        image.fill(QColor("#0000ff"))
        file = tmp_path / f"{name}-{scale}-{theme}.png"
        assert image.save(str(file))
        return Picture("look", theme, scale, name, str(file), scripted)

    return make


def colours(file: Path) -> set[str]:
    image = QImage(str(file))
    return {
        image.pixelColor(x, y).name()
        for x in range(0, image.width(), 8)
        for y in range(0, image.height(), 4)
    }


def test_a_sheet_per_tab_and_theme(picture, tmp_path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    made = compose([picture("Empty", 100), picture("Empty", 100, theme="dark")], out, "scripted")
    assert [file.name for file in made] == ["look-light.png", "look-dark.png"]


def test_a_state_stands_in_a_row_with_a_column_per_scale(picture, tmp_path) -> None:
    one = compose([picture("Empty", 100)], tmp_path, "scripted")[0]
    size = QImage(str(one)).size()
    two = compose([picture("Empty", 100), picture("Empty", 200)], tmp_path, "scripted")[0]
    wide = QImage(str(two)).size()
    assert wide.width() > 1.9 * size.width() and wide.height() == size.height()
    more = compose([picture("Empty", 100), picture("Error", 100)], tmp_path, "scripted")[0]
    tall = QImage(str(more)).size()
    assert tall.width() == size.width() and tall.height() > 1.9 * size.height()


def test_scripted_answers_are_stamped_and_others_are_not(picture, tmp_path) -> None:
    plain = compose([picture("Empty", 100)], tmp_path, "scripted")[0]
    assert STAMP.name() not in colours(plain)
    stamped = compose([picture("Answer", 100, scripted=True)], tmp_path, "scripted")[0]
    assert STAMP.name() in colours(stamped)


def test_a_sheet_that_cannot_be_written_is_an_error(picture, tmp_path) -> None:
    with pytest.raises(StorageError):
        compose([picture("Empty", 100)], tmp_path / "missing", "scripted")
