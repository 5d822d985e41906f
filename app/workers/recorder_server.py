"""The recorder's ear for windows and command lines: many may attach, none can hold it up.

Each client has a thread that reads its requests and one that sends; a client that
does not read loses levels first and then everything, so that a stopped window never
stops a recording.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import subprocess
import threading
from collections.abc import Callable
from concurrent.futures import Future
from multiprocessing import AuthenticationError
from multiprocessing.connection import Listener
from typing import Any

from app.adapters.left_running import leave
from app.core import build
from app.core.errors import AppError
from app.core.logs import place_of
from app.wire import messages
from app.wire.frames import Channel, ChannelClosed

log = logging.getLogger("alcove.recorder")

IDLE_SECONDS = 2.0
# A window that once asked for the microphones stays attached: it is not waited for.
UNASKED_SECONDS = 60.0
FIRST_CLIENT_SECONDS = 20.0
ORPHAN_SECONDS = 600.0
RESTART_SECONDS = 3.0
FAREWELL_SECONDS = 0.5
_MOST_REFUSED = 1000  # at a stretch: the door itself is gone
_LEVELS_HELD = 20
_MOST_HELD = 2000

Call = Callable[[str, dict[str, Any]], "Future[Any]"]


class Client:
    """One attached window or command line."""

    def __init__(self, server: Server, channel: Channel) -> None:
        self.testing = False
        self.said_bye = False
        self.restart: list[str] = []
        self._server = server
        self._channel = channel
        self._out: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._sender = threading.Thread(target=self._send, name="client-out", daemon=True)

    def start(self) -> None:
        """Begin to read and to send."""
        self._sender.start()
        threading.Thread(target=self._read, name="client", daemon=True).start()

    def put(self, frame: dict[str, Any]) -> None:
        """Queue a frame; levels are left out when the client is slow."""
        held = self._out.qsize()
        if held < (_LEVELS_HELD if frame.get("kind") == "level" else _MOST_HELD):
            self._out.put(frame)

    def end(self) -> None:
        """Stop sending once what is queued is sent."""
        self._out.put(None)

    def wait(self, seconds: float) -> None:
        """Wait until everything is sent, ``seconds`` at most."""
        self._sender.join(seconds)

    def _send(self) -> None:
        with contextlib.suppress(ChannelClosed):
            while (frame := self._out.get()) is not None:
                self._channel.send(frame)

    def _read(self) -> None:
        with contextlib.suppress(ChannelClosed, TypeError, ValueError):
            while self._take(self._channel.receive()):
                pass
        self._server.left(self)
        self.end()
        self._sender.join()
        # Only here: closing does not wake a thread that is still reading.
        self._channel.close()

    def _take(self, frame: dict[str, Any]) -> bool:
        """Take one request; return whether more may come."""
        number, op = int(frame.get("id", 0)), str(frame.get("op"))
        args = dict(frame.get("args") or {})
        if op == "bye":
            self.restart, self.said_bye = [], True
            return False
        if op == "keep":
            self.restart = [str(word) for word in args.get("restart") or []]
            return True
        self.testing = op == "test" or (self.testing and op not in ("end_test", "start"))
        self._server.call(op, args).add_done_callback(lambda done: self._answer(number, done))
        return True

    def _answer(self, number: int, done: Future[Any]) -> None:
        error = done.exception()
        if error is None:
            self.put(messages.result(number, self._server.counted(done.result())))
        elif isinstance(error, AppError):
            self.put(messages.failure(number, error.to_wire()))
        else:
            self.put(messages.crash(number, place_of(error)))


class Server:
    """All clients, and the time for which there has been none."""

    def __init__(self, call: Call, clock: Callable[[], float], wake: Callable[[], None]) -> None:
        self._call = call
        self._clock = clock
        self._wake = wake
        self._lock = threading.Lock()
        self._clients: set[Client] = set()
        self._alone_since: float | None = clock()
        self._met = False
        self._asked = clock()
        self._restart: list[str] = []
        self._restarted = False
        self._taken_leave = False
        self.orphan_seconds = ORPHAN_SECONDS

    def listen(self, listener: Listener) -> None:
        """Accept clients for ever, in a thread of its own."""
        threading.Thread(target=self._accept, args=(listener,), name="door", daemon=True).start()

    def _accept(self, listener: Listener) -> None:
        refused = 0
        while refused < _MOST_REFUSED:
            try:
                channel = Channel(listener.accept())
            except (AuthenticationError, EOFError, OSError):
                refused += 1  # a client that died at the door, a stranger, or the end
            else:
                refused = 0
                self.joined(channel)

    def joined(self, channel: Channel) -> None:
        """Welcome a client: who we are, then what we do."""
        client = Client(self, channel)
        client.put(messages.hello("recorder", build.PROTOCOL, build.build_id()))
        with self._lock:
            self._clients.add(client)
            self._alone_since = None
            self._met = True
            self._asked = self._clock()
            self._taken_leave = False
            self._restart = []
        client.start()

    def left(self, client: Client) -> None:
        """Forget a client; a test of levels that it asked for ends with it."""
        with self._lock:
            self._clients.discard(client)
            if not self._clients:
                self._alone_since = self._clock()
                self._restart = client.restart
                self._taken_leave = client.said_bye
        if client.testing:
            self.call("end_test", {})
        self._wake()

    def call(self, op: str, args: dict[str, Any]) -> Future[Any]:
        """Hand a request to the engine."""
        if "orphan_seconds" in args:
            self.orphan_seconds = float(args["orphan_seconds"])
        if op == "start":
            self._restarted = False
        self._asked = self._clock()
        future = self._call(op, args)
        self._wake()
        return future

    def tell(self, kind: str, data: Any) -> None:
        """Send an event to every client."""
        with self._lock:
            clients = list(self._clients)
        if kind == "notice":
            frame = messages.notice(0, data["code"], data["params"])
        else:
            frame = messages.data(0, kind, self.counted(data))
        for client in clients:
            client.put(frame)

    def counted(self, data: Any) -> Any:
        """Add to a state how many clients are attached."""
        if isinstance(data, dict) and "phase" in data:
            return {**data, "clients": len(self._clients)}
        return data

    def over(self, busy: bool) -> bool:
        """Return whether nobody has been here for so long that the recorder should end.

        An idle one ends also when those who are here have asked nothing for a minute;
        their next request starts another.
        """
        since = self._alone_since
        if since is None:
            unasked = self._clock() - self._asked > UNASKED_SECONDS
            return unasked and not busy and not self._testing()
        alone = self._clock() - since
        if busy and self._restart and not self._restarted and alone > RESTART_SECONDS:
            self._start_window()
        if busy:
            return alone > self.orphan_seconds
        if self._taken_leave:
            return True
        return alone > (IDLE_SECONDS if self._met else FIRST_CLIENT_SECONDS)

    def _testing(self) -> bool:
        with self._lock:
            return any(client.testing for client in self._clients)

    def _start_window(self) -> None:
        """Start the window that died while it recorded: it attaches to us again.

        Once in a recording: a window that dies each time it starts would start for ever.
        """
        command, self._restart, self._restarted = self._restart, [], True
        try:
            window = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            leave(window)
            log.info("the window was started again")
        except OSError:
            log.warning("the window could not be started again")

    def close(self) -> None:
        """Send every client what is queued for it, then close."""
        with self._lock:
            clients, self._clients = list(self._clients), set()
        for client in clients:
            client.end()
        for client in clients:
            client.wait(FAREWELL_SECONDS)
