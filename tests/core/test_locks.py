"""The lock of the operating system: one owner, gone with its process."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.core.errors import StorageError
from app.core.locks import FileLock, is_held

ROOT = Path(__file__).resolve().parents[2]

OWNER = """
import sys
from pathlib import Path
from app.core.locks import FileLock
lock = FileLock(Path(sys.argv[1]))
print("got" if lock.acquire() else "refused", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def owner(tmp_path):
    """Start another process that tries for the lock at ``tmp_path / 'a.lock'``."""
    started: list[subprocess.Popen] = []

    def start() -> tuple[subprocess.Popen, str]:
        child = subprocess.Popen(
            [sys.executable, "-c", OWNER, str(tmp_path / "a.lock")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        started.append(child)
        return child, child.stdout.readline().strip()

    yield start
    for child in started:
        child.kill()
        child.communicate()


def test_a_lock_nobody_made_is_not_held_and_is_not_made_by_asking(tmp_path):
    assert not is_held(tmp_path / "a.lock")
    assert not (tmp_path / "a.lock").exists()


def test_a_second_owner_in_the_same_process_is_refused(tmp_path):
    first, second = FileLock(tmp_path / "a.lock"), FileLock(tmp_path / "a.lock")
    assert first.acquire()
    assert not second.acquire()
    assert is_held(tmp_path / "a.lock")
    first.release()
    assert second.acquire()
    second.release()


def test_acquiring_twice_keeps_one_lock(tmp_path):
    lock = FileLock(tmp_path / "a.lock")
    assert lock.acquire()
    assert lock.acquire()
    lock.release()
    lock.release()
    assert not is_held(tmp_path / "a.lock")


def test_a_block_releases_the_lock_even_when_it_raises(tmp_path):
    lock = FileLock(tmp_path / "a.lock")
    assert lock.acquire()
    with pytest.raises(RuntimeError), lock:
        raise RuntimeError
    assert not lock.held


def test_another_process_holds_against_us(tmp_path, owner):
    _child, answer = owner()
    assert answer == "got"
    assert is_held(tmp_path / "a.lock")
    assert not FileLock(tmp_path / "a.lock").acquire()


def test_we_hold_against_another_process(tmp_path, owner):
    with FileLock(tmp_path / "a.lock") as lock:
        assert lock.acquire()
        assert owner()[1] == "refused"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9")
def test_the_lock_of_a_killed_process_is_free(tmp_path, owner):
    child, _answer = owner()
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    assert not is_held(tmp_path / "a.lock")
    with FileLock(tmp_path / "a.lock") as lock:
        assert lock.acquire()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not remove an open file")
def test_a_removed_lock_file_does_not_let_the_next_owner_lock_thin_air(tmp_path):
    first, second, third = (FileLock(tmp_path / "a.lock") for _ in range(3))
    assert first.acquire()
    (tmp_path / "a.lock").unlink()
    assert second.acquire()
    assert not third.acquire()
    first.release()
    second.release()


def test_the_lock_file_is_for_its_owner_alone(tmp_path):
    with FileLock(tmp_path / "deep" / "a.lock") as lock:
        assert lock.acquire()
        if sys.platform != "win32":
            assert lock.path.stat().st_mode & 0o077 == 0


def test_a_place_that_cannot_hold_a_lock_is_a_storage_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError) as caught:
        FileLock(tmp_path / "file" / "a.lock").acquire()
    assert caught.value.code == "folder_not_writable"


def test_a_full_disk_is_told_as_such(tmp_path, monkeypatch):
    def full(*_: object, **__: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "open", full)
    with pytest.raises(StorageError) as caught:
        FileLock(tmp_path / "a.lock").acquire()
    assert caught.value.code == "disk_full"


def test_asking_about_something_that_is_no_file_is_a_storage_error(tmp_path):
    with pytest.raises(StorageError):
        is_held(tmp_path)


def test_a_disk_that_knows_no_locks_is_a_storage_error(tmp_path, monkeypatch):
    def refuse(_descriptor, *, shared):
        raise OSError(38, "no locks")

    monkeypatch.setattr("app.core.locks._lock", refuse)
    with pytest.raises(StorageError):
        FileLock(tmp_path / "a.lock").acquire()
