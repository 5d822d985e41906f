"""Names of exported files: taken by every system, whole signs only."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.errors import StorageError
from app.core.meetings.export_files import digest, free_places, plain_name

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
WAVE = "\U0001f44b\U0001f3fd"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("a: b/c?", "a- b-c"), ("...", "meeting"), ("x" * 90, "x" * 80),
        ("x" * 79 + " y", "x" * 79), ("会" * 100, "会" * 60), ("🎉" * 60, "🎉" * 45),
        ("x" * 79 + "e\u0301", "x" * 79), ("x" * 79 + WAVE, "x" * 79),
        (FAMILY * 20, FAMILY * 10), ("e" + "\u0301" * 200, "e" + "\u0301" * 79),
        ("x" * 90 + "\ud800", "x" * 80),
    ],
)  # fmt: skip
def test_a_title_becomes_a_name_that_every_system_takes(title: str, name: str) -> None:
    assert plain_name(title) == name
    assert len(name.encode("utf-8")) <= 180


@pytest.fixture
def locked(monkeypatch, tmp_path: Path) -> Path:
    """A folder in which no file may be looked for (mode 0600), for the superuser too."""
    folder, stat = tmp_path / "locked", Path.stat
    folder.mkdir()

    def refusing(path: Path, **how):
        if folder in path.parents:
            raise PermissionError(13, "Permission denied", str(path))
        return stat(path, **how)

    monkeypatch.setattr(Path, "stat", refusing)
    return folder


def test_a_folder_that_may_not_be_searched_is_refused(locked: Path) -> None:
    with pytest.raises(StorageError) as raised:
        free_places(locked, "Talk", {"minutes.md": b"x"}, {})
    assert raised.value.code == "folder_not_writable"
    assert raised.value.params["path"] == str(locked)


def test_an_earlier_export_out_of_reach_does_not_keep_a_file_from_being_replaced(
    locked: Path, tmp_path: Path
) -> None:
    file = tmp_path / "Talk minutes.md"
    file.write_bytes(b"old")
    known = {locked / "Talk minutes.md": digest(b"old"), file: digest(b"old")}
    assert list(free_places(tmp_path, "Talk", {"minutes.md": b"new"}, known)) == [file]
