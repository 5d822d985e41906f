"""One chat as it streams: pieces out, trouble translated, silence watched."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from app.adapters.ollama_errors import TooMuch, cut
from app.adapters.ollama_http import Clients
from app.adapters.ollama_models import loaded_names
from app.core.chat import ChatEnd, ChatPiece, ChatRequest, neutral
from app.core.engines.model import BUSY, LOADING
from app.core.errors import AnswerCut, EngineError
from app.core.thoughts import Thoughts

_NANO = 1e9
_KEPT_HEAD = 4
_MOST_DEAF = 2  # probes in a row that nobody answered; a laptop that swaps may miss one
# More characters per token than any prompt of words has: some of it was not read.
_UNBELIEVABLE = 5.5
_MOST_CHARACTERS_PER_TOKEN = 100
# A line is a token at least, and a server that thinks first may write twice as many.
_MOST_LINES_PER_TOKEN = 2
_MORE_LINES = 1000
_LEAST_LIMIT = 200_000


@dataclass(frozen=True)
class Patience:
    """How long silence is borne, in seconds.

    Nothing comes before the first token: queue, load and reading the prompt lie before
    it, and can take minutes. ``probe`` is how often the server is asked whether it
    still lives, which it answers at once even while it works.
    """

    first: float = 3600.0
    between: float = 300.0
    probe: float = 5.0
    tell: float = 1.0


class Watch:
    """Ends a chat whose server went silent, and tells what it waits for."""

    def __init__(
        self, clients: Clients, model: str, patience: Patience, tell: Callable[[str], None]
    ):
        self._clients = clients
        self._model = model
        self._patience = patience
        self._tell = tell
        self._last = time.monotonic()
        self._first = True
        self._deaf = 0
        self.dead = False

    def touch(self) -> None:
        """Something came."""
        self._last = time.monotonic()
        self._first = False
        self._deaf = 0

    async def run(self, chat: asyncio.Task[Any]) -> None:
        """Cancel ``chat`` when its server is dead or was silent for too long."""
        pause = self._patience.tell
        while True:
            await asyncio.sleep(pause)
            pause = self._patience.probe
            silent = time.monotonic() - self._last
            if silent < self._patience.tell:
                continue
            limit = self._patience.first if self._first else self._patience.between
            if silent > limit or not await self._alive():
                self.dead = True
                chat.cancel()
                return

    async def _alive(self) -> bool:
        import httpx

        try:
            await self._clients.get("/api/version")
        except httpx.TimeoutException:
            # Frozen, or the whole laptop is slow: only what stays deaf is dead.
            self._deaf += 1
            return self._deaf < _MOST_DEAF
        except (httpx.HTTPError, ValueError):
            return False
        self._deaf = 0
        if self._first:
            # Who answers lives, also one that does not say what is in its memory.
            with contextlib.suppress(httpx.HTTPError, EngineError, ValueError):
                names = await loaded_names(self._clients)
                there = self._model in names or f"{self._model}:latest" in names
                self._tell(BUSY if there else LOADING)
        return True


async def stream(
    clients: Clients,
    request: ChatRequest,
    put: Callable[[ChatPiece | str], None],
    patience: Patience,
) -> None:
    """Put the pieces of an answer, and states as words; the last piece has an ``end``.

    Raises ``EngineError``, of these ``AnswerCut`` with the text so far.
    """
    import httpx
    import ollama

    host, said, counted, thoughts = clients.address.host, [], 0, Thoughts()
    watch = Watch(clients, request.model, patience, put)
    task = asyncio.current_task()
    assert task is not None
    watcher = asyncio.create_task(watch.run(task))
    limit = max(_LEAST_LIMIT, request.most_tokens * _MOST_CHARACTERS_PER_TOKEN)
    lines = request.most_tokens * _MOST_LINES_PER_TOKEN + _MORE_LINES
    try:
        async with contextlib.aclosing(await clients.ollama.chat(**_body(request))) as parts:
            async for part in parts:
                watch.touch()
                piece = _parted(_piece(part, request), thoughts)
                said.append(piece.text)
                counted += len(part.message.content or "") + len(piece.thinking)
                lines -= 1
                if counted > limit or lines < 0:
                    raise TooMuch("an answer without end")
                put(piece)
                if piece.end is not None:
                    return
        raise AnswerCut(partial="".join(said), why="ended")
    except asyncio.CancelledError:
        if not watch.dead:
            raise
        task.uncancel()
        raise AnswerCut(partial="".join(said), why="lost") from None
    except EngineError:
        raise
    except (
        httpx.HTTPError,
        ollama.ResponseError,
        OSError,
        ValueError,
        TypeError,
        AttributeError,
    ) as error:
        raise cut(error, host, request.model, "".join(said), asked=True) from error
    finally:
        watcher.cancel()


def _body(request: ChatRequest) -> dict[str, Any]:
    """Return the arguments of the package's ``chat``."""
    import ollama

    messages = []
    for message in request.messages:
        plain: dict[str, Any] = {"role": message.role, "content": neutral(message.text)}
        if message.images:
            plain["images"] = [ollama.Image(value=image) for image in message.images]
        messages.append(plain)
    return {
        "model": request.model,
        "messages": messages,
        "stream": True,
        "think": request.think,
        "format": dict(request.schema) if request.schema is not None else None,
        "options": {
            "num_ctx": request.num_ctx,
            "num_predict": request.most_tokens,
            "temperature": request.temperature,
            "seed": request.seed,
        },
        "keep_alive": int(request.keep_seconds),
    }


def _piece(part: Any, request: ChatRequest) -> ChatPiece:
    message = part.message
    end = None
    if part.done:
        end = ChatEnd(
            "length" if part.done_reason == "length" else "stop",
            part.prompt_eval_count,
            part.eval_count,
            _seconds(part.load_duration),
            _seconds(part.prompt_eval_duration),
            _seconds(part.eval_duration),
        )
        _check_whole(end, request)
    return ChatPiece(message.content or "", message.thinking or "", end)


def _parted(piece: ChatPiece, thoughts: Thoughts) -> ChatPiece:
    """Return the piece with what the model only thought beside its text."""
    text, thought = thoughts.push(piece.text)
    if piece.end is not None:
        rest, more = thoughts.end()
        text, thought = text + rest, thought + more
    return replace(piece, text=text, thinking=piece.thinking + thought)


def _seconds(nanoseconds: int | None) -> float | None:
    return None if nanoseconds is None else nanoseconds / _NANO


def _check_whole(end: ChatEnd, request: ChatRequest) -> None:
    """Raise "ollama_too_long" when the prompt bears the marks of having been cut.

    Servers that do not know ``truncate`` cut it to the whole context, newer ones to
    the first four tokens and half of the rest.
    """
    read = end.prompt_tokens
    if read is None or any(m.images for m in request.messages):
        return
    n = request.num_ctx
    characters = sum(len(m.text) for m in request.messages)
    if read in (n, n - 1, n - (n - _KEPT_HEAD) // 2) and characters > read * _UNBELIEVABLE:
        raise EngineError("ollama_too_long", needed=f">{read}", limit=n)
