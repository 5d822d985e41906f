"""Migration 3: what was told of a step (a file was cut off), kept with the step."""

from __future__ import annotations

import sqlite3


def up(connection: sqlite3.Connection) -> None:
    """Give each step room for its notices: JSON, a list of [code, parameters]."""
    connection.execute("ALTER TABLE steps ADD COLUMN notices TEXT")
