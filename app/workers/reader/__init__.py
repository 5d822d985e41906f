"""The child that opens every foreign file but sound and video."""

from __future__ import annotations

from app.workers.reader.ops import OPS

__all__ = ["OPS"]
