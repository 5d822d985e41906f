"""Fixtures: a real library in the test's own folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.adapters.library.library import Library
from app.core import paths


@pytest.fixture
def open_library(home: Path) -> Iterator[Callable[..., Library]]:
    """Open libraries in the test's data folder; each stands for a process."""
    opened: list[Library] = []

    def open_(**options: Any) -> Library:
        library = Library(paths.library_file(), paths.run(), **options)
        opened.append(library)
        return library

    yield open_
    for library in opened:
        library.close()


@pytest.fixture
def library(open_library) -> Library:
    """Give one open library."""
    return open_library()
