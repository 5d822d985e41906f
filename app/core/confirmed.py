"""The one server that the person confirmed, as the egress guard is told of it."""

from __future__ import annotations

import ipaddress
import threading
import time
from collections.abc import Callable

from app.core import egress

LOOK_UP_SECONDS = 10.0  # a name server that is silent for so long knows nothing
AGAIN_SECONDS = 2.0  # between two look-ups of a name that nobody knows


class ConfirmedServer:
    """Tells the guard of each change; a name is looked up in a thread of its own.

    A name that could not be looked up (the network comes later than the program) is
    looked up again when somebody wants to reach it.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._guard = threading.Lock()
        self._told: str | None = None
        self._wish = 0
        self._known = False
        self._tried = 0.0
        self._looking_up: threading.Thread | None = None

    def tell(self, host: str) -> None:
        """Let ``host`` through and nobody else; "" for nobody. Does not wait."""
        with self._guard:
            if host == self._told:
                return
            self._told = host
            self._wish = egress.take_back()  # the one before is shut out at once
            self._looking_up = None
            self._known = not host
            if _is_address(host):
                self._known = egress.confirm(host, self._wish)
            elif host:
                self._look_up(host)

    def wait(self) -> None:
        """Wait until the guard knows the server's addresses, or nobody can tell them."""
        with self._guard:
            thread = self._looking_up
            done = thread is not None and not thread.is_alive()
            later = self._clock() - self._tried >= AGAIN_SECONDS
            if done and self._told and not self._known and later:
                self._look_up(self._told)
            thread = self._looking_up
        if thread is not None:
            thread.join(LOOK_UP_SECONDS)

    def _look_up(self, host: str) -> None:
        """Begin to look for the addresses; the wish is the old one, so that a later counts."""
        thread = threading.Thread(
            target=self._found, args=(host, self._wish), name="egress", daemon=True
        )
        thread.start()
        self._looking_up = thread

    def _found(self, host: str, wish: int) -> None:
        known = egress.confirm(host, wish)
        with self._guard:
            if wish == self._wish:
                self._known, self._tried = known, self._clock()


def _is_address(host: str) -> bool:
    """Return whether ``host`` is an address, which no name server is asked for."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
