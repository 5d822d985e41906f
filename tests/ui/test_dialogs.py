"""Small dialogs: what their buttons say, and where they begin to look for files."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QStandardPaths, QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QInputDialog, QPushButton, QWidget

from app.ui.dialogs import ask_text, choose_file, choose_files, choose_folder


@pytest.fixture
def begun(qapp, monkeypatch, tmp_path):
    """Where each dialog began to look; the answers are taken from ``answers``."""
    qapp.setProperty("alcove_folder", None)
    documents = tmp_path / "Documents"
    documents.mkdir()
    monkeypatch.setattr(
        QStandardPaths,
        "writableLocation",
        lambda place: str(documents if "Doc" in place.name else tmp_path),
    )
    places: list[str] = []
    answers: list[str] = []

    def files(parent, title, place, kinds):
        places.append(place)
        return [answers[-1]] if answers else [], kinds

    def file(parent, title, place, kinds):
        places.append(place)
        return answers[-1] if answers else "", kinds

    def folder(parent, title, place):
        places.append(place)
        return answers[-1] if answers else ""

    monkeypatch.setattr(QFileDialog, "getOpenFileNames", files)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", file)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", folder)
    yield places, answers, documents
    qapp.setProperty("alcove_folder", None)


def test_files_are_looked_for_among_the_persons_own(begun) -> None:
    places, _, documents = begun
    assert choose_files(None, "Import", "*.wav") == []
    assert choose_file(None, "Open", "*.png") is None
    assert choose_folder(None, "Export") is None
    assert places == [str(documents)] * 3


def test_without_a_folder_for_documents_it_is_the_home(begun, tmp_path) -> None:
    places, _, documents = begun
    documents.rmdir()
    choose_folder(None, "Export")
    assert places == [str(tmp_path)]


def test_the_next_dialog_begins_where_the_last_choice_was_made(begun, tmp_path) -> None:
    places, answers, documents = begun
    stick = tmp_path / "stick"
    stick.mkdir()
    answers.append(str(stick / "talk.wav"))
    assert choose_files(None, "Import", "*.wav") == [stick / "talk.wav"]
    answers.append(str(stick))
    assert choose_folder(None, "Export") == stick
    assert choose_folder(None, "Recordings", str(tmp_path)) == stick
    assert places == [str(documents), str(stick), str(tmp_path)]
    stick.rmdir()
    choose_folder(None, "Export")
    assert places[-1] == str(documents)


def test_the_button_of_a_box_says_what_it_does_and_wears_no_picture(qapp, qtbot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    seen: list[tuple[str, bool]] = []

    def answer() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QInputDialog)
        seen.extend((b.text(), b.icon().isNull()) for b in box.findChildren(QPushButton))
        box.setTextValue("The crane")
        box.accept()

    QTimer.singleShot(0, answer)
    assert ask_text(window, "Rename", "Title:", "Harbour") == ("The crane", True)
    assert sorted(seen) == [("Cancel", True), ("Rename", True)]
