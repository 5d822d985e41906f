"""Did you mean: names near a misspelt word, by letters and by sound, never applied.

Distance in letters is optimal string alignment (Damerau 1964 as restricted by Boytsov
2011: a swap of neighbours counts one); the sound is ``sound.sound_key``. The sum of both
found misspelt medicine names better than either alone, as Kondrak & Dorr report
(COLING 2004).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from app.core.glossary.entries import Entry
from app.core.glossary.sound import sound_key
from app.core.glossary.spelling import singulars, spaced

LIMIT = 5
_SHORTEST = 4
_SOUND_WEIGHT = 0.45
# Everyday misspellings score up to 0.33, other English words mostly from 0.4 on. At 0.34 about
# one correct word in eighty still gets a suggestion; at 0.40 it was one in thirty-five.
_CUT = 0.34


class Name(NamedTuple):
    """A name that may be meant: folded, as written, whose it is, and whether the term."""

    key: str
    written: str
    entry: Entry
    is_term: bool


@dataclass(frozen=True)
class Suggestion:
    """A name near the query; ``entry`` is what it stands for."""

    term: str
    entry: Entry

    def to_dict(self) -> dict[str, Any]:
        """Return the plain form of ``define --json``."""
        entry = self.entry
        return {
            "term": self.term,
            "kind": entry.kind,
            "class": entry.drug_class or None,
            "entry": entry.term,
        }


class Suggester:
    """Finds up to five names near a query; none for everyday words and nonsense.

    ``others`` are names of medicines that cannot be suggested. Where one of them is as
    near as a suggestion, or nearer, it may be the one that is meant, and to name another
    medicine would be dangerous.
    """

    def __init__(
        self,
        names: Iterable[Name],
        everyday: frozenset[str],
        others: frozenset[str] = frozenset(),
    ):
        self._names = [n for n in names if len(n.key) >= _SHORTEST]
        self._keys = [n.key for n in self._names]
        self._others = sorted(others)
        self._sounds: dict[str, str] = {}  # filled as needed: most names are never near
        self._everyday = everyday

    def suggest(self, query: str) -> tuple[Suggestion, ...]:
        """Return the names near ``query``, nearest first; each entry once."""
        key = spaced(query)
        if len(key) < _SHORTEST or self._is_everyday(key) or not any(c.isalpha() for c in key):
            return ()
        nearest = min((score for _, score in self._near(key, self._others)), default=_CUT)
        best: dict[int, tuple[float, bool, str, Suggestion]] = {}
        for number, score in self._near(key, self._keys):
            if score >= nearest:
                continue
            name = self._names[number]
            row = (score, not name.is_term, name.key, Suggestion(name.written, name.entry))
            if id(name.entry) not in best or row[:3] < best[id(name.entry)][:3]:
                best[id(name.entry)] = row
        ranked = sorted(best.values(), key=lambda row: row[:3])
        return tuple(row[3] for row in ranked[:LIMIT])

    def _is_everyday(self, key: str) -> bool:
        return any(base in self._everyday for base in (key, *singulars(key), *_stems(key)))

    def _near(self, key: str, names: Sequence[str]) -> list[tuple[int, float]]:
        sound = sound_key(key)
        cut = max(1, round(len(key) * 0.45))
        rows = process.extract(key, names, scorer=OSA.distance, score_cutoff=cut, limit=None)
        near = []
        for name, letters, number in rows:
            sounds = OSA.normalized_distance(sound, self._sound(name))
            score = letters / max(len(key), len(name)) + _SOUND_WEIGHT * sounds
            if score < _CUT:
                near.append((number, score))
        return near

    def _sound(self, name: str) -> str:
        if name not in self._sounds:
            self._sounds[name] = sound_key(name)
        return self._sounds[name]


def _stems(word: str) -> Iterator[str]:
    """Yield what an English word may be built from: "making" is make, "setting" is set."""
    for ending in ("ing", "ed", "er", "ly", "ion", "ation", "ness", "ful"):
        stem = word.removesuffix(ending)
        if len(stem) < len(word) and len(stem) > 2:
            yield stem
            yield stem + "e"
            if stem[-1] == stem[-2]:
                yield stem[:-1]
