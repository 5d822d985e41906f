"""One program keeps a recording: the other waits, and a dead one lets go."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from app.core.errors import Cancelled, DeviceError
from app.core.jobs import JobContext
from app.core.locks import FileLock
from app.core.meetings.recording import SESSION_FILE
from app.core.meetings.recording_hold import KEEP_LOCK, Holds

ROOT = Path(__file__).resolve().parents[3]
OTHER = """
import sys
from pathlib import Path
from app.core.meetings.recording import SESSION_FILE
from app.core.meetings.recording_hold import Holds
holds = Holds()
print(holds.take(Path(sys.argv[1])), flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def session(tmp_path) -> Path:
    """A recording in ``tmp_path``."""
    file = tmp_path / SESSION_FILE
    file.touch()
    return file


@pytest.fixture
def other(tmp_path, session):
    """Another program that has hold of the recording in ``tmp_path``."""
    process = subprocess.Popen(
        [sys.executable, "-c", OTHER, str(tmp_path)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None and process.stdout.readline() == "True\n"
    yield process
    process.kill()
    process.communicate()


def test_what_another_program_keeps_is_not_touched(tmp_path, other):
    with pytest.raises(DeviceError) as caught, Holds().held(tmp_path, JobContext(), seconds=0):
        raise AssertionError("was let in")
    assert caught.value.code == "recording_held"


def test_who_waits_goes_on_when_the_other_program_dies(tmp_path, other):
    threading.Timer(0.3, other.kill).start()
    with Holds().held(tmp_path, JobContext(), seconds=20):
        assert (tmp_path / KEEP_LOCK).exists()


def test_waiting_can_be_cancelled(tmp_path, other):
    ctx = JobContext()
    threading.Timer(0.2, ctx.cancel).start()
    with pytest.raises(Cancelled), Holds().held(tmp_path, ctx, seconds=20):
        raise AssertionError("was let in")


def test_who_took_hold_is_let_in_and_leaves_no_lock_behind(tmp_path, session):
    holds = Holds()
    assert holds.take(tmp_path) and holds.take(tmp_path)
    with holds.held(tmp_path, JobContext(), seconds=0):
        assert not Holds().take(tmp_path)
    assert list(tmp_path.iterdir()) == [session]


def test_two_threads_of_one_program_are_let_in_one_after_the_other(tmp_path):
    holds, inside, most = Holds(), [], []
    assert holds.take(tmp_path), "the program has it, as while it records"
    first_in, go = threading.Event(), threading.Event()

    def work(name: str) -> None:
        with holds.held(tmp_path, JobContext(), seconds=20):
            inside.append(name)
            most.append(len(inside))
            first_in.set()
            assert go.wait(20)
            inside.remove(name)

    threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
    threads[0].start()
    assert first_in.wait(20)
    threads[1].start()
    with pytest.raises(DeviceError), holds.held(tmp_path, JobContext(), seconds=0):
        raise AssertionError("was let in")
    assert not Holds().take(tmp_path), "who was refused has not let go of it for the other"
    go.set()
    for thread in threads:
        thread.join(20)
    assert most == [1, 1]
    assert Holds().take(tmp_path)


def test_a_folder_that_is_gone_is_not_made_anew(tmp_path):
    with Holds().held(tmp_path / "gone", JobContext(), seconds=0):
        pass
    assert not (tmp_path / "gone").exists()


def test_a_recording_that_is_moved_away_in_the_same_moment_is_not_there(tmp_path, monkeypatch):
    folder = tmp_path / "recording"
    folder.mkdir()
    (folder / SESSION_FILE).touch()
    acquire = FileLock.acquire

    def moved_then_acquired(lock, **how):
        shutil.rmtree(folder)
        return acquire(lock, **how)

    monkeypatch.setattr(FileLock, "acquire", moved_then_acquired)
    assert not Holds().take(folder) and not folder.exists()
