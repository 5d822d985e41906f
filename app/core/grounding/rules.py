"""How numbers, dates and negations are said in a language: ``resources/grounding``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from app.core import paths
from app.core.text.tokens import plain, tokenize

Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Rules:
    """The words of one language; an unknown one has none, so that only figures count."""

    code: str | None = None
    compound: bool = False
    units: Mapping[str, float] = field(default_factory=dict)
    tens: Mapping[str, float] = field(default_factory=dict)
    scales: Mapping[str, float] = field(default_factory=dict)
    ordinals: Mapping[str, float] = field(default_factory=dict)
    also: Mapping[str, float] = field(default_factory=dict)
    joiners: frozenset[str] = frozenset()
    point: frozenset[str] = frozenset()
    vague: frozenset[str] = frozenset()
    weekdays: Mapping[str, int] = field(default_factory=dict)
    months: Mapping[str, int] = field(default_factory=dict)
    relative: Mapping[str, str] = field(default_factory=dict)
    capital_months: bool = False
    am: frozenset[str] = frozenset()
    pm: frozenset[str] = frozenset()
    hours: frozenset[str] = frozenset()
    half_past: frozenset[Phrase] = frozenset()
    half_to: frozenset[Phrase] = frozenset()
    quarter_past: frozenset[Phrase] = frozenset()
    quarter_to: frozenset[Phrase] = frozenset()
    negations: frozenset[str] = frozenset()
    weak: frozenset[str] = frozenset()
    never: tuple[Phrase, ...] = ()
    separable: tuple[str, ...] = ()
    breaks: frozenset[str] = frozenset()
    generic: frozenset[str] = frozenset()
    acts: frozenset[str] = frozenset()
    no_name_endings: tuple[str, ...] = ()

    def value(self, word: str) -> float | None:
        """Return the number that a word is, or None."""
        for table in (self.units, self.tens, self.scales):
            if word in table:
                return table[word]
        return None


def rules_of(language: str | None) -> Rules:
    """Return the rules of a language code ("en", "en-GB")."""
    code = (language or "").replace("_", "-").split("-")[0].casefold()
    return _load(code) if code.isalpha() else Rules()


@lru_cache(maxsize=16)
def _load(code: str) -> Rules:
    path = paths.resources() / "grounding" / f"{code}.toml"
    if not path.is_file():
        return Rules(code)
    with path.open("rb") as file:
        raw = tomllib.load(file)
    numbers, dates, negation = raw["numbers"], raw["dates"], raw["negation"]
    return Rules(
        code=raw["code"],
        compound=raw["compound"],
        **{name: _table(numbers[name]) for name in ("units", "tens", "scales", "ordinals", "also")},
        **{name: _words(numbers[name]) for name in ("joiners", "point", "vague")},
        weekdays=_rows(dates["weekdays"]),
        months=_rows(dates["months"]),
        relative={plain(w): row[0] for row in dates["relative"] for w in row},
        capital_months=dates["capital_months"],
        **{name: _words(dates[name]) for name in ("am", "pm", "hours")},
        **{
            n: frozenset(_phrases(dates[n]))
            for n in ("half_past", "half_to", "quarter_past", "quarter_to")
        },
        negations=_words(negation["words"]),
        weak=_words(negation["weak"]),
        never=tuple(_phrases(negation["never"])),
        separable=tuple(sorted(map(plain, negation["separable"]), key=len, reverse=True)),
        breaks=_words(negation["breaks"]),
        generic=_words(raw["people"]["generic"]),
        acts=_words(raw["people"]["acts"]),
        no_name_endings=tuple(raw["people"]["no_name_endings"]),
    )


def _table(raw: Mapping[str, Any]) -> dict[str, float]:
    return {plain(word): float(value) for word, value in raw.items()}


def _words(raw: Iterable[str]) -> frozenset[str]:
    return frozenset(plain(w) for w in raw)


def _rows(raw: Iterable[Iterable[str]]) -> dict[str, int]:
    return {plain(word): i for i, row in enumerate(raw, 1) for word in row}


def _phrases(raw: Iterable[str]) -> list[Phrase]:
    return [tuple(t.norm for t in tokenize(phrase)) for phrase in raw]
