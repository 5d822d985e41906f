"""What the scripted server knows: models, answers, and what it remembers of requests."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

GIGABYTE = 1024**3


@dataclass
class FakeModel:
    """A model of the server; ``remote_host`` makes it a stub of a cloud model."""

    name: str = "tiny-chat:latest"
    capabilities: tuple[str, ...] = ("completion", "tools")
    size: int = GIGABYTE
    family: str = "llama"
    parameters: str = "1.2B"
    context: int = 8192
    blocks: int = 16
    kv_heads: int = 8
    head: int = 64
    width: int = 384
    remote_host: str = ""
    native: bool = False

    @property
    def digest(self) -> str:
        """Return the bare hex digest as the server lists it."""
        return hashlib.sha256(f"{self.name}{self.size}".encode()).hexdigest()

    def can(self, capability: str) -> bool:
        """Return whether the model has a capability."""
        return capability in self.capabilities


CHAT = FakeModel()
THINKER = FakeModel("tiny-thinker:latest", ("completion", "thinking"), 2 * GIGABYTE)
VISION = FakeModel("tiny-vision:latest", ("completion", "vision"), 3 * GIGABYTE, "qwen3vl")
EMBEDDER = FakeModel(
    "all-minilm:latest", ("embedding",), 45_960_996, "bert", "23M", context=512, blocks=6
)
CLOUD = FakeModel(
    "big-model:120b-cloud", ("completion", "thinking"), 384, remote_host="https://ollama.com:443"
)


def usual_models() -> list[FakeModel]:
    """Return one model of each kind."""
    return [CHAT, THINKER, VISION, EMBEDDER, CLOUD]


@dataclass
class Answer:
    """One scripted answer of /api/chat (or, with ``embed``, of /api/embed).

    ``end`` is "done", "none" (the stream ends properly without done:true), "cut" (the
    socket is torn), "reset" (torn with RST), "error" (an error line, then a proper
    end) or "hang" (no byte more until the client goes); it comes ``after`` so many
    pieces. ``gate`` is waited for before the first piece, ``hold`` before the end;
    both in seconds as ``delay`` when no event is at hand. ``match`` is a pattern that
    the prompt must have for the answer to be taken; ``again`` keeps it for later.
    """

    text: str | Sequence[str] = "Hello!"
    thinking: str = ""
    status: int = 200
    error: str = ""
    delay: float = 0.0
    gate: threading.Event | None = None
    hold: threading.Event | None = None
    per_second: float | None = None
    end: str = "done"
    after: int | None = None
    prompt_tokens: int | None = None
    raw: bytes | None = None
    match: str = ""
    again: bool = False
    embed: bool = False
    calls: int = field(default=0, compare=False)

    def pieces(self) -> list[str]:
        """Return the text as it is streamed: given pieces, or words with their spaces."""
        if not isinstance(self.text, str):
            return list(self.text)
        return split(self.text)


def split(text: str) -> list[str]:
    """Return a text in pieces like those of a tokeniser: a word with its space before."""
    return re.findall(r"\s*[^\W_]+|\s*[\W_]", text)


@dataclass
class Recorded:
    """A request as it arrived, and what became of it. Times are of time.monotonic."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any
    at: float
    status: int = 0
    pieces: int = 0
    ended: bool = False
    hung_up_at: float | None = None
    hung_up: threading.Event = field(default_factory=threading.Event)
    streaming: threading.Event = field(default_factory=threading.Event)

    @property
    def prompt(self) -> str:
        """Return the text of all messages."""
        if not isinstance(self.body, dict):
            return ""
        return "\n".join(str(m.get("content", "")) for m in self.body.get("messages") or ())


def from_plain(raw: Mapping[str, Any]) -> tuple[list[FakeModel], list[Answer], dict[str, Any]]:
    """Read a script file: {"models": [...], "answers": [...], further options}."""
    options = dict(raw)
    models = [
        FakeModel(**{**m, "capabilities": tuple(m.get("capabilities", ("completion",)))})
        for m in options.pop("models", ())
    ]
    answers = []
    for entry in options.pop("answers", ()):
        plain = dict(entry)
        if isinstance(plain.get("text"), dict):
            import json

            plain["text"] = json.dumps(plain["text"], ensure_ascii=False)
        answers.append(Answer(**plain))
    return models or usual_models(), answers, options
