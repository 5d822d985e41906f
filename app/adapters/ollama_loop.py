"""One private event loop in a thread of its own, for the life of an adapter.

HTTP streams run here because this is how they can be stopped: cancelling a task of the
loop closes its connection at once, while closing a blocking client from another thread
leaves it waiting for the next byte.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, TypeVar

from app.core.errors import Cancelled
from app.core.jobs import JobContext

T = TypeVar("T")
_CLOSE_SECONDS = 3.0


class LoopThread:
    """Runs coroutines for threads. The thread starts with the first one."""

    def __init__(self, name: str):
        self._name = name
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._closed = False

    def start(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Run ``work``; cancelling the future cancels it in the loop."""
        with self._lock:
            if self._closed:
                work.close()
                raise Cancelled
            if self._loop is None:
                # Of the kind whose connects the egress guard sees: those of the kind
                # that Windows takes by itself are made by the system, unseen.
                self._loop = asyncio.SelectorEventLoop()
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()
            return asyncio.run_coroutine_threadsafe(work, self._loop)

    def wait(self, work: Coroutine[Any, Any, T], ctx: JobContext) -> T:
        """Run ``work`` and return its result. Raises ``Cancelled`` at once on Cancel."""
        ended: SimpleQueue[None] = SimpleQueue()
        future = self.start(work)
        future.add_done_callback(lambda _: ended.put(None))

        def stop() -> None:
            future.cancel()
            ended.put(None)

        withdraw = ctx.on_cancel(stop)
        try:
            ended.get()
        finally:
            withdraw()
        ctx.check()
        if future.cancelled():
            raise Cancelled
        return future.result()

    def _run(self) -> None:
        assert self._loop is not None
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    def close(self, last: Coroutine[Any, Any, None] | None = None) -> None:
        """Cancel what runs, run ``last``, and end the thread."""
        with self._lock:
            already, self._closed = self._closed, True
            loop, thread = self._loop, self._thread
        if already or loop is None or thread is None:
            if last is not None:
                last.close()
            return
        ending = asyncio.run_coroutine_threadsafe(_end(last), loop)
        try:
            ending.result(_CLOSE_SECONDS)
        except TimeoutError:
            ending.cancel()
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_CLOSE_SECONDS)


async def _end(last: Coroutine[Any, Any, None] | None) -> None:
    own = asyncio.current_task()
    others = [t for t in asyncio.all_tasks() if t is not own]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    if last is not None:
        await last
