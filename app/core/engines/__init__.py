"""Engines: which models are here, which one does what, what fits, who may hold memory."""

from __future__ import annotations

from app.core.engines.model import Engine, EngineReport, Part, Refused, merged
from app.core.engines.tasks import TASKS, Choice, choose

__all__ = ["TASKS", "Choice", "Engine", "EngineReport", "Part", "Refused", "choose", "merged"]
