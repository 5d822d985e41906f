"""The one way in which requests leave for Ollama: what is sent, and what is let in.

Proxies and the environment are ignored, redirects are not followed, the token goes
only to the confirmed machine (the ``ollama`` package would send ``OLLAMA_API_KEY`` by
itself), answers have limits. ``truncate: false`` and ``shift: false`` are put into every
chat: the package cannot say it, and without them the server cuts long texts silently, or
forgets what it read while it writes. An answer that comes to the end of the context
stops there with the reason "length".
"""

from __future__ import annotations

import asyncio
import importlib
import os
import ssl
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.adapters.ollama_errors import TooMuch
from app.core.engines.address import Address

if TYPE_CHECKING:
    import httpx
    import ollama

# Without its command line httpx does not load click, rich and pygments: 6 MB less.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]

_CONNECT_SECONDS = 3.0
_LOOK_SECONDS = 10.0  # from the question to the end of the answer
_LONGEST_LINE = 4 * 1024 * 1024
_LARGEST_ANSWER = 256 * 1024 * 1024
_FOR_CLIENTS = frozenset(
    "OLLAMA_HOST HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY SSL_CERT_FILE SSL_CERT_DIR".split()
)


@dataclass(frozen=True)
class Clients:
    """The package's client and a plain one on the same connections."""

    address: Address
    ollama: ollama.AsyncClient
    plain: httpx.AsyncClient

    async def get(self, path: str) -> Any:
        """Return the JSON of a GET. Raises what httpx raises, ``ValueError``."""
        return await _json(self.plain.get(path))

    async def post(self, path: str, body: dict[str, Any]) -> Any:
        """Return the JSON of a POST. Raises what httpx raises, ``ValueError``."""
        return await _json(self.plain.post(path, json=body))

    async def close(self) -> None:
        """Close the connections."""
        await self.ollama.close()
        await self.plain.aclose()


async def _json(answer: Awaitable[httpx.Response]) -> Any:
    """Return the JSON of an answer that must be whole in time, however it trickles."""
    import httpx

    try:
        async with asyncio.timeout(_LOOK_SECONDS):
            response = await answer
    except TimeoutError as error:
        raise httpx.ReadTimeout("not whole in time") from error
    response.raise_for_status()
    return response.json()


def load_package() -> None:
    """Import ``ollama``, also where the environment holds what it cannot use.

    The package makes a client of its own from ``OLLAMA_HOST``, proxies and certificates
    while it is imported, and cannot be imported at all when that fails: at no address, at
    a SOCKS proxy, at a file that is not there. Nothing of it is used here.
    """
    import httpx

    try:
        importlib.import_module("ollama")
    except (ValueError, ImportError, OSError, httpx.InvalidURL):
        with _without(_FOR_CLIENTS):
            importlib.import_module("ollama")


@contextmanager
def _without(names: frozenset[str]) -> Iterator[None]:
    """Take variables out of the environment, in either case, for a moment."""
    taken = {name: os.environ.pop(name) for name in list(os.environ) if name.upper() in names}
    try:
        yield
    finally:
        os.environ.update(taken)


def make_clients(address: Address) -> Clients:
    """Return clients for ``address``; must be called in the loop that will use them."""
    load_package()
    import httpx
    import ollama

    transport = _guarded(address)
    shared: dict[str, Any] = {
        "transport": transport,
        "follow_redirects": False,
        "trust_env": False,
    }
    patient = httpx.Timeout(None, connect=_CONNECT_SECONDS)
    chat = ollama.AsyncClient(host=address.url, timeout=patient, **shared)
    quick = httpx.Timeout(_LOOK_SECONDS, connect=_CONNECT_SECONDS)
    return Clients(address, chat, httpx.AsyncClient(base_url=address.url, timeout=quick, **shared))


def _guarded(address: Address) -> Any:
    """Return a transport that edits requests and limits answers."""
    import httpx

    verify: Any = _trust() if address.url.startswith("https:") else False
    inner = httpx.AsyncHTTPTransport(verify=verify, trust_env=False)

    class Limited(httpx.AsyncByteStream):
        """An answer that ends with an error when it grows beyond all measure."""

        def __init__(self, stream: Any, lines: bool):
            self._stream = stream
            self._lines = lines
            self._check = _line_check() if lines else _size_check()

        async def __aiter__(self) -> AsyncIterator[bytes]:
            kept = b""
            async for part in self._stream:
                self._check(part)
                if self._lines:
                    part, kept = _one_line_each(kept + part)
                yield part
            if kept:
                yield kept

        async def aclose(self) -> None:
            """Close the connection's stream."""
            await self._stream.aclose()

    class Guarded(httpx.AsyncBaseTransport):
        """Requests out, answers in."""

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            """Send one request."""
            response = await inner.handle_async_request(_edited(request, address))
            if response.headers.get("content-encoding", "identity") != "identity":
                await response.aclose()
                raise TooMuch("a packed answer was not asked for")
            lines = "ndjson" in response.headers.get("content-type", "")
            response.stream = Limited(response.stream, lines)
            return response

        async def aclose(self) -> None:
            """Close the connections."""
            await inner.aclose()

    return Guarded()


def _edited(request: httpx.Request, address: Address) -> httpx.Request:
    import httpx

    headers = request.headers.copy()
    headers.pop("authorization", None)
    headers["accept-encoding"] = "identity"
    if address.token:
        headers["authorization"] = f"Bearer {address.token}"
    content = request.content
    if request.url.path.endswith("/api/chat") and content.startswith(b"{") and content != b"{}":
        content = b'{"truncate":false,"shift":false,' + content[1:]
        headers.pop("content-length", None)
    return httpx.Request(
        request.method,
        request.url,
        headers=headers,
        content=content,
        extensions=request.extensions,
    )


# Signs at which httpx ends a line and JSON does not, as they may stand in a text.
_NO_ENDS = {sign.encode(): f"\\u{ord(sign):04x}".encode() for sign in "\x85\u2028\u2029"}
_BEGUN = tuple(sign[:n] for sign in _NO_ENDS for n in range(len(sign) - 1, 0, -1))


def _one_line_each(data: bytes) -> tuple[bytes, bytes]:
    """Return ``data`` with no line end in a text, and what may be the beginning of one."""
    for sign, escaped in _NO_ENDS.items():
        data = data.replace(sign, escaped)
    kept = next((begun for begun in _BEGUN if data.endswith(begun)), b"")
    return (data[: -len(kept)], kept) if kept else (data, b"")


def _size_check() -> Callable[[bytes], None]:
    size = 0

    def check(part: bytes) -> None:
        nonlocal size
        size += len(part)
        if size > _LARGEST_ANSWER:
            raise TooMuch("an answer without end")

    return check


def _line_check() -> Callable[[bytes], None]:
    length = 0

    def check(part: bytes) -> None:
        nonlocal length
        last = part.rfind(b"\n")
        length = length + len(part) if last < 0 else len(part) - last - 1
        if length > _LONGEST_LINE:
            raise TooMuch("a line without end")

    return check


def _trust() -> ssl.SSLContext:
    """Return who is trusted for TLS: the system's own store, whatever the environment says."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if sys.platform == "win32":
        context.load_default_certs()
        return context
    paths = ssl.get_default_verify_paths()
    file = paths.openssl_cafile if os.path.isfile(paths.openssl_cafile) else None
    folder = paths.openssl_capath if os.path.isdir(paths.openssl_capath) else None
    if file is None and folder is None:
        import certifi

        file = certifi.where()
    context.load_verify_locations(file, folder)
    return context
