from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog
from support.document_engines import PlainReader
from support.window import said, texts

from app.core import paths
from app.core.errors import StorageError

MANUAL = """# The press

## Cleaning

Clean the press with a dry cloth every evening.

## Errors

The lamp blinks red when the paper is damp. Dry the paper for one hour.
"""


@pytest.fixture
def manual(tmp_path: Path) -> Path:
    file = tmp_path / "press.md"
    file.write_text(MANUAL, encoding="utf-8")
    return file


@pytest.fixture
def tab(shell, idle):
    made = shell.open("documents")
    idle(shell)
    return made


@pytest.fixture
def filled(tab, manual, shell, idle):
    tab.accept("files", [manual])
    idle(shell)
    return tab


@pytest.fixture
def asked(filled, shell, idle):
    filled.question.setText("red lamp")
    filled.ask()
    idle(shell)
    return filled


def test_without_documents_the_page_tells_how_to_begin(tab, shell) -> None:
    assert tab.pages.currentIndex() == 0
    assert not tab.shelf.isVisible()
    assert tab.first_focus() is tab.add_files


def test_an_added_document_is_listed_and_told(filled, shell) -> None:
    assert len(texts(filled.documents)) == 1
    assert "1 document added" in filled.message.text
    assert "1 document added" in said(shell)
    assert filled.first_focus() is filled.question


def test_a_document_tells_its_kind_and_its_pages_where_it_has_any(
    filled, shell, idle, tmp_path
) -> None:
    plain = tmp_path / "press.TXT"
    plain.write_text("The press stands in the cellar.", encoding="utf-8")
    filled.add([plain, paths.samples() / "manuals" / "norvik-lp30-error-codes.pdf"])
    idle(shell)
    told = {row.data.path.rsplit(".", 1)[1]: row.detail for row in filled.documents.rows.rows}
    assert told == {"md": "Markdown", "TXT": "Text", "pdf": "PDF  ·  2 pages"}


def test_a_question_shows_the_passage_that_answers_it(asked, shell) -> None:
    rows = asked.results.rows.rows
    assert any("red" in row.text and "press.md" in row.detail for row in rows)
    assert "passage" in said(shell)
    assert shell.focusWidget() is asked.results


def test_without_a_model_the_passages_stand_alone_and_say_so(asked) -> None:
    assert texts(asked.results)[0].startswith("No language model is here")


def test_the_first_passage_is_current_and_shown_in_full(asked) -> None:
    assert asked.results.current_row().key == ("hit", 1)
    assert "Dry the paper" in asked.passage.toPlainText()


def test_another_question_begins_at_its_first_passage(asked, shell, idle, tmp_path) -> None:
    files = [tmp_path / f"{n}.md" for n in range(3)]
    for file in files:
        file.write_text(f"The red lamp of {file.name}.", encoding="utf-8")
    asked.add(files)
    idle(shell)
    for question in ("red lamp", "lamp"):
        asked.question.setText(question)
        asked.ask()
        idle(shell)
        assert asked.results.current_row().key == ("hit", 1)
        assert asked.results.go_to(("hit", 3))


def test_enter_opens_the_passage_for_reading(asked, qtbot, shell) -> None:
    moved: list[bool] = []  # before it has the keys: then Orca says nothing of it
    asked.passage.cursorPositionChanged.connect(lambda: moved.append(asked.passage.hasFocus()))
    qtbot.keyClick(asked.results, Qt.Key.Key_Return)
    assert shell.focusWidget() is asked.passage
    assert all(moved)


def test_a_question_without_a_hit_says_so_and_keeps_no_old_passage(asked, shell, idle) -> None:
    asked.question.setFocus()
    asked.question.setText("wombat")
    asked.question.returnPressed.emit()
    idle(shell)
    assert texts(asked.results) == ["Nothing in your documents matches these words."]
    assert asked.passage.toPlainText() == ""
    # Once: nor does the keys' going to the list let a screen reader say it again.
    assert said(shell).count("Nothing in your documents") == 1
    assert shell.focusWidget() is asked.question


def test_an_empty_question_asks_nothing(filled, shell) -> None:
    filled.question.setText("   ")
    filled.ask()
    assert not shell.runner.running
    assert "Write your question first." in said(shell)
    assert filled.message.text and shell.focusWidget() is filled.question


def test_a_new_question_begins_with_nothing(asked, shell) -> None:
    asked.new_chat()
    assert texts(asked.results) == [] and asked.question.text() == ""
    assert asked.passage.toPlainText() == ""
    assert shell.focusWidget() is asked.question


def test_after_a_new_question_the_old_answer_is_not_read_aloud(asked, shell) -> None:
    asked._answer = "The paper is damp."
    asked.new_chat()
    asked.read_aloud()
    assert "The paper is damp." not in said(shell)
    assert "There is nothing to read yet." in said(shell)


def test_what_will_stand_in_the_empty_lists_is_said(filled) -> None:
    assert "appear here" in filled.results.accessibleDescription()
    assert filled.passage.placeholderText()


def test_a_button_that_needs_a_choice_says_so(filled, shell, monkeypatch) -> None:
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: pytest.fail("opened"))
    filled.shelf.remove.click()
    assert "Choose a document" in filled.message.text and "Choose a document" in said(shell)
    filled._open_file()
    assert "Choose a passage" in filled.message.text


def test_a_removed_document_leaves_the_library_and_stays_on_disk(
    filled, manual, shell, idle
) -> None:
    filled.documents.setCurrentIndex(filled.documents.rows.index(0))
    filled.shelf.remove.click()
    assert "Take “" in filled.message.text and len(texts(filled.documents)) == 1
    assert shell.focusWidget() is filled.message._close
    filled.message._act.click()
    idle(shell)
    assert texts(filled.documents) == [] and manual.is_file()
    assert "is no longer in Alcove" in filled.message.text and "is no longer" in said(shell)
    assert shell.focusWidget() is filled.add_files


def test_a_document_that_is_kept_stays(filled, shell, idle, qtbot) -> None:
    filled.documents.setCurrentIndex(filled.documents.rows.index(0))
    filled.documents.setFocus()
    filled.remove_document()
    qtbot.keyClick(shell, Qt.Key.Key_Escape)
    idle(shell)
    assert len(texts(filled.documents)) == 1 and filled.message.text == ""
    assert shell.focusWidget() is filled.documents


def test_the_passage_begins_where_the_words_of_the_question_stand(asked) -> None:
    asked.results.go_to(("hit", 1))
    text = asked.passage.toPlainText()
    at = asked.passage.textCursor().position()
    assert text[at:].casefold().startswith(("red", "lamp"))
    marked = {mark.cursor.selectedText().casefold() for mark in asked.passage.extraSelections()}
    assert {"red", "lamp"} <= marked


def test_a_file_that_cannot_be_read_is_counted_and_named_with_its_reason(
    tab, tmp_path, shell, idle
) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.4 nothing")
    tab.add([broken])
    idle(shell)
    assert "1 could not be read" in tab.message.text
    assert "\nbroken.pdf cannot be read as a document." in tab.message.text


def test_chosen_files_and_folders_are_added(tab, manual, shell, idle, monkeypatch) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *a, **k: ([str(manual)], ""))
    tab.choose_files()
    idle(shell)
    assert len(texts(tab.documents)) == 1
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *a, **k: str(manual.parent))
    tab.choose_folder()
    idle(shell)
    assert "unchanged" in tab.message.text


def test_a_cancelled_choice_adds_nothing(tab, shell, monkeypatch) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *a, **k: ([], ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *a, **k: "")
    tab.choose_files()
    tab.choose_folder()
    assert not shell.runner.running


def test_the_file_of_a_passage_and_of_a_document_is_opened_by_the_system(
    asked, manual, monkeypatch, qtbot
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    asked._open_file()
    asked.documents.setCurrentIndex(asked.documents.rows.index(0))
    asked.documents.setFocus()
    qtbot.keyClick(asked.documents, Qt.Key.Key_Return)
    assert opened == [str(manual), str(manual)]


def test_reading_aloud_speaks_the_passage(asked, shell) -> None:
    asked.read_aloud()
    assert "Dry the paper for one hour." in said(shell)


def test_missing_pages_stand_in_the_row_and_are_read_again_on_request(
    tab, shell, idle, tmp_path, qtbot, monkeypatch
) -> None:
    reader = PlainReader()
    reader.faults = {2}
    monkeypatch.setattr(tab._room, "_reader", reader)
    file = tmp_path / "codes.pdf"
    file.write_text("E-42 low voltage.\fE-43 fan stopped.")
    tab.accept("files", [file])
    idle(shell)
    assert "missing pages: 2" in tab.documents.rows.rows[0].detail
    assert "pages that could not be read: 2" in said(shell)
    assert tab.message.property("role") == "notice", "not all was done as asked"
    assert tab.shelf.again.isVisible()
    reader.faults = set()
    qtbot.mouseClick(tab.shelf.again, Qt.MouseButton.LeftButton)
    idle(shell)
    assert "missing" not in tab.documents.rows.rows[0].detail
    assert not tab.shelf.again.isVisible()


def test_a_library_that_cannot_be_read_leaves_a_page_to_begin_with(
    services, shell, idle, monkeypatch
) -> None:
    def broken():
        raise StorageError("library_busy")

    monkeypatch.setattr(services.documents.store, "documents", broken)
    made = shell.open("documents")
    idle(shell)
    assert made.message.text and made.pages.currentIndex() == 0
    assert shell.focusWidget() is made.add_files
