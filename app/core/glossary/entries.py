"""What a glossary holds: entries, and the checks that every file of them must pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.core.glossary.spelling import bare

KINDS = (
    "condition",
    "symptom",
    "sign",
    "test",
    "medicine",
    "procedure",
    "anatomy",
    "abbreviation",
    "unit",
    "error-prone",
    "word",
)
_TEXTS = ("term", "kind", "plain", "professional", "class", "region", "do_not_abbreviate", "source")
_LISTS = ("synonyms", "abbreviations")
_REQUIRED = ("term", "kind", "plain", "professional")
_LONGEST = 1_000


class BadEntry(ValueError):
    """An entry that breaks the rules; the message says which and why."""


@dataclass(frozen=True)
class LookAlike:
    """Another name that this one is mistaken for, and how the two differ."""

    name: str
    warning: str


@dataclass(frozen=True)
class Entry:
    """One meaning: a term with its explanations and all the ways of writing it.

    ``plain`` is for patients, ``professional`` for staff. ``drug_class`` stands with
    medicines. ``region`` says where the meaning is in use, "" everywhere.
    ``do_not_abbreviate`` says why a short form is dangerous. ``urgent`` marks what can
    be an emergency.
    """

    term: str
    kind: str
    plain: str
    professional: str
    source: str
    synonyms: tuple[str, ...] = ()
    abbreviations: tuple[str, ...] = ()
    drug_class: str = ""
    region: str = ""
    do_not_abbreviate: str = ""
    urgent: bool = False
    look_alikes: tuple[LookAlike, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Return the term without its qualifier, and the synonyms."""
        return (bare(self.term), *self.synonyms)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return what must be read with this meaning: look-alikes and dangerous short forms."""
        alike = tuple(f"Looks or sounds like {a.name}. {a.warning}" for a in self.look_alikes)
        return alike + ((self.do_not_abbreviate,) if self.do_not_abbreviate else ())


def entry_from(raw: Any, source: str) -> Entry:
    """Return the checked entry of a file's record.

    Raises ``BadEntry`` for a missing, unknown or empty field.
    """
    if not isinstance(raw, Mapping):
        raise BadEntry(f"{raw!r} is not an entry")
    name = raw.get("term", "?")
    _check_fields(raw, name)
    return Entry(
        term=raw["term"],
        kind=raw["kind"],
        plain=raw["plain"],
        professional=raw["professional"],
        source=raw.get("source") or source,
        synonyms=tuple(raw.get("synonyms", ())),
        abbreviations=tuple(raw.get("abbreviations", ())),
        drug_class=raw.get("class", ""),
        region=raw.get("region", ""),
        do_not_abbreviate=raw.get("do_not_abbreviate", ""),
        urgent=raw.get("urgent", False),
    )


def _check_fields(raw: Mapping[str, Any], name: str) -> None:
    unknown = raw.keys() - {*_TEXTS, *_LISTS, "urgent"}
    if unknown:
        raise BadEntry(f"{name}: unknown field {min(unknown)}")
    for field in _REQUIRED:
        if field not in raw:
            raise BadEntry(f"{name}: {field} is missing")
    for field in _TEXTS:
        if field in raw and not _is_text(raw[field]):
            raise BadEntry(f"{name}: {field} is no text")
    for field in _LISTS:
        if not isinstance(raw.get(field, []), list) or not all(map(_is_text, raw.get(field, []))):
            raise BadEntry(f"{name}: {field} is no list of texts")
    if not isinstance(raw.get("urgent", False), bool):
        raise BadEntry(f"{name}: urgent is neither true nor false")
    if raw["kind"] not in KINDS:
        raise BadEntry(f"{name}: unknown kind {raw['kind']}")
    if raw["kind"] == "medicine" and "class" not in raw:
        raise BadEntry(f"{name}: a medicine needs its class")


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value == value.strip() and 0 < len(value) <= _LONGEST
