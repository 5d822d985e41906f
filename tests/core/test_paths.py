"""Where everything lies, and what is said when it cannot lie there."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from pathlib import Path

import pytest

from app.core import paths
from app.core.errors import StorageError

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such owners")


@pytest.mark.parametrize("name", ["file", "file/below", "with\0zero", "~nobody-of-this-name/x"])
def test_a_data_folder_that_cannot_be_is_one_error(tmp_path, monkeypatch, name) -> None:
    (tmp_path / "file").touch()
    named = name if name.startswith("~") else f"{tmp_path}/{name}"
    monkeypatch.setattr(os, "environ", {**os.environ, "ALCOVE_HOME": named})
    with pytest.raises(StorageError) as caught:
        paths.logs()
    assert caught.value.code == "folder_not_writable"


def test_a_data_folder_that_cannot_be_written_is_one_error(home, monkeypatch) -> None:
    monkeypatch.setattr(paths.os, "access", lambda path, mode: False)
    with pytest.raises(StorageError):
        paths.home()


@posix
def test_a_folder_that_all_share_is_left_as_it_is(tmp_path, monkeypatch) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    monkeypatch.setenv("ALCOVE_HOME", str(shared))
    with pytest.raises(StorageError) as caught:
        paths.home()
    assert caught.value.code == "folder_not_writable"
    assert stat.S_IMODE(shared.stat().st_mode) == 0o1777
    monkeypatch.setenv("ALCOVE_HOME", str(shared / "alcove"))
    assert stat.S_IMODE(paths.home().stat().st_mode) == 0o700


def test_another_folder_of_models_can_be_named(tmp_path, home, monkeypatch) -> None:
    assert paths.models() == home / "models"
    monkeypatch.setenv("ALCOVE_MODELS", str(tmp_path / "models"))
    assert paths.models() == tmp_path / "models"


@pytest.fixture
def shared(tmp_path, monkeypatch) -> Path:
    """Give the place in a shared temporary folder where the sockets would lie."""
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    monkeypatch.setattr(paths, "_stand_in", None)
    monkeypatch.setattr(tempfile, "tempdir", tempfile.mkdtemp(prefix="t", dir="/tmp"))
    yield Path(tempfile.gettempdir()) / f"alcove-{os.getuid()}"
    shutil.rmtree(tempfile.gettempdir())


@posix
def test_sockets_lie_in_a_folder_of_our_own(shared) -> None:
    assert paths.runtime() == shared == paths.runtime()
    assert stat.S_IMODE(shared.stat().st_mode) == 0o700


@posix
def test_an_own_folder_that_others_could_read_is_closed_to_them(shared) -> None:
    shared.mkdir(mode=0o755)
    assert paths.runtime() == shared
    assert stat.S_IMODE(shared.stat().st_mode) == 0o700


@posix
def test_a_link_in_the_place_of_the_folder_is_not_followed_and_not_changed(
    shared, tmp_path
) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir(mode=0o755)
    theirs.chmod(0o755)
    shared.symlink_to(theirs)
    found = paths.runtime()
    assert found not in (shared, theirs) and found == paths.runtime()
    assert stat.S_IMODE(theirs.stat().st_mode) == 0o755


@posix
def test_a_folder_of_somebody_else_gives_one_other_place_for_the_process(
    shared, monkeypatch
) -> None:
    shared.mkdir(mode=0o777)
    shared.chmod(0o777)
    real = os.lstat

    def foreign(path, **more):
        found = real(path, **more)
        if Path(path) != shared:
            return found
        return os.stat_result([*found[:4], found.st_uid + 1, *found[5:10]])

    monkeypatch.setattr(paths.os, "lstat", foreign)
    first = paths.runtime()
    assert first != shared and first == paths.runtime()
    assert stat.S_IMODE(shared.stat().st_mode) == 0o777
    first.rmdir()
    assert paths.runtime().is_dir()
