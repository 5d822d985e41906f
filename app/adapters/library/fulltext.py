"""Words as SQLite's full-text search (FTS5) wants to be asked, and its upkeep."""

from __future__ import annotations

import sqlite3

from app.adapters.library.writer import Writer
from app.core.search.lexical import Wanted, spellings

_SHORTEST_PREFIX = 3
_SHORTEST_OTHER = 6  # of another spelling: "blu" of "blue" begins too many words
_MERGE_PAGES = 200
_TABLES = ("segments_words", "passages_words")


def expression(wanted: Wanted) -> str:
    """Return the match expression of ``wanted``.

    Each word is quoted, so that the signs of FTS5's language in it are plain
    characters; a word with signs inside becomes its pieces side by side. Where a
    beginning is enough other spellings of the word are, too.
    """
    terms = [_term(word, wanted.prefix) for word in wanted.words]
    return (" AND " if wanted.every else " OR ").join(terms)


def _term(word: str, prefix: bool) -> str:
    if not prefix:
        return _quoted(word)
    word, *others = spellings(word)
    ways = [_begun(word, _SHORTEST_PREFIX), *(_begun(way, _SHORTEST_OTHER) for way in others)]
    return f"({' OR '.join(ways)})" if others else ways[0]


def _begun(word: str, shortest: int) -> str:
    return _quoted(word) + (" *" if len(word) >= shortest else "")


def _quoted(word: str) -> str:
    return '"' + word.replace("\0", " ").replace('"', '""') + '"'


def optimise(writer: Writer) -> None:
    """Merge the full-text indexes until no deleted word is left in them.

    The same end as FTS5's ``optimize``, in short transactions: ``merge`` with a
    negative number begins it, with a positive one goes on, until nothing changes.
    """
    for table in _TABLES:
        _merge(writer, table, -_MERGE_PAGES)
        while _merge(writer, table, _MERGE_PAGES):
            pass


def _merge(writer: Writer, table: str, pages: int) -> bool:
    def work(connection: sqlite3.Connection) -> bool:
        before = connection.total_changes
        connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('merge', ?)", (pages,))
        return connection.total_changes - before >= 2

    return writer.run(work)
