"""When the server of a chat counts as dead, and when not."""

from __future__ import annotations

import asyncio

import httpx

from app.adapters.ollama_chat import Patience, Watch

MODEL = "tiny-chat:latest"


class Busy:
    """A server that streams but has no time for another question."""

    def __init__(self) -> None:
        self.watch: Watch | None = None
        self.asked = 0
        self.seen = asyncio.Event()

    async def get(self, path: str) -> object:
        self.asked += 1
        if self.asked > 4:
            self.seen.set()
            return {}
        assert self.watch is not None
        self.watch.touch()  # a piece of the answer
        raise httpx.ReadTimeout("not whole in time")


def test_a_server_that_streams_is_not_dead_however_often_it_leaves_a_probe_unanswered() -> None:
    async def watched() -> bool:
        server = Busy()
        patience = Patience(probe=0, tell=0)
        server.watch = Watch(server, MODEL, patience, lambda state: None)  # type: ignore[arg-type]
        chat = asyncio.create_task(server.seen.wait())
        watcher = asyncio.create_task(server.watch.run(chat))
        await asyncio.wait([chat])
        watcher.cancel()
        return chat.cancelled() or server.watch.dead

    assert not asyncio.run(watched())


class Old:
    """A server that does not say which models are in memory."""

    def __init__(self) -> None:
        self.asked = 0
        self.seen = asyncio.Event()

    async def get(self, path: str) -> object:
        if path == "/api/version":
            return {"version": "0.1"}
        self.asked += 1
        if self.asked > 2:
            self.seen.set()
        request = httpx.Request("GET", f"http://127.0.0.1{path}")
        raise httpx.HTTPStatusError("404", request=request, response=httpx.Response(404))


def test_a_server_that_does_not_say_what_is_in_memory_is_not_dead() -> None:
    async def watched() -> bool:
        server = Old()
        patience = Patience(probe=0, tell=0)
        watch = Watch(server, MODEL, patience, lambda state: None)  # type: ignore[arg-type]
        chat = asyncio.create_task(server.seen.wait())
        watcher = asyncio.create_task(watch.run(chat))
        await asyncio.wait([chat])
        watcher.cancel()
        return chat.cancelled() or watch.dead

    assert not asyncio.run(watched())
