"""The glossary: exact look-up of every meaning, completion while typing, suggestions.

Nothing is corrected silently: a misspelt word has no meaning here, only suggestions, and
of several meanings none is chosen.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from app.core.glossary.entries import BadEntry, Entry
from app.core.glossary.spelling import short_form, singulars, spaced, tidy
from app.core.glossary.suggest import Name, Suggester, Suggestion

Match = Literal["exact", "synonym", "abbreviation", "none"]
LONGEST_QUERY = 120
_END = "\U0010ffff"


@dataclass(frozen=True)
class Sense:
    """One meaning of what was looked up, and how it was found."""

    entry: Entry
    how: Match

    def to_dict(self) -> dict[str, Any]:
        """Return the plain form of ``define --json``; the entry's text is untouched."""
        entry = self.entry
        return {
            "term": entry.term,
            "kind": entry.kind,
            "plain": entry.plain,
            "professional": entry.professional,
            "source": entry.source,
            "match": self.how,
            "synonyms": list(entry.synonyms),
            "abbreviations": list(entry.abbreviations),
            "class": entry.drug_class or None,
            "region": entry.region or None,
            "warnings": list(entry.warnings),
            "urgent": entry.urgent,
        }


@dataclass(frozen=True)
class Lookup:
    """The answer to one query; ``suggestions`` only where there is no meaning."""

    query: str
    match: Match = "none"
    senses: tuple[Sense, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the plain form of ``define --json``."""
        return {
            "query": self.query,
            "match": self.match,
            "senses": [sense.to_dict() for sense in self.senses],
            "suggestions": [suggestion.to_dict() for suggestion in self.suggestions],
        }


@dataclass(frozen=True)
class Completion:
    """A name that goes on from what was typed: ``name`` as written, of ``entry``."""

    name: str
    entry: Entry
    how: Match


class Glossary:
    """Entries under all their names; immutable, and safe to share between threads.

    ``everyday`` are correctly spelt words of plain language, ``others`` names of medicines
    without an entry (both folded): they are no misspellings. Raises ``BadEntry`` without
    entries, for a term that stands there twice, and for an entry with a name or a short
    form twice.
    """

    def __init__(
        self, entries: Iterable[Entry], everyday: Iterable[str] = (), others: Iterable[str] = ()
    ):
        self.entries: tuple[Entry, ...] = tuple(entries)
        if not self.entries:
            raise BadEntry("no entries")
        self.everyday = frozenset(everyday)
        self.others = frozenset(others)
        self._terms: dict[str, list[Entry]] = defaultdict(list)
        self._synonyms: dict[str, list[Entry]] = defaultdict(list)
        self._short: dict[str, list[Entry]] = defaultdict(list)
        self._folded: dict[str, list[Entry]] = defaultdict(list)
        self._names: list[tuple[str, str, Entry, Match]] = []
        seen: set[str] = set()
        for entry in self.entries:
            headword = tidy(entry.term).casefold()
            if headword in seen:
                raise BadEntry(f"{entry.term}: the same term twice")
            seen.add(headword)
            self._add(entry)

    def _add(self, entry: Entry) -> None:
        keys = [spaced(name) for name in entry.names]
        if not all(keys) or len({key.replace(" ", "") for key in keys}) < len(keys):
            raise BadEntry(f"{entry.term}: an empty name, or one name twice")
        hows: list[Match] = ["exact"] + ["synonym"] * len(entry.synonyms)
        for key, name, how in zip(keys, entry.names, hows, strict=True):
            index = self._terms if how == "exact" else self._synonyms
            index[key.replace(" ", "")].append(entry)
            self._names.append((key, name, entry, how))
        self._add_short(entry)

    def _add_short(self, entry: Entry) -> None:
        forms = [short_form(short) for short in entry.abbreviations]
        if not all(forms) or len(set(forms)) < len(forms):
            raise BadEntry(f"{entry.term}: an empty abbreviation, or one twice")
        for form in forms:
            self._short[form].append(entry)
        for folded in dict.fromkeys(form.casefold() for form in forms):
            self._folded[folded].append(entry)

    # looking up

    def lookup(self, query: str) -> Lookup:
        """Return every meaning of ``query``, or suggestions where there is none.

        A query of more than 120 characters is no term: nothing is found.
        """
        if len(query) > LONGEST_QUERY:
            return Lookup(query)
        senses = self._senses(query)
        if senses:
            return Lookup(query, senses[0].how, tuple(senses))
        return Lookup(query, suggestions=self._suggester.suggest(query))

    def _senses(self, query: str) -> list[Sense]:
        found: dict[int, Sense] = {}
        key = spaced(query).replace(" ", "")
        for index, how in ((self._terms, "exact"), (self._synonyms, "synonym")):
            for entry in _named(index, key):
                found.setdefault(id(entry), Sense(entry, how))
        for entry in self.abbreviated(query):
            found.setdefault(id(entry), Sense(entry, "abbreviation"))
        return list(found.values())

    def abbreviated(self, text: str, *, fold: bool = True) -> list[Entry]:
        """Return the meanings of a short form: in its own capitals first, then in others.

        Of the first, those that are written with these points come before the rest.
        A plural s after capitals ("ECGs") is taken off. ``fold`` False keeps to the
        capitals as they are written.
        """
        form = short_form(text)
        found = self._short.get(form) or []
        if not found and len(form) > 2 and form.endswith("s") and form[-2].isupper():
            form = form[:-1]
            found = self._short.get(form) or []
        written = tidy(text).rstrip(".")
        found = sorted(found, key=lambda e: (not _written(e, written), *_sense_order(e)))
        if fold:
            others = self._folded.get(form.casefold(), ())
            found += sorted((e for e in others if e not in found), key=_sense_order)
        return found

    def named(self, key: str) -> list[tuple[Entry, Match]]:
        """Return the entries under a folded name (``spelling.spaced``), terms first."""
        key = key.replace(" ", "")
        found = [(entry, "exact") for entry in _named(self._terms, key)]
        for entry in _named(self._synonyms, key):
            if all(entry is not known for known, _ in found):
                found.append((entry, "synonym"))
        return found

    def knows(self, key: str) -> bool:
        """Return whether a folded name stands here with the same gaps between its words."""
        return key in self._gaps or any(singular in self._gaps for singular in singulars(key))

    @cached_property
    def _gaps(self) -> frozenset[str]:
        return frozenset(key for key, *_ in self._names)

    # while typing

    def complete(self, typed: str, limit: int = 20) -> list[Completion]:
        """Return up to ``limit`` names that go on from ``typed``, best first.

        What is complete comes first, then abbreviations, terms, synonyms, and names with
        a later word that begins so.
        """
        key = spaced(typed).replace(" ", "")
        if not key or len(typed) > LONGEST_QUERY:
            return []
        rows = self._prefixes
        low = bisect_left(rows, (key,))
        high = bisect_left(rows, (key + _END,))
        written = short_form(typed)
        best: dict[int, tuple[tuple[Any, ...], Completion]] = {}
        for row_key, tier, name, number, how in rows[low:high]:
            exact = 0 if name == written else 1 if row_key == key and tier < 3 else 2
            rank = (exact, tier, len(row_key), name.casefold())
            if number not in best or rank < best[number][0]:
                best[number] = (rank, Completion(name, self.entries[number], how))
        ranked = sorted(best.values(), key=lambda pair: pair[0])
        return [completion for _, completion in ranked[:limit]]

    @cached_property
    def _prefixes(self) -> list[tuple[str, int, str, int, Match]]:
        numbers = {id(entry): n for n, entry in enumerate(self.entries)}
        rows: list[tuple[str, int, str, int, Match]] = []
        for key, name, entry, how in self._names:
            number = numbers[id(entry)]
            words = key.split()
            rows.append(("".join(words), 1 if how == "exact" else 2, name, number, how))
            rows += [
                ("".join(words[i:]), 3 if how == "exact" else 4, name, number, how)
                for i in range(1, len(words))
            ]
        for entry in self.entries:
            number = numbers[id(entry)]
            rows += [
                (spaced(short).replace(" ", ""), 0, short, number, "abbreviation")
                for short in entry.abbreviations
            ]
        return sorted(rows)

    @cached_property
    def _suggester(self) -> Suggester:
        names = (Name(key, name, entry, how == "exact") for key, name, entry, how in self._names)
        return Suggester(names, self.everyday, self.others)


def _named(index: Mapping[str, list[Entry]], key: str) -> list[Entry]:
    """Return the entries of a key, or of the singular that it is the plural of."""
    if key in index:
        return index[key]
    return next((index[s] for s in singulars(key) if s in index), [])


def _written(entry: Entry, short: str) -> bool:
    # "Z.n." is no zinc, though "Zn" may be either; a letter leaves the last point out.
    return any(tidy(form).rstrip(".") == short for form in entry.abbreviations)


def _sense_order(entry: Entry) -> tuple[bool, str]:
    # Alphabetical, a meaning of one region after the general ones: no meaning is preferred.
    return (bool(entry.region), entry.term.casefold())
