"""What a command prints: one JSON object, or words for a person; and its context."""

from __future__ import annotations

import contextlib
import json
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TextIO

from app.core.engines.places import WAITING
from app.core.errors import AppError, InputError
from app.core.jobs import JobContext, Notice, Progress
from app.words import tr
from app.words.errors import error_words
from app.words.notices import notice_words
from app.words.steps import step_words

SCHEMA = 1


class Output:
    """Standard output and standard error of one command."""

    def __init__(self, as_json: bool, out: TextIO | None = None, err: TextIO | None = None):
        self.json = as_json
        self._out = out or sys.stdout
        self._err = err or sys.stderr
        self._notices: list[Notice] = []
        self._bar = ProgressBar(self._err)

    def text(self, text: str = "") -> None:
        """Print words for a person; nothing with ``--json``."""
        self.raw(printable(text) + "\n")

    def raw(self, text: str) -> None:
        """Print a text exactly, without a line end (a transcript in a format)."""
        if not self.json:
            self._bar.clear()
            self._put(text)

    def piece(self, text: str) -> None:
        """Print a streamed piece of an answer as it comes."""
        self.raw(printable(text, keep="\n\t"))

    def result(self, data: dict[str, Any]) -> None:
        """Print the one JSON object of a command; nothing without ``--json``."""
        self._bar.clear()
        if self.json:
            self._object(data)

    def error(self, error: AppError, **more: Any) -> None:
        """Print an error: the JSON object, or one line on standard error."""
        self._bar.clear()
        if self.json:
            self._object({"error": error_object(error), **more})
        else:
            self.say(error_words(error).sentence())

    def cancelled(self) -> None:
        """Print that the person stopped the work."""
        self._bar.clear()
        message = tr("Stopped.")
        if self.json:
            self._object({"error": {"code": "cancelled", "message": message, "hint": ""}})
        else:
            self.say(message)

    def say(self, text: str) -> None:
        """Print a line on standard error."""
        self._bar.clear()
        if self._err is not None:
            with contextlib.suppress(OSError):  # nobody reads it, or its disk is full
                self._err.write(named(printable(text)) + "\n")
                self._err.flush()

    def notice(self, notice: Notice, *, again: bool = False) -> None:
        """Keep a notice for the JSON object, or say it at once; equal ones only once.

        With ``again`` it tells of the moment, so that it is said as often as it comes.
        """
        known = notice in self._notices
        if not known:
            self._notices.append(notice)
        if not self.json and (again or not known):
            self.say(notice_words(notice.code, notice.params))

    @contextlib.contextmanager
    def context(self, *, on_interrupt: Any = None) -> Iterator[JobContext]:
        """Give a job's context: progress bar, notices, and Ctrl-C as its Cancel.

        ``on_interrupt`` is called instead of Cancel where Ctrl-C means something
        else (a recording stops and keeps).
        """
        ctx = JobContext(self._bar.show, self.notice)
        stop = on_interrupt or ctx.cancel
        with _signals(stop):
            try:
                yield ctx
            finally:
                self._bar.clear()

    def _object(self, data: dict[str, Any]) -> None:
        notices = [
            {"code": n.code, "message": notice_words(n.code, n.params)} for n in self._notices
        ]
        whole = {"schema": SCHEMA, **data, "notices": notices}
        self._put(json.dumps(whole, ensure_ascii=False, indent=2) + "\n")

    def _put(self, text: str) -> None:
        """Write to standard output; raise ``InputError`` when it takes nothing more."""
        if self._out is None:
            return
        try:
            self._out.write(named(text))
            self._out.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise InputError("output_not_writable", path=tr("standard output")) from error


@contextlib.contextmanager
def _signals(stop: Callable[[], None]) -> Iterator[None]:
    """Call ``stop`` at each signal, in a thread of its own.

    The handler itself runs in the middle of the work, which may hold the very lock that
    ``stop`` needs: it only puts a word into a queue, which is made for that.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    asked: queue.SimpleQueue[bool] = queue.SimpleQueue()

    def listen() -> None:
        while asked.get():
            stop()

    thread = threading.Thread(target=listen, name="interrupt", daemon=True)
    thread.start()
    wanted: Iterable[str] = ("SIGINT", "SIGTERM", "SIGHUP")
    known = [getattr(signal, name) for name in wanted if hasattr(signal, name)]
    old = [(number, signal.signal(number, lambda *_: asked.put(True))) for number in known]
    try:
        yield
    finally:
        for number, before in old:
            signal.signal(number, before)
        asked.put(False)
        thread.join()


def error_object(error: AppError) -> dict[str, Any]:
    """Return ``error`` as the object of the JSON output, ``partial`` included."""
    words = error_words(error)
    plain: dict[str, Any] = {"code": words.code, "message": words.message, "hint": words.hint}
    partial = getattr(error, "partial", None)
    if partial:
        plain["partial"] = partial.to_json() if hasattr(partial, "to_json") else partial
    return plain


def printable(text: str, keep: str = "\n\t") -> str:
    """Return ``text`` without control characters that could steer a terminal."""
    return "".join(c for c in text if c in keep or (c >= " " and not "\x7f" <= c <= "\x9f"))


def named(text: str) -> str:
    """Return ``text`` with the names of files in it as their bytes spell them.

    Python hands over a name that does not fit the system's encoding with a stand-in for
    each byte; what is no UTF-8 either becomes a replacement character.
    """
    try:
        data = text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half a pair, which no name of a file gives
        data = text.encode("utf-8", "replace")
    return data.decode("utf-8", "replace")


class ProgressBar:
    """One line that redraws itself on a terminal; elsewhere only why nothing happens."""

    _WIDTH = 24

    def __init__(self, stream: TextIO | None):
        self._stream = stream
        self._shown = False
        self._last = 0.0
        self._step = ""
        try:
            self._live = bool(stream and stream.isatty())
        except ValueError:
            self._live = False

    def show(self, progress: Progress) -> None:
        """Draw ``progress``, at most ten times a second."""
        now = time.monotonic()
        if not self._live:
            self._tell(progress.step)
            return
        if now - self._last < 0.1 and progress.step == self._step:
            return
        self._last, self._step = now, progress.step
        self._write("\r\x1b[K" + self._line(progress))
        self._shown = True

    def _tell(self, step: str) -> None:
        """Write once that another process is waited for, which may take an hour."""
        if step == WAITING and self._step != WAITING and self._stream is not None:
            self._write(f"{step_words(step)} …\n")
        self._step = step

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError):  # a closed terminal stops no work
            assert self._stream is not None
            self._stream.write(text)
            self._stream.flush()

    def _line(self, progress: Progress) -> str:
        words = step_words(progress.step)
        fraction = progress.fraction
        if fraction is None:
            return words + " …"
        full = round(fraction * self._WIDTH)
        bar = "█" * full + "░" * (self._WIDTH - full)
        left = "" if progress.seconds_left is None else "  " + left_words(progress.seconds_left)
        return f"{words}  {bar} {fraction:4.0%}{left}"

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            self._write("\r\x1b[K")
        self._shown = False


def left_words(seconds: float) -> str:
    """Return the time left in words that do not pretend to be exact."""
    if seconds < 55:
        return tr("{n} s left").format(n=max(1, round(seconds)))
    return tr("{n} min left").format(n=round(seconds / 60) or 1)
