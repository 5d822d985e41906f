"""The guard that keeps every process on this laptop.

Installed before other imports. A Python audit hook (PEP 578) sees each connect,
bind, send and name look-up of this process; what is not loopback, and not a host
that the person confirmed, raises ``Blocked`` before a packet is sent. Native code
that opens sockets of its own is not seen by an audit hook; none of the libraries
used here does (the tests run them in a namespace without a network).
"""

from __future__ import annotations

import contextlib
import ipaddress
import itertools
import os
import socket
import sys
import threading
from typing import Any


class Blocked(PermissionError):
    """Something tried to reach a host that was not confirmed."""


_allowed: frozenset[str] = frozenset()  # names and addresses; only ever replaced as a whole
_installed = False
_wishes = itertools.count(1)
_newest = 0
_swapping = threading.Lock()
# Kinds of socket whose addresses are no hosts: files, and the system's own messages.
_LOCAL_FAMILIES = frozenset(
    getattr(socket, name) for name in ("AF_UNIX", "AF_NETLINK") if hasattr(socket, name)
)
_looking_up = threading.local()  # the one name that this very thread may look up meanwhile

# Libraries read these on import: hubs stay offline and telemetry stays off.
QUIET = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
    "OTEL_SDK_DISABLED": "true",
    # Native code, which no audit hook sees: it looks up its maker's host by itself, and
    # keeps what it would send in the person's cache and in the temporary folder.
    "ORT_DISABLE_TELEMETRY": "1",
}


def install() -> None:
    """Put the guard in place for the life of this process."""
    global _installed
    if _installed:
        return
    _installed = True
    os.environ.update(QUIET)
    sys.addaudithook(_watch)


def take_back() -> int:
    """Let this process reach no other host from now on; return the number of this wish.

    A look-up that is still under way for an earlier wish lets nobody in any more.
    """
    global _newest
    with _swapping:
        _newest = next(_wishes)
        _swap(frozenset())
        return _newest


def confirm(host: str | None, wish: int | None = None) -> bool:
    """Let this process reach ``host`` alone, which the person has confirmed by name.

    What was confirmed before is taken back at once; None confirms nothing. The name is
    resolved now, once, which may take seconds: a name that later points elsewhere is
    not followed. Of two calls at a time the later one counts, and with ``wish`` (of
    ``take_back``) any wish that came after it. Returns whether an address is known now.
    """
    wish = take_back() if wish is None else wish
    if not host:
        return False
    name = host.lower().strip("[]")
    addresses = _addresses(name)
    with _swapping:
        if wish != _newest:
            return False
        _swap(frozenset({name, *addresses}))
    return bool(addresses)


def _swap(allowed: frozenset[str]) -> None:
    global _allowed
    _allowed = allowed


def _addresses(name: str) -> set[str]:
    _looking_up.name = name
    try:
        found = socket.getaddrinfo(name, None)
    except (OSError, UnicodeError):
        return set()
    finally:
        _looking_up.name = ""
    return {str(entry[4][0]).split("%")[0] for entry in found}


def is_loopback(host: str) -> bool:
    """Return whether ``host`` (a name or an address) is this machine itself."""
    name = host.lower().strip("[]").rstrip(".")
    if name in ("localhost", ""):
        return True
    try:
        address = ipaddress.ip_address(name.split("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def _permitted(host: str) -> bool:
    name = host.lower().strip("[]").split("%")[0]
    return is_loopback(name) or name in _allowed


def _watch(event: str, args: tuple[Any, ...]) -> None:
    if not event.startswith("socket."):
        return
    if event in ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"):
        _check_address(*args[:2], binding=event == "socket.bind")
    elif event == "socket.getaddrinfo":
        if args[0] is not None and _text(args[0]) is None:
            raise Blocked(f"look-up of another host was stopped ({event})")
        asked = (_text(args[0]) or "").lower().strip("[]")
        if asked and asked != getattr(_looking_up, "name", "") and not _permitted(asked):
            raise Blocked(f"look-up of another host was stopped ({event})")
    elif event == "socket.getnameinfo":
        address = args[0]
        if not isinstance(address, tuple) or not address or not _permitted(str(address[0])):
            raise Blocked(f"look-up of another host was stopped ({event})")
    elif event in ("socket.gethostbyname", "socket.gethostbyaddr"):
        if not _permitted(str(args[0])) and str(args[0]) != socket.gethostname():
            raise Blocked(f"look-up of another host was stopped ({event})")


def _check_address(sock: Any, address: Any = None, *, binding: bool) -> None:
    if address is None or getattr(sock, "family", None) in _LOCAL_FAMILIES:
        return
    host = _text(address[0]) if isinstance(address, tuple) and address else None
    if host is None:
        raise Blocked("a connection to an address of unknown kind was stopped")
    if binding and host in ("", "0.0.0.0", "::"):
        raise Blocked("listening beyond this machine was stopped")
    if not _permitted(host):
        raise Blocked("a connection to another host was stopped")


def _text(host: Any) -> str | None:
    """Return a host as text, which sockets also take as bytes; None for anything else."""
    if isinstance(host, (bytes, bytearray)):
        with contextlib.suppress(UnicodeError):
            return bytes(host).decode("idna")
        return None
    return host if isinstance(host, str) else None
