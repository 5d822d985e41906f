"""What a document is called helps to find a passage in it.

People name the thing and ask about it ("LP-30 paper jam", "fridge policy 2019 alarm"),
and the name often stands only in the name of the file or of its folder.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from pathlib import PurePath

from app.core.documents.ports import DocumentStore
from app.core.search.lexical import Wanted, compared, pieces_of, spellings

_RUN = re.compile(r"\d+|[^\W\d_]+")  # of "lp30" the letters and the number
_MOST_GROUPS = 4
_MOST_DOCUMENTS = 300  # that share a word of their names: one of more says little
_SHORTEST_BEGINNING = 4


class TitledFind:
    """A ``lexical.Find`` over passages that also counts the words of file and folder.

    Among all words one may stand in the name instead of the passage. Among any, each
    word of the name adds the logarithm of how rare it is among the names.
    """

    def __init__(self, store: DocumentStore):
        self._store = store
        names = store.paths()
        self._count = len(names)
        self._holders: dict[str, set[int]] = defaultdict(set)  # documents of a word in names
        for number, path in names:
            for word in _name_words(path):
                self._holders[word].add(number)

    def __call__(self, wanted: Wanted, limit: int) -> Sequence[tuple[int, float]]:
        """Return (passage, relevance), the best first."""
        found = dict(self._store.match(wanted, limit))
        if wanted.prefix:
            for documents, named, worth in self._groups(wanted.words):
                rest = tuple(word for word in wanted.words if word not in named)
                asked = Wanted(rest if wanted.every else wanted.words, wanted.every, prefix=True)
                if asked.words:
                    for number, relevance in self._store.match(asked, limit, within=documents):
                        found[number] = max(found.get(number, 0.0), relevance + worth)
        return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]

    def _groups(self, words: Sequence[str]) -> list[tuple[tuple[int, ...], frozenset[str], float]]:
        """Return documents with the words that their names share, and what those are worth."""
        holders = {word: self._named(word) for word in words}
        rare = {word: math.log(self._count / len(ids)) for word, ids in holders.items() if ids}
        groups: dict[frozenset[str], list[int]] = defaultdict(list)
        for number in set().union(*holders.values()):
            groups[frozenset(w for w, ids in holders.items() if number in ids)].append(number)
        found = [
            (tuple(sorted(ids)), named, sum(rare[word] for word in named))
            for named, ids in groups.items()
            if len(ids) <= _MOST_DOCUMENTS
        ]
        return sorted(found, key=lambda group: (-group[2], group[0]))[:_MOST_GROUPS]

    def _named(self, word: str) -> set[int]:
        """Return the documents in whose names ``word`` stands, or what begins with it."""
        found: set[int] = set()
        for way in spellings(word):
            pieces = pieces_of((compared(way),))
            if pieces:
                found |= set.intersection(*(self._holders.get(p, set()) for p in pieces))
            if len(pieces) == 1 and len(pieces[0]) >= _SHORTEST_BEGINNING:
                begun = (ids for p, ids in self._holders.items() if p.startswith(pieces[0]))
                found = found.union(*begun)
        return found


@lru_cache(maxsize=20_000)
def _name_words(path: str) -> frozenset[str]:
    place = PurePath(path)
    words = compared(f"{place.parent.name} {place.stem}")
    return frozenset(words.split()) | frozenset(_RUN.findall(words))
