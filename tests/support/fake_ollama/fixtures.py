"""The scripted server and the real adapter in front of it, for any test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.fake_ollama.server import FakeOllama

from app.adapters.ollama import Ollama
from app.adapters.ollama_chat import Patience
from app.core.settings import Settings


@pytest.fixture
def fake_ollama() -> Iterator[FakeOllama]:
    """Give a scripted server of its own; fails when it was asked something it cannot."""
    with FakeOllama() as server:
        yield server
    assert not server.failures, server.failures


@pytest.fixture
def ollama(fake_ollama: FakeOllama) -> Iterator[Ollama]:
    """Give the real adapter, which asks the scripted server."""
    made = Ollama(
        Settings,
        environment={"OLLAMA_HOST": fake_ollama.host},
        patience=Patience(probe=0.05, tell=0.05),
        installed=lambda: True,
    )
    yield made
    made.close()
