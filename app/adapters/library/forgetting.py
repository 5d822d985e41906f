"""Proof of a deletion: pieces of the deleted text are looked for in the bytes on disk.

SQLite leaves deleted text in free pages, in its log and in the full-text index;
``secure_delete``, a merged index and a truncated log take it away (measured: 210 and
274 finds become 0). The scan shows whether they did.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from app.adapters.library import fulltext
from app.adapters.library.database import Database
from app.adapters.library.erasing import erase_meeting
from app.adapters.library.migrations import backup_of
from app.core.meetings.records import Receipt
from app.core.search.lexical import pieces_of

__all__ = ["erase_meeting", "needles_of_meeting", "receipt"]

_MOST_NEEDLES = 24
_SHORTEST_TEXT = 16
_SHORTEST_WORD = 10
_SOUND = frozenset({".wav", ".pcm", ".ogg", ".flac"})  # large, and without text
_LOCKED = "-shm"  # SQLite's index of a log: without text, and locked on Windows
_PIECE_BYTES = 4 << 20

_TEXTS_OF_MEETING = """
    SELECT text FROM (SELECT s.text FROM segments s JOIN runs r ON r.id = s.run
        WHERE r.meeting = :m
    UNION SELECT text FROM notes WHERE meeting = :m
    UNION SELECT i.text FROM items i JOIN reports p ON p.id = i.report
        JOIN runs r ON r.id = p.run WHERE r.meeting = :m)
    ORDER BY length(text) DESC LIMIT 200"""

_TEXTS_OF_OTHERS = """
    SELECT 1 FROM segments s JOIN runs r ON r.id = s.run
        WHERE r.meeting != :m AND instr(lower(s.text), lower(:t))
    UNION ALL SELECT 1 FROM notes WHERE meeting != :m AND instr(lower(text), lower(:t))
    UNION ALL SELECT 1 FROM items i JOIN reports p ON p.id = i.report JOIN runs r ON r.id = p.run
        WHERE r.meeting != :m AND instr(lower(i.text), lower(:t))
    UNION ALL SELECT 1 FROM passages WHERE instr(lower(text), lower(:t))
    UNION ALL SELECT 1 FROM messages WHERE instr(lower(text), lower(:t))
    UNION ALL SELECT 1 FROM meetings WHERE instr(lower(title || coalesce(original, '')), lower(:t))
    UNION ALL SELECT 1 FROM exports WHERE meeting != :m AND instr(lower(file), lower(:t))
    UNION ALL SELECT 1 FROM sqlite_master WHERE instr(lower(sql), lower(:t))
    LIMIT 1"""


def needles_of_meeting(database: Database, meeting: int) -> tuple[bytes, ...]:
    """Return pieces of a meeting's text that nothing else in the library holds.

    Its longest texts, and its longest words in small letters, as the index of words
    keeps them.
    """
    with database.read() as connection:
        rows = connection.execute(_TEXTS_OF_MEETING, {"m": meeting})
        texts = [row[0] for row in rows]
        words = sorted({w.lower() for w in pieces_of(texts)}, key=lambda w: (-len(w), w))
        half = _MOST_NEEDLES // 2
        chosen = [t for t in texts if len(t) >= _SHORTEST_TEXT][:half]
        chosen += [w for w in words if len(w) >= _SHORTEST_WORD and w.isascii()][:half]
        return tuple(t.encode() for t in chosen if not _elsewhere(connection, meeting, t))


def _elsewhere(connection: sqlite3.Connection, meeting: int, text: str) -> bool:
    found = connection.execute(_TEXTS_OF_OTHERS, {"m": meeting, "t": text})
    return found.fetchone() is not None


def receipt(database: Database, needles: Sequence[bytes], folders: Sequence[Path]) -> Receipt:
    """Clean up after a deletion and scan what is left on disk."""
    backup_of(database.path).unlink(missing_ok=True)
    fulltext.optimise(database.writer)
    emptied = database.writer.outside(_empty_log)
    scanned, found = [], []
    for path in _files(database.path, folders):
        scanned.append(str(path))
        if _holds(path, needles):
            found.append(str(path))
    return Receipt(len(needles), tuple(scanned), tuple(found), emptied=emptied)


def _empty_log(connection: sqlite3.Connection) -> bool:
    """Write the log back into the file and cut it to nothing; False: somebody reads."""
    return connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0


def _files(library: Path, folders: Sequence[Path]) -> list[Path]:
    beside = sorted(library.parent.glob(library.name + "*"))
    inside = sorted(p for folder in folders for p in folder.rglob("*"))
    return [
        path
        for path in (*beside, *inside)
        if path.is_file() and not path.is_symlink() and path.suffix.lower() not in _SOUND
    ]


def _holds(path: Path, needles: Sequence[bytes]) -> bool:
    """Return whether a file may hold one of ``needles``: what cannot be read may."""
    overlap = max((len(needle) for needle in needles), default=1) - 1
    try:
        with open(path, "rb") as file:
            before = b""
            while piece := file.read(_PIECE_BYTES):
                data = before + piece
                if any(needle in data for needle in needles):
                    return True
                before = data[-overlap:] if overlap else b""
    except FileNotFoundError:
        return False  # removed meanwhile
    except OSError:
        return not path.name.endswith(_LOCKED)
    return False
