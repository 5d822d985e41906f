"""How fast an engine is, from a short trial."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from app.core.chat import ChatEnd, ChatPiece, ChatRequest
from app.core.engines.trial import Speed, minutes_seconds, speech_seconds, try_chat, try_vectors
from app.core.jobs import JobContext
from app.core.vectors import Vectors


class Scripted:
    """A chat engine that gives these pieces, each a second of the clock later."""

    def __init__(self, *pieces: ChatPiece):
        self._pieces = pieces
        self.now = 0.0
        self.request: ChatRequest | None = None

    def chat(self, request: ChatRequest, ctx: JobContext) -> Iterator[ChatPiece]:
        self.request = request
        for piece in self._pieces:
            self.now += 1.0
            yield piece

    def clock(self) -> float:
        return self.now


def test_the_servers_own_times_are_used() -> None:
    end = ChatEnd("stop", 300, 40, load_seconds=5.0, prompt_seconds=3.0, answer_seconds=4.0)
    engine = Scripted(ChatPiece("a"), ChatPiece(end=end))
    assert try_chat(engine, "m", 4096, JobContext()) == Speed(100.0, 10.0, 5.0)
    assert engine.request is not None and engine.request.most_tokens < 100


def test_without_them_the_clock_is() -> None:
    engine = Scripted(ChatPiece("a"), ChatPiece("b"), ChatPiece("c", end=ChatEnd("stop", 50)))
    speed = try_chat(engine, "m", 4096, JobContext(), engine.clock)
    assert (speed.read, speed.write) == (50.0, 1.5)


def test_a_longer_transcript_takes_longer() -> None:
    speed = Speed(read=100.0, write=10.0, load=5.0)
    assert minutes_seconds(speed, 40_000) == pytest.approx(5 + 100 + 120)
    assert speech_seconds(600, 4.0, 3.0) == pytest.approx(153)


def test_an_embedding_model_is_measured_in_passages_a_second() -> None:
    times = iter((10.0, 14.0))

    class Source:
        model = "m"

        def digest(self, ctx: JobContext) -> str:
            return ""

        def embed(self, texts: Sequence[str], ctx: JobContext) -> Vectors:
            assert len(texts) == 8
            return Vectors.of([[1.0]] * len(texts))

    assert try_vectors(Source(), JobContext(), lambda: next(times)) == 2.0
