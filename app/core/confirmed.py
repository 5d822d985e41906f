"""The one server that the person confirmed, as the egress guard is told of it."""

from __future__ import annotations

import ipaddress
import threading

from app.core import egress

LOOK_UP_SECONDS = 10.0  # a name server that is silent for so long knows nothing


class ConfirmedServer:
    """Tells the guard of each change; a name is looked up in a thread of its own."""

    def __init__(self) -> None:
        self._told: str | None = None
        self._looking_up: threading.Thread | None = None

    def tell(self, host: str) -> None:
        """Let ``host`` through and nobody else; "" for nobody. Does not wait."""
        if host == self._told:
            return
        self._told = host
        egress.confirm(None)  # the one before is shut out at once
        self._looking_up = None
        if _is_address(host):
            egress.confirm(host)
        elif host:
            thread = threading.Thread(
                target=egress.confirm, args=(host,), name="egress", daemon=True
            )
            thread.start()
            self._looking_up = thread

    def wait(self) -> None:
        """Wait until the guard knows the server's addresses, or nobody can tell them."""
        thread = self._looking_up
        if thread is not None:
            thread.join(LOOK_UP_SECONDS)


def _is_address(host: str) -> bool:
    """Return whether ``host`` is an address, which no name server is asked for."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
