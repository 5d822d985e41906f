"""The settings: one frozen dataclass, each field with kind, limits and page.

Titles and help stand in ``app.words.settings`` under the key. The settings pages
and the ``settings`` command are generated from ``fields``.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import re
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from app.core.disk import put_in_place, refused
from app.core.errors import InputError, StorageError
from app.core.jobs import Notice
from app.core.text.speech_languages import CODES


def _choice(default: str, options: tuple[str, ...], page: str) -> Any:
    return field(default=default, metadata={"options": options, "page": page})


def _number(default: int, low: int, high: int, unit: str, page: str) -> Any:
    return field(default=default, metadata={"low": low, "high": high, "unit": unit, "page": page})


def _text(default: str, page: str, *, folder: bool = False, secret: bool = False) -> Any:
    return field(default=default, metadata={"page": page, "folder": folder, "secret": secret})


def _flag(default: bool, page: str) -> Any:
    return field(default=default, metadata={"page": page})


_MOST_SHOWN = 8


@dataclass(frozen=True)
class Settings:
    """Every setting with its default; page "" means it has no row of its own."""

    theme: str = _choice("auto", ("auto", "light", "dark", "contrast"), "look")
    speech: str = _choice("auto", ("auto", "screen_reader", "own", "quiet"), "speech")
    speech_rate: int = _number(175, 80, 450, "words_per_minute", "speech")
    spoken_language: str = _choice("", ("", *sorted(CODES)), "meetings")
    minutes_engine: str = _choice("auto", ("auto", "ollama", "extract"), "meetings")
    microphone: str = _text("", "meetings")
    recordings_folder: str = _text("", "meetings", folder=True)
    whisper_model: str = _text("", "engines")
    chat_model: str = _text("", "engines")
    vision_model: str = _text("", "engines")
    embedding_model: str = _text("", "engines")
    context_tokens: int = _number(0, 0, 131072, "tokens", "engines")
    ollama_host: str = _text("", "engines")
    ollama_token: str = _text("", "engines", secret=True)
    ollama_confirmed: str = _text("", "")
    speech_asked: bool = _flag(False, "")


def defaults() -> dict[str, Any]:
    """Return every key with its default."""
    return {f.name: f.default for f in fields(Settings)}


def checked(key: str, value: Any) -> Any:
    """Return ``value`` as the type of ``key``, or raise ``InputError``."""
    found = {f.name: f for f in fields(Settings)}.get(key)
    if found is None:
        raise InputError("unknown_setting", key=key)
    if not _fits(found, value):
        raise InputError("bad_setting", key=key, value=str(value), possible=_possible(found))
    return value


def _possible(known: dataclasses.Field[Any]) -> str:
    """Return the values that a setting takes, as they are typed; "" where any text may."""
    options = known.metadata.get("options")
    if options is not None:
        shown = [option for option in options if option]
        return ", ".join(shown[:_MOST_SHOWN]) + (", …" if len(shown) > _MOST_SHOWN else "")
    if "low" in known.metadata:
        return f"{known.metadata['low']}–{known.metadata['high']}"
    return "true, false" if isinstance(known.default, bool) else ""


def _fits(known: dataclasses.Field[Any], value: Any) -> bool:
    if type(value) is not type(known.default):
        return False
    options = known.metadata.get("options")
    if options is not None:
        return value in options
    if "low" in known.metadata:
        # 0 stands for "choose for me" where it is the default.
        automatic = value == known.default
        return automatic or known.metadata["low"] <= value <= known.metadata["high"]
    return not isinstance(value, str) or (len(value) <= 4096 and "\0" not in value)


class SettingsStore:
    """The settings on disk: atomic writes, unknown keys kept, damage set aside."""

    def __init__(self, path: Path):
        self.path = path
        self.notices: list[Notice] = []
        self._unknown: dict[str, Any] = {}
        self._listeners: list[Callable[[Settings], None]] = []
        self.current = self._load()

    def _load(self) -> Settings:
        try:
            raw = json.loads(self.path.read_text("utf-8"))
            if not isinstance(raw, dict):
                raise ValueError("not an object")
        except FileNotFoundError:
            return Settings()
        except (ValueError, UnicodeDecodeError, RecursionError):
            self._set_aside()
            return Settings()
        except OSError as error:
            raise StorageError("folder_not_writable", path=str(self.path)) from error
        return self._from_plain(raw)

    def _from_plain(self, raw: dict[str, Any]) -> Settings:
        good: dict[str, Any] = {}
        for key, value in raw.items():
            try:
                good[key] = checked(key, value)
            except InputError as error:
                if error.code == "unknown_setting":
                    self._unknown[key] = value
                else:
                    self.notices.append(Notice("setting_reset", {"key": key}))
        return Settings(**good)

    def _set_aside(self) -> None:
        aside = self.path.with_suffix(".damaged.json")
        self.path.replace(aside)
        self.notices.append(Notice("settings_damaged", {"path": str(aside)}))

    def change(self, **values: Any) -> Settings:
        """Write new values and tell the listeners; raise ``InputError`` for a bad one."""
        for key, value in values.items():
            checked(key, value)
        changed = dataclasses.replace(self.current, **values)
        if changed == self.current:
            return changed
        self._write(changed)
        self.current = changed
        for listener in list(self._listeners):
            listener(changed)
        return changed

    def on_change(self, listener: Callable[[Settings], None]) -> None:
        """Call ``listener`` with the settings after each change."""
        self._listeners.append(listener)

    def _write(self, settings: Settings) -> None:
        base = defaults()
        plain = {k: v for k, v in dataclasses.asdict(settings).items() if v != base[k]}
        text = json.dumps({**self._unknown, **plain}, indent=2, ensure_ascii=False) + "\n"
        write_atomically(self.path, text.encode("utf-8"))


_UNFINISHED = ".unfinished"
# What the name of a file has behind it while it is written; older versions had no ending.
UNFINISHED = r"\.[a-z0-9_]{8}(?:\.unfinished)?"
_OLD_SECONDS = 600.0  # writing takes a moment, but a laptop may sleep over it


def write_atomically(path: Path, data: bytes) -> None:
    """Write ``data`` so that ``path`` holds the old or the new bytes, never a mixture.

    Raises ``StorageError`` "disk_full" or "folder_not_writable".
    """
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(
            dir=path.parent, prefix=path.name + ".", suffix=_UNFINISHED
        )
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        put_in_place(Path(temporary), path)
    except OSError as error:
        if temporary and os.path.exists(temporary):
            os.unlink(temporary)
        raise refused(error, path) from error


def sweep_unfinished(path: Path) -> int:
    """Remove what killed programs left beside ``path`` while they wrote it; return how many.

    What is young may be being written, and a name that is not one of ours stays.
    """
    ours = re.compile(re.escape(path.name) + r"\.[a-z0-9_]{8}" + re.escape(_UNFINISHED))
    removed = 0
    with contextlib.suppress(OSError):
        for found in [p for p in path.parent.iterdir() if ours.fullmatch(p.name)]:
            with contextlib.suppress(OSError):
                if time.time() - found.lstat().st_mtime > _OLD_SECONDS:
                    found.unlink()
                    removed += 1
    return removed
