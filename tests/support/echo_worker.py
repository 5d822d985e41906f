"""A child for tests: its calls answer, wait, crash, grow or spin as told."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app.core.errors import InputError
from app.core.jobs import JobContext, Progress
from app.workers.serve import serve


def echo(args: dict, ctx: JobContext) -> dict:
    ctx.report(Progress("read", 1, 2, 3.0))
    ctx.notice("no_text")
    ctx.emit("piece", {"n": 1})
    return args


def wait(args: dict, ctx: JobContext) -> None:
    stop = threading.Event()
    ctx.on_cancel(stop.set)
    stop.wait(30)
    ctx.check()


def spin(args: dict, ctx: JobContext) -> None:
    """Hold the interpreter lock in native code: one long regular expression."""
    import re

    Path(args["mark"]).write_text(str(os.getpid()))
    re.match(r"(a+)+$", "a" * 40 + "b")


def chatter(args: dict, ctx: JobContext) -> None:
    """Talk for ever, whatever is asked."""
    while True:
        ctx.emit("piece", {})


def chatter_and_listen(args: dict, ctx: JobContext) -> None:
    """Talk until cancelled."""
    while True:
        ctx.check()
        ctx.emit("piece", {})


def fail(args: dict, ctx: JobContext) -> None:
    raise InputError("file_missing", path=args["path"])


def crash(args: dict, ctx: JobContext) -> None:
    raise RuntimeError("secret words")


def die(args: dict, ctx: JobContext) -> None:
    os._exit(7)


def grow(args: dict, ctx: JobContext) -> None:
    block = bytearray(300_000_000)
    block[::4096] = b"x" * len(block[::4096])
    threading.Event().wait(20)


OPS = {
    f.__name__: f for f in (echo, wait, spin, chatter, chatter_and_listen, fail, crash, die, grow)
}

if __name__ == "__main__":
    raise SystemExit(serve("echo", OPS, Path(sys.argv[sys.argv.index("--endpoint") + 1])))
