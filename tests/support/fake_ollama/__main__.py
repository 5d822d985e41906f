"""The scripted server as a program, for pictures, the tour and spoken journeys.

A script file is JSON: {"models": [{"name": …, "capabilities": […]}], "answers":
[{"match": "pattern", "text": "…" or an object, "again": true, "per_second": 20}],
"version": "0.32.15", "tokens_per_second": 30, "load_seconds": 1}.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from pathlib import Path

from support.fake_ollama.script import from_plain
from support.fake_ollama.server import FakeOllama


def main(argv: list[str] | None = None) -> int:
    """Serve until ended; prints host and port first."""
    parser = argparse.ArgumentParser(prog="fake_ollama", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--script", type=Path)
    args = parser.parse_args(argv)
    raw = json.loads(args.script.read_text("utf-8")) if args.script else {}
    models, answers, options = from_plain(raw)
    stop = threading.Event()
    for name in ("SIGINT", "SIGTERM"):
        signal.signal(getattr(signal, name), lambda *_: stop.set())
    with FakeOllama(models, port=args.port, **options) as server:
        server.say(*answers)
        sys.stdout.write(f"{server.host}\n")
        sys.stdout.flush()
        stop.wait()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
