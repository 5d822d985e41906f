"""Folders of sockets: gone with their owner, whichever way it ends."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from app.adapters import children, socket_folders
from app.core import paths
from app.core.jobs import JobContext

ROOT = Path(__file__).resolve().parents[2]
PARENT = """
import sys; sys.path.insert(0, sys.argv[1])
from app.adapters.children import Child
from app.core.jobs import JobContext
child = Child("index")
child.call("ping", {}, JobContext())
print(child._running.folder.path, flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def place(monkeypatch) -> Path:
    """Give sockets a short folder of this test's own."""
    folder = Path(tempfile.mkdtemp(prefix="t"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    yield paths.runtime()
    shutil.rmtree(folder)


def test_a_folder_in_use_is_not_swept_and_goes_with_its_owner(place) -> None:
    made = socket_folders.make()
    (made.path / "s").touch()
    assert socket_folders.sweep() == 0 and made.path.is_dir()
    made.remove()
    assert list(place.iterdir()) == []


def test_what_nobody_holds_any_more_is_swept(place) -> None:
    made = socket_folders.make()
    (made.path / "s").touch()
    made.lock.release()
    assert socket_folders.sweep() == 1
    assert list(place.iterdir()) == []


def test_the_folder_of_a_recorder_is_left_to_the_recorder() -> None:
    made = socket_folders.make(locked=False)
    assert socket_folders.sweep() == 0 and made.path.is_dir()
    made.remove()
    assert not made.path.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_what_a_killed_parent_left_goes_before_the_next_child_starts(place, monkeypatch) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(ROOT)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with parent:
        left = Path(parent.stdout.readline().strip())
        assert (left / "endpoint.json").exists()
        parent.send_signal(signal.SIGKILL)
    assert left.is_dir()
    monkeypatch.setattr(children, "_swept", children.threading.Lock())
    child = children.Child("index")
    child.call("ping", {}, JobContext())
    assert not left.exists()
    child.close()
    assert [p.name for p in place.iterdir() if p.name.startswith("c")] == []


def test_two_instances_of_a_child_have_a_log_of_their_own_each() -> None:
    for instance in ("urgent", "import"):
        child = children.Child("index", instance=instance)
        child.call("ping", {}, JobContext())
        child.close()
    names = {p.name for p in paths.logs().iterdir()}
    assert {"index-urgent-child.fault", "index-import-child.fault"} <= names


def test_a_long_output_of_a_child_is_put_aside_at_its_next_start() -> None:
    (paths.logs() / "index.out").write_bytes(b"x" * (children._LOG_BYTES + 1))
    child = children.Child("index")
    child.call("ping", {}, JobContext())
    child.close()
    assert (paths.logs() / "index.out").stat().st_size < 10_000
    assert (paths.logs() / "index.out.1").stat().st_size > children._LOG_BYTES
