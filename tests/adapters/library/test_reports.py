"""Minutes: every item with the segments it came from."""

from __future__ import annotations

import dataclasses

import pytest
from support.meeting_values import minutes, transcript

from app.core.errors import StorageError
from app.core.meetings.model import Point, Topic


@pytest.fixture
def meetings(library):
    return library.meetings


@pytest.fixture
def meeting(meetings):
    number = meetings.create("Harbour").id
    meetings.save_transcript(number, transcript(5))
    return number


def test_minutes_come_back_as_they_were(meetings, meeting):
    meetings.save_minutes(meeting, minutes(transcript(5)))
    assert meetings.minutes(meeting) == minutes(transcript(5))


def test_a_meeting_without_minutes_has_none(meetings, meeting):
    assert meetings.minutes(meeting) is None


def test_highlights_stay_until_the_engines_minutes_are_there_and_after(meetings, meeting):
    highlights = minutes(transcript(5), engine="extract")
    meetings.save_minutes(meeting, highlights)
    assert meetings.minutes(meeting).engine == "extract"
    meetings.save_minutes(meeting, minutes(transcript(5)))
    assert meetings.minutes(meeting).engine == "ollama"
    assert meetings.minutes(meeting, "extract") == highlights


def test_minutes_stay_with_the_run_they_are_of(meetings, meeting):
    meetings.save_minutes(meeting, minutes(transcript(5)))
    meetings.save_transcript(meeting, transcript(6, "again"))
    assert meetings.minutes(meeting).segments == transcript(5).segments
    meetings.save_minutes(meeting, minutes(transcript(6, "again")))
    assert meetings.minutes(meeting).segments == transcript(6, "again").segments


def test_minutes_of_an_older_run_do_not_count_where_the_newest_is_asked_for(meetings, meeting):
    meetings.save_minutes(meeting, minutes(transcript(5)))
    assert meetings.minutes(meeting, newest_run=True) == minutes(transcript(5))
    meetings.save_transcript(meeting, transcript(5, "again"))
    assert meetings.minutes(meeting, newest_run=True) is None
    assert meetings.minutes(meeting) is not None


def test_minutes_of_a_named_run_are_linked_to_its_segments(meetings, meeting):
    run = meetings.save_transcript(meeting, transcript(5, "first"))
    meetings.save_transcript(meeting, transcript(5, "second"))
    meetings.save_minutes(meeting, minutes(transcript(5, "first")), run=run)
    assert meetings.minutes(meeting).segments[0].text.startswith("first")


def test_minutes_and_their_step_are_one(meetings, meeting):
    claim = meetings.claim(meeting, "minutes")
    meetings.save_minutes(meeting, minutes(transcript(5)), claim=claim)
    assert meetings.get(meeting).step("minutes").state == "done"


def test_minutes_whose_claim_was_lost_are_not_kept(library, meetings, meeting):
    old = meetings.claim(meeting, "minutes")
    meetings.stop(old)
    with pytest.raises(StorageError):
        meetings.save_minutes(meeting, minutes(transcript(5)), claim=old)
    assert meetings.minutes(meeting) is None
    with library._database.read() as connection:
        assert connection.execute("SELECT count(*) FROM items").fetchone()[0] == 0


def test_evidence_outside_the_transcript_is_refused(meetings, meeting):
    wrong = dataclasses.replace(
        minutes(transcript(5)), topics=(Topic("T", (Point("P", "written", (77,)),)),)
    )
    with pytest.raises(ValueError, match="77"):
        meetings.save_minutes(meeting, wrong)
    assert meetings.minutes(meeting) is None


def test_minutes_need_a_transcript(meetings):
    empty = meetings.create("Nothing").id
    with pytest.raises(ValueError, match="transcript"):
        meetings.save_minutes(empty, minutes(transcript(5)))
