"""Find a Python that can hold Alcove, by running each candidate rather than trusting its name.

A version manager's shim answers to `python3.12` and then fails; a distribution's Python may come
without venv or ensurepip; a 32-bit or musl Python finds no wheels. Only a Python that really
imports what set-up and program need is taken.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import Any, Iterator, NamedTuple  # noqa: UP035 - read by Python 3.8 as well

SUPPORTED = ("3.11", "3.12", "3.13")
PROBE_SECONDS = 20
# Runs in the candidate: prints one JSON line, or fails. Kept to syntax that any Python 3 reads.
PROBE = """
import json, os, platform, struct, sys
import venv, ensurepip, ssl, sqlite3
ensurepip.version()
sqlite3.connect(":memory:").execute("create virtual table t using fts5(x)")
print(json.dumps({
    "executable": sys.executable,
    "base": os.path.realpath(getattr(sys, "_base_executable", "") or sys.executable),
    "version": "%d.%d" % sys.version_info[:2],
    "full": "%d.%d.%d" % sys.version_info[:3],
    "implementation": sys.implementation.name,
    "system": sys.platform,
    "machine": platform.machine().lower(),
    "bits": struct.calcsize("P") * 8,
    "libc": list(platform.libc_ver()),
    "macos": platform.mac_ver()[0],
}))
"""


class Python(NamedTuple):
    """A Python that passed the probe: where it is, its version, and the name of its system."""

    executable: str
    version: str
    full: str
    system: str


def candidates() -> Iterator[tuple[str, ...]]:
    """Yield commands that may start a Python, the one that runs this script first."""
    chosen = os.environ.get("ALCOVE_PYTHON")
    if chosen:
        yield (chosen,)
        return
    if sys.executable:
        yield (sys.executable,)
    names = [f"python{version}" for version in SUPPORTED] + ["python3", "python"]
    for name in names:
        for path in every(name):
            yield (path,)
    launcher = shutil.which("py")
    if launcher:
        for version in SUPPORTED:
            yield (launcher, f"-{version}")


def every(name: str) -> list[str]:
    """Return every program called `name` on PATH, in order: a dead shim may hide a living one."""
    found = []
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        path = shutil.which(name, path=folder) if folder else None
        if path and path not in found:
            found.append(path)
    return found


def probe(command: tuple[str, ...]) -> dict[str, Any] | None:
    """Run the probe with one candidate; return what it told, or None when it cannot be used."""
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONHOME", "PYTHONPATH")}
    try:
        done = subprocess.run(
            [*command, "-I", "-c", PROBE],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PROBE_SECONDS,
            env=environment,
            check=False,
        )
        told = json.loads(done.stdout.decode("utf-8", "replace").strip().splitlines()[-1])
    except (OSError, subprocess.TimeoutExpired, ValueError, IndexError):
        return None
    return told if done.returncode == 0 and isinstance(told, dict) else None


def system_of(told: dict[str, Any]) -> tuple[str, str]:
    """Return (name of the promised system, "") or ("", why this Python does not fit)."""
    if told["implementation"] != "cpython":
        return "", "is not CPython"
    if told["bits"] != 64:
        return "", "is a 32-bit Python"
    machine, system = told["machine"], told["system"]
    if system == "linux" and machine in ("x86_64", "amd64"):
        name, version = told["libc"]
        if name != "glibc" or numbers(version) < (2, 34):
            return "", "needs glibc 2.34 or newer"
        return "linux-x86_64", ""
    if system == "win32" and machine in ("amd64", "x86_64"):
        return "windows-x86_64", ""
    if system == "darwin" and machine == "arm64":
        if numbers(told["macos"]) < (14,):
            return "", "needs macOS 14 or newer"
        return "macos-arm64", ""
    return "", f"runs on a system that Alcove has no packages for ({system}, {machine})"


def numbers(text: str) -> tuple[int, ...]:
    """Turn "2.36" into (2, 36); anything unreadable into ()."""
    try:
        return tuple(int(part) for part in text.split("."))
    except ValueError:
        return ()


def find(inside: str) -> tuple[Python | None, list[str]]:
    """Return the first Python that fits and why the others before it did not.

    `inside` is the environment that is about to be made: a Python that lives in it is no base.
    """
    refused: list[str] = []
    seen = set()
    for command in candidates():
        key = (os.path.realpath(command[0]), *command[1:]) if len(command) > 1 else command
        if key in seen:
            continue
        seen.add(key)
        told = probe(command)
        shown = " ".join(command)
        if told is None:
            refused.append(f"{shown}: does not start, or lacks venv, ensurepip, ssl or FTS5")
            continue
        if told["version"] not in SUPPORTED:
            refused.append(f"{shown}: is Python {told['full']}")
            continue
        system, trouble = system_of(told)
        if not system:
            refused.append(f"{shown}: {trouble}")
            continue
        start = told["base"] if within(told["executable"], inside) else told["executable"]
        return Python(start, told["version"], told["full"], system), refused
    return None, refused


def within(path: str, folder: str) -> bool:
    """Tell whether `path` lies in `folder`, links not followed."""
    try:
        both = (os.path.abspath(path), os.path.abspath(folder))
        return os.path.commonpath(both) == os.path.abspath(folder)
    except ValueError:
        return False
