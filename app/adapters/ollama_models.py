"""What the server's models are: read from /api/show, which alone is right."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.adapters.ollama_errors import from_trouble
from app.adapters.ollama_http import Clients
from app.adapters.ollama_session import Session
from app.core.engines.model import CHAT, EMBED, VISION, Engine, is_cloud_name
from app.core.errors import EngineError
from app.core.jobs import JobContext

ORIGIN = "ollama"
_FRESH_SECONDS = 60.0
_AT_ONCE = 4
_MOST_MODELS = 200
# The server's words for abilities, and ours.
_ABILITIES = {
    "completion": "chat",
    "vision": "vision",
    "embedding": "embed",
    "thinking": "thinking",
    "tools": "tools",
}


@dataclass(frozen=True)
class Known:
    """What a model can do; ``abilities`` is None on old servers that do not say."""

    abilities: frozenset[str] | None
    context: int | None = None
    context_bytes: int = 0
    remote: bool = False

    def can(self, ability: str) -> bool:
        """Return whether the model can do it, or nobody knows."""
        return self.abilities is None or ability in self.abilities


class ModelBook:
    """What was learned of each model, for a minute."""

    def __init__(self, session: Session, clock: Callable[[], float] = time.monotonic):
        self._session = session
        self._clock = clock
        self._known: dict[tuple[str, str], tuple[float, Known]] = {}

    def known(self, model: str, ctx: JobContext) -> Known:
        """Return what ``model`` can do.

        Raises ``EngineError`` "ollama_cloud_refused" for a model that runs elsewhere
        (nothing is sent then), "ollama_model_missing" and the like, ``Cancelled``.
        """
        if is_cloud_name(model):
            raise EngineError("ollama_cloud_refused", model=model)
        key = (self._session.address().url, model)
        kept = self._known.get(key)
        if kept is None or self._clock() - kept[0] > _FRESH_SECONDS:
            known = self._session.ask(lambda c: show(c, model), ctx, model)
            kept = self._known[key] = (self._clock(), known)
        if kept[1].remote:
            raise EngineError("ollama_cloud_refused", model=model)
        return kept[1]

    def forget(self) -> None:
        """Learn everything anew."""
        self._known.clear()


async def show(clients: Clients, model: str) -> Known:
    """Ask for one model; a server too old to know /api/show tells nothing."""
    import httpx

    try:
        return read_show(await clients.post("/api/show", {"model": model}))
    except httpx.HTTPStatusError as error:
        kind = error.response.headers.get("content-type", "")
        if error.response.status_code == 404 and kind.startswith("text/plain"):
            return Known(None)
        raise


def read_show(raw: Any) -> Known:
    """Read an answer of /api/show. Raises ``ValueError`` when it is none."""
    if not isinstance(raw, dict):
        raise ValueError("not an object")
    info = raw.get("model_info")
    info = info if isinstance(info, dict) else {}
    said = raw.get("capabilities")
    abilities = None
    if isinstance(said, list):
        abilities = frozenset(_ABILITIES[w] for w in said if isinstance(w, str) and w in _ABILITIES)
    return Known(
        abilities,
        _number(info, "context_length") or None,
        _context_bytes(info),
        bool(raw.get("remote_host") or raw.get("remote_model")),
    )


def _number(info: dict[str, Any], name: str) -> int:
    """Return a number of the model's description; its keys begin with the architecture."""
    value = info.get(f"{info.get('general.architecture')}.{name}")
    if isinstance(value, list):
        # One per layer in some models; the mean is what memory is about.
        numbers = [v for v in value if isinstance(v, int)]
        value = sum(numbers) // len(numbers) if numbers else 0
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _context_bytes(info: dict[str, Any]) -> int:
    """Return the bytes per token of context: keys and values of all layers, 16 bits each."""
    heads = _number(info, "attention.head_count")
    head = _number(info, "embedding_length") // heads if heads else 0
    key = _number(info, "attention.key_length") or head
    value = _number(info, "attention.value_length") or head
    groups = _number(info, "attention.head_count_kv") or heads
    return _number(info, "block_count") * groups * (key + value) * 2


async def list_engines(clients: Clients) -> tuple[list[Engine], list[str]]:
    """Return the engines of the server, and the names of those that run elsewhere."""
    raw = await clients.get("/api/tags")
    listed = [m for m in _list(raw, "models") if isinstance(m.get("name"), str)][:_MOST_MODELS]
    remote = [m["name"] for m in listed if m.get("remote_host") or is_cloud_name(m["name"])]
    local = [m for m in listed if m["name"] not in remote]
    loaded = await _loaded(clients)
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(entry: dict[str, Any]) -> Engine | str | None:
        async with gate:
            return await _engine(clients, entry, loaded)

    found = await asyncio.gather(*(one(m) for m in local))
    remote += [f for f in found if isinstance(f, str)]
    return [f for f in found if isinstance(f, Engine)], remote


async def _engine(
    clients: Clients, entry: dict[str, Any], loaded: frozenset[str]
) -> Engine | str | None:
    """Return a listed model; its name when it runs elsewhere, None when it cannot be asked."""
    import httpx

    name = entry["name"]
    try:
        known = await show(clients, name)
    except (httpx.HTTPStatusError, ValueError):
        return None  # deleted in this moment, or damaged
    if known.remote:
        return name
    # Without capabilities (old servers) a model is taken for one that chats.
    abilities = known.abilities if known.abilities is not None else frozenset({"chat"})
    size = entry.get("size")
    return Engine(
        id=f"{ORIGIN}/{name}",
        name=name,
        kind=VISION if "vision" in abilities else EMBED if "chat" not in abilities else CHAT,
        abilities=abilities,
        origin=ORIGIN,
        size=size if isinstance(size, int) else 0,
        context=known.context,
        context_bytes=known.context_bytes,
        digest=str(entry.get("digest") or ""),
        loaded=name in loaded,
    )


async def _loaded(clients: Clients) -> frozenset[str]:
    return frozenset(str(m.get("name")) for m in _list(await clients.get("/api/ps"), "models"))


async def loaded_names(clients: Clients) -> frozenset[str]:
    """Return the names of the models in memory; one that is still loading is not there."""
    try:
        return await _loaded(clients)
    except ValueError as error:
        raise from_trouble(error, clients.address.host) from error


def _list(raw: Any, key: str) -> list[dict[str, Any]]:
    if not isinstance(raw, dict):
        raise ValueError("not an object")
    return [m for m in raw.get(key) or () if isinstance(m, dict)]
