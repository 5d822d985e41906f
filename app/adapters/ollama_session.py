"""The loop, the address in use and the clients for it, shared by all that asks Ollama."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from concurrent.futures import Future
from typing import Any, TypeVar

from app.adapters.ollama_errors import from_trouble
from app.adapters.ollama_http import Clients, load_package, make_clients
from app.adapters.ollama_loop import LoopThread
from app.core.engines.address import Address, find_address
from app.core.errors import EngineError
from app.core.jobs import JobContext
from app.core.settings import Settings

T = TypeVar("T")


class Session:
    """One adapter's connections. Follows a changed address with the next request."""

    def __init__(self, settings: Callable[[], Settings], environment: Mapping[str, str]):
        self._settings = settings
        self._environment = environment
        self._loop = LoopThread("ollama")
        self._clients: Clients | None = None
        self._lock: asyncio.Lock | None = None

    def address(self) -> Address:
        """Return the server to ask. Raises "ollama_unconfirmed", "bad_setting"."""
        return find_address(self._settings(), self._environment)

    async def clients(self, address: Address) -> Clients:
        """Return the clients for ``address``; only in the loop."""
        self._lock = self._lock or asyncio.Lock()
        async with self._lock:
            if self._clients is None or self._clients.address != address:
                old, self._clients = self._clients, make_clients(address)
                if old is not None:
                    await old.close()
            return self._clients

    def start(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Run ``work`` in the loop."""
        return self._loop.start(work)

    def ask(self, work: Callable[[Clients], Awaitable[T]], ctx: JobContext, model: str = "") -> T:
        """Do a short request and return its result.

        Raises ``EngineError`` for whatever goes wrong, ``Cancelled``.
        """
        address = self.address()
        return self._loop.wait(self._asked(work, address, model), ctx)

    async def _asked(
        self, work: Callable[[Clients], Awaitable[T]], address: Address, model: str
    ) -> T:
        load_package()
        import httpx
        import ollama

        try:
            return await work(await self.clients(address))
        except EngineError:
            raise
        except (
            httpx.HTTPError,
            ollama.ResponseError,
            OSError,
            ValueError,
            TypeError,
            AttributeError,
        ) as error:
            raise from_trouble(error, address.host, model) from error

    def close(self) -> None:
        """Break what runs and end the thread."""
        self._loop.close(self._close())

    async def _close(self) -> None:
        if self._clients is not None:
            await self._clients.close()
