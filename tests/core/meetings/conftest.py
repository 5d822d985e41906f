"""A desk on a real library."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.adapters.library.library import Library
from app.core.meetings.desk import MeetingDesk


@pytest.fixture
def library(tmp_path: Path):
    made = Library(tmp_path / "library.sqlite3", tmp_path / "run", own=(tmp_path / "recordings",))
    yield made
    made.close()


@pytest.fixture
def desk(library, tmp_path: Path) -> MeetingDesk:
    return MeetingDesk(library.meetings, lambda: tmp_path / "recordings")
