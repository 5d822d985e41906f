"""A Whisper model from a folder or a ZIP."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest
from support.tiny_whisper import build

from app.core.engines import adding
from app.core.engines.adding import FILES, add_whisper
from app.core.engines.whisper_folders import find
from app.core.errors import AppError, Cancelled, InputError, StorageError
from app.core.jobs import JobContext

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "tiny-whisper"
    build(folder)
    return folder


def _zip(folder: Path, target: Path, inside: str = "", **change: bytes) -> Path:
    with zipfile.ZipFile(target, "w") as archive:
        for file in folder.iterdir():
            archive.writestr(inside + file.name, change.get(file.stem, file.read_bytes()))
    return target


def _packed(folder: Path, target: Path) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in folder.iterdir():
            archive.write(file, file.name)
    return target


def _names(own: Path) -> list[str]:
    return sorted(p.name for p in own.iterdir())


def test_a_folder_is_copied_checked_and_found(model: Path, tmp_path: Path) -> None:
    (own := tmp_path / "own").mkdir()
    added = add_whisper(model, own, JobContext())
    assert added.path == own / "tiny-whisper"
    assert [m.name for m in find(own).good] == ["tiny-whisper"]
    assert {p.name for p in added.path.iterdir()} <= FILES


@pytest.mark.parametrize("inside", ["", "some/folder/"])
def test_a_zip_with_the_model_anywhere_inside_is_added(model, tmp_path, inside) -> None:
    own = tmp_path / "own"
    added = add_whisper(_zip(model, tmp_path / "small.zip", inside), own, JobContext())
    assert added.name == "small" and _names(own) == ["small"]


def test_a_second_copy_gets_another_name(model, tmp_path) -> None:
    own = tmp_path / "own"
    for _ in range(2):
        add_whisper(model, own, JobContext())
    assert _names(own) == ["tiny-whisper", "tiny-whisper-2"]


@pytest.mark.parametrize("broken", ["nothing", "text", "cut", "no-bin", "empty-bin", "damaged"])
def test_what_is_no_model_is_refused_and_leaves_nothing(model, tmp_path, broken) -> None:
    own, source = tmp_path / "own", tmp_path / "x.zip"
    if broken == "nothing":
        (source := tmp_path / "empty").mkdir()
    elif broken == "text":
        source.write_text("not a zip")
    elif broken == "cut":
        data = _zip(model, source).read_bytes()
        source.write_bytes(data[: len(data) // 2])
    elif broken == "damaged":
        data = bytearray(_packed(model, source).read_bytes())
        data[len(data) // 3 : len(data) // 3 + 400] = b"\xff" * 400
        source.write_bytes(data)
    elif broken == "no-bin":
        with zipfile.ZipFile(source, "w") as archive:
            archive.writestr("config.json", "{}")
    else:
        _zip(model, source, model=b"")
    with pytest.raises(AppError) as caught:
        add_whisper(source, own, JobContext())
    assert caught.value.code in ("whisper_folder_bad", "engine_broken")
    assert caught.value.params["path"] == str(source)
    assert _names(own) == []


def test_names_that_point_outside_write_nothing_outside(model, tmp_path) -> None:
    own = tmp_path / "deep" / "own"
    source = tmp_path / "evil.zip"
    with zipfile.ZipFile(source, "w") as archive:
        for file in model.iterdir():
            archive.writestr("../" + file.name, file.read_bytes())
    add_whisper(source, own, JobContext())
    assert _names(own) == ["evil"] and _names(tmp_path / "deep") == ["own"]


def test_cancel_leaves_nothing(model, tmp_path) -> None:
    own = tmp_path / "own"
    ctx = JobContext(lambda progress: ctx.cancel())
    with pytest.raises(Cancelled):
        add_whisper(model, own, ctx)
    assert _names(own) == []


def test_a_missing_source_says_so(tmp_path) -> None:
    with pytest.raises(AppError) as caught:
        add_whisper(tmp_path / "gone", tmp_path / "own", JobContext())
    assert caught.value.code == "file_missing"


def test_a_folder_that_cannot_be_made_is_one_error(model, tmp_path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError) as caught:
        add_whisper(model, tmp_path / "file" / "own", JobContext())
    assert caught.value.code == "folder_not_writable"


def test_a_zip_whose_names_are_no_text_is_refused(model, tmp_path) -> None:
    source = _zip(model, tmp_path / "x.zip", "aä/")
    source.write_bytes(source.read_bytes().replace("aä/".encode(), b"a\xff\xff/"))
    with pytest.raises(AppError) as caught:
        add_whisper(source, tmp_path / "own", JobContext())
    assert caught.value.code == "whisper_folder_bad"


def test_a_source_that_cannot_be_read_is_not_called_a_full_disk(
    model, tmp_path, monkeypatch
) -> None:
    def failing(path, mode):
        if Path(path) == model / "model.bin":
            raise OSError(5, "Input/output error")
        return open(path, mode)

    monkeypatch.setattr(adding, "open", failing, raising=False)
    with pytest.raises(InputError) as caught:
        add_whisper(model, tmp_path / "own", JobContext())
    assert caught.value.code == "file_unreadable"


KILLED = """
import os, sys
from pathlib import Path
from app.core.engines.adding import add_whisper
from app.core.jobs import JobContext
add_whisper(Path(sys.argv[1]), Path(sys.argv[2]), JobContext(lambda progress: os._exit(9)))
"""


def test_what_a_killed_program_had_copied_goes_with_the_next_copy(model, tmp_path) -> None:
    own = tmp_path / "own"
    subprocess.run([sys.executable, "-c", KILLED, str(model), str(own)], cwd=ROOT, check=False)
    left = list((own / ".adding").glob("*/*"))
    assert left and find(own).good == find(own).broken == ()
    add_whisper(model, own, JobContext())
    assert _names(own) == ["tiny-whisper"]


@pytest.mark.parametrize("way", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_that_unpacks_without_bound_is_not_unpacked(
    model, tmp_path, way, monkeypatch
) -> None:
    source = tmp_path / "bomb.zip"
    with zipfile.ZipFile(source, "w", way) as archive:
        for file in model.iterdir():
            archive.writestr(file.name, file.read_bytes())
    opened: list[str] = []
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda self, entry: opened.append(entry))
    with pytest.raises(AppError) as caught:
        add_whisper(source, tmp_path / "own", JobContext())
    assert caught.value.code == "whisper_folder_bad" and opened == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes among its files")
def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(pipe := tmp_path / "model.zip")
    writer = threading.Timer(5.0, lambda: os.close(os.open(pipe, os.O_RDWR)))
    writer.start()  # else a test that fails would wait for ever
    try:
        with pytest.raises(InputError) as caught:
            add_whisper(pipe, tmp_path / "own", JobContext())
    finally:
        writer.cancel()
        writer.join()
    assert caught.value.code == "file_unreadable"


def test_a_model_beyond_all_measure_is_named_by_its_own_path(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adding, "_MOST_BYTES", 1000)
    bomb = _packed(model, tmp_path / "bomb.zip")
    for source in (bomb, model):
        with pytest.raises(InputError) as caught:
            add_whisper(source, tmp_path / "own", JobContext())
        assert (caught.value.code, caught.value.params["path"]) == ("file_too_large", str(source))
