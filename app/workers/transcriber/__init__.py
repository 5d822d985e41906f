"""The child that decodes foreign sound and listens to it: Whisper or the draft recogniser."""

from __future__ import annotations

from app.workers.transcriber.ops import OPS

__all__ = ["OPS"]
