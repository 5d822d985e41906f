"""The document room as window and command line use it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from app.core.documents.add import add_documents
from app.core.documents.ask import Answerer, answer
from app.core.documents.model import AddResult, Answer, Hit
from app.core.documents.ports import ChatStore, DocumentReader, DocumentStore
from app.core.documents.search import DEFAULT_HITS, Meaning, give_vectors, search
from app.core.errors import EngineError
from app.core.jobs import JobContext


class DocumentRoom:
    """Add files, find passages, ask questions.

    ``meaning`` and ``answerer`` are asked each time for what is chosen and there now;
    they return None where there is no such engine and may raise ``EngineError``.
    """

    def __init__(
        self,
        reader: DocumentReader,
        store: DocumentStore,
        chats: ChatStore,
        meaning: Callable[[JobContext], Meaning | None] = lambda ctx: None,
        answerer: Callable[[JobContext], Answerer | None] = lambda ctx: None,
    ):
        self._reader = reader
        self._store = store
        self._chats = chats
        self._meaning = meaning
        self._answerer = answerer

    @property
    def store(self) -> DocumentStore:
        """Return where the documents live."""
        return self._store

    @property
    def chats(self) -> ChatStore:
        """Return where the chats live."""
        return self._chats

    def add(self, paths: Iterable[Path], ctx: JobContext) -> tuple[AddResult, ...]:
        """Take files and folders in; see ``add_documents``. Then give vectors."""
        results = add_documents(paths, self._reader, self._store, ctx)
        self.look_after(ctx)
        return results

    def look_after(self, ctx: JobContext) -> None:
        """Give vectors to what has none, and repair the index; cheap when all is done."""
        if not self._store.documents():
            return
        meaning = self._found(self._meaning, ctx)
        if meaning is not None:
            give_vectors(self._store, meaning, ctx)

    def search(
        self, query: str, ctx: JobContext, k: int = DEFAULT_HITS, *, before: str = ""
    ) -> tuple[Hit, ...]:
        """Return the best passages; see ``search``."""
        meaning = self._found(self._meaning, ctx)
        return search(query, k, self._store, ctx, meaning, before=before)

    def ask(
        self,
        question: str,
        ctx: JobContext,
        k: int = DEFAULT_HITS,
        *,
        chat: int | None = None,
    ) -> Answer:
        """Find passages, emit them as "hits", and have them answered where there is a model.

        Without one ``text`` is None (notice "no_chat_engine"), as it is without hits.
        Raises what ``answer`` raises.
        """
        before = self._question_before(chat)
        hits = self.search(question, ctx, k, before=before)
        ctx.emit("hits", hits)
        if not hits:
            return Answer((), chat=chat)
        answerer = self._answerer(ctx)
        if answerer is None:
            ctx.notice("no_chat_engine")
            return Answer(hits, chat=chat)
        return answer(question, hits, answerer, self._chats, ctx, chat=chat)

    def _question_before(self, chat: int | None) -> str:
        turns = self._chats.messages(chat) if chat is not None else ()
        return next((turn.text for turn in reversed(turns) if turn.role == "user"), "")

    @staticmethod
    def _found(find: Callable[[JobContext], Meaning | None], ctx: JobContext) -> Meaning | None:
        try:
            return find(ctx)
        except EngineError as error:
            ctx.notice("meaning_unavailable", error=error.code)
            return None
