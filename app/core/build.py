"""Which build this is: children of another build are refused."""

from __future__ import annotations

VERSION = "0.1.0"
PROTOCOL = 1


def build_id() -> str:
    """Return the name that parent and child compare."""
    return f"alcove-{VERSION}"
