"""The command line as people start it: a process of its own, with a data folder of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Ended:
    """A command that ended: status, standard output, standard error."""

    status: int
    out: str
    err: str

    def json(self) -> dict[str, Any]:
        """Return the one object on standard output; fails when there is anything else."""
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found

    @property
    def code(self) -> str | None:
        """Return the code of the error object, None without one."""
        return self.json().get("error", {}).get("code")

    @property
    def notices(self) -> list[str]:
        """Return the codes of the notices."""
        return [notice["code"] for notice in self.json()["notices"]]


class Program:
    """Starts ``main.py`` with ``home`` as its data folder, in ``folder``."""

    def __init__(self, home: Path, folder: Path):
        self.home = home
        self.folder = folder

    def start(
        self, *args: str | bytes | Path, env: Mapping[str, str] | None = None, **options: Any
    ) -> subprocess.Popen[bytes]:
        """Start a command and return its process."""
        plain = {k: v for k, v in os.environ.items() if k != "OLLAMA_HOST"}
        # No Ollama of this machine takes part unless a test names one.
        plain |= {"ALCOVE_HOME": str(self.home), "OLLAMA_HOST": "127.0.0.1:9", **(env or {})}
        pipes = {
            "stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE
        } | options  # fmt: skip
        words = [a if isinstance(a, bytes) else str(a) for a in args]
        return subprocess.Popen(
            [sys.executable, str(ROOT / "main.py"), *words], cwd=self.folder, env=plain, **pipes
        )

    def run(self, *args: str | bytes | Path, **options: Any) -> Ended:
        """Run a command to its end; no traceback is ever shown."""
        return self.finish(self.start(*args, **options))

    def finish(self, process: subprocess.Popen[bytes]) -> Ended:
        """Wait for a started command."""
        out, err = process.communicate(timeout=120)
        ended = Ended(
            process.returncode, (out or b"").decode("utf-8"), (err or b"").decode("utf-8")
        )
        assert "Traceback" not in ended.out + ended.err, ended.err
        return ended

    def stop(self, process: subprocess.Popen[bytes]) -> Ended:
        """Press Ctrl-C in a started command and wait for it."""
        process.send_signal(signal.SIGINT)
        return self.finish(process)

    def files(self) -> list[str]:
        """Return what lies in the data folder besides logs."""
        found = (path.relative_to(self.home) for path in self.home.rglob("*"))
        return sorted(str(path) for path in found if path.parts[0] != "logs")

    def logs(self) -> str:
        """Return everything that the logs hold."""
        return "".join(
            path.read_text("utf-8", "replace") for path in sorted((self.home / "logs").iterdir())
        )
