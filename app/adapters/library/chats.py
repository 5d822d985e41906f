"""Chats with the documents, kept turn by turn."""

from __future__ import annotations

import json
import sqlite3
import time

from app.adapters.library.database import Store
from app.core.documents.model import Chat, Citation, Message
from app.core.errors import StorageError


class ChatShelf(Store):
    """The chats of one library: implements ``ChatStore``."""

    def create(self, title: str) -> Chat:
        """Begin a chat."""
        now = time.time()

        def work(connection: sqlite3.Connection) -> int:
            row = connection.execute(
                "INSERT INTO chats (title, created) VALUES (?, ?)", (title, now)
            )
            return int(row.lastrowid or 0)

        return Chat(self._db.write(work), title, now)

    def chats(self) -> tuple[Chat, ...]:
        """Return all chats, the newest first."""
        with self._db.read() as connection:
            rows = connection.execute(
                "SELECT id, title, created FROM chats ORDER BY created DESC, id DESC"
            ).fetchall()
        return tuple(Chat(*row) for row in rows)

    def add(self, chat: int, message: Message) -> None:
        """Keep one turn; raises ``StorageError`` "chat_missing"."""
        citations = [citation.to_json() for citation in message.citations]
        values = (
            message.role,
            message.text,
            message.engine,
            message.whole,
            json.dumps(citations, ensure_ascii=False),
            message.created or time.time(),
        )

        def work(connection: sqlite3.Connection) -> None:
            if not connection.execute("SELECT 1 FROM chats WHERE id = ?", (chat,)).fetchone():
                raise StorageError("chat_missing", id=chat)
            connection.execute(
                "INSERT INTO messages (chat, role, text, engine, whole, citations, created)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (chat, *values),
            )

        self._db.write(work)

    def messages(self, chat: int) -> tuple[Message, ...]:
        """Return the turns of a chat in their order."""
        with self._db.read() as connection:
            rows = connection.execute(
                "SELECT role, text, engine, whole, citations, created FROM messages"
                " WHERE chat = ? ORDER BY id",
                (chat,),
            ).fetchall()
        return tuple(_message(row) for row in rows)

    def remove(self, chat: int) -> None:
        """Forget a chat."""
        self._db.write(lambda c: c.execute("DELETE FROM chats WHERE id = ?", (chat,)))


def _message(row: sqlite3.Row) -> Message:
    citations = tuple(Citation(**plain) for plain in json.loads(row["citations"]))
    return Message(
        row["role"], row["text"], row["engine"], bool(row["whole"]), citations, row["created"]
    )
