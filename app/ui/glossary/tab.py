"""The Clinical glossary tab: look up as you type, and the words of a letter."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.core import paths
from app.ui.accessible import LineEdit
from app.ui.glossary.rows import SEVERAL, letter_rows, lookup_rows, sense_text, senses_text, told
from app.ui.rows import RowList
from app.ui.sentences import Sentences
from app.ui.tab import House, Tab
from app.ui.widgets import (
    ReadOnlyText,
    Splitter,
    button,
    column,
    gap,
    inset,
    label,
    named,
    row,
)
from app.words import glossary as words
from app.words import tr

_TYPING_MS = 120
_TELL_MS = 700


class GlossaryTab(Tab):
    """A word to the left, its entry to the right, a letter below."""

    KEY = "glossary"

    def __init__(self, house: House):
        super().__init__(house)
        self._build()
        self._typing = self._timer(_TYPING_MS, self.look_up)
        self._telling = self._timer(_TELL_MS, self._tell)
        self.look_up()

    def _timer(self, milliseconds: int, call: Any) -> QTimer:
        made = QTimer(self)
        made.setSingleShot(True)
        made.setInterval(milliseconds)
        made.timeout.connect(call)
        return made

    @property
    def _glossary(self) -> Any:
        return self.house.services.glossary

    def _build(self) -> None:
        self.word = LineEdit()
        self.word.setPlaceholderText(tr("A word or an abbreviation, such as MI or oedema"))
        self.word.setClearButtonEnabled(True)
        self.word.textChanged.connect(lambda _: self._typing.start())
        self.word.returnPressed.connect(self._to_results)
        down = QShortcut(QKeySequence(Qt.Key.Key_Down), self.word)
        down.setContext(Qt.ShortcutContext.WidgetShortcut)
        down.activated.connect(self._to_results)
        self.results = RowList(tr("Entries"), empty=words.entries_appear())
        self.results.moved.connect(lambda _: self._show_entry())
        self.results.opened.connect(lambda _: self._open())
        self.results.clicked.connect(lambda _: self._show_clicked(self.results))
        self.entry = ReadOnlyText(tr("Entry"))
        self.entry.setPlaceholderText(words.entry_appears())
        self.entry.setAccessibleDescription(words.fixed_line())
        self.fixed = label(words.fixed_line(), "muted")
        self.letter = QPlainTextEdit()
        self.letter.setAccessibleName(tr("Letter"))
        self.letter.setTabChangesFocus(True)
        self.letter.setPlaceholderText(tr("Paste a letter here. Nothing of it is kept."))
        self.letter.textChanged.connect(lambda: self._letter_timer.start())
        self._letter_timer = self._timer(400, self.explain_letter)
        self.found = RowList(tr("Words of the letter"), empty=words.found_appear())
        self.found.opened.connect(lambda _: self._look_up_found())
        self.found.clicked.connect(lambda _: self._show_clicked(self.found))
        line = row(named(tr("&Word"), self.word), self.word)
        line.setStretch(1, 1)
        upper = self._pair(
            column(line, self.results),
            column(
                row(label(tr("Entry"), "heading", wraps=False), None,
                    button(tr("Read &aloud"), self.read_aloud, icon="speak", key="F9")),
                self.entry,
            ),
        )  # fmt: skip
        emptied = button(tr("Empty it"), self.letter.clear)
        heading = label(tr("Words of the letter"), "heading")
        heading.setMinimumHeight(emptied.sizeHint().height())  # as the line beside it
        lower = self._pair(
            column(
                row(label(tr("A letter"), "heading", wraps=False), None,
                    button(tr("&Try the sample"), self.try_sample),
                    button(tr("Sample in German"), lambda: self.try_sample("de")),
                    emptied),
                self.letter,
            ),
            column(heading, self.found),
        )  # fmt: skip
        parts = Splitter(Qt.Orientation.Vertical)
        parts.addWidget(upper)
        parts.addWidget(lower)
        parts.setSizes([gap(90), gap(70)])
        self.setLayout(column(self.message, parts, self.fixed, spacing=3))
        inset(self.layout())
        self.layout().setStretch(1, 1)
        find = QShortcut(QKeySequence("Ctrl+F"), self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(lambda: self.word.setFocus())

    @staticmethod
    def _pair(left: Any, right: Any) -> Splitter:
        made = Splitter(Qt.Orientation.Horizontal)
        for layout, side in ((left, "left"), (right, "right")):
            widget = QWidget()
            widget.setLayout(layout)
            layout.setContentsMargins(0 if side == "left" else gap(3), gap(1), 0, gap(1))
            layout.setStretch(layout.count() - 1, 1)
            made.addWidget(widget)
        made.setSizes([gap(110), gap(110)])
        return made

    def first_focus(self) -> QWidget | None:
        """Return the line for the word."""
        return self.word

    # --- looking up -----------------------------------------------------------------

    def look_up(self) -> None:
        """Show what the glossary has for what was typed so far."""
        text = self.word.text().strip()
        self.results.show_rows(lookup_rows(self._glossary, text))
        rows = self.results.rows.rows
        # Of an abbreviation with several meanings none is chosen silently.
        several = bool(rows) and rows[0].key == SEVERAL
        first = 0 if several else next((n for n, r in enumerate(rows) if r.data is not None), 0)
        if rows:
            self.results.setCurrentIndex(self.results.rows.index(first))
        self._show_entry()
        if text:
            self._telling.start()

    def _tell(self) -> None:
        if self.word.hasFocus() and self.word.text().strip():
            self.house.speech.tell(told(self.results.rows.rows))

    def _to_results(self) -> None:
        self._typing.stop()
        self.look_up()
        if self.results.rows.rows:
            self.results.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_entry(self) -> None:
        chosen = self.results.current_row()
        if chosen is not None and chosen.key == SEVERAL:
            self.entry.show_text(senses_text(self.results.rows.rows))
        else:
            self.entry.show_text(sense_text(chosen.data) if chosen and chosen.data else "")

    def _open(self) -> None:
        chosen = self.results.current_row()
        # First: a caret that moves before keeps Orca from saying where the keys are.
        self.entry.setFocus(Qt.FocusReason.OtherFocusReason)
        if chosen is not None and isinstance(chosen.data, str):
            self.word.setText(chosen.data)
            self._typing.stop()
            self.look_up()

    def _show_clicked(self, rows: RowList) -> None:
        """Look up a suggestion or a word of the letter; the keys stay where they are."""
        chosen = rows.current_row()
        if chosen is not None and isinstance(chosen.data, str):
            self.word.setText(chosen.data)
            self.look_up()

    def read_aloud(self) -> None:
        """Speak the entry."""
        self.read(Sentences.split(self.entry.toPlainText()))

    # --- a letter -------------------------------------------------------------------

    def try_sample(self, language: str = "en") -> None:
        """Show the letter that came with Alcove."""
        file = paths.samples() / "letters" / f"letter_{language}.txt"
        self.letter.setPlainText(file.read_text("utf-8"))
        self.explain_letter()
        self.found.setFocus(Qt.FocusReason.OtherFocusReason)

    def explain_letter(self) -> None:
        """List the words of the letter that the glossary knows, and what it does not."""
        self._letter_timer.stop()
        self.found.show_rows(letter_rows(self._glossary, self.letter.toPlainText()))

    def _look_up_found(self) -> None:
        chosen = self.found.current_row()
        if chosen is not None and isinstance(chosen.data, str):
            self.word.setText(chosen.data)
            self._to_results()

    # --- the shell ------------------------------------------------------------------

    def accept(self, intent: str, data: Any) -> None:
        """Look up a word, or show the sample."""
        if intent == "word":
            self.word.setText(str(data))
            self.look_up()
        elif intent == "sample":
            self.try_sample()
