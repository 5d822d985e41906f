"""The library under several processes, and under kill -9."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from support.meeting_values import minutes, transcript

from app.adapters.library.connection import connect
from app.core import paths
from app.core.errors import StorageError
from app.core.locks import FileLock

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def start():
    """Start a writing process; it waits for a line before it writes."""
    started: list[subprocess.Popen] = []

    def start_(what: str, count: int) -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, "-m", "support.library_writer", what, str(count)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])},
        )
        started.append(process)
        assert process.stdout.readline().strip() == "ready", process.stderr.read()
        return process

    yield start_
    for process in started:
        process.kill()
        process.communicate()


def sound(path: Path) -> bool:
    with contextlib.closing(connect(path)) as connection:
        whole = connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        dangling = connection.execute("PRAGMA foreign_key_check").fetchall()
        for table in ("segments_words", "passages_words"):
            connection.execute(f"INSERT INTO {table} ({table}) VALUES ('integrity-check')")
        return whole and not dangling


def test_two_processes_write_at_once_and_neither_is_refused(library, start):
    library.meetings.create("Shared")
    writers = [start("notes", 150) for _ in range(2)]
    for writer in writers:
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        _, errors = writer.communicate(timeout=90)
        assert writer.returncode == 0, errors
    (meeting,) = library.meetings.list()
    assert len(library.meetings.notes(meeting.id)) == 300


def test_two_processes_open_a_new_library_at_once(start, library):
    assert start("notes", 0).poll() is None
    assert library.meetings.list() == ()


def test_many_threads_write_and_read_at_once(library):
    meeting = library.meetings.create("Shared").id

    def work(_: int) -> None:
        for number in range(20):
            library.meetings.add_note(meeting, str(number))
            library.meetings.notes(meeting)

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(work, range(6)))
    assert len(library.meetings.notes(meeting)) == 120


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9")
def test_a_killed_process_loses_nothing_that_it_had_finished(open_library, start):
    open_library().close()
    finished: list[tuple[str, int]] = []
    for attempt in range(4):
        writer = start("meetings", 1000)
        writer.stdin.write("go\n")
        writer.stdin.flush()
        lines = random.Random(attempt).randint(1, 9)
        for _ in range(lines):
            what, number = writer.stdout.readline().split()
            finished.append((what, int(number)))
        os.kill(writer.pid, signal.SIGKILL)
        rest, _ = writer.communicate()
        finished += [(w, int(n)) for w, n in (line.split() for line in rest.splitlines())]

    library = open_library()
    assert len(finished) >= 4
    for what, number in finished:
        assert library.meetings.get(number).step(what).state == "done"
        if what == "transcript":
            assert library.meetings.transcript(number) == transcript(300)
        else:
            kept = library.meetings.minutes(number)
            assert kept.topics == minutes(transcript(5)).topics
    with library._database.read() as connection:
        for table in ("runs", "reports"):
            states = connection.execute(f"SELECT DISTINCT state FROM {table}").fetchall()
            assert {row[0] for row in states} <= {"whole"}
    assert all(s.state != "running" for m in library.meetings.list() for s in m.steps)
    library.close()
    assert sound(paths.library_file())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9")
def test_the_lock_files_of_killed_processes_do_not_pile_up(open_library, start):
    writer = start("notes", 1)
    os.kill(writer.pid, signal.SIGKILL)
    writer.communicate()
    open_library()
    assert len(list(paths.run().glob("owner-*.lock"))) == 1


def test_closing_leaves_one_file_and_no_log(open_library):
    library = open_library()
    library.meetings.create("One")
    library.close()
    library.close()
    beside = [p.name for p in paths.home().glob("library.sqlite3*")]
    assert beside == ["library.sqlite3"]


def test_a_second_process_that_opens_is_let_in_or_told(open_library, monkeypatch):
    open_library().close()
    monkeypatch.setattr("app.adapters.library.library._OPENING_SECONDS", 0.05)
    with FileLock(paths.run() / "library.lock") as lock:
        assert lock.acquire()
        with pytest.raises(StorageError) as caught:
            open_library()
    assert caught.value.code == "library_busy"
    open_library()


def test_a_library_that_cannot_be_tidied_is_closed_again(open_library, monkeypatch):
    open_library().close()

    def fail(database):
        raise StorageError("disk_full", path="x")

    monkeypatch.setattr("app.adapters.library.erasing.sweep", fail)
    with pytest.raises(StorageError):
        open_library()
    assert list(paths.run().glob("owner-*")) == []


def test_readers_beyond_the_kept_ones_are_closed(library):
    with contextlib.ExitStack() as stack:
        for _ in range(7):
            stack.enter_context(library._database.read())
    assert len(library._database._readers) == 4


def test_a_reader_sees_one_state_for_its_whole_block(library):
    with library._database.read() as connection:
        before = connection.execute("SELECT count(*) FROM meetings").fetchone()[0]
        library.meetings.create("Meanwhile")
        assert connection.execute("SELECT count(*) FROM meetings").fetchone()[0] == before
    assert len(library.meetings.list()) == before + 1


def test_the_log_is_emptied_as_it_grows(library, monkeypatch):
    monkeypatch.setattr("app.adapters.library.writer._LOG_DUE", 1 << 20)
    monkeypatch.setattr("app.adapters.library.writer._LOG_SECONDS", 0.0)
    for _ in range(4):
        meeting = library.meetings.create("Long").id
        library.meetings.save_transcript(meeting, transcript(1500))
    log = paths.library_file().with_name("library.sqlite3-wal")
    assert log.stat().st_size < 2 << 20
    assert paths.library_file().stat().st_size > 1 << 19
    busy = library._database.writer.outside(lambda c: c.execute("PRAGMA busy_timeout").fetchone())
    assert busy[0] == 5000


def test_a_reader_that_stays_keeps_the_log_but_stops_no_write(library, monkeypatch):
    monkeypatch.setattr("app.adapters.library.writer._LOG_DUE", 1000)
    monkeypatch.setattr("app.adapters.library.writer._LOG_SECONDS", 0.0)
    with library._database.read() as connection:
        connection.execute("SELECT count(*) FROM meetings").fetchone()
        for number in range(5):
            library.meetings.create(str(number))
    assert len(library.meetings.list()) == 5
