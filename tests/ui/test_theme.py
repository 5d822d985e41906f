"""Every theme can be read by everybody: the contrast of every pair that is drawn."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QLineEdit, QListView, QPlainTextEdit, QTextEdit

from app.ui import theme

TEXT = [("text", "window"), ("text", "base"), ("text", "raised"), ("muted", "window"),
        ("muted", "raised"), ("text", "hover"), ("on_accent", "accent"), ("accent", "raised"),
        ("on_selected", "selected"), ("warn", "warn_ground"), ("danger", "raised"),
        ("on_danger", "danger"), ("good", "raised"), ("text", "warn_ground")]  # fmt: skip
PARTS = [("border", "base"), ("border", "window"), ("focus", "window"), ("focus", "base"),
         ("accent", "window"), ("danger", "window"), ("accent", "base"), ("border", "raised"),
         ("focus", "raised"), ("good", "window")]  # fmt: skip


@pytest.mark.parametrize("name", theme.NAMES)
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_has_a_contrast_of_4_5_and_7_in_high_contrast(name, ink, ground) -> None:
    made = theme.load(name)
    least = 7.0 if name == "contrast" else 4.5
    assert theme.contrast(getattr(made, ink), getattr(made, ground)) >= least


@pytest.mark.parametrize("name", theme.NAMES)
@pytest.mark.parametrize(("ink", "ground"), PARTS)
def test_borders_and_focus_have_a_contrast_of_3(name, ink, ground) -> None:
    made = theme.load(name)
    assert theme.contrast(getattr(made, ink), getattr(made, ground)) >= 3.0


@pytest.mark.parametrize("name", theme.NAMES)
def test_every_mark_of_the_style_sheet_is_filled_in(qapp, name) -> None:
    sheet = theme.stylesheet(theme.load(name), 4)
    assert "@" not in sheet


@pytest.mark.parametrize("name", theme.NAMES)
@pytest.mark.parametrize("kind", [QLineEdit, QTextEdit, QPlainTextEdit, QListView])
def test_what_an_empty_field_says_can_be_read(qapp, name, kind) -> None:
    """A style sheet that sets a colour makes the words of empty fields half transparent."""
    theme.apply(qapp, name)
    field = kind()
    field.ensurePolished()
    ink = field.palette().color(QPalette.ColorRole.PlaceholderText)
    theme.apply(qapp, "light")
    assert ink.alpha() == 255
    assert theme.contrast(ink.name(), theme.load(name).base) >= (7.0 if name == "contrast" else 4.5)


def test_contrast_is_that_of_the_standard() -> None:
    assert round(theme.contrast("#ffffff", "#000000"), 1) == 21.0
    assert round(theme.contrast("#777777", "#ffffff"), 2) == 4.48


class _Sender(QObject):
    sent = Signal(bool)


def test_20_000_emissions_do_not_wear_out_true(qapp) -> None:
    sender, heard = _Sender(), []
    sender.sent.connect(heard.append)
    for _ in range(20_000):
        sender.sent.emit(True)
    assert len(heard) == 20_000


def test_20_000_texts_do_not_wear_out_none(qapp, qtbot) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    for n in range(20_000):
        label.setText(str(n))
    assert label.text() == "19999"
