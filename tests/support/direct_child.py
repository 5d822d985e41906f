"""A child's ops called in this process, with what crosses the channel really plain."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from app.core.errors import AppError
from app.core.jobs import JobContext


class DirectChild:
    """Stands for ``Child``: the same ops, no process. ``fails`` raises for an op once."""

    def __init__(self, ops: Mapping[str, Callable[[dict[str, Any], JobContext], Any]]):
        self._ops = ops
        self.calls: list[str] = []
        self.fails: dict[str, AppError] = {}

    def close(self) -> None:
        self.calls.append("close")

    def call(
        self,
        op: str,
        args: dict[str, Any],
        ctx: JobContext,
        *,
        seconds: float | None = None,
        megabytes: int | None = None,
    ) -> Any:
        self.calls.append(op)
        if op in self.fails:
            raise self.fails.pop(op)
        return json.loads(json.dumps(self._ops[op](json.loads(json.dumps(args)), ctx)))
