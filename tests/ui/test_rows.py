"""Rows as they are drawn: what is kept wrapped, and what of a long text is drawn."""

from __future__ import annotations

import random

import pytest
from PySide6.QtGui import QGuiApplication, QPalette

from app.ui.rows import Row, RowList


@pytest.fixture
def rows(qapp, qtbot):
    made = RowList("Rows")
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.show()
    return made


def test_the_signs_between_facts_are_not_spoken() -> None:
    assert Row("Ollama", "ready  ·  0.9  |  here").words() == "Ollama, ready, 0.9, here"


def kept(rows: RowList) -> int:
    return len(rows.itemDelegate()._measures._plain._kept)


def test_an_answer_that_grows_keeps_the_other_rows_wrapped(rows) -> None:
    others = [Row(f"passage {n}", key=n) for n in range(8)]
    for length in range(1, 300):
        rows.show_rows([Row("word " * length, key="answer"), *others])
        rows.viewport().repaint()
    assert kept(rows) < 3 * len(others)


def test_a_text_taller_than_the_list_is_drawn_the_same_where_it_is_seen(rows) -> None:
    tall = Row("\n".join(f"line {n} " * 6 for n in range(120)), key="tall")
    rows.show_rows([tall])
    rows.verticalScrollBar().setValue(rows.verticalScrollBar().maximum() // 2)
    seen = rows.viewport().grab().toImage()
    ground = seen.pixelColor(seen.width() - 2, seen.height() // 2)
    inked = [
        y for y in range(seen.height())
        if any(seen.pixelColor(x, y) != ground for x in range(20, 200, 3))
    ]  # fmt: skip
    # From the first to the last line of the view there is text: nothing was left out.
    assert inked[0] < 25 and inked[-1] > seen.height() - 25


def test_a_list_that_has_the_keys_has_a_current_row_once_rows_come(rows) -> None:
    rows.activateWindow()
    rows.setFocus()
    rows.show_rows([])
    assert rows.current_row() is None
    rows.show_rows([Row("one", key=1), Row("two", key=2)])
    assert rows.current_row().text == "one"


def test_a_list_without_the_keys_gets_no_current_row_by_itself(rows) -> None:
    rows.clearFocus()
    rows.show_rows([Row("one", key=1)])
    assert rows.current_row() is None


def bars(rows: RowList) -> list[object]:
    """Return the keys of the rows that have a bar of the accent at their left."""
    accent = QGuiApplication.palette().color(QPalette.ColorRole.Accent).name()
    seen = rows.viewport().grab().toImage()
    places = [rows.visualRect(rows.rows.index(n)) for n in range(rows.rows.rowCount())]
    return [
        row.key for row, place in zip(rows.rows.rows, places, strict=True)
        if seen.rect().contains(place.center())
        and seen.pixelColor(place.left() + 1, place.center().y()).name() == accent
    ]  # fmt: skip


def test_marked_rows_are_drawn_and_shown_and_the_current_one_stays(rows) -> None:
    rows.show_rows([Row(f"row {n}", key=n) for n in range(60)])
    rows.go_to(0)
    rows.mark({40, 42})
    assert bars(rows) == [40, 42] and rows.current_row().key == 0
    rows.mark({1}, show=False)
    assert bars(rows) == []  # marked, out of sight
    rows.go_to(0)
    assert 1 in bars(rows) and 42 not in bars(rows)


def test_a_row_that_only_moves_is_not_told_once_more(rows) -> None:
    """While an answer is read aloud, lines come above the passage that has the keys."""
    hits = [Row(f"passage {n}", key=("hit", n)) for n in (1, 2, 3)]
    rows.show_rows([Row("Passages", kind="heading"), *hits])
    rows.go_to(("hit", 2), focus=True)
    told: list[object] = []
    rows.moved.connect(lambda index: told.append(index.row()))
    answer = [Row("Answer", kind="heading"), Row("Error E07 means", key="answer")]
    rows.show_rows([*answer, Row("Passages", kind="heading"), *hits])
    rows.show_rows([*answer, Row("by llama", key="by"), Row("Passages", kind="heading"), *hits])
    assert told == [] and rows.current_row() == hits[1]
    rows.show_rows([Row("Passages", kind="heading"), *hits])
    assert told == [] and rows.current_row() == hits[1]


def test_whatever_comes_and_goes_the_rows_are_those_that_were_given(rows, qtmodeltester) -> None:
    rng = random.Random(5)
    qtmodeltester.check(rows.rows)
    for _ in range(300):
        given = [
            Row(rng.choice("abc"), key=rng.choice((None, n)))
            for n in range(9)
            if rng.random() < 0.6
        ]
        rows.show_rows(given)
        assert rows.rows.rows == given and rows.rows.rowCount() == len(given)
