"""The starter glossary that ships with Alcove: JSON files by theme, read in milliseconds.

JSON with one field a line, because the same entries as TOML take forty times as long to
read. A file that breaks a rule stops the loading: half a glossary would answer "unknown"
where it knows better.
"""

from __future__ import annotations

import dataclasses
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.core import paths
from app.core.errors import StorageError
from app.core.glossary.entries import BadEntry, Entry, LookAlike, entry_from
from app.core.glossary.glossary import Glossary
from app.core.glossary.spelling import spaced

_LOOK_ALIKES = "look_alikes.json"
_EVERYDAY = "everyday_words.txt"
_OTHER_MEDICINES = "other_medicines.txt"


@lru_cache(maxsize=1)
def starter_glossary() -> Glossary:
    """Return the glossary that ships with Alcove, read once per process.

    Raises ``StorageError`` ``glossary_damaged``.
    """
    return load_glossary(paths.resources() / "glossary")


def load_glossary(folder: Path) -> Glossary:
    """Return the glossary of a folder of theme files.

    Raises ``StorageError`` ``glossary_damaged`` (path, why) for an unreadable file, an
    entry that breaks a rule, a doubled term, an unknown look-alike, or no entries at all.
    """
    entries: list[Entry] = []
    for path in sorted(folder.glob("*.json")):
        if path.name != _LOOK_ALIKES:
            entries += _theme(path)
    try:
        alike = folder / _LOOK_ALIKES
        if alike.exists():
            entries = with_look_alikes(entries, _read(alike).get("pairs", []))
        words = (word_list(folder / name) for name in (_EVERYDAY, _OTHER_MEDICINES))
        return Glossary(entries, *words)
    except BadEntry as error:
        raise StorageError("glossary_damaged", path=str(folder), why=str(error)) from error


def _theme(path: Path) -> list[Entry]:
    data = _read(path)
    try:
        if not isinstance(data.get("entries"), list) or not data["entries"]:
            raise BadEntry("no entries")
        if not isinstance(data.get("source"), str) or not data["source"]:
            raise BadEntry("source is missing")
        return [entry_from(raw, data["source"]) for raw in data["entries"]]
    except BadEntry as error:
        raise StorageError("glossary_damaged", path=str(path), why=str(error)) from error


def _read(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StorageError("glossary_damaged", path=str(path), why=str(error)) from error
    if not isinstance(data, dict):
        raise StorageError("glossary_damaged", path=str(path), why="no object")
    return data


def with_look_alikes(entries: Iterable[Entry], pairs: Iterable[Mapping[str, Any]]) -> list[Entry]:
    """Return the entries with the warning of each pair on both of its names.

    Raises ``BadEntry`` for a name that no entry has as its term, or a pair of one.
    """
    entries = list(entries)
    known = {entry.term for entry in entries}
    alike: dict[str, list[LookAlike]] = defaultdict(list)
    for pair in pairs:
        names = pair.get("names", ())
        if len(set(names)) != 2 or not pair.get("warning"):
            raise BadEntry(f"{names}: a pair needs two names and a warning")
        for name, other in (names, names[::-1]):
            if name not in known:
                raise BadEntry(f"{name}: a look-alike without an entry")
            alike[name].append(LookAlike(other, pair["warning"]))
    return [
        dataclasses.replace(entry, look_alikes=tuple(alike[entry.term]))
        if entry.term in alike
        else entry
        for entry in entries
    ]


def word_list(path: Path) -> frozenset[str]:
    """Return the folded words of a word list; lines with # are remarks, "_" is a space."""
    if not path.exists():
        return frozenset()
    lines = path.read_text(encoding="utf-8").splitlines()
    words = " ".join(line for line in lines if not line.startswith("#")).split()
    return frozenset(map(spaced, words))
