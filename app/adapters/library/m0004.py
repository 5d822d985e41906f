"""Migration 4: which pages of a document could not be read, so that they are tried again."""

from __future__ import annotations

import sqlite3


def up(connection: sqlite3.Connection) -> None:
    """Give each document room for them: JSON, a list of page numbers from 1."""
    connection.execute("ALTER TABLE documents ADD COLUMN missing TEXT NOT NULL DEFAULT '[]'")
