"""Each engine tried for some seconds on this machine, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.core.engines.model import Engine
from app.core.errors import AppError
from app.core.jobs import JobContext, Progress


@dataclass(frozen=True)
class Tried:
    """What a trial gave: a figure in the unit of the engine's kind, or an error.

    For speech the figure is seconds of work per second of speech, for chat and vision
    tokens written a second, for embeddings passages a second, for a voice 0.
    """

    engine: Engine
    figure: float = 0.0
    error: AppError | None = None


Trial = Callable[[JobContext], float]


def try_all(trials: Sequence[tuple[Engine, Trial]], ctx: JobContext) -> tuple[Tried, ...]:
    """Run the trials; each result is also emitted as "tried". Raises ``Cancelled``."""
    results = []
    for done, (engine, trial) in enumerate(trials):
        ctx.check()
        ctx.report(Progress("trial", done, len(trials)))
        try:
            # Their own progress and pieces are of no interest here.
            part = JobContext()
            ctx.on_cancel(part.cancel)
            result = Tried(engine, trial(part))
        except AppError as error:
            result = Tried(engine, error=error)
        results.append(result)
        ctx.emit("tried", result)
    return tuple(results)
