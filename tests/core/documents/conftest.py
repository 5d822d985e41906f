"""A real library, and engines that need no server."""

from __future__ import annotations

import pytest
from support.document_engines import PlainReader
from support.libraries import library, open_library

from app.core.jobs import JobContext

__all__ = ["library", "open_library"]


@pytest.fixture
def reader() -> PlainReader:
    """Give a reader of text files in this process."""
    return PlainReader()


@pytest.fixture
def ctx() -> JobContext:
    """Give the context of a job."""
    return JobContext()


@pytest.fixture
def folder(tmp_path):
    """Give a function that fills a folder with files and returns it."""

    def fill(files: dict[str, str]):
        root = tmp_path / "docs"
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return root

    return fill
