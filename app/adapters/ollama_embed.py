"""Texts to vectors by an embedding model of the server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from app.adapters.ollama_http import Clients
from app.adapters.ollama_session import Session
from app.core.errors import EngineError
from app.core.jobs import JobContext
from app.core.vectors import Vectors, finite, unit

# A batch may wait behind a chat that runs; a server that is silent for longer is stuck.
_LONGEST_SECONDS = 900.0
_KEEP_SECONDS = 300


class OllamaVectors:
    """One embedding model. Implements ``VectorSource``."""

    def __init__(
        self,
        model: str,
        session: Session,
        known: Callable[[str, JobContext], Any],
        missing: Callable[[EngineError], EngineError],
        used: Callable[[str], None],
    ):
        """``used`` is told of the model each time that it may be loaded."""
        self.model = model
        self._session = session
        self._known = known
        self._missing = missing
        self._used = used

    def digest(self, ctx: JobContext) -> str:
        """Return the digest of the model's weights. Raises ``EngineError``."""
        raw = self._ask(lambda c: c.get("/api/tags"), ctx)
        for entry in raw.get("models") or () if isinstance(raw, dict) else ():
            if isinstance(entry, dict) and entry.get("name") in (
                self.model,
                f"{self.model}:latest",
            ):
                return str(entry.get("digest") or "")
        raise EngineError("ollama_model_missing", model=self.model)

    def embed(self, texts: Sequence[str], ctx: JobContext) -> Vectors:
        """Return one unit vector a text, shape (len(texts), d); see ``VectorSource``."""
        if not self._known(self.model, ctx).can("embed"):
            raise EngineError("ability_missing", model=self.model, ability="embed")
        return Vectors.of(unit(row) for row in self._embed(list(texts), ctx))

    def _embed(self, texts: list[str], ctx: JobContext) -> list[Sequence[float]]:
        if not texts:
            return []
        ctx.check()
        try:
            return self._request(texts, ctx)
        except EngineError as error:
            if error.code != "ollama_too_long":
                raise
            if len(texts) > 1:
                half = len(texts) // 2
                return self._embed(texts[:half], ctx) + self._embed(texts[half:], ctx)
            parts = _halves(texts[0])
            if parts is None:
                raise
            one, other = map(unit, self._embed(list(parts), ctx))
            weights = [len(part) for part in parts]
            pairs = zip(one, other, strict=True)
            return [[a * weights[0] + b * weights[1] for a, b in pairs]]

    def _request(self, texts: list[str], ctx: JobContext) -> list[Sequence[float]]:
        self._used(self.model)
        rows = self._ask(lambda c: _rows(c, self.model, texts), ctx)
        if len(rows) != len(texts) or not rows[0] or len({len(r) for r in rows}) != 1:
            raise EngineError("answer_malformed", engine=self.model)
        if not finite(rows):
            raise EngineError("answer_malformed", engine=self.model)
        return list(rows)

    def _ask(self, work: Callable[[Clients], Any], ctx: JobContext) -> Any:
        try:
            return self._session.ask(work, ctx, self.model)
        except EngineError as error:
            raise self._missing(error) from error


def _halves(text: str) -> tuple[str, str] | None:
    """Return a text in two parts, cut at the white space nearest to its middle."""
    middle = len(text) // 2
    if middle == 0:
        return None
    before, after = text.rfind(" ", 1, middle), text.find(" ", middle, len(text) - 1)
    places = [p for p in (before, after) if p > 0]
    cut = min(places, key=lambda p: abs(p - middle)) if places else middle
    return text[:cut], text[cut:]


async def _rows(clients: Clients, model: str, texts: Sequence[str]) -> Sequence[Sequence[float]]:
    async with asyncio.timeout(_LONGEST_SECONDS):
        answer = await clients.ollama.embed(
            model=model, input=list(texts), truncate=False, keep_alive=_KEEP_SECONDS
        )
    return answer.embeddings
