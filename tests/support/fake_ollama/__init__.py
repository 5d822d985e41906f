"""A scripted Ollama: a real HTTP server on 127.0.0.1 that behaves as the real one does.

    with FakeOllama() as server:
        server.say("Hello!")                  # the next answer
        server.say(Answer("One two", end="cut", after=1))
        ...
        server.requests[0].body["messages"]

Nobody's model is in it: answers are scripted, or empty documents of the asked schema.
As a program: ``python -m support.fake_ollama --port 11434 --script FILE.json``.
"""

from __future__ import annotations

from support.fake_ollama.script import Answer, FakeModel, Recorded
from support.fake_ollama.server import FakeOllama

__all__ = ["Answer", "FakeModel", "FakeOllama", "Recorded"]
