"""How fast an engine is here, from a short trial, and how long a job will take."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from app.core.chat import ChatEngine, ChatMessage, ChatRequest
from app.core.embedding import VectorSource
from app.core.jobs import JobContext, Progress

# About 300 tokens: enough to measure reading, read in seconds on any laptop.
_TEXT = (
    "Anna: We have to choose a room for the training day. The small one is cheaper, but "
    "it holds ten people and we are twelve. Tom: Then let us take the large room. I will "
    "ask for the price and tell everyone on Monday. Anna: Good. Who orders the food? "
) * 5
_ASK = "Write three plain sentences about what these people talk about.\n\n"
_ANSWER_TOKENS = 48
# An answer of minutes is about this share of the tokens that were read.
_ANSWER_SHARE = 0.12
_CHARACTERS_PER_TOKEN = 4.0


_PASSAGE, _PASSAGES = "A short passage about printers.", 8


@dataclass(frozen=True)
class Speed:
    """Tokens a second that a model reads and writes, and the seconds to load it."""

    read: float
    write: float
    load: float = 0.0


def try_chat(
    chat: ChatEngine,
    model: str,
    num_ctx: int,
    ctx: JobContext,
    clock: Callable[[], float] = time.monotonic,
) -> Speed:
    """Return how fast ``model`` is on this machine; takes seconds once it is loaded.

    Uses the server's own times where it tells them. Raises ``EngineError``,
    ``Cancelled``.
    """
    ctx.report(Progress("trial"))
    request = ChatRequest(
        model, (ChatMessage("user", _ASK + _TEXT),), num_ctx, most_tokens=_ANSWER_TOKENS
    )
    began, first, end, pieces = clock(), None, None, 0
    for piece in chat.chat(request, ctx):
        first = clock() if first is None else first
        pieces += bool(piece.text or piece.thinking)
        end = piece.end or end
    assert end is not None and first is not None
    load = end.load_seconds or 0.0
    reading = end.prompt_seconds or max(first - began - load, 1e-3)
    writing = end.answer_seconds or max(clock() - first, 1e-3)
    read = end.prompt_tokens or len(_ASK + _TEXT) / _CHARACTERS_PER_TOKEN
    return Speed(read / reading, max(1, end.answer_tokens or pieces) / writing, load)


def try_vectors(
    source: VectorSource, ctx: JobContext, clock: Callable[[], float] = time.monotonic
) -> float:
    """Return the passages a second that an embedding model gives vectors to."""
    began = clock()
    source.embed([_PASSAGE] * _PASSAGES, ctx)
    return _PASSAGES / max(clock() - began, 1e-3)


def minutes_seconds(speed: Speed, characters: int) -> float:
    """Return about how long minutes of a transcript of ``characters`` will take."""
    tokens = characters / _CHARACTERS_PER_TOKEN
    return speed.load + tokens / speed.read + tokens * _ANSWER_SHARE / speed.write


def speech_seconds(sound_seconds: float, times_real_time: float, load: float = 0.0) -> float:
    """Return about how long a transcription takes; 4.0 is four times real time."""
    return load + sound_seconds / max(times_real_time, 1e-3)
