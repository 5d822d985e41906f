"""What a language model is asked and what it answers, for every feature that asks one.

The port is ``ChatEngine``. An answer is whole only when its last piece carries an
``end``: a stream that stops without one was cut, and the engine says so by raising
``AnswerCut`` with what had arrived.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from app.core.jobs import JobContext
from app.core.thoughts import without_thoughts

SEED = 20


@dataclass(frozen=True)
class ChatMessage:
    """One turn: ``role`` is "system", "user" or "assistant"; images are PNG or JPEG bytes."""

    role: str
    text: str
    images: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class ChatRequest:
    """One question to a model.

    ``num_ctx`` is the context in tokens and should be the same in every request to a
    model: another one loads it anew. ``most_tokens`` bounds the answer, thinking
    included. ``schema`` is a JSON schema that the answer must follow. Extraction runs
    at temperature 0 with a fixed seed.
    """

    model: str
    messages: tuple[ChatMessage, ...]
    num_ctx: int
    most_tokens: int = 1024
    schema: Mapping[str, Any] | None = None
    temperature: float = 0.0
    seed: int = SEED
    think: bool = False
    keep_seconds: int = 300

    def __post_init__(self) -> None:
        if self.most_tokens < 1 or self.num_ctx < 1:
            raise ValueError("most_tokens and num_ctx are positive")


@dataclass(frozen=True)
class ChatEnd:
    """How an answer ended: ``reason`` is "stop", "length" when ``most_tokens`` cut it,
    or ``loops.REPEATS``.

    Counts are in tokens, times in seconds; None where the engine does not say.
    """

    reason: str
    prompt_tokens: int | None = None
    answer_tokens: int | None = None
    load_seconds: float | None = None
    prompt_seconds: float | None = None
    answer_seconds: float | None = None


@dataclass(frozen=True)
class ChatPiece:
    """A piece of an answer as it streams; only the last one has an ``end``."""

    text: str = ""
    thinking: str = ""
    end: ChatEnd | None = None


@dataclass(frozen=True)
class ChatAnswer:
    """A whole answer."""

    text: str
    end: ChatEnd
    thinking: str = ""


class ChatEngine(Protocol):
    """Asks a model.

    Stops within 200 ms of Cancel, and when the iterator is closed. Raises
    ``AnswerCut`` (``partial``: the text so far), other ``EngineError``s, ``Cancelled``.
    Text that does not fit the context is "ollama_too_long", never cut.
    """

    def chat(self, request: ChatRequest, ctx: JobContext) -> Iterator[ChatPiece]:
        """Give the answer piece by piece; the last piece has an ``end``."""


def read_answer(pieces: Iterable[ChatPiece]) -> ChatAnswer:
    """Read an answer to its end. Raises what the engine raises."""
    text: list[str] = []
    thinking: list[str] = []
    end = None
    for piece in pieces:
        text.append(piece.text)
        thinking.append(piece.thinking)
        end = piece.end or end
    assert end is not None, "an engine that ends without an end must raise AnswerCut"
    return ChatAnswer(without_thoughts("".join(text)), end, "".join(thinking))


# Control tokens of the common prompt templates. They are live in any text that is
# sent: a document with <|im_end|> in it would end the turn of the person.
_BARS = re.compile(r"<(?=[|｜])|(?<=[|｜])(?=>)")
_NAMED = re.compile(
    r"(?<=<)(?=/?(?:s|bos|eos|pad|unk|sep|cls|mask|start_of_turn|end_of_turn|"
    r"start_of_image|end_of_image|image_soft_token|think|tool_call|tool_response|"
    r"unused\d+|extra_id_\d+|SYS)>)",
    re.IGNORECASE,
)
_SQUARE = re.compile(
    r"(?<=\[)(?=/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|IMG|"
    r"img(?:-\d+)?|gMASK|sMASK)\])",
    re.IGNORECASE,
)


def neutral(text: str) -> str:
    """Return ``text`` with the control tokens in it broken up by a space.

    Only spaces are added, so that nothing new can come together.
    """
    if "<" not in text and "[" not in text and "|" not in text and "｜" not in text:
        return text
    text = _BARS.sub(lambda m: m.group() + " ", text)
    return _SQUARE.sub(" ", _NAMED.sub(" ", text))
