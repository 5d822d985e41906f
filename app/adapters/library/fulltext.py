"""Words as SQLite's full-text search (FTS5) wants to be asked, and its upkeep."""

from __future__ import annotations

import sqlite3

from app.adapters.library.writer import Writer
from app.core.search.lexical import Wanted

_SHORTEST_PREFIX = 3
_MERGE_PAGES = 200
_TABLES = ("segments_words", "passages_words")


def expression(wanted: Wanted) -> str:
    """Return the match expression of ``wanted``.

    Each word is quoted, so that the signs of FTS5's language in it are plain
    characters; a word with signs inside becomes its pieces side by side.
    """
    terms = [_term(word, wanted.prefix) for word in wanted.words]
    return (" AND " if wanted.every else " OR ").join(terms)


def _term(word: str, prefix: bool) -> str:
    quoted = '"' + word.replace("\0", " ").replace('"', '""') + '"'
    return quoted + " *" if prefix and len(word) >= _SHORTEST_PREFIX else quoted


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
