"""The loop that HTTP runs in."""

from __future__ import annotations

import asyncio

from app.adapters.ollama_loop import LoopThread
from app.core.jobs import JobContext


def test_the_loop_is_of_the_kind_whose_connects_the_guard_sees(monkeypatch) -> None:
    """The kind that Windows takes by itself connects where no audit hook looks."""

    def of_the_system() -> None:
        raise AssertionError("another kind of loop")

    monkeypatch.setattr(asyncio, "new_event_loop", of_the_system)
    loop = LoopThread("test")

    async def kind() -> bool:
        return isinstance(asyncio.get_running_loop(), asyncio.SelectorEventLoop)

    assert loop.wait(kind(), JobContext())
    loop.close()
