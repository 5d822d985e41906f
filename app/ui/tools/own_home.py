"""A data folder that is thrown away: the tools leave the person's library untouched."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from app.core import paths


@contextlib.contextmanager
def home_of_its_own(name: str) -> Iterator[Path]:
    """Work in a data folder of its own, with the speech models that the person has.

    Raises ``StorageError`` when the person's own data folder cannot be used.
    """
    changed = {"ALCOVE_MODELS": str(paths.models())}
    before = {key: os.environ.get(key) for key in ("ALCOVE_HOME", *changed)}
    with tempfile.TemporaryDirectory(prefix=f"alcove-{name}-", ignore_cleanup_errors=True) as place:
        os.environ.update({"ALCOVE_HOME": place, **changed})
        try:
            yield Path(place)
        finally:
            for key, value in before.items():
                if value is None:
                    os.environ.pop(key, None)
                else:
                    os.environ[key] = value
