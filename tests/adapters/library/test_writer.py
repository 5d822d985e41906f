"""The writer thread: whole or nothing, short, one at a time."""

from __future__ import annotations

import contextlib
import sqlite3
import threading

import pytest

from app.adapters.library import writer as writer_module
from app.adapters.library.connection import BUSY_MILLISECONDS, connect
from app.adapters.library.writer import Writer
from app.core.errors import StorageError


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "a.sqlite3"
    with contextlib.closing(connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE t (x INTEGER UNIQUE)")
    return path


@pytest.fixture
def writer(path):
    opened = Writer(path)
    yield opened
    opened.close()


def rows(path):
    with contextlib.closing(connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT x FROM t ORDER BY x")]


def test_what_is_written_is_there_when_run_returns(writer, path):
    assert writer.run(lambda c: c.execute("INSERT INTO t VALUES (7)").rowcount) == 1
    assert rows(path) == [7]


def test_nothing_of_a_failed_transaction_is_kept(writer, path):
    def work(connection):
        connection.execute("INSERT INTO t VALUES (1)")
        raise KeyError("late")

    with pytest.raises(KeyError):
        writer.run(work)
    assert rows(path) == []
    writer.run(lambda c: c.execute("INSERT INTO t VALUES (2)"))
    assert rows(path) == [2]


def test_all_writes_run_in_one_thread_that_is_not_the_callers(writer):
    seen = {writer.run(lambda c: threading.get_ident()) for _ in range(3)}
    assert len(seen) == 1
    assert threading.get_ident() not in seen


def test_a_write_inside_a_write_is_a_fault_and_not_a_deadlock(writer):
    with pytest.raises(RuntimeError):
        writer.run(lambda c: writer.run(lambda c: None))


def test_many_rows_are_written_in_short_transactions(writer, path):
    began = []

    def work(connection, number):
        began.append(connection.total_changes)
        connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)"
            " INSERT INTO t SELECT ? * 10000 + i FROM n",
            (number,),
        )

    writer.each(range(30), work)
    assert len(rows(path)) == 90_000
    assert writer.slowest < 0.5


def test_another_process_gets_its_turn_in_the_middle_of_a_long_write(writer, path):
    got_in = []

    def numbers():
        for number in range(60):
            yield number
            # Runs inside the transaction, as long as a slow row.
            threading.Event().wait(0.016)

    def work(connection, number):
        connection.execute("INSERT INTO t VALUES (?)", (number,))

    def other():
        with contextlib.closing(connect(path)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            got_in.append(connection.execute("SELECT count(*) FROM t").fetchone()[0])
            connection.execute("COMMIT")

    thread = threading.Thread(target=other)
    thread.start()
    writer.each(numbers(), work)
    thread.join(5)
    assert rows(path) == list(range(60))
    assert got_in[0] < 60


def test_a_write_waits_for_another_connection_instead_of_failing(writer, path):
    other = connect(path)
    other.execute("BEGIN IMMEDIATE")
    other.execute("INSERT INTO t VALUES (1)")
    waiting = writer.submit(lambda c: c.execute("INSERT INTO t VALUES (2)"))
    assert not waiting.done()
    other.execute("COMMIT")
    other.close()
    waiting.result(5)
    assert rows(path) == [1, 2]


def test_a_full_disk_is_said_and_nothing_half_written_stays(writer, path):
    writer.outside(lambda c: c.execute("PRAGMA max_page_count=8").fetchall())

    def work(connection):
        connection.execute("INSERT INTO t VALUES (1)")
        connection.execute("CREATE TABLE big (x)")
        connection.execute("INSERT INTO big VALUES (zeroblob(1000000))")

    with pytest.raises(StorageError) as caught:
        writer.run(work)
    assert caught.value.code == "disk_full"
    assert rows(path) == []
    writer.run(lambda c: c.execute("INSERT INTO t VALUES (3)"))
    assert rows(path) == [3]


def test_closing_twice_is_allowed_and_queued_work_is_done_first(path):
    opened = Writer(path)
    last = opened.submit(lambda c: c.execute("INSERT INTO t VALUES (9)"))
    opened.close()
    opened.close()
    assert last.done()
    assert rows(path) == [9]


def test_a_library_that_cannot_be_opened_leaves_no_thread(tmp_path):
    with pytest.raises(StorageError):
        Writer(tmp_path / "nowhere" / "a.sqlite3")


def test_nobody_writes_between_the_reading_and_the_writing_of_a_transaction(writer, path):
    with contextlib.closing(connect(path, read_only=True)) as other:
        other.execute("PRAGMA query_only=OFF")
        other.execute("PRAGMA busy_timeout=0")

        def work(connection):
            count = connection.execute("SELECT count(*) FROM t").fetchone()[0]
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("INSERT INTO t VALUES (1)")
            connection.execute("INSERT INTO t VALUES (?)", (count,))

        writer.run(work)
    assert rows(path) == [0]


class _BadLog:
    """A connection that finds its log damaged when it is to be written back."""

    def __init__(self, connection) -> None:
        self._connection = connection

    def execute(self, statement, *values):
        if "TRUNCATE" in statement:
            raise sqlite3.DatabaseError("database disk image is malformed")
        return self._connection.execute(statement, *values)

    def close(self) -> None:
        self._connection.close()


def test_what_is_committed_is_not_said_to_have_failed_because_the_log_is_damaged(
    writer, path, monkeypatch
):
    monkeypatch.setattr(writer_module, "_LOG_DUE", 0)
    writer._connection = _BadLog(writer._connection)
    assert writer.run(lambda c: c.execute("INSERT INTO t VALUES (7)").rowcount) == 1
    assert rows(path) == [7]
    timeout = writer.outside(lambda c: c.execute("PRAGMA busy_timeout").fetchone()[0])
    assert timeout == BUSY_MILLISECONDS
