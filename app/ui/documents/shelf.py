"""What lies in the library: the documents, and what was asked before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.ui.documents.rows import chat_rows, document_rows
from app.ui.rows import RowList
from app.ui.widgets import button, column, label, row
from app.words import documents as words
from app.words import tr

if TYPE_CHECKING:
    from app.core.documents.model import Chat, Document


class Shelf(QWidget):
    """Both lists with their buttons; hidden while there is nothing in either."""

    document_opened = Signal()
    chat_opened = Signal()
    removing = Signal()
    sample_wanted = Signal()
    again_wanted = Signal()
    new_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.documents = RowList(tr("Documents"))
        self.documents.opened.connect(lambda _: self.document_opened.emit())
        self.chats = RowList(tr("Earlier questions"), empty=words.no_chats())
        self.chats.opened.connect(lambda _: self.chat_opened.emit())
        self.chats.clicked.connect(lambda _: self.chat_opened.emit())
        self.sample = button(tr("&Try the sample"), self.sample_wanted.emit)
        self.remove = button(tr("Remove"), self.removing.emit)
        self.again = button(tr("Read missing &pages again"), self.again_wanted.emit)
        self.setLayout(
            column(
                label(tr("Documents"), "heading"),
                self.documents,
                row(self.remove, self.sample, None),
                row(self.again, None),
                label(tr("Earlier questions"), "heading"),
                self.chats,
                row(button(tr("New question"), self.new_wanted.emit), None),
            )
        )
        self.layout().setStretch(1, 2)
        self.layout().setStretch(5, 1)
        self.hide()

    def show_library(self, documents: Sequence[Document], chats: Sequence[Chat]) -> None:
        """Show what there is."""
        self.documents.show_rows(document_rows(documents))
        self.chats.show_rows(chat_rows(chats))
        self.setVisible(bool(documents) or bool(chats))
        self.remove.setEnabled(bool(documents))
        self.again.setVisible(any(document.missing for document in documents))
