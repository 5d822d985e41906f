"""What the disk refuses, as one error."""

from __future__ import annotations

import errno
import os

import pytest

from app.core.disk import make_folder, refused
from app.core.errors import StorageError


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
