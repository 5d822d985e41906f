"""What PulseAudio (or PipeWire in its place) knows of sound sources, through ``pactl``.

PortAudio sees one device named "pulse" and is moved silently to another source, even
to what the loudspeakers play, when a microphone goes. This asks the sound server
itself. Without ``pactl``, or without a sound server, there simply are no answers.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_SECONDS = 3.0
_MOST_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True)
class Source:
    """A source of the sound server; ``monitor`` means it gives what a sink plays.

    ``stand_in`` is a sink of no hardware: its monitor may serve as a virtual microphone.
    """

    name: str
    description: str
    monitor: bool
    stand_in: bool
    muted: bool

    @property
    def microphone(self) -> bool:
        """Return whether it may be recorded from without being named."""
        return not self.monitor or self.stand_in


def available() -> bool:
    """Return whether ``pactl`` is here at all."""
    return sys.platform == "linux" and shutil.which("pactl") is not None


def sources() -> list[Source] | None:
    """Return the sources, None when nobody answers."""
    found = _ask("list", "sources")
    if found is None:
        return None
    return [_source(s) for s in found if isinstance(s, dict)]


def default_source() -> str:
    """Return the name of the default source, "" when there is none."""
    text = _run("get-default-source")
    return (text or "").strip()


def own_source(pid: int) -> str | None:
    """Return the name of the source that process ``pid`` records from, None if unknown."""
    outputs, known = _ask("list", "source-outputs"), _ask("list", "sources")
    for output in outputs or []:
        properties = output.get("properties") or {}
        if str(properties.get("application.process.id")) == str(pid):
            names = [s.get("name") for s in known or [] if s.get("index") == output.get("source")]
            return str(names[0]) if names else None
    return None


def _source(plain: dict[str, Any]) -> Source:
    properties = plain.get("properties") or {}
    name = str(plain.get("name"))
    monitor = properties.get("device.class") == "monitor" or name.endswith(".monitor")
    maker = f"{plain.get('driver')} {properties.get('factory.name')}"
    return Source(
        name=name,
        description=str(plain.get("description") or name),
        monitor=monitor,
        stand_in=monitor and "null" in maker and not name.startswith("auto_null"),
        muted=bool(plain.get("mute")),
    )


def _ask(*words: str) -> list[Any] | None:
    text = _run("-f", "json", *words)
    if text is None:
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, list) else None


def _environment() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C.UTF-8"}


def _run(*words: str) -> str | None:
    if not available():
        return None
    try:
        done = subprocess.run(
            ["pactl", *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            env=_environment(),
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode or len(done.stdout) > _MOST_BYTES:
        return None
    return done.stdout.decode("utf-8", "replace")


def _dies_with_us() -> list[str]:
    """Return what makes a started program end with this process, even after a kill."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL"] if setpriv else []


class Watch:
    """Calls ``changed`` (from a thread) whenever sources or streams change."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._read, name="pactl", daemon=True)
        if available():
            with contextlib.suppress(OSError):
                self._process = subprocess.Popen(
                    [*_dies_with_us(), "pactl", "subscribe"],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env=_environment(),
                )
                self._thread.start()

    @property
    def alive(self) -> bool:
        """Return whether it still watches: a sound server that went took it along."""
        return self._process is not None and self._process.poll() is None

    def _read(self) -> None:
        process = self._process
        assert process is not None and process.stdout is not None
        for line in process.stdout:
            # "Event 'remove' on source #2", "… on source-output #7", "… on server"
            if b" on source" in line or b" on server" in line:
                self._changed()

    def close(self) -> None:
        """Stop watching."""
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(OSError):
                process.kill()
            process.wait()
            if self._thread is not threading.current_thread():
                self._thread.join()
            assert process.stdout is not None
            process.stdout.close()
