"""Where Ollama is asked: this laptop, or the one machine that was confirmed.

``OLLAMA_HOST`` is all that is read from the environment. Pointing elsewhere it counts
only once that host was confirmed in the settings; ``0.0.0.0`` in it, which servers use
for "every address of mine", means this laptop.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from app.core.egress import is_loopback
from app.core.errors import EngineError, InputError
from app.core.settings import Settings

PORT = 11434
_LOCAL = "127.0.0.1"
_ANY = frozenset({"", "0.0.0.0", "::", "*"})
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Address:
    """A server: its URL without a slash at the end, and host with port as shown.

    ``token`` is set only for a confirmed other machine. ``ignored`` is what
    ``OLLAMA_HOST`` named without having been confirmed.
    """

    url: str
    host: str
    local: bool = True
    token: str = ""
    ignored: str = ""


def find_address(settings: Settings, environment: Mapping[str, str]) -> Address:
    """Return the server to ask.

    Raises ``EngineError`` "ollama_unconfirmed" when the settings name a machine that
    was not confirmed, ``InputError`` "bad_setting" when they name nothing usable.
    """
    if settings.ollama_host.strip():
        found = _parse(settings.ollama_host)
        if found is None:
            raise InputError("bad_setting", key="ollama_host", value=settings.ollama_host)
        if not _allowed(found, settings):
            raise EngineError("ollama_unconfirmed", host=found.hostname or "")
        return _address(found, settings)
    named = environment.get("OLLAMA_HOST", "").strip()
    found = _parse(named) if named else None
    if found is not None and _allowed(found, settings):
        return _address(found, settings)
    return Address(f"http://{_LOCAL}:{PORT}", f"{_LOCAL}:{PORT}", ignored=named)


def _parse(text: str) -> SplitResult | None:
    """Read an address as Ollama does: "host", ":port", "http://host:port/path"."""
    text = text.strip().strip("\"'")
    scheme, mark, rest = text.partition("://")
    if not mark:
        scheme, rest = "http", text
    if scheme.lower() not in _PORTS:
        return None
    rest, slash, path = rest.partition("/")
    rest = rest.rpartition("@")[2]
    if rest.count(":") > 1 and not rest.startswith("["):
        rest = f"[{rest}]"  # an IPv6 address without its brackets
    try:
        found = urlsplit(f"{scheme.lower()}://{rest}{slash}{path}")
        port = found.port or (_PORTS[found.scheme] if mark else PORT)
    except ValueError:
        return None
    host = found.hostname or ""
    if host in _ANY:
        host = _LOCAL
    if not all(c.isalnum() or c in ".-_:%" for c in host):
        return None
    shown = f"[{host}]" if ":" in host else host
    return SplitResult(found.scheme, f"{shown}:{port}", found.path.rstrip("/"), "", "")


def _allowed(found: SplitResult, settings: Settings) -> bool:
    host = (found.hostname or "").lower()
    confirmed = settings.ollama_confirmed.lower().strip().strip("[]")
    return is_loopback(host) or (bool(confirmed) and host == confirmed)


def _address(found: SplitResult, settings: Settings) -> Address:
    local = is_loopback(found.hostname or "")
    token = "" if local else settings.ollama_token.strip()
    return Address(found.geturl(), found.netloc, local, token)
