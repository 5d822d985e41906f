"""Clients of a server as the tests ask it, and a port where none is."""

from __future__ import annotations

import socket

from app.adapters.ollama import Ollama
from app.core.chat import ChatMessage, ChatRequest
from app.core.settings import Settings


def request(model: str = "tiny-chat") -> ChatRequest:
    """Return the shortest question."""
    return ChatRequest(model, (ChatMessage("user", "Hi"),), 4096)


def closed_port() -> int:
    """Return a port at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def looking_at(host: str, *, installed: bool = True, settings: Settings | None = None) -> Ollama:
    """Return a client of ``host`` that knows nothing else of this machine."""
    return Ollama(
        lambda: settings or Settings(),
        environment={"OLLAMA_HOST": host},
        installed=lambda: installed,
    )
