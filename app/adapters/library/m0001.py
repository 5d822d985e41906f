"""Migration 1: meetings, their sound, steps and results; documents, vectors, chats.

A migration is never changed once it was released: what comes later is another one.
``gone`` and ``state`` columns let long writes happen in short transactions: rows
being written or deleted are there but not shown until they are whole, or gone.
"""

from __future__ import annotations

import sqlite3

_MEETINGS = (
    """CREATE TABLE meetings (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        title TEXT NOT NULL,
        created REAL NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('import', 'recording')),
        original TEXT,
        language TEXT,
        duration REAL,
        gone INTEGER NOT NULL DEFAULT 0)""",
    """CREATE TABLE tracks (
        id INTEGER PRIMARY KEY,
        meeting INTEGER NOT NULL REFERENCES meetings ON DELETE CASCADE,
        number INTEGER NOT NULL,
        name TEXT NOT NULL,
        UNIQUE (meeting, number))""",
    """CREATE TABLE parts (
        id INTEGER PRIMARY KEY,
        track INTEGER NOT NULL REFERENCES tracks ON DELETE CASCADE,
        number INTEGER NOT NULL,
        file TEXT NOT NULL,
        "offset" REAL NOT NULL,
        rate INTEGER NOT NULL CHECK (rate > 0),
        samples INTEGER NOT NULL,
        UNIQUE (track, number))""",
    """CREATE TABLE gaps (
        part INTEGER NOT NULL REFERENCES parts ON DELETE CASCADE,
        number INTEGER NOT NULL,
        start REAL NOT NULL,
        "end" REAL NOT NULL,
        PRIMARY KEY (part, number)) WITHOUT ROWID""",
    """CREATE TABLE notes (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        meeting INTEGER NOT NULL REFERENCES meetings ON DELETE CASCADE,
        kind TEXT NOT NULL CHECK (kind IN ('note', 'marker')),
        text TEXT NOT NULL,
        time REAL,
        created REAL NOT NULL)""",
    "CREATE INDEX notes_of_meeting ON notes (meeting)",
)

# A later migration that adds a step inserts one row here and one per meeting below.
_STEPS = (
    """CREATE TABLE step_kinds (
        name TEXT PRIMARY KEY,
        position INTEGER NOT NULL) WITHOUT ROWID""",
    """INSERT INTO step_kinds VALUES
        ('sound', 10), ('transcript', 20), ('minutes', 30), ('export', 40)""",
    """CREATE TABLE steps (
        meeting INTEGER NOT NULL REFERENCES meetings ON DELETE CASCADE,
        name TEXT NOT NULL REFERENCES step_kinds,
        state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN
            ('waiting', 'running', 'done', 'failed', 'cancelled', 'blocked')),
        attempt INTEGER NOT NULL DEFAULT 0,
        done REAL NOT NULL DEFAULT 0,
        total REAL,
        input_digest TEXT,
        engine TEXT,
        error TEXT,
        error_params TEXT,
        owner TEXT,
        started REAL,
        finished REAL,
        PRIMARY KEY (meeting, name)) WITHOUT ROWID""",
    "CREATE INDEX steps_by_state ON steps (state)",
)

_TRANSCRIPTS = (
    """CREATE TABLE runs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        meeting INTEGER NOT NULL REFERENCES meetings ON DELETE CASCADE,
        state TEXT NOT NULL CHECK (state IN ('writing', 'whole')),
        owner TEXT,
        engine TEXT NOT NULL,
        model TEXT,
        language TEXT,
        language_confidence REAL,
        duration REAL,
        created REAL NOT NULL)""",
    "CREATE INDEX runs_of_meeting ON runs (meeting)",
    """CREATE TABLE segments (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
        number INTEGER NOT NULL,
        start REAL,
        "end" REAL,
        text TEXT NOT NULL,
        speaker TEXT,
        language TEXT,
        confidence REAL,
        words TEXT,
        UNIQUE (run, number))""",
    """CREATE TABLE not_understood (
        run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
        number INTEGER NOT NULL,
        start REAL NOT NULL,
        "end" REAL NOT NULL,
        PRIMARY KEY (run, number)) WITHOUT ROWID""",
)

_REPORTS = (
    """CREATE TABLE reports (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
        state TEXT NOT NULL CHECK (state IN ('writing', 'whole')),
        owner TEXT,
        title TEXT NOT NULL,
        overview TEXT,
        engine TEXT NOT NULL,
        model TEXT,
        language TEXT,
        looked_for TEXT NOT NULL,
        segments_read INTEGER NOT NULL,
        segments_total INTEGER NOT NULL,
        seconds_read REAL,
        seconds_total REAL,
        created REAL NOT NULL)""",
    "CREATE INDEX reports_of_run ON reports (run)",
    """CREATE TABLE items (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        report INTEGER NOT NULL REFERENCES reports ON DELETE CASCADE,
        parent INTEGER REFERENCES items ON DELETE CASCADE,
        position INTEGER NOT NULL,
        section TEXT NOT NULL,
        text TEXT NOT NULL,
        kind TEXT,
        owner TEXT,
        due TEXT,
        reason TEXT,
        time REAL,
        words INTEGER)""",
    "CREATE INDEX items_of_report ON items (report)",
    "CREATE INDEX items_of_parent ON items (parent)",
    """CREATE TABLE evidence (
        item INTEGER NOT NULL REFERENCES items ON DELETE CASCADE,
        position INTEGER NOT NULL,
        segment INTEGER NOT NULL REFERENCES segments ON DELETE CASCADE,
        PRIMARY KEY (item, position)) WITHOUT ROWID""",
    "CREATE INDEX evidence_of_segment ON evidence (segment)",
)

_DOCUMENTS = (
    """CREATE TABLE documents (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        path TEXT NOT NULL,
        title TEXT NOT NULL,
        size INTEGER NOT NULL,
        modified INTEGER NOT NULL,
        digest TEXT NOT NULL,
        pages INTEGER NOT NULL,
        passages INTEGER NOT NULL,
        added REAL NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('writing', 'whole', 'gone')),
        owner TEXT)""",
    "CREATE UNIQUE INDEX one_document_per_path ON documents (path) WHERE state = 'whole'",
    "CREATE INDEX documents_by_state ON documents (state)",
    """CREATE TABLE passages (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
        number INTEGER NOT NULL,
        page INTEGER,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        heading TEXT NOT NULL,
        text TEXT NOT NULL,
        UNIQUE (document, number))""",
    """CREATE TABLE embeddings (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        dimension INTEGER NOT NULL)""",
    """CREATE TABLE vectors (
        id INTEGER PRIMARY KEY,
        embedding INTEGER NOT NULL REFERENCES embeddings ON DELETE CASCADE,
        passage INTEGER NOT NULL REFERENCES passages ON DELETE CASCADE,
        vector BLOB NOT NULL,
        indexed INTEGER NOT NULL DEFAULT 0,
        UNIQUE (embedding, passage))""",
    "CREATE INDEX vectors_of_passage ON vectors (passage, embedding)",
    "CREATE INDEX vectors_to_index ON vectors (embedding, passage) WHERE indexed = 0",
    # Rows of deleted passages that the owner of the index still has to take out.
    """CREATE TABLE unindexed (
        embedding INTEGER NOT NULL REFERENCES embeddings ON DELETE CASCADE,
        passage INTEGER NOT NULL,
        PRIMARY KEY (embedding, passage)) WITHOUT ROWID""",
    """CREATE TRIGGER vector_deleted AFTER DELETE ON vectors WHEN old.indexed BEGIN
        INSERT OR IGNORE INTO unindexed VALUES (old.embedding, old.passage);
    END""",
)

_CHATS = (
    """CREATE TABLE chats (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        title TEXT NOT NULL,
        created REAL NOT NULL)""",
    """CREATE TABLE messages (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        chat INTEGER NOT NULL REFERENCES chats ON DELETE CASCADE,
        role TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
        text TEXT NOT NULL,
        engine TEXT,
        whole INTEGER NOT NULL DEFAULT 1,
        citations TEXT NOT NULL DEFAULT '[]',
        created REAL NOT NULL)""",
    "CREATE INDEX messages_of_chat ON messages (chat)",
)


def _full_text(table: str, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Return the statements that keep an index of words beside ``table``."""
    names = ", ".join(columns)
    new = ", ".join(f"new.{c}" for c in columns)
    old = ", ".join(f"old.{c}" for c in columns)
    index = f"{table}_words"
    add = f"INSERT INTO {index} (rowid, {names}) VALUES (new.id, {new});"
    take = f"INSERT INTO {index} ({index}, rowid, {names}) VALUES ('delete', old.id, {old});"
    return (
        f"""CREATE VIRTUAL TABLE {index} USING fts5 ({names}, content='{table}',
            content_rowid='id', tokenize='unicode61 remove_diacritics 2')""",
        # Merges at every fourth piece, the default, take twice as long at their longest.
        f"INSERT INTO {index} ({index}, rank) VALUES ('automerge', 8)",
        f"CREATE TRIGGER {table}_in AFTER INSERT ON {table} BEGIN {add} END",
        f"CREATE TRIGGER {table}_out AFTER DELETE ON {table} BEGIN {take} END",
        f"CREATE TRIGGER {table}_new AFTER UPDATE OF {names} ON {table} BEGIN {take} {add} END",
    )


def up(connection: sqlite3.Connection) -> None:
    """Make every table of the first version."""
    for statement in (
        *_MEETINGS,
        *_STEPS,
        *_TRANSCRIPTS,
        *_REPORTS,
        *_DOCUMENTS,
        *_CHATS,
        *_full_text("segments", ("text",)),
        *_full_text("passages", ("text", "heading")),
    ):
        connection.execute(statement)
