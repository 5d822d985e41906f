"""Whether the parts that the program is made of are there: one question to each child."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from app.core.jobs import JobContext


@dataclass(frozen=True)
class ChildAnswer:
    """What a child said when it was asked for its parts.

    ``pid`` and ``build`` are None when it could not be started. ``answer`` is what it did in
    proof, as plain data; ``missing`` names the parts that it could not load; ``error`` is the
    code of what went wrong, or None.
    """

    name: str
    pid: int | None = None
    build: str | None = None
    answer: Any = None
    missing: tuple[str, ...] = ()
    error: str | None = None

    @property
    def whole(self) -> bool:
        """Return whether the child started, answered, and lacks nothing."""
        return self.pid is not None and self.error is None and not self.missing

    def to_json(self) -> dict[str, Any]:
        """Return the plain form."""
        return {**asdict(self), "missing": list(self.missing)}


class Parts(Protocol):
    """Starts children to ask what they lack. Implemented by ``app.adapters.parts``."""

    def names(self) -> Sequence[str]:
        """Return the names of all children."""

    def ask(self, name: str, ctx: JobContext) -> ChildAnswer:
        """Start child ``name``, let it prove its parts, and end it. Raises ``Cancelled``."""
