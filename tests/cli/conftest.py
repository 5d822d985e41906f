"""The real program for the tests of the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.shell import Program


@pytest.fixture
def program(home: Path, tmp_path: Path) -> Program:
    """Give the program with an empty data folder, started in ``tmp_path``."""
    return Program(home, tmp_path)
