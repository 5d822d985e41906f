"""What any Ollama server does: one class for the scripted server and for a real one."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from support.fake_ollama import FakeOllama

from app.adapters.ollama import Ollama
from app.core.chat import ChatMessage, ChatRequest, read_answer
from app.core.engines.model import READY
from app.core.errors import Cancelled, EngineError
from app.core.jobs import JobContext
from app.core.settings import Settings

_SCHEMA = {
    "type": "object",
    "properties": {"name": {"type": "string", "enum": ["alpha", "beta"]}},
    "required": ["name"],
}


@dataclass
class Served:
    """An adapter with the models that its server has for each ability."""

    ollama: Ollama
    chat: str
    embed: str | None


@pytest.fixture(params=["fake", pytest.param("live", marks=pytest.mark.live)])
def served(request: pytest.FixtureRequest) -> Iterator[Served]:
    if request.param == "fake":
        with FakeOllama() as server:
            made = Ollama(Settings, environment={"OLLAMA_HOST": server.host})
            yield Served(made, "tiny-chat:latest", "all-minilm:latest")
            made.close()
        return
    if not os.environ.get("OLLAMA_HOST"):
        pytest.skip("needs a real Ollama server, named by OLLAMA_HOST")
    made = Ollama(Settings)
    try:
        yield _live(made)
    finally:
        made.unload_used(JobContext())
        made.close()


def _live(ollama: Ollama) -> Served:
    engines = sorted(ollama.look(JobContext()).engines, key=lambda e: e.size)
    chat = [e.name for e in engines if "chat" in e.abilities]
    embed = [e.name for e in engines if e.kind == "embed"]
    if not chat:
        pytest.skip("needs a real Ollama server with a chat model")
    return Served(ollama, chat[0], embed[0] if embed else None)


def ask(served: Served, text: str = "Say hello.", **more: object) -> ChatRequest:
    values = {"num_ctx": 2048, "most_tokens": 32} | more
    return ChatRequest(served.chat, (ChatMessage("user", text),), **values)


class TestContract:
    def test_a_look_finds_the_server_and_its_engines(self, served: Served) -> None:
        report = served.ollama.look(JobContext())
        part = report.part("ollama")
        assert part is not None
        assert (part.state, part.is_local) == (READY, True)
        assert part.version[0].isdigit()
        engine = report.engine(served.chat, "chat")
        assert engine is not None
        assert engine.size > 0 and engine.context and engine.context_bytes > 0

    def test_an_answer_streams_and_ends(self, served: Served) -> None:
        answer = read_answer(served.ollama.chat(ask(served), JobContext()))
        assert answer.text
        assert answer.end.reason in ("stop", "length")
        assert answer.end.prompt_tokens and answer.end.answer_tokens

    def test_the_number_of_tokens_is_bounded(self, served: Served) -> None:
        request = ask(served, "Count from one to one hundred.", most_tokens=3)
        answer = read_answer(served.ollama.chat(request, JobContext()))
        assert answer.end.reason == "length"
        assert answer.end.answer_tokens == 3

    def test_an_answer_follows_its_schema(self, served: Served) -> None:
        request = ask(served, "Choose one.", schema=_SCHEMA)
        answer = read_answer(served.ollama.chat(request, JobContext()))
        assert json.loads(answer.text)["name"] in ("alpha", "beta")

    def test_a_text_that_is_too_long_is_refused_with_its_length(self, served: Served) -> None:
        request = ask(served, "seven words of text for the model " * 800)
        with pytest.raises(EngineError) as raised:
            read_answer(served.ollama.chat(request, JobContext()))
        assert raised.value.code == "ollama_too_long"
        assert raised.value.params["needed"] > raised.value.params["limit"] == 2048

    def test_an_unknown_model_is_missing(self, served: Served) -> None:
        request = ChatRequest("no-such-model", (ChatMessage("user", "Hi"),), 2048)
        with pytest.raises(EngineError) as raised:
            read_answer(served.ollama.chat(request, JobContext()))
        assert raised.value.code == "ollama_model_missing"

    def test_a_model_without_eyes_is_not_sent_a_picture(self, served: Served) -> None:
        engine = served.ollama.look(JobContext()).engine(served.chat)
        if engine is None or "vision" in engine.abilities:
            pytest.skip("needs a real Ollama server with a model that has no vision")
        message = ChatMessage("user", "What is this?", (b"\x89PNG\r\n\x1a\n",))
        with pytest.raises(EngineError) as raised:
            read_answer(
                served.ollama.chat(ChatRequest(served.chat, (message,), 2048), JobContext())
            )
        assert raised.value.code == "ability_missing"

    def test_cancel_ends_an_answer(self, served: Served) -> None:
        ctx = JobContext()
        pieces = served.ollama.chat(ask(served, "Tell a very long story.", most_tokens=400), ctx)
        next(pieces)
        ctx.cancel()
        with pytest.raises(Cancelled):
            list(pieces)

    def test_an_unloaded_model_is_no_longer_in_memory(self, served: Served) -> None:
        read_answer(served.ollama.chat(ask(served), JobContext()))
        assert served.chat in served.ollama.loaded(JobContext())
        served.ollama.unload_used(JobContext())
        assert served.chat not in served.ollama.loaded(JobContext())

    def test_vectors_are_unit_vectors_one_a_text(self, served: Served) -> None:
        if served.embed is None:
            pytest.skip("needs a real Ollama server with an embedding model")
        vectors = served.ollama.vectors(served.embed)
        rows = vectors.embed(["hello world", "the printer shows E17"], JobContext())
        assert rows.shape[0] == 2
        assert np.allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-4)

    def test_a_text_too_long_for_the_embedder_is_split_not_cut(self, served: Served) -> None:
        if served.embed is None:
            pytest.skip("needs a real Ollama server with an embedding model")
        vectors = served.ollama.vectors(served.embed)
        start = "the printer shows an error " * 400
        one, other = vectors.embed(
            [start + "apples " * 400, start + "invoices " * 400], JobContext()
        )
        # Cut off, both would be the same text.
        assert not np.allclose(one, other)
