"""The recorder's engine on its bench, for every test here."""

from __future__ import annotations

from support.recorder_bench import microphones, recorder

__all__ = ["microphones", "recorder"]
