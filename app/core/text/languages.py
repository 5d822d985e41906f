"""What Alcove knows of a language: one TOML file each, in ``resources/cues``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from app.core import paths
from app.core.text.cues import CueBook
from app.core.text.tokens import plain, tokenize

Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Language:
    """The words of a language; ``cues`` is None where only topics are looked for.

    ``labels`` maps words that stand before a colon ("decision") to what they begin.
    ``self_words`` are what speakers call themselves ("I", "me"), ``self_subjects`` where
    they do something ("I"), ``self_auxiliaries`` what may stand behind that ("will").
    """

    code: str | None = None
    name: str = ""
    stopwords: frozenset[str] = frozenset()
    hesitations: frozenset[str] = frozenset()
    fillers: frozenset[Phrase] = frozenset()
    apart: frozenset[Phrase] = frozenset()
    apart_before: frozenset[str] = frozenset()
    end_fillers: frozenset[Phrase] = frozenset()
    start_words: frozenset[str] = frozenset()
    end_words: frozenset[str] = frozenset()
    asked_last: frozenset[str] = frozenset()
    start_keeps: frozenset[Phrase] = frozenset()
    clause_starts: frozenset[str] = frozenset()
    subordinates: frozenset[str] = frozenset()
    sentence_starts: frozenset[str] = frozenset()
    abbreviations: frozenset[str] = frozenset()
    softeners: frozenset[str] = frozenset()
    self_subjects: frozenset[str] = frozenset()
    self_words: frozenset[str] = frozenset()
    self_auxiliaries: frozenset[str] = frozenset()
    suffixes: tuple[str, ...] = ()
    verb_endings: tuple[str, ...] = ()
    not_names: frozenset[str] = frozenset()
    labels: Mapping[str, str] = field(default_factory=dict)
    capitalised_nouns: bool = False
    cues: CueBook | None = None

    def stem(self, word: str) -> str:
        """Return ``word`` without its ending, at least four letters long."""
        for suffix in self.suffixes:
            if word.endswith(suffix) and len(word) - len(suffix) >= 4:
                return word[: -len(suffix)]
        return word

    @cached_property
    def unheard(self) -> frozenset[str]:
        """Return the words that a cue phrase steps over."""
        return self.hesitations | self.softeners

    def is_content(self, norm: str) -> bool:
        """Return whether a word carries meaning of its own."""
        return (
            (len(norm) > 2 or not norm.isascii())
            and norm not in self.stopwords
            and norm not in self.hesitations
            and not norm.startswith("'")
            and not norm[0].isdigit()
        )


def load_language(path: Path) -> Language:
    """Read one language file; raises ``ValueError`` when it is not of that form."""
    with path.open("rb") as file:
        raw = tomllib.load(file)
    labels = {
        plain(label): kind for kind, entries in raw.get("labels", {}).items() for label in entries
    }
    cues = CueBook(raw["cues"], raw.get("lists", {})) if raw.get("cues") else None
    return Language(
        code=raw["code"],
        name=raw["name"],
        stopwords=_words(raw, "stopwords"),
        hesitations=_words(raw, "hesitations"),
        fillers=_phrases(raw, "fillers"),
        apart=_phrases(raw, "apart"),
        apart_before=_words(raw, "apart_before"),
        end_fillers=_phrases(raw, "end_fillers"),
        start_words=_words(raw, "start_words"),
        end_words=_words(raw, "end_words"),
        asked_last=_words(raw, "asked_last"),
        start_keeps=_phrases(raw, "start_keeps"),
        clause_starts=_words(raw, "clause_starts"),
        subordinates=_words(raw, "subordinates"),
        sentence_starts=_words(raw, "sentence_starts"),
        abbreviations=_words(raw, "abbreviations"),
        softeners=_words(raw, "softeners"),
        self_subjects=_words(raw, "self_subjects"),
        self_words=_words(raw, "self_subjects") | _words(raw, "self_objects"),
        self_auxiliaries=_words(raw, "self_auxiliaries"),
        verb_endings=tuple(raw.get("verb_endings", "").split()),
        suffixes=tuple(raw.get("suffixes", "").split()),
        not_names=_words(raw, "not_names"),
        labels=labels,
        capitalised_nouns=bool(raw.get("capitalised_nouns", False)),
        cues=cues,
    )


def _words(raw: Mapping[str, Any], key: str) -> frozenset[str]:
    """Return a list of words, and what the tokeniser makes of those with an apostrophe."""
    words = [plain(w) for w in raw.get(key, "").split()]
    return frozenset(words) | {t.norm for w in words if "'" in w for t in tokenize(w)}


def _phrases(raw: Mapping[str, Any], key: str) -> frozenset[Phrase]:
    return frozenset(tuple(t.norm for t in tokenize(p)) for p in raw.get(key, ())) - {()}


class Languages:
    """The languages of one folder, each read when first asked for."""

    def __init__(self, folder: Path):
        self._files = {path.stem: path for path in sorted(folder.glob("*.toml"))}
        self._loaded: dict[str, Language] = {}

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes of the languages that have a file."""
        return tuple(self._files)

    def get(self, code: str | None) -> Language:
        """Return the language of ``code`` ("en", "en-GB"); one without words when unknown."""
        short = (code or "").replace("_", "-").split("-")[0].casefold()
        if short not in self._files:
            return Language(code=short or None)
        if short not in self._loaded:
            self._loaded[short] = load_language(self._files[short])
        return self._loaded[short]

    def all(self) -> list[Language]:
        """Return every language that has a file."""
        return [self.get(code) for code in self._files]

    @property
    def labels(self) -> frozenset[str]:
        """Return the words of all languages that name no speaker before a colon."""
        return frozenset(label for language in self.all() for label in language.labels)


@lru_cache(maxsize=8)
def languages_in(folder: Path) -> Languages:
    """Return the languages of ``folder``, read once per process."""
    return Languages(folder)


def shipped() -> Languages:
    """Return the languages that ship with Alcove."""
    return languages_in(paths.resources() / "cues")
