"""The Documents tab: a question, passages at once, an answer that cites them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from app.core import paths
from app.core.documents.ask import stopped
from app.core.documents.model import AddResult, Answer, Chat, Document, Hit, Message
from app.core.documents.room import DocumentRoom
from app.core.errors import AppError
from app.core.jobs import Notice
from app.core.search.excerpt import found_words
from app.ui.accessible import LineEdit
from app.ui.dialogs import choose_files, choose_folder
from app.ui.documents.rows import answer_rows, hit_rows, message_rows
from app.ui.documents.shelf import Shelf
from app.ui.jobs import Job, Listeners
from app.ui.kinds import DOCUMENTS
from app.ui.reading import Reading, Then, UnreadPage
from app.ui.rows import RowList
from app.ui.sentences import Sentences
from app.ui.tab import House, Tab
from app.ui.widgets import (
    EmptyState,
    JobBar,
    ReadOnlyText,
    Splitter,
    button,
    column,
    gap,
    inset,
    label,
    named,
    row,
    shorter,
)
from app.words import documents as words
from app.words import tr

_TITLE = 90  # characters of a title in a question


class DocumentsTab(Tab):
    """Own files to the left, question and answer to the right."""

    KEY = "documents"

    def __init__(self, house: House):
        super().__init__(house)
        self.chat: int | None = None
        self._adding: Job | None = None
        self._asking: Job | None = None
        self._hits: tuple[Hit, ...] = ()
        self._answer = self._asked = ""
        self._begun: Answer | None = None
        self._turn: object = None
        self._waiting: list[Path] = []
        self._speak = Sentences(self._say_sentence)
        self._reading = Reading(
            house.runner, tr("Reading your library"), self._read, self._show_library, self._unread
        )
        self._keys_later = False
        self._build()
        self.refresh()
        self.start(tr("Checking the index"), lambda ctx: self._room.look_after(ctx), keeps=True)

    @property
    def _room(self) -> DocumentRoom:
        return self.house.services.documents

    def _build(self) -> None:
        self.question = LineEdit()
        self.question.setPlaceholderText(tr("What do you want to know?"))
        self.question.returnPressed.connect(self.ask)
        self.ask_button = button(tr("As&k"), self.ask, role="primary")
        self.stop_button = button(tr("Stop"), self.escape, icon="stop")
        self.stop_button.hide()
        self.results = RowList(
            tr("Answer and passages"), tag_width=gap(14), empty=words.passages_appear()
        )
        self.results.moved.connect(lambda _: self._show_passage())
        self.results.opened.connect(lambda _: self._open_passage())
        self.passage = ReadOnlyText(tr("Passage"))
        self.passage.setPlaceholderText(words.passage_appears())
        self.bar = JobBar(tr("Adding documents"))
        self.bar.cancelled.connect(lambda: self._adding and self._adding.cancel())
        bar = self._toolbar()
        self.shelf = self._make_shelf()
        self.documents, self.chats = self.shelf.documents, self.shelf.chats
        self.pages = QStackedWidget()
        self.pages.addWidget(self._empty())
        self.pages.addWidget(self._found())
        self.pages.addWidget(UnreadPage(tr("&Try the sample manuals"), self.try_sample))
        self.pages.setCurrentIndex(2)
        # Without a document there is nothing to ask.
        self.pages.currentChanged.connect(lambda place: self.line.setVisible(place == 1))
        body = Splitter(Qt.Orientation.Horizontal)
        body.addWidget(self.shelf)
        body.addWidget(self.pages)
        body.setSizes([gap(65), gap(170)])
        body.setStretchFactor(1, 1)
        self.setLayout(column(self.message, self.bar, bar, body, spacing=3))
        inset(self.layout())
        self.layout().setStretch(3, 1)
        find = QShortcut(QKeySequence("Ctrl+F"), self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(lambda: self.question.setFocus())

    def _toolbar(self) -> QHBoxLayout:
        self.add_files = button(tr("Add &files…"), self.choose_files, icon="add", key="Ctrl+O")
        self.add_folder = button(tr("Add a f&older…"), self.choose_folder, icon="add")
        self.line = QWidget()
        asking = row(
            named(tr("&Question"), self.question), self.question, self.ask_button, self.stop_button
        )
        asking.setStretch(1, 1)
        self.line.setLayout(asking)
        self.line.hide()
        made = row(self.add_files, self.add_folder, 2, self.line, None)
        made.setStretch(3, 1000)  # all the room; None has it while the question is hidden
        return made

    def _make_shelf(self) -> Shelf:
        made = Shelf()
        made.document_opened.connect(self._open_document)
        made.chat_opened.connect(self._open_chat)
        made.removing.connect(self.remove_document)
        made.sample_wanted.connect(self.try_sample)
        made.again_wanted.connect(self.read_again)
        made.new_wanted.connect(self.new_chat)
        # As wide as the buttons above it, so that question and answer begin on one line.
        wide = self.add_files.sizeHint().width() + self.add_folder.sizeHint().width()
        made.setMinimumWidth(wide + gap(2))
        return made

    def _found(self) -> QWidget:
        parts = Splitter(Qt.Orientation.Vertical)
        below = QWidget()
        below.setLayout(
            column(
                row(
                    label(tr("Passage"), "heading", wraps=False),
                    None,
                    button(tr("Read &aloud"), self.read_aloud, icon="speak", key="F9"),
                    button(tr("Open the file"), self._open_file),
                ),
                self.passage,
            )
        )
        parts.addWidget(self.results)
        parts.addWidget(below)
        parts.setSizes([gap(110), gap(50)])
        return parts

    def _empty(self) -> EmptyState:
        return EmptyState(
            tr("Documents"),
            tr(
                "Add a folder of manuals, letters or notes (PDF, text, Markdown). Ask in your "
                "own words: the passages are shown with their pages, and an answer cites them."
            ),
            button(tr("&Try the sample manuals"), self.try_sample),
        )

    # --- showing ------------------------------------------------------------------

    def first_focus(self) -> QWidget | None:
        """Return the question; nothing yet while the library is being read."""
        self._keys_later = self.pages.currentIndex() == 2
        return (self.add_files, self.question, None)[self.pages.currentIndex()]

    def refresh(self, then: Then | None = None) -> None:
        """Show documents and chats again; ``then`` is called when they are there."""
        self._reading.ask(then)

    def _unread(self, error: AppError) -> None:
        if self.pages.currentIndex() == 2:  # nothing was ever read: the page must not stay blank
            self._show_library(((), ()))
        self.show_error(error)

    def _read(self) -> tuple[Sequence[Document], Sequence[Chat]]:
        return self._room.store.documents(), self._room.chats.chats()

    def _show_library(self, read: tuple[Sequence[Document], Sequence[Chat]]) -> None:
        found, chats = read
        self.shelf.show_library(found, chats)
        self.pages.setCurrentIndex(1 if found else 0)
        first = self.first_focus() if self._keys_later else None
        if first is not None and self.isVisible():
            first.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def opened(self) -> None:
        """Show what changed meanwhile."""
        self.refresh()

    seen_again = opened

    # --- adding -------------------------------------------------------------------

    def choose_files(self) -> None:
        """Ask for files and add them."""
        kinds = " ".join(f"*{e}" for e in DOCUMENTS)
        documents = tr("Documents ({kinds})").format(kinds=kinds)
        files = choose_files(self, tr("Add documents"), documents)
        if files:
            self.add(files)

    def choose_folder(self) -> None:
        """Ask for a folder and add what is in it."""
        folder = choose_folder(self, tr("Add a folder"))
        if folder is not None:
            self.add([folder])

    def try_sample(self) -> None:
        """Add the manuals that came with Alcove and ask something of them."""
        self.add([paths.samples() / "manuals"], then=lambda: self._ask(words.sample_question()))

    def add(self, files: Sequence[Path], then: Any = None) -> None:
        """Add files and folders to the library, after those that are being added."""
        if self._adding is not None:
            self._waiting.extend(files)
            return
        self.bar.begin(tr("Adding documents"))
        told = Listeners(
            progress=self.bar.show_progress,
            done=lambda results: self._added(results, then),
            ended=self._add_ended,
        )
        chosen = list(files)
        self._adding = self.start(
            tr("Adding documents"), lambda ctx: self._room.add(chosen, ctx), told, keeps=True
        )

    def _added(self, results: Sequence[AddResult], then: Any) -> None:
        text = words.added(results)
        self.message.say(text, good=not any(r.state == "failed" or r.missing for r in results))
        self.house.speech.tell(text)
        self.refresh(then)

    def _add_ended(self) -> None:
        self._adding = None
        self.bar.finish()
        self.refresh()
        if self._waiting:
            files, self._waiting = self._waiting, []
            self.add(files)

    def read_again(self) -> None:
        """Try those pages again that could not be read, of all documents."""
        torn = [row.data for row in self.documents.rows.rows if row.data.missing]
        self.documents.setFocus(Qt.FocusReason.OtherFocusReason)
        self.add([Path(document.path) for document in torn])

    def remove_document(self) -> None:
        """Ask before the current document is taken out of the library; its file stays."""
        chosen = self.documents.current_row()
        if chosen is None:
            self._say(tr("Choose a document in the list first."))
            return
        number, title = chosen.data.id, chosen.data.title
        text = tr("Take “{title}” out of Alcove? The file itself stays where it is.").format(
            title=shorter(title, _TITLE)
        )
        self.message.ask(text, (tr("Take it out"), lambda: self._remove(number, title)),
                         tr("Keep it"), about=number)  # fmt: skip
        self.house.speech.tell(text)

    def _remove(self, number: int, title: str) -> None:
        place = self.documents.currentIndex().row()
        self.start(
            tr("Removing"),
            lambda ctx: self._room.store.remove(number),
            Listeners(done=lambda _: self._removed(place, title)),
            keeps=True,
        )

    def _removed(self, place: int, title: str) -> None:
        text = tr("“{title}” is no longer in Alcove. Its file stays.").format(title=title)
        self.message.say(text, good=True)
        self.house.speech.tell(text)
        self.refresh(lambda: self._focus_near(place))

    def _focus_near(self, place: int) -> None:
        rows = self.documents.rows
        if rows.rowCount():
            self.documents.setCurrentIndex(rows.index(min(place, rows.rowCount() - 1)))
            self.documents.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.add_files.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- asking -------------------------------------------------------------------

    def new_chat(self) -> None:
        """Begin a new question."""
        self._let_go()
        self.chat = None
        self.results.show_rows([])
        self.question.clear()
        self.question.setFocus()

    def _ask(self, text: str) -> None:
        self.question.setText(text)
        self.ask()

    def ask(self) -> None:
        """Search at once, and let the model answer where there is one."""
        text = self.question.text().strip()
        if not text:
            self.question.setFocus(Qt.FocusReason.OtherFocusReason)
            self._say(words.question_missing())
            return
        turn = self._let_go()
        self.message.clear()
        self._asked = text
        self._speak.begin()
        self.stop_button.show()
        chat = self.chat
        told = Listeners(
            data=self._heard,
            done=self._answered,
            failed=self._failed,
            cancelled=self._stopped,
            notice=self._noticed,
            ended=self._ask_ended,
        )
        told = told.only_while(lambda: self._turn is turn)
        self._asking = self.start(
            tr("Answering"), lambda ctx: self._room.ask(text, ctx, chat=chat), told, waits=True
        )

    def _heard(self, kind: str, data: Any) -> None:
        if kind == "hits":
            self._hits = tuple(data)
            self._show()
            self.house.speech.tell(words.found(len(self._hits)))
            self.results.go_to(("hit", 1))  # of another question another one may be current
            self._to_first()
            if self._hits:  # else the question is put in other words
                self.results.setFocus()
        elif kind == "begun":
            self._begun = data
        elif kind == "piece":
            self._answer += data
            self._speak.add(data)
            self._show()
            self._answer_in_sight()

    def _answered(self, answer: Answer) -> None:
        self._hits = answer.hits
        self._answer, self.chat = answer.text or "", answer.chat
        self._speak.end()
        self.results.show_rows(answer_rows(answer, self._asked))
        self._to_first()
        if self._answer:
            self._answer_in_sight()
        self.refresh()
        self._show_passage()

    def _answer_in_sight(self) -> None:
        """Show the answer above the passages, unless the person went on to one of them."""
        current = self.results.current_row()
        if current is None or current.key in ("answer", ("hit", 1)):
            self.results.scrollToTop()

    def _to_first(self) -> None:
        """Make the answer or else the first passage the current row, unless one is chosen."""
        current = self.results.current_row()
        free = current is None or current.data is None
        if free and not self.results.go_to("answer"):
            self.results.go_to(("hit", 1))
        self._show_passage()

    def _noticed(self, notice: Notice) -> None:
        # What the rows show themselves is not shown a second time.
        if notice.code == "answer_uncited":
            self.house.speech.tell(words.uncited())
        elif notice.code not in ("no_hits", "no_chat_engine"):
            self.show_notice(notice)

    def _failed(self, error: AppError) -> None:
        partial = getattr(error, "partial", None)
        if isinstance(partial, Answer):
            self._answered(partial)
        self.show_error(error, (tr("Try again"), self.ask))

    def _stopped(self) -> None:
        if self._begun is not None and self._answer:
            self._answered(stopped(self._begun, self._answer))

    def _show(self) -> None:
        self.results.show_rows(hit_rows(self._hits, self._answer, self._asked))

    def _ask_ended(self) -> None:
        self._asking = None
        self.stop_button.hide()

    def _say_sentence(self, sentence: str) -> None:
        if self.house.speech.route in ("screen_reader", "own"):
            self.house.speech.tell(sentence)

    def _let_go(self) -> object:
        """Let what was asked last be over: it is neither shown nor heard nor read any more."""
        self.escape()
        self._ask_ended()
        self._answer, self._hits, self._asked, self._begun = "", (), "", None
        self.passage.show_text("")
        self._turn = object()
        return self._turn

    def escape(self) -> bool:
        """Stop the answer being written."""
        self._speak.drop()
        if self._asking is None:
            return False
        self._asking.cancel()
        return True

    # --- passages -----------------------------------------------------------------

    def _current_place(self) -> tuple[str, int | None, str] | None:
        chosen = self.results.current_row()
        data = chosen.data if chosen else None
        if data is None or not hasattr(data, "path"):
            return None
        return data.path, data.page, data.text

    def _show_passage(self) -> None:
        chosen = self.results.current_row()
        place = self._current_place()
        if place is not None:
            self.passage.show_text(place[2])
            self.passage.mark(found_words(place[2], self._asked))
        elif chosen is not None and chosen.data == "answer":
            self.passage.show_text(chosen.text)

    def _open_passage(self) -> None:
        self.passage.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show_passage()  # afterwards: of an answer that grew meanwhile the caret moves

    def _open_file(self) -> None:
        place = self._current_place()
        if place is None:
            self._say(tr("Choose a passage first: the file it stands in is opened."))
        else:
            QDesktopServices.openUrl(QUrl.fromLocalFile(place[0]))

    def _say(self, text: str) -> None:
        self.message.say(text)
        self.house.speech.tell(text)

    def _open_document(self) -> None:
        chosen = self.documents.current_row()
        if chosen is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(chosen.data.path))

    def _open_chat(self) -> None:
        chosen = self.chats.current_row()
        if chosen is None:
            return
        turn = self._let_go()
        number = self.chat = chosen.data.id
        told = Listeners(done=self._show_chat).only_while(lambda: self._turn is turn)
        self.start(
            tr("Opening an earlier question"),
            lambda ctx: self._room.chats.messages(number),
            told,
            keeps=True,
        )

    def _show_chat(self, messages: Sequence[Message]) -> None:
        rows = [r for m in messages for r in message_rows(m)]
        self.results.show_rows(rows)
        answers = [r for r in rows if r.data == "answer"]
        if answers:
            self._answer = answers[-1].text
            self.results.go_to(answers[-1].key)
            self._show_passage()
        self.results.setFocus()

    def read_aloud(self) -> None:
        """Speak the answer, or the current passage."""
        text = self._answer or self.passage.toPlainText()
        self.read(Sentences.split(text))

    # --- the shell ----------------------------------------------------------------

    def accept(self, intent: str, data: Any) -> None:
        """Take files, or the sample."""
        if intent == "files":
            self.add(data)
        elif intent == "sample":
            self.try_sample()
