"""What the engine room needs from outside, and the ports that engines fulfil."""

from __future__ import annotations

from typing import Protocol

from app.core.chat import ChatEngine
from app.core.embedding import Embedder, VectorSource
from app.core.engines.model import EngineReport
from app.core.jobs import JobContext

__all__ = ["ChatEngine", "Embedder", "EngineCatalogue", "LanguageServer", "VectorSource"]


class EngineCatalogue(Protocol):
    """Looks for engines on this machine."""

    def look(self, ctx: JobContext) -> EngineReport:
        """Return what is there now. What is missing is a state, never an error."""


class LanguageServer(Protocol):
    """What holds language models in memory."""

    def unload_used(self, ctx: JobContext) -> None:
        """Take the models that were used on this data folder out of memory.

        Raises ``Cancelled`` alone.
        """
