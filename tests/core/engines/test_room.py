"""Language models hold their place in the memory plan while they work."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from app.bootstrap import Services
from app.core.embedding import PrefixedEmbedder
from app.core.engines.model import Engine, EngineReport
from app.core.engines.places import Place
from app.core.engines.plan import MemoryPlan
from app.core.engines.room import EngineRoom, HeldVectors
from app.core.engines.tasks import EMBEDDINGS, MINUTES
from app.core.jobs import JobContext
from app.core.settings import Settings
from app.core.vectors import Vectors


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
