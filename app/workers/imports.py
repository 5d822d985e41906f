"""Which libraries this child can really load: a file that is there may still not work."""

from __future__ import annotations

import importlib
import importlib.metadata
from collections.abc import Iterable


def importable(modules: Iterable[str]) -> dict[str, str | None]:
    """Import each module and return its version ("" when it tells none), None where it fails."""
    return {name: _version(name) for name in modules}


def _version(module: str) -> str | None:
    try:
        loaded = importlib.import_module(module)
    except (ImportError, OSError, AttributeError, RuntimeError):
        # Half a library fails in its own ways while it loads.
        return None
    version = getattr(loaded, "__version__", None)
    if isinstance(version, str):
        return version
    try:
        return importlib.metadata.version(module.partition(".")[0])
    except importlib.metadata.PackageNotFoundError:
        return ""
