"""One size-capped log file per process, without a word of what people said.

Exceptions are logged as class and place, never by their text: a text may hold a
sentence of a document. Only short fixed messages with plain numbers are logged.
"""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import logging.handlers
import os
import stat
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from app.core.disk import refused

_MOST_BYTES = 512 * 1024
_fault_file: Any = None


class PlainFormatter(logging.Formatter):
    """Time, level, name, message; an exception as class and place.

    Of a library only name, level and place are written: its message may hold anything,
    a path or a sentence among them.
    """

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of ``record``, without the words of other programs."""
        if record.name != "alcove" and not record.name.startswith("alcove."):
            record = logging.makeLogRecord({
                **record.__dict__,
                "msg": f"at {record.filename}:{record.lineno}:{record.funcName}",
                "args": (), "exc_text": None, "stack_info": None,
            })  # fmt: skip
        return super().format(record)

    def formatException(self, ei: Any) -> str:
        """Return where it happened and of which class it was, nothing else."""
        return place_of(ei[1])


def place_of(error: BaseException | None) -> str:
    """Return the classes and places of ``error`` and its causes, without their texts."""
    lines = []
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        frames = traceback.extract_tb(error.__traceback__)
        where = " < ".join(
            f"{Path(f.filename).name}:{f.lineno}:{f.name}" for f in reversed(frames[-12:])
        )
        code = getattr(error, "code", "")
        lines.append(f"{type(error).__name__} {code} at {where}".replace("  ", " "))
        error = error.__cause__ or error.__context__
    return " caused by ".join(lines)


def start(folder: Path, process: str, *, crash: Callable[[str], None] | None = None) -> None:
    """Log this process to ``folder``/``process``.log and send every crash there.

    ``crash`` is told the place of an exception that nobody caught. What the last run
    wrote of a crash in native code is kept in ``process``.fault.1. Raises
    ``StorageError`` when the folder cannot be written.
    """
    global _fault_file
    handler = logging.handlers.RotatingFileHandler(
        folder / f"{process}.log", maxBytes=_MOST_BYTES, backupCount=1, encoding="utf-8", delay=True
    )
    handler.setFormatter(PlainFormatter())
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("alcove").setLevel(logging.INFO)
    logging.raiseExceptions = False  # a full disk must not end the program through its log
    if _fault_file is None:
        _fault_file = _opened_fault(folder / f"{process}.fault")
    faulthandler.enable(_fault_file)
    _hook(crash)


def watch_output(seconds: float = 60.0) -> None:
    """Empty the file that standard error goes to whenever it has grown too large.

    For a child, whose parent looks at that file only before it starts it: what libraries
    print for a day about a microphone that is gone has no other limit.
    """

    def watch() -> None:
        while True:
            time.sleep(seconds)
            with contextlib.suppress(OSError):
                found = os.fstat(2)
                if stat.S_ISREG(found.st_mode) and found.st_size > _MOST_BYTES:
                    os.ftruncate(2, 0)

    threading.Thread(target=watch, name="output", daemon=True).start()


def _opened_fault(path: Path) -> Any:
    """Open the file that a crash in native code is written to; keep the last one's."""
    try:
        if path.exists() and path.stat().st_size:
            os.replace(path, path.with_name(path.name + ".1"))
        return open(path, "w", encoding="utf-8")
    except OSError as error:
        raise refused(error, path.parent) from error


def _hook(crash: Callable[[str], None] | None) -> None:
    def caught(kind: str, error: BaseException | None) -> None:
        place = place_of(error)
        logging.getLogger("alcove").critical("%s: %s", kind, place)
        if crash is not None:
            crash(place)

    def log_only(kind: str, error: BaseException | None) -> None:
        logging.getLogger("alcove").error("%s: %s", kind, place_of(error))

    def main_thread(
        cls: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(cls, KeyboardInterrupt):
            os._exit(130)
        caught("uncaught", error)
        if sys.stderr is not None and crash is None:
            sys.stderr.write(f"Alcove stopped: {place_of(error)}\n")

    sys.excepthook = main_thread
    threading.excepthook = lambda args: caught("uncaught in a thread", args.exc_value)
    sys.unraisablehook = lambda args: log_only("unraisable", args.exc_value)
