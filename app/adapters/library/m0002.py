"""Migration 2: the files that were written out of a meeting, so that they go with it.

A title and the folder of recordings can change after an export; only a list of what
was written finds it again. ``chosen`` marks files that the person put into a folder
of their own: those stay, and the receipt of a deletion names them.
"""

from __future__ import annotations

import sqlite3


def up(connection: sqlite3.Connection) -> None:
    """Make the table of exported files."""
    connection.execute(
        """CREATE TABLE exports (
            meeting INTEGER NOT NULL REFERENCES meetings ON DELETE CASCADE,
            file TEXT NOT NULL,
            chosen INTEGER NOT NULL,
            PRIMARY KEY (meeting, file)) WITHOUT ROWID"""
    )
