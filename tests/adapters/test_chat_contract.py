"""What every asker of a language model relies on, held by the real adapter and its stand-in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from support.document_engines import ScriptedChat, too_long
from support.fake_ollama import Answer

from app.core.chat import ChatEngine, ChatMessage, ChatPiece, ChatRequest, read_answer
from app.core.errors import AnswerCut, Cancelled, EngineError
from app.core.jobs import JobContext

PIECES = ("A sign.", " It says", " no.")


def question(text: str = "What is it?") -> ChatRequest:
    return ChatRequest("tiny-chat", (ChatMessage("user", text),), 2048)


class Scripted:
    """Has the stand-in answer."""

    def answers(self, *pieces: str, thinking: str = "", reason: str = "stop") -> ChatEngine:
        made = ScriptedChat([*([ChatPiece(thinking=thinking)] if thinking else []), *pieces])
        made.reason = reason
        return made

    def cut(self, *pieces: str) -> ChatEngine:
        return ScriptedChat([*pieces, AnswerCut(partial="", why="lost")])

    def too_long(self) -> tuple[ChatEngine, ChatRequest]:
        return ScriptedChat([too_long()]), question()


class Served:
    """Has the real adapter answer, from the scripted server."""

    def __init__(self, server, ollama):
        self.server, self.ollama = server, ollama

    def answers(self, *pieces: str, thinking: str = "", reason: str = "stop") -> ChatEngine:
        short = reason == "length"
        self.server.say(Answer([*pieces, " more"] if short else pieces, thinking=thinking))
        if short:
            return _Asking(self.ollama, most_tokens=len(pieces))
        return _Asking(self.ollama, model="tiny-thinker", think=True) if thinking else self.ollama

    def cut(self, *pieces: str) -> ChatEngine:
        self.server.say(Answer(pieces, end="cut", after=len(pieces)))
        return self.ollama

    def too_long(self) -> tuple[ChatEngine, ChatRequest]:
        return self.ollama, question("seven words of text for the model " * 800)


class _Asking:
    """The real adapter, asked for something more."""

    def __init__(self, engine: ChatEngine, **more: object):
        self.engine, self.more = engine, more

    def chat(self, request: ChatRequest, ctx: JobContext) -> Iterator[ChatPiece]:
        return self.engine.chat(replace(request, **self.more), ctx)


@pytest.fixture(params=["stand-in", "real"])
def kind(request) -> Scripted | Served:
    if request.param == "stand-in":
        return Scripted()
    return Served(request.getfixturevalue("fake_ollama"), request.getfixturevalue("ollama"))


def test_an_answer_comes_in_pieces_and_only_the_last_one_ends(kind) -> None:
    pieces = list(kind.answers(*PIECES).chat(question(), JobContext()))
    assert "".join(p.text for p in pieces) == "A sign. It says no."
    assert [p.end is not None for p in pieces] == [False] * (len(pieces) - 1) + [True]
    assert len(pieces) > 2 and pieces[-1].end.reason == "stop"


def test_thinking_is_kept_apart_from_the_answer(kind) -> None:
    answer = read_answer(kind.answers("No.", thinking="hm").chat(question(), JobContext()))
    assert (answer.text, answer.thinking) == ("No.", "hm")


def test_an_answer_at_its_length_says_so(kind) -> None:
    answer = read_answer(kind.answers("A", " sign", reason="length").chat(question(), JobContext()))
    assert (answer.text, answer.end.reason) == ("A sign", "length")


def test_an_answer_that_was_cut_gives_what_had_come(kind) -> None:
    pieces: list[str] = []
    with pytest.raises(AnswerCut) as caught:
        for piece in kind.cut(*PIECES[:2]).chat(question(), JobContext()):
            pieces.append(piece.text)
    assert caught.value.partial == "".join(pieces) == "A sign. It says"


def test_text_that_does_not_fit_is_refused_with_its_length(kind) -> None:
    engine, request = kind.too_long()
    with pytest.raises(EngineError) as caught:
        read_answer(engine.chat(request, JobContext()))
    assert caught.value.code == "ollama_too_long"
    assert caught.value.params["needed"] > caught.value.params["limit"]


@pytest.fixture
def ctx() -> JobContext:
    return JobContext()


def test_a_cancelled_job_asks_nothing(kind, ctx) -> None:
    ctx.cancel()
    with pytest.raises(Cancelled):
        list(kind.answers(*PIECES).chat(question(), ctx))


def test_cancel_ends_an_answer_after_any_of_its_pieces(kind, ctx) -> None:
    first: Callable = kind.answers(*PIECES).chat(question(), ctx).__next__
    assert first().text
    ctx.cancel()
    with pytest.raises(Cancelled):
        while True:
            first()


def test_an_answer_of_which_nobody_wants_the_rest_is_closed(kind, ctx) -> None:
    pieces = kind.answers(*PIECES).chat(question(), ctx)
    next(pieces)
    pieces.close()
    assert list(pieces) == []
    assert not ctx._callbacks, "the job remembers it no longer"
