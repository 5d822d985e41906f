from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.core.errors import StorageError
from app.core.work_folder import base, sweep, sweep_all, work_folder

ROOT = Path(__file__).resolve().parents[2]
_OWNER = """
import os, sys
sys.path.insert(0, sys.argv[1])
from app.core.work_folder import work_folder
with work_folder() as folder:
    (folder / "sound.wav").write_bytes(b"secret")
    print("ready", flush=True)
    sys.stdin.read()
"""


def test_the_folder_is_private_and_gone_afterwards(home):
    with work_folder() as folder:
        (folder / "file").write_bytes(b"x")
        if os.name == "posix":
            assert folder.stat().st_mode & 0o077 == 0
    assert not base().exists()


def test_it_is_gone_after_an_error_too():
    with pytest.raises(RuntimeError), work_folder() as folder:
        raise RuntimeError
    assert not folder.exists() and not base().exists()


def test_two_owners_do_not_touch_each_other():
    with work_folder() as one, work_folder() as two:
        assert one != two and one.is_dir() and two.is_dir()
        assert sweep() == 0
        assert one.is_dir() and two.is_dir()


def test_what_a_killed_process_left_is_removed_by_the_next():
    owner = subprocess.Popen(
        [sys.executable, "-c", _OWNER, str(ROOT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert owner.stdout is not None and owner.stdin is not None
    assert owner.stdout.readline() == b"ready\n" or os.name == "nt"
    left = [p for p in base().iterdir() if p.is_dir()]
    assert len(left) == 1 and sweep() == 0, "a living owner keeps its folder"
    owner.kill()
    owner.wait()
    owner.stdout.close()
    owner.stdin.close()
    with work_folder():
        assert not left[0].exists()
    assert not base().exists()


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError), work_folder(tmp_path / "file" / "work"):
        pass


_WRITER = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from app.core import settings
def killed(*_):
    print("ready", flush=True)
    sys.stdin.read()
settings.os.replace = killed
settings.write_atomically(Path(sys.argv[2]), b"half")
"""


@pytest.mark.parametrize("name", ["settings.json", "window.json", "run/models-used"])
def test_a_file_that_a_kill_left_half_written_is_removed_once_it_is_old(home, name):
    target = home / name
    writer = subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(ROOT), str(target)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert writer.stdout is not None and writer.stdin is not None
    assert writer.stdout.readline().strip() == b"ready"
    writer.kill()
    writer.wait()
    writer.stdout.close()
    writer.stdin.close()
    (left,) = target.parent.iterdir()
    theirs = target.with_name(target.name + ".original")
    theirs.write_text("a copy of the person's")
    os.utime(theirs, (1, 1))
    sweep_all()
    assert left.exists(), "it may be being written"
    os.utime(left, (1, 1))
    sweep_all()
    assert list(target.parent.iterdir()) == [theirs]
