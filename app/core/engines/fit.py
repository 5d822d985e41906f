"""What fits into the memory of this machine: engines, and the context of each.

The rule: the largest engine that leaves two gigabytes free. The context of a language
model is chosen once from the memory that is left and then kept, because another
context makes the server load the model anew.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from app.core.engines.model import Engine

GIGABYTE = 1024**3
KEEP_FREE = 2 * GIGABYTE

# Contexts that are chosen; longer prompts are slow to read on a laptop and small
# models do not use them well.
_CONTEXTS = (2048, 4096, 8192, 16384)
LEAST_CONTEXT = _CONTEXTS[0]
USUAL_CONTEXT = 8192
# A laptop of 8 GB (about 7.5 as the system counts it) gets at most this.
_SMALL_MACHINE = 10 * GIGABYTE
# Memory per token where the model does not say how it is built: one of about 3 GB.
_USUAL_CONTEXT_BYTES = 128 * 1024


def fits(engine: Engine, free: int, num_ctx: int = USUAL_CONTEXT) -> bool:
    """Return whether ``engine`` leaves two gigabytes of ``free`` bytes; loaded ones do."""
    return engine.loaded or engine.memory(num_ctx) + KEEP_FREE <= free


def best_first(engines: Iterable[Engine], free: int) -> list[Engine]:
    """Return the engines in the order in which they should be taken.

    Those that fit come first, the largest of them first; of those that do not, the
    smallest comes first, so that a small laptop still gets one.
    """

    def order(engine: Engine) -> tuple[bool, int, str]:
        good = fits(engine, free)
        need = engine.memory(USUAL_CONTEXT)
        return (not good, -need if good else need, engine.name)

    return sorted(engines, key=order)


def choose_context(engine: Engine, free: int, total: int, wanted: int = 0) -> int:
    """Return the context in tokens for ``engine``.

    ``wanted`` is the person's own choice, 0 to choose from memory: the longest context
    that leaves two gigabytes free, 8192 at most where ``total`` is that of an 8 GB
    laptop, and never more than the model was trained for.
    """
    most = engine.context or _CONTEXTS[-1]
    if wanted:
        return max(1, min(wanted, most))
    per_token = engine.context_bytes or _USUAL_CONTEXT_BYTES
    left = free - KEEP_FREE - engine.memory(0)
    chosen = LEAST_CONTEXT * 2
    for size in _CONTEXTS:
        if size * per_token <= left and (size <= USUAL_CONTEXT or total > _SMALL_MACHINE):
            chosen = max(chosen, size)
    return min(chosen, most)


class ContextBook:
    """The context of each engine, chosen when first asked for and kept from then on."""

    def __init__(self, memory: Callable[[], tuple[int, int]], wanted: Callable[[], int]):
        """``memory`` gives the free and the total bytes, ``wanted`` the setting."""
        self._memory = memory
        self._wanted = wanted
        self._chosen: dict[tuple[str, int], int] = {}
        self._lock = threading.Lock()

    def context(self, engine: Engine) -> int:
        """Return the tokens of context to send with every request to ``engine``."""
        wanted = self._wanted()
        with self._lock:
            key = (engine.digest or engine.id, wanted)
            if key not in self._chosen:
                free, total = self._memory()
                if engine.loaded:
                    free += engine.memory(USUAL_CONTEXT)
                self._chosen[key] = choose_context(engine, free, total, wanted)
            return self._chosen[key]
