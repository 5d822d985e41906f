"""JACK's registry in shared memory: set aside when it is stale, left alone when it is used."""

from __future__ import annotations

import mmap
import os
import subprocess
import sys

import pytest

from app.adapters import jack

pytestmark = pytest.mark.skipif(not hasattr(os, "getuid"), reason="JACK's registry is a POSIX one")

USER = """
import mmap, sys
file = open(sys.argv[1], "r+b")
held = mmap.mmap(file.fileno(), 0)
print("mapped", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def registry(tmp_path):
    made = tmp_path / f"jack_db-{os.getuid()}"
    made.mkdir()
    (made / "__db.001").write_bytes(b"x" * mmap.PAGESIZE)
    return made


def test_a_registry_that_nobody_uses_is_set_aside(tmp_path, registry):
    assert jack.set_aside(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == [f"{registry.name}.stale"]


def test_only_the_last_one_is_kept_aside(tmp_path, registry):
    assert jack.set_aside(tmp_path)
    registry.mkdir()
    assert jack.set_aside(tmp_path)
    assert len(list(tmp_path.iterdir())) == 1


def test_a_registry_that_another_program_uses_stays(tmp_path, registry):
    user = subprocess.Popen(
        [sys.executable, "-c", USER, str(registry / "__db.001")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert user.stdout is not None and user.stdout.readline() == "mapped\n"
        assert not jack.set_aside(tmp_path)
        assert registry.is_dir()
    finally:
        user.communicate()


def test_without_a_registry_there_is_nothing_to_do(tmp_path):
    assert not jack.set_aside(tmp_path)
