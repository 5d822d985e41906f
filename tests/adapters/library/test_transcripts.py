"""Transcripts: kept whole, as runs, with ids that are never used twice."""

from __future__ import annotations

import pytest
from support.meeting_values import transcript

from app.core.errors import StorageError
from app.core.meetings.model import Transcript


@pytest.fixture
def meetings(library):
    return library.meetings


@pytest.fixture
def meeting(meetings):
    return meetings.create("Harbour").id


def ids(library, table="segments"):
    with library._database.read() as connection:
        return {row[0] for row in connection.execute(f"SELECT id FROM {table}")}


def test_a_transcript_comes_back_as_it_was(meetings, meeting):
    meetings.save_transcript(meeting, transcript(7))
    assert meetings.transcript(meeting) == transcript(7)


def test_a_transcript_with_nothing_said_comes_back_too(meetings, meeting):
    silent = Transcript((), "draft", duration=3.0)
    meetings.save_transcript(meeting, silent)
    assert meetings.transcript(meeting) == silent


def test_a_meeting_without_a_transcript_has_none(meetings, meeting):
    assert meetings.transcript(meeting) is None


def test_a_new_run_leaves_the_older_one_whole(meetings, meeting):
    first = meetings.save_transcript(meeting, transcript(3))
    second = meetings.save_transcript(meeting, transcript(2, "again"))
    assert meetings.transcript(meeting) == transcript(2, "again")
    assert meetings.transcript(meeting, first) == transcript(3)
    assert second > first


def test_segment_ids_are_never_used_again(library, meetings, meeting):
    meetings.save_transcript(meeting, transcript(5))
    before = ids(library)
    meetings.delete(meeting)
    other = meetings.create("Next").id
    meetings.save_transcript(other, transcript(5))
    assert min(ids(library)) > max(before)


def test_result_and_step_are_one(meetings, meeting):
    claim = meetings.claim(meeting, "transcript")
    meetings.save_transcript(meeting, transcript(3), claim=claim)
    assert meetings.get(meeting).step("transcript").state == "done"


def test_a_result_whose_claim_was_lost_is_not_kept(library, meetings, meeting):
    old = meetings.claim(meeting, "transcript")
    meetings.stop(old)
    with pytest.raises(StorageError) as caught:
        meetings.save_transcript(meeting, transcript(3), claim=old)
    assert caught.value.code == "step_taken"
    assert meetings.transcript(meeting) is None
    assert ids(library) == set()


def test_a_transcript_for_a_meeting_that_is_gone_is_refused(library, meetings):
    with pytest.raises(StorageError) as caught:
        meetings.save_transcript(99, transcript(1))
    assert caught.value.code == "meeting_missing"
    assert ids(library, "runs") == set()


def test_a_meeting_deleted_while_its_transcript_is_written_is_missing(library, meetings, meeting):
    class Deleting(tuple):
        def __iter__(self):
            yield from tuple.__iter__(self)
            # Runs in the writer's thread, as if another process had been quicker.
            library._database.writer._connection.execute("DELETE FROM meetings")
            yield transcript(9).segments[8]

    cut = Transcript(Deleting(transcript(4).segments), "whisper")
    with pytest.raises(StorageError) as caught:
        meetings.save_transcript(meeting, cut)
    assert caught.value.code == "meeting_missing"
    assert ids(library) == set()


def test_a_full_disk_leaves_nothing_half_written(library, meetings, meeting, open_library):
    whole = transcript(4000)
    pages = library._database.writer.outside(lambda c: c.execute("PRAGMA page_count").fetchone()[0])
    claim = meetings.claim(meeting, "transcript")
    library._database.writer.outside(
        lambda c: c.execute(f"PRAGMA max_page_count={pages + 60}").fetchall()
    )
    with pytest.raises(StorageError) as caught:
        meetings.save_transcript(meeting, whole, claim=claim)
    assert caught.value.code == "disk_full"
    assert meetings.transcript(meeting) is None
    assert meetings.get(meeting).step("transcript").state == "running"
    assert meetings.search("harbour") == ()
    library._database.writer.outside(lambda c: c.execute("PRAGMA max_page_count=100000").fetchall())
    run = meetings.save_transcript(meeting, whole, claim=claim)
    assert meetings.transcript(meeting) == whole
    # On a full disk even taking out may fail: then the next start does it.
    library.close()
    assert ids(open_library(), "runs") == {run}


def test_a_long_transcript_is_written_in_short_transactions(library, meetings, meeting):
    meetings.save_transcript(meeting, transcript(3000))
    assert library.slowest < 0.25  # 25 ms on a quiet machine; the limit aims at 50


def test_what_a_dead_process_was_writing_is_swept_at_the_next_start(
    library, meetings, meeting, open_library
):
    kept = meetings.save_transcript(meeting, transcript(3))
    library._database.write(
        lambda c: c.execute(
            "INSERT INTO runs (meeting, state, owner, engine, created)"
            " VALUES (?, 'writing', 'owner-dead', 'whisper', 0)",
            (meeting,),
        )
    )
    assert meetings.transcript(meeting) == transcript(3)
    open_library()
    assert ids(library, "runs") == {kept}


def test_what_a_living_process_is_writing_is_left_alone(library, meeting, open_library):
    other = open_library()
    run = library._database.write(lambda c: library.meetings._begin_run(c, meeting, transcript(1)))
    open_library()
    assert run in ids(other, "runs")
