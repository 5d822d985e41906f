"""A question to the documents: find, let the model answer from that alone, check its numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from app.core.chat import ChatEngine, ChatPiece, ChatRequest
from app.core.documents.citations import checked, invented
from app.core.documents.model import Answer, Hit, Message
from app.core.documents.ports import ChatStore
from app.core.documents.prompting import messages
from app.core.errors import AnswerCut, Cancelled, EngineError
from app.core.jobs import JobContext, Progress
from app.core.loops import REPEATS, first_round, until_it_repeats
from app.core.thoughts import without_thoughts

MOST_TOKENS = 800
_TITLE_CHARACTERS = 80


@dataclass(frozen=True)
class Answerer:
    """A chat engine: its port, the name of its model, its context in tokens."""

    engine: ChatEngine
    model: str
    num_ctx: int


def answer(
    question: str,
    hits: Sequence[Hit],
    answerer: Answerer,
    chats: ChatStore,
    ctx: JobContext,
    *,
    chat: int | None = None,
) -> Answer:
    """Have ``answerer`` answer from ``hits`` and keep both turns in a chat.

    The ``Answer`` without its text is emitted as "begun", then pieces as "piece" as they
    come. A number that the model invented is in
    the pieces but not in the result (notice "citations_invented"); with no number left
    there is the notice "answer_uncited". Stopped or cut answers are kept as far as they
    came; ``AnswerCut`` carries the ``Answer`` so far. Raises ``EngineError``,
    ``StorageError``, ``Cancelled``.
    """
    earlier = chats.messages(chat) if chat is not None else ()
    if chat is None:
        chat = chats.create(" ".join(question.split())[:_TITLE_CHARACTERS]).id
    chats.add(chat, Message("user", question))
    so_far = Answer(tuple(hits), engine=answerer.model, chat=chat)
    ctx.emit("begun", so_far)
    writing = _Writing(ctx)
    try:
        writing.run(question, hits, earlier, answerer)
    except (AnswerCut, Cancelled) as error:
        part = writing.finished(replace(so_far, whole=False))
        _keep(part, chats)
        if isinstance(error, AnswerCut):
            raise AnswerCut(partial=part, **error.params) from error
        raise
    done = writing.finished(so_far)
    if done.text is None:  # a model that only thought, or said nothing at all
        code = "answer_only_thought" if writing.thought else "answer_malformed"
        raise EngineError(code, engine=answerer.model)
    if writing.invented:
        ctx.notice("citations_invented", numbers=", ".join(map(str, writing.invented)))
    if not done.citations:
        ctx.notice("answer_uncited")
    _keep(done, chats)
    return done


def stopped(begun: Answer, text: str) -> Answer:
    """Return the answer that was stopped when its pieces had come to ``text``."""
    clean, citations = checked(without_thoughts(text).strip(), begun.hits)
    return replace(begun, text=clean or None, citations=citations, whole=False)


class _Writing:
    """One answer while it comes: its text so far, and how many hits the model was shown."""

    def __init__(self, ctx: JobContext):
        self._ctx = ctx
        self._text = ""
        self._shown = 0
        self.invented: tuple[int, ...] = ()
        self.thought = False  # it did, and came to no end

    def run(
        self, question: str, hits: Sequence[Hit], earlier: Sequence[Message], answerer: Answerer
    ) -> None:
        """Ask. Where the estimate of tokens was too low the server says so before it
        begins, and fewer passages are sent: nothing is ever cut off unseen."""
        most = min(MOST_TOKENS, answerer.num_ctx // 4)
        room = answerer.num_ctx - most
        offered = hits
        while True:
            self._ctx.check()
            self._ctx.report(Progress("answer"))
            prompt, self._shown = messages(question, offered, earlier, room)
            request = ChatRequest(answerer.model, prompt, answerer.num_ctx, most)
            self._text = ""  # an old server tells only at the end that it did not read it all
            try:
                self._read(until_it_repeats(answerer.engine.chat(request, self._ctx)))
                break
            except EngineError as error:
                if error.code != "ollama_too_long" or self._shown <= 1:
                    raise
            room = room * 2 // 3
            offered = offered[: self._shown - 1]
        if self._shown < len(hits):
            self._ctx.notice("passages_left_out", shown=self._shown, found=len(hits))

    def _read(self, pieces: Iterable[ChatPiece]) -> None:
        thinking = False
        for piece in pieces:
            thinking = thinking or bool(piece.thinking)
            if piece.text:
                self._text += piece.text
                self._ctx.emit("piece", piece.text)
            if piece.end is not None and piece.end.reason == "length":
                self.thought = thinking and not self._text.strip()
                if not self.thought:
                    self._ctx.notice("answer_long")
            elif piece.end is not None and piece.end.reason == REPEATS:
                self._ctx.notice("answer_repeats")
                self._text = first_round(self._text)

    def finished(self, so_far: Answer) -> Answer:
        """Return the answer with its numbers checked."""
        text = without_thoughts(self._text).strip()
        self.invented = invented(text, so_far.hits[: self._shown])
        clean, citations = checked(text, so_far.hits[: self._shown])
        return replace(so_far, text=clean or None, citations=citations, shown=self._shown)


def _keep(done: Answer, chats: ChatStore) -> None:
    if done.text and done.chat is not None:
        turn = Message("assistant", done.text, done.engine, done.whole, done.citations)
        chats.add(done.chat, turn)
