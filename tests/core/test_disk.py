"""What the disk refuses, as one error."""

from __future__ import annotations

import errno
import os

import pytest

from app.core import disk, logs, paths
from app.core.disk import make_folder, refused
from app.core.errors import StorageError
from app.core.meetings import recording, recording_wav
from app.core.meetings.recording_repair import recover
from app.core.settings import write_atomically


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk_full"),
        (errno.EFBIG, "disk_full"),
        (errno.EACCES, "folder_not_writable"),
        (None, "folder_not_writable"),
    ],
)
def test_a_full_disk_is_told_from_one_that_is_closed(tmp_path, number, code):
    error = refused(OSError(number, "x"), tmp_path)
    assert (error.code, error.params) == (code, {"path": str(tmp_path)})


def test_a_folder_is_made_for_its_owner_alone(tmp_path):
    made = make_folder(tmp_path / "a" / "b")
    assert made.is_dir() and make_folder(made) == made
    if os.name == "posix":
        assert made.stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="folder_not_writable"):
        make_folder(tmp_path / "file" / "in it")


@pytest.fixture
def read_by_another(monkeypatch):
    """Have Windows refuse to replace a file so many times."""
    left = []
    replace = os.replace

    def busy(source, target):
        if left:
            left.pop()
            raise PermissionError(13, "in use")
        replace(source, target)

    monkeypatch.setattr(os, "replace", busy)
    monkeypatch.setattr(disk, "_WINDOWS", True)
    return left


def test_a_file_that_is_read_this_moment_is_written_all_the_same(tmp_path, read_by_another):
    file = tmp_path / "session.json"
    file.write_bytes(b"old")
    read_by_another.extend("xxx")
    write_atomically(file, b"new")
    assert (file.read_bytes(), os.listdir(tmp_path)) == (b"new", ["session.json"])


def test_a_file_that_stays_open_is_an_error_and_as_it_was(tmp_path, read_by_another):
    file = tmp_path / "session.json"
    file.write_bytes(b"old")
    read_by_another.extend("x" * 100)
    with pytest.raises(StorageError, match="folder_not_writable"):
        write_atomically(file, b"new")
    assert (file.read_bytes(), os.listdir(tmp_path)) == (b"old", ["session.json"])
    assert len(read_by_another) > 90


def repaired(folder):
    recording.save(folder, recording.Recording(started="x", device="Mic"))
    (folder / recording.part_name(1)).write_bytes(bytes(44) + b"\5\0" * 100)
    recover(folder)


@pytest.mark.parametrize(
    ("call", "work"),
    [
        ("mkdir", lambda folder: recording.new_folder(folder)),
        ("mkdir", lambda folder: paths.index()),
        ("repair", repaired),
        ("open", lambda folder: logs.start(folder, "part")),
    ],
    ids=["recording", "data", "repair", "logs"],
)
def test_a_full_disk_is_called_full_wherever_it_is_met(tmp_path, monkeypatch, call, work):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(logs, "_fault_file", None)
    place = {"mkdir": os, "repair": recording_wav}.get(call)
    if place is None:
        monkeypatch.setattr(logs, call, full, raising=False)
    else:
        monkeypatch.setattr(place, call, full)
    with pytest.raises(StorageError) as caught:
        work(tmp_path)
    assert caught.value.code == "disk_full"
