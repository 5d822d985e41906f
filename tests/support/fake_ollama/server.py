"""The scripted server itself: routes, the queue, models in memory, and its memory of requests."""

from __future__ import annotations

import collections
import contextlib
import ipaddress
import json
import re
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from types import TracebackType
from typing import Any

from support.fake_ollama import chat, lookup
from support.fake_ollama.chat import Refusal, Stream
from support.fake_ollama.embed import count_tokens, vector
from support.fake_ollama.script import Answer, FakeModel, Recorded, usual_models
from support.fake_ollama.wire import ClientGone, Wire, timestamp

_PATHS = {
    "/": ("GET", "HEAD"),
    "/api/version": ("GET", "HEAD"),
    "/api/status": ("GET",),
    "/api/tags": ("GET", "HEAD"),
    "/api/ps": ("GET",),
    "/api/show": ("POST",),
    "/api/chat": ("POST",),
    "/api/embed": ("POST",),
}
_LOCAL_NAMES = re.compile(r"(?:.+\.)?localhost|.+\.local|.+\.internal")


@dataclass
class Loaded:
    """A model in memory: its context, and when it goes (of time.monotonic)."""

    num_ctx: int
    until: float


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    fake: FakeOllama

    def __init__(self, address: tuple[str, int], handler: type[Handler]):
        self.open: set[socket.socket] = set()
        self.lock = threading.Lock()
        self.threads: list[threading.Thread] = []
        super().__init__(address, handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self.lock:
            self.open.add(request)
        thread = threading.Thread(
            target=self.process_request_thread, args=(request, client_address), name="fake-ollama"
        )
        thread.daemon = True
        self.threads.append(thread)
        thread.start()

    def shutdown_request(self, request: Any) -> None:
        with self.lock:
            self.open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        self.fake.failures.append(repr(sys.exception()))

    def hang_up_all(self) -> None:
        """Break every connection."""
        with self.lock:
            for connection in list(self.open):
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


class FakeOllama:
    """A scripted server that runs in threads of this process until closed."""

    def __init__(
        self,
        models: Sequence[FakeModel] | None = None,
        *,
        version: str = "0.32.15",
        port: int = 0,
        tokens_per_second: float | None = None,
        load_seconds: float = 0.0,
        cloud_disabled: bool = True,
        parallel: int = 1,
    ):
        self.models = list(usual_models() if models is None else models)
        self.version = version
        self.tokens_per_second = tokens_per_second
        self.load_seconds = load_seconds
        self.load_gate: threading.Event | None = None
        self.look_gate: threading.Event | None = None  # what GET asks for comes behind it
        self.cloud_disabled = cloud_disabled
        self.parallel = parallel
        self.redirect_to = ""
        self.busy = False
        self.keeps: set[str] = set()  # names of models that it does not unload
        self.requests: list[Recorded] = []
        self.failures: list[str] = []
        self._answers: collections.deque[Answer] = collections.deque()
        self._loaded: dict[str, Loaded] = {}
        self._waiting: collections.deque[object] = collections.deque()
        self._changed = threading.Condition()
        self._http = _Http(("127.0.0.1", port), Handler)
        self._http.fake = self
        self._thread = threading.Thread(
            target=self._http.serve_forever, args=(0.02,), name="fake-ollama", daemon=True
        )
        self._thread.start()

    def __enter__(self) -> FakeOllama:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def port(self) -> int:
        """Return the port it listens on."""
        return self._http.server_address[1]

    @property
    def host(self) -> str:
        """Return host and port as OLLAMA_HOST takes them."""
        return f"127.0.0.1:{self.port}"

    def close(self) -> None:
        """Die as a killed server does: every connection breaks, then nobody listens."""
        if self._thread.is_alive():
            self._http.shutdown()
        self._http.server_close()
        self._http.hang_up_all()
        self._thread.join(5)
        for thread in self._http.threads:
            thread.join(5)

    def say(self, *answers: Answer | str) -> None:
        """Queue the next answers."""
        with self._changed:
            self._answers.extend(Answer(a) if isinstance(a, str) else a for a in answers)

    def at_least(self, *version: int) -> bool:
        """Return whether the server is of this version or newer."""
        found = tuple(int(n) for n in re.findall(r"\d+", self.version)[:3])
        return found >= version

    def find(self, name: str) -> FakeModel | None:
        """Return a model by name; case does not matter, and ":latest" may be missing."""
        wanted = str(name).lower().removesuffix(":local")
        for model in self.models:
            if model.name.lower() in (wanted, f"{wanted}:latest"):
                return model
        return None

    def chats(self) -> list[Recorded]:
        """Return the chat requests with messages, in their order."""
        return [
            r
            for r in self.requests
            if r.path == "/api/chat" and isinstance(r.body, dict) and r.body.get("messages")
        ]

    def wait_for(self, condition: Callable[[], bool], seconds: float = 10.0) -> None:
        """Wait until something is so; raise ``TimeoutError`` when it does not become so."""
        with self._changed:
            if not self._changed.wait_for(condition, seconds):
                raise TimeoutError("the scripted server waited in vain")

    def record(self, recorded: Recorded) -> None:
        """Remember a request."""
        with self._changed:
            self.requests.append(recorded)
            self._changed.notify_all()

    def changed(self) -> None:
        """Tell those who wait that something changed."""
        with self._changed:
            self._changed.notify_all()

    def next_answer(self, prompt: str, *, embed: bool = False) -> Answer | None:
        """Take the first scripted answer that is meant for this prompt."""
        with self._changed:
            for answer in self._answers:
                if answer.embed == embed and (
                    not answer.match or re.search(answer.match, prompt, re.DOTALL)
                ):
                    if not answer.again:
                        self._answers.remove(answer)
                    return answer
        return None

    def loaded(self) -> dict[str, Loaded]:
        """Return the models in memory; those whose time is over are gone."""
        now = time.monotonic()
        with self._changed:
            self._loaded = {n: m for n, m in self._loaded.items() if m.until > now}
            return dict(self._loaded)

    def keep(self, model: FakeModel, num_ctx: int, keep_alive: Any) -> None:
        """Keep a model in memory for so long, or unload it."""
        seconds = _seconds(keep_alive)
        with self._changed:
            if seconds == 0:
                self._loaded.pop(model.name, None)
            else:
                until = time.monotonic() + (seconds if seconds > 0 else 1e9)
                self._loaded[model.name] = Loaded(num_ctx, until)
            self._changed.notify_all()

    @contextlib.contextmanager
    def turn(self, handler: Handler) -> Iterator[None]:
        """Wait in the queue, in order of arrival and without any sign."""
        ticket = object()
        with self._changed:
            self._waiting.append(ticket)
            self._changed.notify_all()
        try:
            while not self._first(ticket):
                handler.wait(0.01)
            yield
        finally:
            with self._changed:
                self._waiting.remove(ticket)
                self._changed.notify_all()

    def _first(self, ticket: object) -> bool:
        with self._changed:
            return ticket in list(self._waiting)[: self.parallel]

    @property
    def queue(self) -> int:
        """Return how many requests are being answered or wait."""
        return len(self._waiting)


def _seconds(keep_alive: Any) -> float:
    if keep_alive is None:
        return 300.0
    if isinstance(keep_alive, str):
        number = re.match(r"-?[\d.]+", keep_alive)
        unit = {"m": 60.0, "h": 3600.0}.get(keep_alive[-1:], 1.0)
        return float(number.group()) * unit if number else 300.0
    return float(keep_alive)


class Handler(Wire):
    """Answers the requests of one connection."""

    server: _Http
    recorded: Recorded

    @property
    def fake(self) -> FakeOllama:
        """Return the server that is asked."""
        return self.server.fake

    def do_GET(self) -> None:
        """Answer a request."""
        self._route()

    do_HEAD = do_POST = do_DELETE = do_GET

    def _route(self) -> None:
        raw = self.read_body()
        path = self.path.split("?")[0]
        try:
            body = json.loads(raw) if raw else None
        except ValueError:
            body = raw
        headers = {k.lower(): v for k, v in self.headers.items()}
        self.recorded = Recorded(self.command, path, headers, body, time.monotonic())
        self.fake.record(self.recorded)
        try:
            self._dispatch(path, raw, body)
            self.recorded.ended = True
        except Refusal as refusal:
            self.answer({"error": refusal.message}, refusal.status)
        except (ClientGone, ConnectionError):
            self.recorded.hung_up_at = time.monotonic()
            self.recorded.hung_up.set()
            self.close_connection = True
        finally:
            self.fake.changed()

    def _dispatch(self, path: str, raw: bytes, body: Any) -> None:
        fake = self.fake
        if not _is_local(self.headers.get("Host", "")):
            self.whole(403, b"", "text/plain")
        elif fake.redirect_to:
            self.plain(302, "Found", Location=fake.redirect_to + self.path)
        elif path not in _PATHS:
            self.plain(404, "404 page not found")
        elif self.command not in _PATHS[path]:
            self.plain(405, "405 method not allowed", Allow=", ".join(_PATHS[path]))
        elif path == "/":
            self.plain(200, "Ollama is running")
        elif path == "/api/status":
            if not fake.at_least(0, 18):
                self.plain(404, "404 page not found")
                return
            source = "env" if fake.cloud_disabled else "none"
            self.answer({"cloud": {"disabled": fake.cloud_disabled, "source": source}})
        elif self.command == "POST":
            self._post(path, raw, body)
        else:
            if fake.look_gate is not None:
                self.wait(gate=fake.look_gate)
            self.answer(
                {"version": fake.version}
                if path == "/api/version"
                else lookup.tags(fake)
                if path == "/api/tags"
                else lookup.ps(fake)
            )

    def _post(self, path: str, raw: bytes, body: Any) -> None:
        if not raw:
            raise Refusal(400, "missing request body")
        if not isinstance(body, dict):
            raise Refusal(400, "unexpected EOF")
        if path == "/api/show":
            self._show(body)
        elif path == "/api/embed":
            self._embed(body)
        else:
            self._chat(body)

    def _show(self, body: dict[str, Any]) -> None:
        name = body.get("model") or body.get("name")
        if not name:
            raise Refusal(400, "model is required")
        model = self.fake.find(name)
        if model is None:
            tagged = name if ":" in name else f"{name}:latest"
            raise Refusal(404, f"model '{tagged}' not found")
        self.answer(lookup.show(self.fake, model))

    def _chat(self, body: dict[str, Any]) -> None:
        fake = self.fake
        model = chat.check(fake, body)
        if not body.get("messages"):
            self._load_only(model, body)
            return
        num_ctx = chat.context_of(fake, model, body)
        if fake.busy and model.name not in fake.loaded():
            raise Refusal(503, "server busy, please try again.  maximum pending requests exceeded")
        with fake.turn(self):
            load = self._load(model, num_ctx, body)
            chat.check_images(model, body["messages"])
            answer = fake.next_answer(self.recorded.prompt) or chat.usual_answer(body)
            if answer.status != 200:
                self.wait(answer.delay, answer.gate)
                raise Refusal(answer.status, answer.error)
            read = chat.read_prompt(fake, model, body)
            read = answer.prompt_tokens if answer.prompt_tokens is not None else read
            Stream(self, self.recorded, answer, read).run(load)
            fake.keep(model, num_ctx, body.get("keep_alive"))

    def _load_only(self, model: FakeModel, body: dict[str, Any]) -> None:
        if model.name in self.fake.keeps and _seconds(body.get("keep_alive")) == 0:
            raise Refusal(503, "server busy, please try again.  maximum pending requests exceeded")
        self.fake.keep(model, chat.context_of(self.fake, model, body), body.get("keep_alive"))
        reason = "unload" if _seconds(body.get("keep_alive")) == 0 else "load"
        message = {"role": "assistant", "content": ""}
        self.answer(
            {
                "model": body["model"],
                "created_at": timestamp(),
                "message": message,
                "done": True,
                "done_reason": reason,
            }
        )

    def _load(self, model: FakeModel, num_ctx: int, body: dict[str, Any]) -> int:
        """Load the model if it is not there with this context; return the nanoseconds."""
        there = self.fake.loaded().get(model.name)
        if there is not None and there.num_ctx == num_ctx:
            return 0
        began = time.monotonic_ns()
        self.wait(self.fake.load_seconds, self.fake.load_gate)
        self.fake.keep(model, num_ctx, body.get("keep_alive") or 300)
        return time.monotonic_ns() - began

    def _embed(self, body: dict[str, Any]) -> None:
        fake = self.fake
        name = body.get("model") or ""
        model = fake.find(name) if name else None
        if model is None:
            text = f"model '{name}' not found" if not name else f'model "{name}" not found, '
            raise Refusal(404, text if not name else text + "try pulling it first")
        if not model.can("embedding"):
            raise Refusal(
                501, "This server does not support embeddings. Start it with `--embeddings`"
            )
        texts = body.get("input")
        texts = [texts] if isinstance(texts, str) else texts or []
        if not all(isinstance(t, str) for t in texts):
            raise Refusal(400, "invalid input type")
        texts = [] if texts == [""] else texts
        with fake.turn(self):
            self._load(model, model.context, body)
            answer = fake.next_answer("\n".join(texts), embed=True) or Answer()
            self.wait(answer.delay, answer.gate)
            if answer.status != 200:
                raise Refusal(answer.status, answer.error)
            limit = min(model.context, 512)
            sizes = [count_tokens(t) + 2 for t in texts]
            if body.get("truncate") is False and any(s > limit for s in sizes):
                raise Refusal(400, "the input length exceeds the context length")
            if answer.raw is not None:
                self.whole(200, answer.raw, "application/json")
                return
            self.answer(
                {
                    "model": name,
                    "embeddings": [vector(t, model.width) for t in texts],
                    "total_duration": 14_143_917,
                    "load_duration": 1_019_500,
                    "prompt_eval_count": sum(min(s, limit) for s in sizes),
                }
            )


def _is_local(host: str) -> bool:
    name = host.rsplit(":", 1)[0] if host.count(":") == 1 else host.strip("[]")
    if name == socket.gethostname() or _LOCAL_NAMES.fullmatch(name):
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or address.is_private
