"""/api/chat: checks, queue, load, the prompt against the context, and the stream."""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import TYPE_CHECKING, Any

from support.fake_ollama.embed import count_tokens
from support.fake_ollama.instance import default_text
from support.fake_ollama.script import Answer, FakeModel, Recorded, split
from support.fake_ollama.wire import ClientGone, timestamp

if TYPE_CHECKING:
    from support.fake_ollama.server import FakeOllama, Handler

_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF", b"GIF8", b"BM")
_PER_MESSAGE = 4
_KEEP = 4
_MOST_REPEATS = 30


class Refusal(Exception):
    """An error that is answered before the first line."""

    def __init__(self, status: int, message: str):
        super().__init__(message)
        self.status = status
        self.message = message


def nested(code: int, message: str, kind: str = "invalid_request_error", **more: Any) -> str:
    """Return an error of the child process, which the server passes on as JSON text."""
    return json.dumps({"error": {"code": code, "message": message, "type": kind, **more}})


def check(server: FakeOllama, body: dict[str, Any]) -> FakeModel:
    """Return the model of a request, or raise what the server refuses it with."""
    name = body.get("model")
    if not name:
        raise Refusal(400, "model is required")
    model = server.find(name)
    if model is None:
        raise Refusal(404, f"model '{name}' not found")
    if model.remote_host and server.cloud_disabled:
        raise Refusal(403, "ollama cloud is disabled: remote model is unavailable")
    if not body.get("messages") and body.get("keep_alive") == 0:
        return model  # unloading asks for no ability
    if not model.can("completion"):
        raise Refusal(400, f'"{name}" does not support chat')
    think = body.get("think")
    if think not in (None, False) and not model.can("thinking"):
        raise Refusal(400, f'"{name}" does not support thinking')
    _check_types(body)
    return model


def _check_types(body: dict[str, Any]) -> None:
    for option, value in (body.get("options") or {}).items():
        whole = option in ("num_ctx", "num_predict", "seed", "num_keep")
        if whole and not isinstance(value, (int, float)):
            raise Refusal(500, f'option "{option}" must be of type integer')
        if option == "temperature" and not isinstance(value, (int, float)):
            raise Refusal(500, 'option "temperature" must be of type float32')
    keep = body.get("keep_alive")
    if isinstance(keep, str) and not re.fullmatch(r"-?[\d.]+(ns|us|ms|s|m|h)|0", keep):
        raise Refusal(400, f'time: invalid duration "{keep}"')
    form = body.get("format")
    if form not in (None, "", "json") and not isinstance(form, dict):
        shown = json.dumps(json.dumps(form))
        raise Refusal(
            500, f'invalid format: {shown}; expected "json" or a valid JSON Schema object'
        )


def check_images(model: FakeModel, messages: list[dict[str, Any]]) -> None:
    """Raise what the server says about pictures; it looks only after loading the model."""
    images = [i for m in messages for i in m.get("images") or ()]
    for text in images:
        try:
            content = base64.b64decode(text.replace("\n", ""), validate=True)
        except (binascii.Error, ValueError, AttributeError):
            raise Refusal(
                400,
                "json: cannot unmarshal string into Alias.images.0 of type api.ImageData: "
                "illegal base64 data at input byte 4",
            ) from None
        if not model.can("vision"):
            if model.native:
                raise Refusal(
                    500, nested(500, "image input is not supported - hint: provide the mmproj")
                )
            raise Refusal(
                400,
                nested(
                    400, "Multimodal data provided, but model does not support multimodal requests."
                ),
            )
        if not content.startswith(_PICTURES):
            raise Refusal(400, nested(400, "Failed to load image or audio file"))


def read_prompt(server: FakeOllama, model: FakeModel, body: dict[str, Any]) -> int:
    """Return how many tokens of the prompt are read; cut silently unless told not to."""
    num_ctx = context_of(server, model, body)
    messages = body["messages"]
    sizes = [count_tokens(str(m.get("content", ""))) + _PER_MESSAGE for m in messages]
    if sum(sizes) <= num_ctx:
        return sum(sizes)
    honours = server.at_least(0, 12, 6) and body.get("truncate") is False
    if honours or model.native:
        raise Refusal(
            400,
            nested(
                400,
                f"request ({sum(sizes)} tokens) exceeds the available context size "
                f"({num_ctx} tokens), try increasing it",
                "exceed_context_size_error",
                n_prompt_tokens=sum(sizes),
                n_ctx=num_ctx,
            ),
        )
    kept = [s for s, m in zip(sizes, messages, strict=True) if m.get("role") == "system"]
    total = sum(kept) + sizes[-1]
    if total <= num_ctx:
        return total
    return num_ctx - (num_ctx - _KEEP) // 2 if server.at_least(0, 31) else num_ctx


def context_of(server: FakeOllama, model: FakeModel, body: dict[str, Any]) -> int:
    """Return the context in use: asked for, or the default, capped by the model's own."""
    asked = int((body.get("options") or {}).get("num_ctx") or 0)
    usual = 4096 if server.at_least(0, 6) else 2048
    return max(4, min(asked or usual, model.context))


class Stream:
    """One answer on its way out."""

    def __init__(self, handler: Handler, recorded: Recorded, answer: Answer, prompt: int):
        self._handler = handler
        self._recorded = recorded
        self._answer = answer
        self._prompt = prompt
        self._body = recorded.body
        self._model = self._body["model"]
        options = self._body.get("options") or {}
        limit = int(options.get("num_predict") or -1)
        self._limit = limit if limit > 0 else 10 * int(options.get("num_ctx") or 4096)
        if self._body.get("shift") is False:  # else it forgets what it read and goes on
            self._limit = max(1, min(self._limit, int(options.get("num_ctx") or 4096) - prompt))
        self._begun = False

    def run(self, load_nanoseconds: int) -> None:
        """Send the pieces, then what ends them."""
        answer = self._answer
        self._handler.wait(answer.delay, answer.gate)
        thinks = answer.thinking and self._body.get("think", True) is not False
        pieces = [("thinking", p) for p in split(answer.thinking)] if thinks else []
        pieces += [("content", p) for p in answer.pieces()]
        reason = "length" if len(pieces) > self._limit else "stop"
        pieces = pieces[: self._limit]
        if answer.after is not None and answer.end != "done":
            pieces = pieces[: answer.after]
        if self._body.get("stream") is False:
            self._whole(pieces, reason, load_nanoseconds)
            return
        whole = self._send(pieces)
        self._end(whole, reason, len(pieces), load_nanoseconds)

    def _send(self, pieces: list[tuple[str, str]]) -> bool:
        """Stream pieces; False when the server itself broke off a repetition."""
        pace = self._answer.per_second or self._handler.fake.tokens_per_second
        last, repeats = None, 0
        for kind, piece in pieces:
            if pace:
                self._handler.wait(1.0 / pace)
            elif self._handler.gone():
                raise ClientGone
            self._line({kind: piece} if kind == "content" else {"content": "", kind: piece})
            self._recorded.pieces += 1
            self._recorded.streaming.set()
            repeats = repeats + 1 if piece.strip() == last else 0
            last = piece.strip()
            if repeats >= _MOST_REPEATS:
                return False
        return True

    def _line(self, message: dict[str, str], **more: Any) -> None:
        self._open()
        line = {
            "model": self._model,
            "created_at": timestamp(),
            "message": {"role": "assistant", **message},
            "done": False,
        }
        self._handler.line({**line, **more})

    def _open(self) -> None:
        """Send the head: not before there is something to say."""
        if not self._begun:
            self._handler.begin_stream()
            self._begun = True

    def _end(self, whole: bool, reason: str, count: int, load: int) -> None:
        answer, handler = self._answer, self._handler
        end = answer.end if whole else "none"
        if answer.hold is not None:
            handler.wait(gate=answer.hold)
        if answer.raw is not None:
            self._open()
            handler.chunk(answer.raw)
        if end in ("cut", "reset"):
            self._open()
            handler.tear(reset=end == "reset")
            return
        if end == "hang":
            handler.wait(3600)
        self._open()
        if end == "error":
            text = answer.error or "an error was encountered while running the model: "
            handler.line({"error": text if answer.error else text + "unexpected EOF"})
        elif end == "done":
            self._line({"content": ""}, done=True, **self._counts(reason, count, load))
        handler.end_stream()

    def _counts(self, reason: str, count: int, load: int) -> dict[str, Any]:
        counts = {
            "total_duration": load + 266_907_048,
            "load_duration": load or 2_000_000,
            "prompt_eval_count": self._prompt,
            "prompt_eval_duration": 1_000_000 * max(1, self._prompt),
            "eval_count": count,
            "eval_duration": 10_000_000 * max(1, count),
        }
        return {"done_reason": reason} | {k: v for k, v in counts.items() if v}

    def _whole(self, pieces: list[tuple[str, str]], reason: str, load: int) -> None:
        answer = self._answer
        if answer.hold is not None:
            self._handler.wait(gate=answer.hold)
        if answer.end in ("cut", "reset"):
            self._handler.tear(reset=answer.end == "reset")
            return
        if answer.end == "hang":
            self._handler.wait(3600)
        said = {k: "".join(p for kind, p in pieces if kind == k) for k in ("content", "thinking")}
        message = {"role": "assistant", **{k: v for k, v in said.items() if v or k == "content"}}
        document: dict[str, Any] = {
            "model": self._model,
            "created_at": timestamp(),
            "message": message,
            "done": answer.end == "done",
        }
        if answer.end == "done":
            document |= self._counts(reason, len(pieces), load)
        self._handler.answer(document)


def usual_answer(body: dict[str, Any]) -> Answer:
    """Return what is said when nothing is scripted."""
    return Answer(default_text(body.get("format")))
