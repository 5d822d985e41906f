"""What goes wrong with an Ollama server, as errors of Alcove.

The server passes errors of its child processes on as JSON text inside the error text,
so the text is unfolded until it is plain.
"""

from __future__ import annotations

import json
import re
from typing import Any

from app.core.egress import Blocked
from app.core.errors import AnswerCut, EngineError

_DETAIL = 300
_TOO_LONG = re.compile(
    r"exceeds the available context size|input length exceeds|prompt is longer than the context|"
    r"exceed_context_size|exceeds maximum context",
    re.IGNORECASE,
)
_ABILITY = re.compile(
    r"does not support (chat|generate|thinking|tools|embeddings|multimodal)|"
    r"(image) input is not supported",
    re.IGNORECASE,
)
_ABILITIES = {
    "chat": "chat",
    "generate": "chat",
    "thinking": "thinking",
    "tools": "tools",
    "embeddings": "embed",
    "multimodal": "vision",
    "image": "vision",
}
_TOKENS = re.compile(r"\((\d+) tokens\).*?\((\d+) tokens\)", re.DOTALL)
_MEMORY = re.compile(
    r"requires more system memory|out of memory|unable to allocate|insufficient memory|"
    r"signal: killed",
    re.IGNORECASE,
)
_OLD = re.compile(
    r"incompatible with your version of Ollama|newer version of Ollama|"
    r"unknown model architecture|cannot unmarshal object into Go struct field ChatRequest.format",
    re.IGNORECASE,
)
# What the server says of vectors that are no numbers; the model made them of some texts.
_NO_NUMBER = re.compile(r"unsupported value: (?:NaN|[+-]?Inf)")


class TooMuch(ValueError):
    """The server sent more than an answer can be."""


def unfold(text: Any) -> tuple[str, dict[str, Any]]:
    """Return the innermost error text and the fields that stand beside it."""
    fields: dict[str, Any] = {}
    for _ in range(5):
        value = text
        if isinstance(text, str):
            try:
                value = json.loads(text)
            except (ValueError, RecursionError):
                return text, fields
        if not isinstance(value, dict):
            return str(text), fields
        fields |= {k: v for k, v in value.items() if k not in ("error", "message")}
        text = value.get("error", value.get("message", ""))
    return str(text), fields


def from_response(status: int, text: str, host: str, model: str) -> EngineError:
    """Return the error for an answer with ``status`` (-1: a line of a stream)."""
    message, fields = unfold(text)
    if 300 <= status < 400:
        return EngineError("ollama_redirected", host=host)
    if status == 503:
        return EngineError("ollama_busy")
    if _TOO_LONG.search(message) or "n_prompt_tokens" in fields:
        return _too_long(message, fields)
    ability = _ABILITY.search(message)
    if ability:
        word = (ability.group(1) or ability.group(2)).lower()
        return EngineError("ability_missing", model=model, ability=_ABILITIES[word])
    if "cloud" in message and status in (401, 403):
        return EngineError("ollama_cloud_refused", model=model)
    if status == 404 and "not found" in message and "page not found" not in message:
        return EngineError("ollama_model_missing", model=model)
    if _MEMORY.search(message):
        return EngineError("ollama_memory", model=model)
    if _OLD.search(message):
        return EngineError("ollama_old", model=model)
    if _NO_NUMBER.search(message):
        return EngineError("answer_malformed", engine=model or "ollama")
    return EngineError("ollama_failed", detail=f"{status} {message}"[:_DETAIL])


def _too_long(message: str, fields: dict[str, Any]) -> EngineError:
    counts = _TOKENS.search(message)
    needed = fields.get("n_prompt_tokens") or (counts and int(counts.group(1)))
    limit = fields.get("n_ctx") or (counts and int(counts.group(2)))
    return EngineError("ollama_too_long", needed=needed or "?", limit=limit or "?")


def from_trouble(error: Exception, host: str, model: str = "") -> EngineError:
    """Return the error for what the client library raised before an answer began."""
    import httpx
    import ollama

    if isinstance(error, EngineError):
        return error
    if _blocked(error):
        return EngineError("ollama_unconfirmed", host=host)
    if isinstance(error, ollama.ResponseError):
        return from_response(error.status_code, str(error.error), host, model)
    if isinstance(error, httpx.HTTPStatusError):
        return from_response(error.response.status_code, error.response.text, host, model)
    if isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout, ConnectionError)):
        return EngineError("ollama_not_running", host=host)
    if isinstance(error, (TimeoutError, httpx.ReadTimeout, httpx.WriteTimeout, httpx.PoolTimeout)):
        return EngineError("ollama_busy")
    if isinstance(error, httpx.TransportError):
        return EngineError("ollama_not_running", host=host)
    if isinstance(error, (ValueError, TypeError, AttributeError)):
        return EngineError("answer_malformed", engine="ollama")
    return EngineError("ollama_failed", detail=type(error).__name__)


def cut(error: Exception, host: str, model: str, partial: str, *, asked: bool) -> EngineError:
    """Return the error of a chat that ended before its answer did.

    Once the question is with the server (``asked``) a broken connection is a cut
    answer, even when nothing had come: the server died over it. ``why`` says whether
    the connection was "lost" or the server told of an "error", or is that error's code.
    """
    import httpx
    import ollama

    found = from_trouble(error, host, model)
    if isinstance(error, httpx.TransportError) and found.code in (
        "ollama_not_running",
        "ollama_busy",
    ):
        refused = isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout))
        if not refused and asked:
            return AnswerCut(partial=partial, why="lost")
    in_stream = isinstance(error, ollama.ResponseError) and error.status_code == -1
    if (in_stream or partial) and found.code == "ollama_failed":
        return AnswerCut(partial=partial, why="error")
    if partial and found.code == "answer_malformed":
        return AnswerCut(partial=partial, why="error")
    if partial:
        return AnswerCut(partial=partial, **{**found.params, "why": found.code})
    return found


def _blocked(error: BaseException | None) -> bool:
    for _ in range(10):
        if error is None:
            return False
        if isinstance(error, Blocked):
            return True
        error = error.__cause__ or error.__context__
    return False
