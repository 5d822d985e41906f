"""The frames that parent and child exchange, as small builders.

child  → hello    {"hello": {protocol, build, child, pid}}
parent → request  {"id": n, "op": name, "args": {...}}
parent → cancel   {"cancel": n}
child  → event    {"id": n, "event": "progress" | "notice" | "data", ...}
child  → result   {"id": n, "result": anything plain}
child  → failure  {"id": n, "error": {"code", "params"}} or {"id": n, "cancelled": true}
                  or {"id": n, "crash": place}
"""

from __future__ import annotations

import os
from typing import Any

Frame = dict[str, Any]


def hello(child: str, protocol: int, build: str) -> Frame:
    """Return the first frame of a child."""
    return {"hello": {"protocol": protocol, "build": build, "child": child, "pid": os.getpid()}}


def request(number: int, op: str, args: dict[str, Any]) -> Frame:
    """Return a call of ``op``."""
    return {"id": number, "op": op, "args": args}


def cancel(number: int) -> Frame:
    """Return the wish to stop call ``number``."""
    return {"cancel": number}


def progress(number: int, step: str, done: float, total: float | None, left: float | None) -> Frame:
    """Return how far call ``number`` is."""
    return {
        "id": number,
        "event": "progress",
        "step": step,
        "done": done,
        "total": total,
        "left": left,
    }


def notice(number: int, code: str, params: dict[str, Any]) -> Frame:
    """Return a notice of call ``number``."""
    return {"id": number, "event": "notice", "code": code, "params": params}


def data(number: int, kind: str, value: Any) -> Frame:
    """Return an early piece of the result of call ``number``."""
    return {"id": number, "event": "data", "kind": kind, "data": value}


def result(number: int, value: Any) -> Frame:
    """Return the answer of call ``number``."""
    return {"id": number, "result": value}


def failure(number: int, error: dict[str, Any]) -> Frame:
    """Return the error of call ``number`` by its code."""
    return {"id": number, "error": error}


def cancelled(number: int) -> Frame:
    """Return that call ``number`` stopped because it was asked to."""
    return {"id": number, "cancelled": True}


def crash(number: int, place: str) -> Frame:
    """Return that call ``number`` met an unforeseen exception at ``place``."""
    return {"id": number, "crash": place}
