"""JACK's registry in shared memory: set aside when it is stale, left alone when it is used."""

from __future__ import annotations

import mmap
import os
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path

import pytest

from app.adapters import jack, loudspeaker
from app.core.errors import DeviceError

pytestmark = pytest.mark.skipif(not hasattr(os, "getuid"), reason="JACK's registry is a POSIX one")

linux = pytest.mark.skipif(not jack.PROCESSES.is_dir(), reason="names are kept in /proc")
ROOT = Path(__file__).resolve().parents[2]
# Has the registry in its memory; with "stuck" it looks at once and, when told, once more.
USER = f"""
import mmap, sys
from pathlib import Path
sys.path.insert(0, {str(ROOT)!r})
from app.adapters import jack
file = open(sys.argv[1], "r+b")
held = mmap.mmap(file.fileno(), 0)
shared = Path(sys.argv[1]).parents[1]
if "stuck" in sys.argv:
    jack._say_stuck(jack.PROCESSES)
if "started" in sys.argv:
    jack.say_started()
print("mapped", flush=True)
if sys.stdin.readline():
    print(jack.set_aside(shared), flush=True)
"""


@pytest.fixture(autouse=True)
def own_name():
    """Give this process its name back."""
    yield
    jack.say_started()


@pytest.fixture
def registry(tmp_path):
    made = tmp_path / f"jack_db-{os.getuid()}"
    made.mkdir()
    (made / "__db.001").write_bytes(b"x" * mmap.PAGESIZE)
    return made


class SlowImport:
    """Holds the import of ``sounddevice`` until it may go on, and then has none."""

    def __init__(self) -> None:
        self.goes_on = threading.Event()

    def find_spec(self, name: str, *_):
        if name == "sounddevice":
            self.goes_on.wait(30)
            raise OSError
        return None


def test_a_registry_that_nobody_uses_is_set_aside(tmp_path, registry):
    assert jack.set_aside(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == [f"{registry.name}.stale"]


def test_only_the_last_one_is_kept_aside(tmp_path, registry):
    assert jack.set_aside(tmp_path)
    registry.mkdir()
    assert jack.set_aside(tmp_path)
    assert len(list(tmp_path.iterdir())) == 1


@pytest.fixture
def user(registry):
    """Give a function that starts a program with the registry in its memory."""
    started = []

    def start(*names: str):
        made = subprocess.Popen(
            [sys.executable, "-c", USER, str(registry / "__db.001"), *names],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        started.append(made)
        assert made.stdout is not None and made.stdout.readline() == "mapped\n"
        return made

    yield start
    for made in started:
        made.communicate()


def test_a_registry_that_another_program_uses_stays(tmp_path, registry, user):
    user()
    assert not jack.set_aside(tmp_path)
    assert registry.is_dir()


def test_two_programs_of_ours_that_hang_do_not_hold_each_other_up(tmp_path, registry, user):
    other = user("stuck")
    assert jack.set_aside(tmp_path)
    assert not registry.exists()
    asked = other.communicate("\n")[0]
    assert asked == "True\n", "the other one learns that what it hangs in is out of the way"


def test_beside_one_that_hangs_one_that_works_keeps_the_registry(tmp_path, registry, user):
    user("stuck")
    user()
    assert not jack.set_aside(tmp_path)
    assert registry.is_dir()


def test_a_program_that_started_late_after_all_keeps_the_registry(tmp_path, registry, user):
    user("stuck", "started")
    assert not jack.set_aside(tmp_path)
    assert registry.is_dir()


def name_of_this_process() -> bytes:
    return (jack.PROCESSES / "self" / "comm").read_bytes()


@linux
def test_the_name_from_before_comes_back_however_often_it_hung(tmp_path):
    before = name_of_this_process()
    jack.set_aside(tmp_path)
    jack.set_aside(tmp_path)
    assert name_of_this_process() == b"alcove-stuck\n"
    jack.say_started()
    jack.say_started()
    assert name_of_this_process() == before


@linux
def test_a_loudspeaker_that_starts_late_takes_back_that_it_hangs(tmp_path, monkeypatch):
    before, slow = name_of_this_process(), SlowImport()
    monkeypatch.setattr(loudspeaker.jack, "STUCK_SECONDS", 0.01)
    monkeypatch.setattr(jack, "set_aside", partial(jack.set_aside, tmp_path))
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(sys, "meta_path", [slow, *sys.meta_path])
    with pytest.raises(DeviceError, match="sound_stuck"):
        loudspeaker._portaudio()
    assert name_of_this_process() == b"alcove-stuck\n"
    slow.goes_on.set()
    for thread in threading.enumerate():
        if thread.name == "portaudio":
            thread.join()
    assert name_of_this_process() == before


def test_without_a_registry_there_is_nothing_to_do(tmp_path):
    assert not jack.set_aside(tmp_path)
