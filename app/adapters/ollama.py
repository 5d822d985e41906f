"""Ollama: language models, pictures and vectors, served on this laptop.

Behaviour of the server as measured on 0.32.15: an answer is whole only when
``done: true`` was seen; nothing at all comes before the first token; the capabilities
in /api/tags are guesses, those in /api/show are right.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from app.adapters import ollama_find
from app.adapters.ollama_chat import Patience, stream
from app.adapters.ollama_http import Clients
from app.adapters.ollama_models import ModelBook, list_engines, loaded_names
from app.adapters.ollama_session import Session
from app.core.chat import ChatPiece, ChatRequest
from app.core.engines.address import Address
from app.core.engines.model import (
    NO_MODEL,
    NOT_INSTALLED,
    NOT_RUNNING,
    READY,
    EngineReport,
    Part,
    Refused,
)
from app.core.engines.used import UsedModels
from app.core.errors import AppError, Cancelled, EngineError
from app.core.jobs import JobContext
from app.core.settings import Settings

if TYPE_CHECKING:
    from app.adapters.ollama_embed import OllamaVectors

_UNLOAD_SECONDS = 3.0
_DEAF_SECONDS = 60.0  # for so long a server that did not answer is not asked to unload again
_DELETED = 404


class Ollama:
    """One server, asked from any thread. Implements ``ChatEngine``, ``EngineCatalogue``
    and ``LanguageServer``; ``vectors`` gives a ``VectorSource``.

    The client library is loaded with the first request (half a second, 39 MB).
    """

    def __init__(
        self,
        settings: Callable[[], Settings],
        *,
        environment: Mapping[str, str] = os.environ,
        patience: Patience | None = None,
        installed: Callable[[], bool] = ollama_find.is_installed,
        used: UsedModels | None = None,
        clock: Callable[[], float] = time.monotonic,
    ):
        self._session = Session(settings, environment)
        self._models = ModelBook(self._session)
        self._patience = patience or Patience()
        self._installed = installed
        self._used = used or UsedModels()
        self._clock = clock
        self._deaf: tuple[Address, float] | None = None  # who did not answer, until when

    def address(self) -> Address:
        """Return the server that is asked. Raises "ollama_unconfirmed", "bad_setting"."""
        return self._session.address()

    def chat(self, request: ChatRequest, ctx: JobContext) -> Iterator[ChatPiece]:
        """Give an answer piece by piece; see ``ChatEngine``.

        While nothing comes, ``ctx.emit("engine", state)`` tells "loading" or "busy".
        """
        ctx.check()
        self._check(request, ctx)
        address = self._session.address()
        _tell_ignored(address, ctx)
        inbox: SimpleQueue[Any] = SimpleQueue()
        self._use(request.model)
        future = self._session.start(self._stream(address, request, inbox.put))
        future.add_done_callback(inbox.put)

        def stop() -> None:
            future.cancel()
            inbox.put(future)

        withdraw = ctx.on_cancel(stop)
        try:
            yield from _pieces(inbox, ctx, self._missing)
        finally:
            withdraw()
            future.cancel()

    def _check(self, request: ChatRequest, ctx: JobContext) -> None:
        """Raise when the model cannot do what is asked, before anything is sent to it."""
        known = self._known(request.model, ctx)
        wanted = ["chat"]
        wanted += ["vision"] if any(m.images for m in request.messages) else []
        wanted += ["thinking"] if request.think else []
        for ability in wanted:
            if not known.can(ability):
                raise EngineError("ability_missing", model=request.model, ability=ability)

    def _known(self, model: str, ctx: JobContext) -> Any:
        try:
            return self._models.known(model, ctx)
        except EngineError as error:
            raise self._missing(error) from error

    def _missing(self, error: EngineError) -> EngineError:
        """Return the error, told apart whether Ollama is not running or not installed."""
        if error.code != "ollama_not_running":
            return error
        local = self._session.address().local
        return EngineError("ollama_not_installed") if local and not self._installed() else error

    async def _stream(
        self, address: Address, request: ChatRequest, put: Callable[[Any], None]
    ) -> None:
        await stream(await self._session.clients(address), request, put, self._patience)

    def vectors(self, model: str) -> OllamaVectors:
        """Return an embedding model of the server."""
        from app.adapters.ollama_embed import OllamaVectors

        return OllamaVectors(model, self._session, self._known, self._missing, self._use)

    def _use(self, model: str) -> None:
        """Note that ``model`` may be in memory from now on, and must be unloaded again."""
        self._used.add(model)
        self._deaf = None

    def look(self, ctx: JobContext) -> EngineReport:
        """Return what the server has; what is missing is a state. Raises ``Cancelled``."""
        self._models.forget()
        try:
            address = self._session.address()
        except AppError as error:
            host = str(error.params.get("host", ""))
            return EngineReport(
                parts=(Part("ollama", NOT_RUNNING, host=host, is_local=False, hint=error.code),)
            )
        where = {"host": address.host, "is_local": address.local}
        ignored = "ollama_host_ignored" if address.ignored else ""
        try:
            version = self._session.ask(_version, ctx)
            engines, remote = self._session.ask(list_engines, ctx)
        except EngineError as error:
            found = self._missing(error).code
            state = NOT_INSTALLED if found == "ollama_not_installed" else NOT_RUNNING
            _tell_ignored(address, ctx)  # no chat will come that says it
            return EngineReport(parts=(Part("ollama", state, hint=found, **where),))
        if not engines:
            _tell_ignored(address, ctx)
        state = READY if engines else NO_MODEL
        hint = ignored or ("" if engines else "ollama_no_model")
        return EngineReport(
            tuple(sorted(engines, key=lambda e: e.name)),
            (Part("ollama", state, version, hint=hint, **where),),
            tuple(Refused(name, "cloud") for name in sorted(remote)),
        )

    def loaded(self, ctx: JobContext) -> frozenset[str]:
        """Return the names of the models in memory. Raises ``EngineError``."""
        return self._session.ask(loaded_names, ctx)

    def unload_used(self, ctx: JobContext) -> None:
        """Take every model out of memory that a program on this data folder used.

        A server that is not there has none. A model that the server did not let go is
        tried again the next time; a server that did not answer at all is left alone for
        a minute, or until a model is used again. Raises ``Cancelled``, and nothing else.
        """
        used = self._used.names()
        try:
            address = self._session.address()
        except AppError:
            return  # told where a server is needed
        if not used or self._is_deaf(address):
            return
        gone: list[str] = []
        try:
            self._session.ask(lambda c: _unload(c, used, gone.append), ctx)
        except AppError as error:
            if error.code == "ollama_not_running":
                gone = used
            elif error.code == "ollama_busy":
                self._deaf = (address, self._clock() + _DEAF_SECONDS)
        finally:
            self._used.forget(gone)

    def _is_deaf(self, address: Address) -> bool:
        """Return whether the server did not answer a moment ago: each try takes seconds."""
        deaf = self._deaf  # another thread may take it back in this moment
        return deaf is not None and deaf[0] == address and self._clock() < deaf[1]

    def close(self) -> None:
        """Break what runs and end the thread."""
        self._session.close()


def _tell_ignored(address: Address, ctx: JobContext) -> None:
    """Say which machine OLLAMA_HOST names in vain."""
    if address.ignored:
        ctx.notice("ollama_host_ignored", host=address.ignored)


def _pieces(
    inbox: SimpleQueue[Any], ctx: JobContext, missing: Callable[[EngineError], EngineError]
) -> Iterator[ChatPiece]:
    while True:
        item = inbox.get()
        ctx.check()
        if isinstance(item, ChatPiece):
            yield item
            if item.end is not None:
                return
        elif isinstance(item, str):
            ctx.emit("engine", item)
        elif isinstance(item, Future):
            if item.cancelled():
                raise Cancelled
            error = item.exception()
            raise missing(error) if isinstance(error, EngineError) else error or Cancelled()


async def _version(clients: Clients) -> str:
    raw = await clients.get("/api/version")
    return str(raw["version"])[:40] if isinstance(raw, dict) and "version" in raw else ""


async def _unload(clients: Clients, models: Sequence[str], gone: Callable[[str], None]) -> None:
    """Unload models and tell which are gone; one that stays keeps none of the others."""
    import asyncio

    import ollama

    async with asyncio.timeout(_UNLOAD_SECONDS):
        for model in models:
            try:
                await clients.ollama.chat(model=model, messages=[], keep_alive=0)
            except ollama.ResponseError as error:
                if error.status_code != _DELETED:
                    continue
            gone(model)
