from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from support.window import said, texts


@pytest.fixture
def tab(shell, idle):
    made = shell.open("glossary")
    idle(shell)
    return made


def look_up(tab, word: str) -> list[str]:
    tab.accept("word", word)
    return texts(tab.results)


def test_typing_shows_entries_by_itself(tab, qtbot, shell) -> None:
    qtbot.keyClicks(tab.word, "asthma")
    qtbot.waitUntil(lambda: "asthma" in texts(tab.results))
    assert "asthma" in tab.entry.toPlainText()


def test_a_short_form_shows_all_its_meanings_and_chooses_none(tab) -> None:
    rows = look_up(tab, "MI")
    assert rows[0] == "2 meanings"
    assert {"myocardial infarction", "mitral regurgitation"} <= set(rows)
    assert tab.results.current_row().text == "2 meanings"
    shown = tab.entry.toPlainText()
    assert "myocardial infarction (" in shown and "mitral regurgitation (" in shown


def test_down_goes_from_the_word_to_the_entries(tab, qtbot, shell) -> None:
    look_up(tab, "asthma")
    tab.word.setFocus()
    qtbot.keyClick(tab.word, Qt.Key.Key_Down)
    assert shell.focusWidget() is tab.results


def test_words_that_begin_so_are_offered(tab) -> None:
    assert "More that begin like this" in look_up(tab, "MI")


def test_a_misspelt_word_brings_suggestions_and_enter_takes_one(tab, qtbot) -> None:
    rows = look_up(tab, "diabetis")
    assert rows[0] == "Not found as written. Did you mean:"
    assert tab.results.go_to(("s", rows[1]))
    qtbot.keyClick(tab.results, Qt.Key.Key_Return)
    assert tab.word.text() == rows[1]
    assert tab.entry.toPlainText()


def test_the_caret_of_the_entry_moves_only_while_it_has_the_keys(tab, qtbot, shell) -> None:
    """Orca says nothing of a text whose caret moves before it gets the focus."""
    rows = look_up(tab, "diabetis")
    tab.results.setFocus()
    tab.results.go_to(("s", rows[1]))
    focused: list[bool] = []
    tab.entry.textChanged.connect(lambda: focused.append(tab.entry.hasFocus()))
    qtbot.keyClick(tab.results, Qt.Key.Key_Return)
    assert focused and all(focused)


def test_an_unknown_word_is_said_to_be_unknown_and_nothing_is_made_up(tab) -> None:
    assert look_up(tab, "qwzxvv") == ["Not in the glossary. Nothing is made up for it."]
    assert tab.entry.toPlainText() == ""


def test_an_empty_line_shows_nothing(tab) -> None:
    look_up(tab, "asthma")
    assert look_up(tab, "") == []
    assert tab.entry.toPlainText() == ""


def test_what_can_be_an_emergency_says_so_first(tab) -> None:
    look_up(tab, "anaphylaxis")
    first = tab.entry.toPlainText().split("\n")[0]
    assert first == "This can be an emergency: call your local emergency number."


def test_a_medicine_shows_its_class(tab) -> None:
    look_up(tab, "metformin")
    assert "Kind of medicine: " in tab.entry.toPlainText()


def test_an_entry_has_no_empty_lines(tab) -> None:
    look_up(tab, "metformin")
    assert "\n\n" not in tab.entry.toPlainText()


def test_a_pause_in_typing_tells_what_was_found(tab, qtbot, shell) -> None:
    tab.word.setFocus()
    qtbot.keyClicks(tab.word, "asthma")
    qtbot.waitUntil(lambda: "asthma, condition" in said(shell))


@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        ("hypertnesion", "Did you mean: hypertension, hypotension"),
        ("MI", "2 meanings: mitral regurgitation, myocardial infarction"),
    ],
)
def test_the_ear_hears_what_stands_below_a_heading(tab, qtbot, shell, typed, heard) -> None:
    tab.word.setFocus()
    qtbot.keyClicks(tab.word, typed)
    qtbot.waitUntil(lambda: heard in said(shell))


def test_enter_in_the_line_goes_to_the_entries(tab, qtbot, shell) -> None:
    qtbot.keyClicks(tab.word, "asthma")
    qtbot.keyClick(tab.word, Qt.Key.Key_Return)
    assert shell.focusWidget() is tab.results
    qtbot.keyClick(tab.results, Qt.Key.Key_Return)
    assert shell.focusWidget() is tab.entry


def test_the_entry_is_read_aloud(tab, shell) -> None:
    look_up(tab, "asthma")
    tab.read_aloud()
    assert "In plain words" in said(shell)


def test_the_sample_letter_is_explained(tab) -> None:
    tab.accept("sample", None)
    rows = tab.found.rows.rows
    assert "words explained" in rows[0].text
    assert any(row.data == "NSTEMI" for row in rows)


def test_a_word_of_the_letter_is_looked_up_with_enter(tab, qtbot) -> None:
    tab.letter.setPlainText("The patient has asthma.")
    qtbot.waitUntil(lambda: bool(tab.found.rows.find("asthma")))
    tab.found.go_to("asthma", focus=True)
    qtbot.keyClick(tab.found, Qt.Key.Key_Return)
    assert tab.word.text() == "asthma"


def test_a_letter_in_another_language_carries_a_warning(tab) -> None:
    tab.try_sample("de")
    assert "not in English" in tab.found.rows.rows[0].text
    tab.try_sample("en")
    assert "not in English" not in tab.found.rows.rows[0].text


def test_an_emptied_letter_leaves_no_words(tab, qtbot) -> None:
    tab.accept("sample", None)
    tab.letter.clear()
    qtbot.waitUntil(lambda: texts(tab.found) == [])


def test_unknown_short_forms_are_listed_apart(tab) -> None:
    tab.letter.setPlainText("Asthma since 1990, QZXV positive.")
    tab.explain_letter()
    rows = texts(tab.found)
    assert rows.index("QZXV") > rows.index("Abbreviations that the glossary does not know")


def test_an_empty_list_says_what_will_stand_there(tab, shell, idle) -> None:
    tab.word.clear()
    tab.look_up()
    idle(shell)
    assert tab.results.rows.rowCount() == 0
    assert "appear here" in tab.results.accessibleDescription()
    tab.word.setText("MI")
    tab.look_up()
    idle(shell)
    assert tab.results.rows.rowCount() and tab.results.accessibleDescription() == ""


def click(qtbot, rows, place: int) -> None:
    rows.setCurrentIndex(rows.rows.index(place))
    at = rows.visualRect(rows.currentIndex()).center()
    qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=at)


def test_one_click_takes_a_suggestion(tab, qtbot) -> None:
    rows = look_up(tab, "diabetis")
    click(qtbot, tab.results, 1)
    assert tab.word.text() == rows[1] and tab.entry.toPlainText()


def test_one_click_shows_a_word_of_the_letter(tab, qtbot, shell) -> None:
    tab.letter.setPlainText("The patient has asthma.")
    tab.explain_letter()
    tab.found.setFocus()
    click(qtbot, tab.found, tab.found.rows.find("asthma"))
    assert tab.word.text() == "asthma" and "asthma (" in tab.entry.toPlainText()
    assert shell.focusWidget() is tab.found


def test_without_an_entry_the_button_says_that_there_is_nothing_to_read(tab, shell) -> None:
    tab.read_aloud()
    assert "There is nothing to read yet." in said(shell)


def test_the_letter_and_its_words_begin_on_one_line(tab) -> None:
    tops = {made.mapTo(tab, made.rect().topLeft()).y() for made in (tab.letter, tab.found)}
    assert len(tops) == 1
