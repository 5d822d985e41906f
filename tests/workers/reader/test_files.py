"""What the reader refuses before it opens anything."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from app.core.errors import InputError
from app.workers.reader.files import checked


def refused(path: Path | str, megabytes: int = 1) -> str:
    with pytest.raises(InputError) as caught:
        checked(str(path), megabytes)
    assert caught.value.params["path"] == str(path)
    return caught.value.code


def test_a_file_with_something_in_it_passes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    assert checked(str(tmp_path / "a"), 1) == tmp_path / "a"


def test_what_is_missing_empty_or_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert refused(tmp_path / "nothing") == "file_missing"
    assert refused(tmp_path / "empty") == "file_empty"
    assert refused(tmp_path) == "file_is_folder"


def test_a_file_beyond_the_limit_is_too_large(tmp_path: Path) -> None:
    with open(tmp_path / "large", "wb") as file:
        file.truncate(1_000_001)
    assert refused(tmp_path / "large") == "file_too_large"


@pytest.mark.parametrize("path", ["a\0b", "x" * 5000])
def test_a_path_that_cannot_be_is_unreadable(path: str) -> None:
    assert refused(path) == "file_unreadable"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes in folders")
def test_a_pipe_is_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert refused(tmp_path / "pipe") == "file_unreadable"
