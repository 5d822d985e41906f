"""Style and the directions of imports are tests like any other."""

from __future__ import annotations

import subprocess
import sys

import pytest
from support.scripts import ROOT

STEPS = {
    "style": ["-m", "ruff", "check", "--no-cache"],
    "format": ["-m", "ruff", "format", "--check", "--no-cache"],
    "imports": ["-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"],
}


@pytest.mark.parametrize("step", STEPS)
def test_the_tree_is_clean(step: str) -> None:
    done = subprocess.run(
        [sys.executable, *STEPS[step]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_folder_packaging_never_becomes_a_package() -> None:
    """It would stand in front of the library of that name."""
    assert not (ROOT / "packaging" / "__init__.py").exists()
