"""Migration 5: what each exported file held when it was written.

By that an export that the person has changed since is told from one that may go when
the meeting gets another title.
"""

from __future__ import annotations

import sqlite3


def up(connection: sqlite3.Connection) -> None:
    """Give each export room for the SHA-256 of its content; null: from before."""
    connection.execute("ALTER TABLE exports ADD COLUMN digest TEXT")
