"""What an engine is: a model and what runs it, with what it can do and what it needs.

"Engine" is the word for it, so that "model" can mean other things. Sizes and memory
are in bytes, contexts in tokens.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

CHAT = "chat"
VISION = "vision"
EMBED = "embed"
SPEECH = "speech"
VOICE = "voice"
KINDS = (CHAT, VISION, EMBED, SPEECH, VOICE)

# States of an engine, and of the program that runs engines.
NOT_INSTALLED = "not_installed"
NOT_RUNNING = "not_running"
NO_MODEL = "no_model"
LOADING = "loading"
READY = "ready"
BUSY = "busy"
CUT = "cut"
BROKEN = "broken"
STATES = (NOT_INSTALLED, NOT_RUNNING, NO_MODEL, LOADING, READY, BUSY, CUT, BROKEN)

# What a language model's program needs beside weights and context.
_OVERHEAD = 300 * 1024**2


@dataclass(frozen=True)
class Engine:
    """One installed engine.

    ``id`` is "origin/name" and stays the same from run to run; ``origin`` says what
    runs it ("ollama", "whisper", "draft", "system"). ``abilities`` are words of
    ``tasks.TASKS``. ``size`` is that of its file; ``fixed_memory`` is given where the
    need is known, else it is computed from ``size`` and ``context_bytes`` (memory per
    token of context). ``context`` is the longest that it was trained for, None when it
    has none or does not say. ``digest`` names its very weights. ``loaded`` says that
    it lies in memory now.
    """

    id: str
    name: str
    kind: str
    abilities: frozenset[str]
    origin: str
    size: int = 0
    fixed_memory: int | None = None
    context: int | None = None
    context_bytes: int = 0
    state: str = READY
    digest: str = ""
    loaded: bool = False
    languages: tuple[str, ...] = ()

    def memory(self, num_ctx: int = 0) -> int:
        """Return the bytes of memory that it needs, with ``num_ctx`` tokens of context."""
        if self.fixed_memory is not None:
            return self.fixed_memory
        if not self.size:
            return 0
        tokens = min(num_ctx, self.context) if self.context else num_ctx
        return self.size + _OVERHEAD + tokens * self.context_bytes

    def with_state(self, state: str) -> Engine:
        """Return the engine in another state."""
        return replace(self, state=state)


def is_cloud_name(model: str) -> bool:
    """Return whether the name means a model that runs elsewhere ("…-cloud", "…:cloud")."""
    return model.strip().lower().endswith(("-cloud", ":cloud"))


@dataclass(frozen=True)
class Part:
    """A program or library that runs engines, as a look at the machine found it.

    ``name`` is "ollama", "whisper", "draft", "voices" or "sound"; ``hint`` is a key of
    its wording; ``host`` is set for a server.
    """

    name: str
    state: str
    version: str = ""
    host: str = ""
    is_local: bool = True
    hint: str = ""


@dataclass(frozen=True)
class Refused:
    """A model that was found and is not used, with a word why ("cloud", "broken")."""

    name: str
    reason: str


@dataclass(frozen=True)
class EngineReport:
    """What is on this machine: engines, what runs them, and what was refused."""

    engines: tuple[Engine, ...] = ()
    parts: tuple[Part, ...] = ()
    refused: tuple[Refused, ...] = field(default=())

    def part(self, name: str) -> Part | None:
        """Return the part ``name``, or None when nobody looked for it."""
        return next((p for p in self.parts if p.name == name), None)

    def engine(self, name: str, ability: str | None = None) -> Engine | None:
        """Return the engine of that id or name; "llama3" also finds "llama3:latest"."""
        for engine in self.engines:
            same = name in (engine.id, engine.name) or f"{name}:latest" == engine.name
            if same and (ability is None or ability in engine.abilities):
                return engine
        return None


def merged(*reports: EngineReport) -> EngineReport:
    """Return several looks as one."""
    return EngineReport(
        tuple(e for r in reports for e in r.engines),
        tuple(p for r in reports for p in r.parts),
        tuple(f for r in reports for f in r.refused),
    )
