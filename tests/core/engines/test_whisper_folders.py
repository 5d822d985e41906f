from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from support import tiny_whisper

from app.core.engines import whisper_folders
from app.core.engines.whisper_folders import (
    KEEP_FREE,
    WhisperFolder,
    check,
    find,
    fits,
    hub_cache,
    ranked,
)
from app.core.errors import EngineError


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> Path:
    return tiny_whisper.build(tmp_path_factory.mktemp("whisper") / "tiny")


@pytest.fixture
def model(tiny, tmp_path) -> Path:
    return Path(shutil.copytree(tiny, tmp_path / "own" / "tiny"))


def problem(path: Path) -> tuple[str, str | None]:
    with pytest.raises(EngineError) as caught:
        check(path)
    return caught.value.code, caught.value.params.get("why")


def folder(name: str, width: int, weights: int, *, multilingual: bool = True) -> WhisperFolder:
    return WhisperFolder(
        Path("/models") / name, name, weights, width, 80, multilingual, 2 * weights
    )


TINY = folder("tiny", 384, 38_000_000)
BASE = folder("base", 512, 73_000_000)
SMALL = folder("small", 768, 242_000_000)
SMALL_EN = folder("small.en", 768, 242_000_000, multilingual=False)
LARGE = folder("large", 1280, 1_550_000_000)
ALL = [BASE, LARGE, TINY, SMALL_EN, SMALL]


def test_a_whole_model_is_known_without_loading_it(model):
    found = check(model)
    assert (found.name, found.width, found.mels, found.multilingual) == ("tiny", 32, 80, True)
    assert found.file_bytes == (model / "model.bin").stat().st_size


def test_an_english_model_is_known_by_its_vocabulary(tmp_path):
    assert not check(tiny_whisper.build(tmp_path / "en", multilingual=False)).multilingual


@pytest.mark.parametrize("name", ["config.json", "model.bin", "tokenizer.json", "vocabulary.json"])
def test_a_missing_file_is_named(model, name):
    (model / name).unlink()
    assert problem(model) == ("whisper_folder_bad", name)


@pytest.mark.parametrize("name", ["config.json", "model.bin", "tokenizer.json", "vocabulary.json"])
def test_an_empty_file_means_a_broken_model(model, name):
    (model / name).write_bytes(b"")
    assert problem(model)[0] == "engine_broken"


@pytest.mark.parametrize("keep", [3, 200, 5000, 400_000])
def test_weights_that_break_off_mean_a_broken_model(model, keep):
    with open(model / "model.bin", "r+b") as file:
        file.truncate(keep)
    assert problem(model)[0] == "engine_broken"


@pytest.mark.parametrize(
    "data", [b"\x06\0\0\0\x05\0abcd\0" + b"\0" * 99, b"GGUF" * 100, b"\0" * 99]
)
def test_weights_of_another_kind_are_no_whisper(model, data):
    (model / "model.bin").write_bytes(data)
    assert problem(model)[0] == "whisper_folder_bad"


def test_damaged_settings_mean_a_broken_model(model):
    (model / "config.json").write_text("{")
    assert problem(model)[0] == "engine_broken"


def test_bands_that_do_not_match_the_weights_are_told(model):
    (model / "preprocessor_config.json").write_text(json.dumps({"feature_size": 128}))
    assert problem(model) == ("whisper_folder_bad", "preprocessor_config.json")


def test_a_file_is_no_folder(tmp_path):
    assert problem(tmp_path / "nothing") == ("whisper_folder_bad", "folder")


def test_own_folders_are_found_and_broken_ones_reported(model, tmp_path):
    (tmp_path / "own" / "empty").mkdir()
    (tmp_path / "own" / ".adding-1").mkdir()
    found = find(tmp_path / "own")
    assert [f.name for f in found.good] == ["tiny"]
    assert [b.name for b in found.broken] == ["empty"]


def test_the_cache_is_read_through_its_links(model, tmp_path):
    cached = tmp_path / "hub" / "models--Systran--faster-whisper-small"
    blobs, snapshot = cached / "blobs", cached / "snapshots" / "abc"
    shutil.copytree(model, blobs)
    snapshot.mkdir(parents=True)
    for file in blobs.iterdir():
        os.symlink(file, snapshot / file.name)
    (cached / "refs").mkdir()
    (cached / "refs" / "main").write_text("abc")
    (tmp_path / "hub" / "models--other--bert" / "snapshots" / "x").mkdir(parents=True)
    found = find(tmp_path / "nothing", tmp_path / "hub")
    assert [f.name for f in found.good] == ["faster-whisper-small"]
    assert found.broken == ()


def test_a_cached_model_whose_weights_never_arrived_is_broken(tmp_path):
    snapshot = tmp_path / "models--x--whisper-tiny" / "snapshots" / "abc"
    snapshot.mkdir(parents=True)
    os.symlink(tmp_path / "gone", snapshot / "model.bin")
    (snapshot / "config.json").write_text("{}")
    assert [b.name for b in find(tmp_path / "own", tmp_path).broken] == ["whisper-tiny"]


def test_the_same_folder_is_listed_once(model, tmp_path):
    os.symlink(model, tmp_path / "own" / "link")
    assert len(find(tmp_path / "own").good) == 1


@pytest.mark.parametrize(
    ("environment", "end"),
    [
        ({"HF_HUB_CACHE": "/a/b"}, "a/b"),
        ({"HF_HOME": "/a"}, "a/hub"),
        ({"XDG_CACHE_HOME": "/c"}, "c/huggingface/hub"),
        ({}, ".cache/huggingface/hub"),
    ],
)
def test_the_cache_lies_where_its_own_library_looks(environment, end):
    assert hub_cache(environment).as_posix().endswith(end)


def test_the_largest_that_leaves_two_gigabytes_comes_first():
    plenty = LARGE.need + KEEP_FREE
    assert [f.name for f in ranked(ALL, plenty, "de")] == ["large", "small", "base", "tiny"]
    less = SMALL.need + KEEP_FREE
    assert [f.name for f in ranked(ALL, less, "de")] == ["small", "base", "tiny", "large"]


def test_of_those_that_leave_less_the_smallest_comes_first():
    assert [f.name for f in ranked([LARGE, SMALL], 0, "de")] == ["small", "large"]


def test_an_english_model_is_better_for_english_and_no_choice_for_others():
    plenty = LARGE.need + KEEP_FREE
    assert ranked([SMALL, SMALL_EN], plenty, "en")[0] is SMALL_EN
    assert ranked([SMALL_EN], plenty, "de") == []


def test_when_the_language_is_not_known_a_multilingual_model_comes_first():
    names = [f.name for f in ranked([SMALL_EN, TINY], LARGE.need + KEEP_FREE, None)]
    assert names == ["tiny", "small.en"]


@pytest.mark.parametrize("wanted", ["tiny", str(TINY.path)])
def test_the_wanted_model_comes_first(wanted):
    assert ranked(ALL, LARGE.need + KEEP_FREE, "de", wanted)[0] is TINY


def test_a_wanted_model_that_does_not_exist_changes_nothing():
    assert ranked(ALL, LARGE.need + KEEP_FREE, "de", "gone")[0] is LARGE


def test_sizes_have_their_usual_names():
    assert [f.size for f in (TINY, SMALL, LARGE)] == ["tiny", "small", "large"]
    assert folder("odd", 99, 1).size == ""


def test_the_need_grows_with_the_weights_and_decides_what_fits():
    assert TINY.need < BASE.need < SMALL.need < LARGE.need
    assert fits(TINY, TINY.need + KEEP_FREE) and not fits(TINY, TINY.need + KEEP_FREE - 1)


def test_of_several_snapshots_without_a_name_the_newest_counts(model, tmp_path):
    snapshots = tmp_path / "hub" / "models--x--whisper-y" / "snapshots"
    for number, name in enumerate(["new", "old"]):
        shutil.copytree(model, snapshots / name)
        os.utime(snapshots / name, (2000 - number, 2000 - number))
    (found,) = find(tmp_path / "nothing", tmp_path / "hub").good
    assert found.path.name == "new"


def test_a_cache_with_other_things_in_it_is_passed_over(tmp_path):
    (tmp_path / "datasets--x").mkdir()
    (tmp_path / "models--x--whisper-none").mkdir()
    assert find(tmp_path / "nothing", tmp_path).good == ()


def test_a_vocabulary_in_lines_tells_its_languages_by_its_size(model):
    (model / "vocabulary.json").rename(model / "vocabulary.txt")
    assert check(model).multilingual is False


def test_settings_of_an_unreasonable_size_are_not_read(model):
    with open(model / "config.json", "r+b") as file:
        file.truncate(5 * 1024 * 1024)
    assert problem(model)[0] == "engine_broken"


def test_a_vocabulary_of_an_unreasonable_size_is_not_read(model):
    (model / "vocabulary.json").write_text("[" + "[]," * 2_000_000 + "[]]")
    assert problem(model)[0] == "engine_broken"


def test_a_vocabulary_is_read_once_and_again_when_it_changes(model, monkeypatch):
    assert check(model).multilingual
    read = []
    monkeypatch.setattr(whisper_folders.json, "loads", lambda text: read.append(text) or {})
    (model / "preprocessor_config.json").unlink()
    check(model)
    assert len(read) == 1  # config.json
    monkeypatch.undo()
    (model / "vocabulary.json").write_text('["a"]')
    assert not check(model).multilingual


@pytest.mark.parametrize("text", ["[]", '{"feature_size": "80"}'])
def test_nonsense_about_the_bands_is_told(model, text):
    (model / "preprocessor_config.json").write_text(text)
    assert problem(model) == ("whisper_folder_bad", "preprocessor_config.json")


def test_without_a_word_about_the_bands_there_are_80(model):
    (model / "preprocessor_config.json").unlink()
    assert check(model).mels == 80


def test_a_folder_in_place_of_the_weights_is_a_missing_file(model):
    (model / "model.bin").unlink()
    (model / "model.bin").mkdir()
    assert problem(model) == ("whisper_folder_bad", "model.bin")
