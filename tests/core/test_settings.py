"""Settings: limits, atomic writes, damage."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import pytest

from app.core import paths
from app.core.errors import AppError, InputError
from app.core.settings import Settings, SettingsStore, defaults
from app.words import settings as words


def test_a_changed_setting_is_there_at_the_next_start(tmp_path: Path) -> None:
    SettingsStore(tmp_path / "s.json").change(theme="dark")
    assert SettingsStore(tmp_path / "s.json").current.theme == "dark"


def test_unknown_keys_of_a_newer_program_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "s.json"
    file.write_text('{"newer": [1, 2], "theme": "light"}')
    SettingsStore(file).change(speech="own")
    assert json.loads(file.read_text())["newer"] == [1, 2]


@pytest.mark.parametrize("text", ["{", "[]", "null", "[" * 100_000, "\x00\xff"])
def test_a_damaged_file_is_set_aside_with_a_notice(tmp_path: Path, text: str) -> None:
    file = tmp_path / "s.json"
    file.write_text(text)
    store = SettingsStore(file)
    assert store.current == Settings()
    assert [n.code for n in store.notices] == ["settings_damaged"]
    assert file.with_suffix(".damaged.json").read_text() == text


def test_an_impossible_value_goes_back_to_its_default_with_a_notice(tmp_path: Path) -> None:
    file = tmp_path / "s.json"
    file.write_text('{"speech_rate": 9000, "theme": "dark"}')
    store = SettingsStore(file)
    assert (store.current.speech_rate, store.current.theme) == (175, "dark")
    assert [n.params["key"] for n in store.notices] == ["speech_rate"]


@pytest.mark.parametrize(
    ("key", "value"),
    [("theme", "pink"), ("speech_rate", 10), ("speech_rate", "fast"), ("speech_asked", 1)],
)
def test_a_value_outside_its_limits_is_refused(tmp_path: Path, key: str, value: object) -> None:
    with pytest.raises(InputError) as caught:
        SettingsStore(tmp_path / "s.json").change(**{key: value})
    assert caught.value.code == "bad_setting"


def test_every_setting_has_a_title_and_every_choice_its_words() -> None:
    assert set(words.SETTINGS) == set(defaults())
    for key, choices in words.CHOICES.items():
        options = Settings.__dataclass_fields__[key].metadata["options"]
        assert set(choices) == set(options)


def test_a_listener_hears_of_real_changes_only(tmp_path: Path) -> None:
    store, heard = SettingsStore(tmp_path / "s.json"), []
    store.on_change(heard.append)
    store.change(theme="auto")
    store.change(theme="dark")
    assert [s.theme for s in heard] == ["dark"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_the_data_folder_is_readable_by_its_owner_alone(home: Path) -> None:
    for folder in (paths.home(), paths.logs(), paths.recordings(), paths.runtime()):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_full_disk_keeps_the_old_settings(tmp_path: Path, monkeypatch) -> None:
    store = SettingsStore(tmp_path / "s.json")
    store.change(theme="dark")

    def full(*_: object) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr("app.core.settings.os.fsync", full)
    with pytest.raises(AppError) as caught:
        store.change(theme="light")
    assert caught.value.code == "disk_full"
    assert SettingsStore(tmp_path / "s.json").current.theme == "dark"
    assert [f.name for f in tmp_path.iterdir() if f.is_file()] == ["s.json"]
