"""Language models hold their place in the memory plan while they work."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from app.bootstrap import Services
from app.core.chat import ChatEnd, ChatMessage, ChatPiece, ChatRequest
from app.core.embedding import PrefixedEmbedder
from app.core.engines.model import Engine, EngineReport
from app.core.engines.places import Place
from app.core.engines.plan import MemoryPlan
from app.core.engines.room import EngineRoom, HeldChat, HeldVectors
from app.core.engines.tasks import EMBEDDINGS, MINUTES
from app.core.jobs import JobContext, Progress
from app.core.settings import Settings
from app.core.vectors import Vectors

REQUEST = ChatRequest("m", (ChatMessage("user", "Hi"),), 4096)


class Source:
    """An embedding model that notes how many texts it got at a time."""

    model = "nomic-embed-text"

    def __init__(self) -> None:
        self.batches: list[int] = []

    def digest(self, ctx: JobContext) -> str:
        return "0123456789abcdef"

    def embed(self, texts: Sequence[str], ctx: JobContext) -> Vectors:
        self.batches.append(len(texts))
        return Vectors.of([[1.0, 1.0]] * len(texts))


@pytest.fixture
def plan(tmp_path: Path) -> MemoryPlan:
    place = Place(lambda: tmp_path / "models.lock")
    return MemoryPlan(unload_language=lambda ctx: None, end_speech=lambda: None, place=place)


def _waits_for_speech(plan: MemoryPlan, work: Callable[[JobContext], object]) -> bool:
    """Return whether ``work`` waits while speech runs and is done after it."""
    waiting, done = threading.Event(), threading.Event()
    ctx = JobContext(lambda p: waiting.set() if p.step == "wait_memory" else None)

    def run() -> None:
        work(ctx)
        done.set()

    thread = threading.Thread(target=run)
    with plan.speech(JobContext()):
        thread.start()
        waited = waiting.wait(5) and not done.is_set()
    thread.join(5)
    return waited and done.is_set()


def test_an_embedding_model_waits_until_speech_has_ended(plan) -> None:
    source = Source()
    embedder = PrefixedEmbedder(HeldVectors(source, plan))
    assert _waits_for_speech(plan, lambda ctx: embedder.documents(["a", "b"], ctx))
    assert _waits_for_speech(plan, lambda ctx: embedder.query("a", ctx))
    assert source.batches == [2, 1]


def test_naming_the_weights_loads_nothing_and_waits_for_nobody(plan) -> None:
    with plan.speech(JobContext()):
        assert HeldVectors(Source(), plan).digest(JobContext()) == "0123456789abcdef"


def test_a_question_goes_before_an_import_of_documents(plan) -> None:
    taken: list[tuple[int, bool]] = []

    class Watched:
        def language(self, ctx: JobContext, *, urgent: bool = False):
            taken.append((len(taken), urgent))
            return plan.language(ctx, urgent=urgent)

    held = HeldVectors(Source(), Watched())
    held.embed(["one question"], JobContext())
    held.embed(["two", "passages"], JobContext())
    assert [urgent for _, urgent in taken] == [True, False]


def test_the_services_give_every_embedding_model_its_place(monkeypatch) -> None:
    services = Services()
    monkeypatch.setitem(services.__dict__, "plan", None)
    monkeypatch.setitem(services.__dict__, "ollama", _Server())
    assert isinstance(services._vectors(_Server()), HeldVectors)


class _Server:
    name = "nomic-embed-text"

    def vectors(self, name: str) -> Source:
        return Source()


def test_the_room_knows_which_language_model_was_chosen_last() -> None:
    class Served:
        def look(self, ctx: JobContext) -> EngineReport:
            return report

    chat = Engine("ollama/tiny-chat", "tiny-chat", "chat", frozenset({"chat"}), "ollama")
    report = EngineReport(engines=(chat,))
    room = EngineRoom(Served(), (), Settings, lambda: (8 << 30, 16 << 30))
    assert room.last_chat is None
    room.chosen(EMBEDDINGS, JobContext())
    assert room.last_chat is None
    room.chosen(MINUTES, JobContext())
    assert room.last_chat == "tiny-chat"


class Slow:
    """A chat engine that tells what it waits for before its first word."""

    def __init__(self, *states: str):
        self.states = states

    def chat(self, request: ChatRequest, ctx: JobContext) -> Iterator[ChatPiece]:
        for state in self.states:
            ctx.emit("engine", state)
        ctx.emit("other", 1)
        yield ChatPiece("Hi")
        yield ChatPiece(end=ChatEnd("stop"))


def _steps_of(plan: MemoryPlan, *states: str) -> tuple[list[Progress], list[tuple[str, object]]]:
    """Return the progress that is heard of a chat whose engine is in such states, and data."""
    heard: list[Progress] = []
    data: list[tuple[str, object]] = []
    ctx = JobContext(heard.append, on_data=lambda *what: data.append(what))
    ctx.report(Progress("minutes", 2, 8))
    list(HeldChat(Slow(*states), plan, urgent=True).chat(REQUEST, ctx))
    return heard[1:], data


def test_a_model_that_is_loaded_first_is_a_step_until_its_first_word(plan: MemoryPlan) -> None:
    steps, data = _steps_of(plan, "loading", "loading", "busy")
    assert steps == [Progress("load_model", 2, 8), Progress("minutes", 2, 8)]
    assert data == [("other", 1)], "the states are no part of the result"


def test_a_model_that_keeps_one_waiting_is_waited_for(plan: MemoryPlan) -> None:
    steps, _ = _steps_of(plan, "busy", "busy", "busy", "busy")
    assert [step.step for step in steps] == ["wait_engine", "minutes"]
    assert _steps_of(plan, "busy", "busy")[0] == [], "it reads its prompt"


def test_the_step_is_told_again_when_memory_was_waited_for(plan: MemoryPlan) -> None:
    heard: list[str] = []
    waiting = threading.Event()

    def hear(progress: Progress) -> None:
        heard.append(progress.step)
        if progress.step == "wait_memory":
            waiting.set()

    ctx = JobContext(hear)

    def run() -> None:
        ctx.report(Progress("answer"))
        list(HeldChat(Slow(), plan, urgent=True).chat(REQUEST, ctx))

    thread = threading.Thread(target=run)
    with plan.speech(JobContext()):
        thread.start()
        assert waiting.wait(5)
    thread.join(5)
    assert heard == ["answer", "wait_memory", "answer"]
