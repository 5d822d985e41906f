"""A real library for every test here."""

from __future__ import annotations

from support.libraries import library, open_library

__all__ = ["library", "open_library"]
