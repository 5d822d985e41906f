"""The guard: a process of its own, because an audit hook cannot be taken back."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from app.core.egress import is_loopback

ROOT = Path(__file__).resolve().parents[2]


def _run(code: str, env: Mapping[str, str] | None = None) -> str:
    program = "import sys; sys.path.insert(0, sys.argv[1])\nfrom app.core import egress\n"
    program += "egress.install()\nimport socket\n" + code
    done = subprocess.run(
        [sys.executable, "-c", program, str(ROOT)],
        capture_output=True, text=True, timeout=30, env=env,
    )  # fmt: skip
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize(
    "code",
    [
        "socket.create_connection(('192.0.2.1', 80), 1)",
        "socket.socket().connect((b'192.0.2.1', 80))",
        "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', (bytearray(b'192.0.2.1'), 53))",
        "socket.socket(type=socket.SOCK_DGRAM).sendmsg([b'x'], [], 0, (b'192.0.2.1', 53))",
        "socket.socket().bind((b'0.0.0.0', 0))",
        "socket.socket(socket.AF_VSOCK).connect((2, 80))",
        "socket.getaddrinfo(b'example.org', 80)",
        "socket.getaddrinfo('example.org', 80)",
        "socket.gethostbyname('example.org')",
        "socket.getnameinfo(('192.0.2.1', 80), 0)",
        "egress.confirm('192.0.2.1'); egress.confirm('192.0.2.2'); "
        "socket.create_connection(('192.0.2.1', 80), 1)",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
        "socket.socket(socket.AF_INET6).connect(('2001:db8::1', 80))",
        "socket.socket().bind(('0.0.0.0', 0))",
        "import urllib.request as u; u.urlopen('http://192.0.2.1/')",
    ],
)
def test_what_is_not_this_machine_is_stopped(code: str) -> None:
    assert "was stopped" in _run(code)


def test_a_unix_socket_is_no_host(tmp_path: Path) -> None:
    code = (
        f"s = socket.socket(socket.AF_UNIX); s.bind({str(tmp_path / 's')!r}); s.listen()\n"
        f"socket.socket(socket.AF_UNIX).connect({str(tmp_path / 's')!r}); print('through')"
    )
    assert _run(code) == "through"


def test_loopback_is_let_through_as_bytes_too() -> None:
    code = (
        "s = socket.socket(); s.bind((b'127.0.0.1', 0)); s.listen()\n"
        "c = socket.socket(); c.connect((b'127.0.0.1', s.getsockname()[1])); print('through')"
    )
    assert _run(code) == "through"


def test_loopback_is_let_through() -> None:
    code = (
        "s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen()\n"
        "c = socket.create_connection(s.getsockname(), 2); print('through')"
    )
    assert _run(code) == "through"


def test_a_confirmed_host_is_let_through_until_it_is_taken_back() -> None:
    code = (
        "egress.confirm('192.0.2.1')\nfor _ in 1, 2:\n"
        "  s = socket.socket(); s.settimeout(0.05)\n"
        "  try: s.connect(('192.0.2.1', 9))\n"
        "  except egress.Blocked: print('blocked')\n"
        "  except OSError: print('tried')\n"
        "  egress.confirm(None)"
    )
    assert _run(code).split() == ["tried", "blocked"]


def test_only_the_name_that_is_confirmed_is_looked_up_and_only_by_who_confirms() -> None:
    code = (
        "import threading\nlooked = []\n"
        "def find(name, port):\n"
        "  def other():\n"
        "    try: real(name, port)\n"
        "    except egress.Blocked: looked.append('blocked')\n"
        "    except OSError: looked.append('let through')\n"
        "  thread = threading.Thread(target=other); thread.start(); thread.join()\n"
        "  sys.audit('socket.getaddrinfo', name, port, 0, 0, 0)\n"
        "  return [(0, 0, 0, '', ('192.0.2.7', 0))]\n"
        "real, socket.getaddrinfo = socket.getaddrinfo, find\n"
        "egress.confirm('server.example.org'); print(*looked, sorted(egress._allowed))"
    )
    assert _run(code) == "blocked ['192.0.2.7', 'server.example.org']"


def test_of_two_confirmations_at_a_time_the_later_one_counts() -> None:
    code = (
        "def find(name, port):\n"
        "  if name == 'first.example.org': egress.confirm('192.0.2.2')\n"
        "  return [(0, 0, 0, '', ('192.0.2.' + ('1' if 'first' in name else '2'), 0))]\n"
        "socket.getaddrinfo = find\n"
        "egress.confirm('first.example.org'); print(sorted(egress._allowed))"
    )
    assert _run(code) == "['192.0.2.2']"


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("[::1]", True),
        ("localhost", True), ("::ffff:127.0.0.1", True), ("LOCALHOST.", True),
        ("10.0.0.1", False), ("localhost.example.org", False), ("0.0.0.0", False),
        ("::ffff:10.0.0.1", False), ("127.0.0.1.example.org", False),
    ],
)  # fmt: skip
def test_only_this_machine_counts_as_loopback(host: str, here: bool) -> None:
    assert is_loopback(host) is here


def test_no_library_keeps_anything_to_tell_its_maker(tmp_path: Path) -> None:
    """ONNX Runtime tells Microsoft of every session from native code, unless it is told not to.

    What it would send lies in the cache of the person and beside a file of the temporary
    folder, from the moment it is loaded; it keeps quiet by itself where ``CI`` is set.
    """
    quiet = ("CI", "ORT_", "GITHUB_", "TF_BUILD")
    homes = dict.fromkeys(("HOME", "USERPROFILE", "XDG_CACHE_HOME", "LOCALAPPDATA"), str(tmp_path))
    temporary = dict.fromkeys(("TMPDIR", "TMP", "TEMP"), str(tmp_path))
    known = {k: v for k, v in os.environ.items() if not k.startswith(quiet)}
    code = "import onnxruntime; onnxruntime.SessionOptions(); print('loaded')"
    assert _run(code, env={**known, **homes, **temporary}) == "loaded"
    assert [str(left.relative_to(tmp_path)) for left in tmp_path.rglob("*")] == []
