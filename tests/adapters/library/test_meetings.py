"""Meetings, their sound, their notes, and finding what was said."""

from __future__ import annotations

import pytest
from support.meeting_values import transcript

from app.core.errors import StorageError
from app.core.meetings.model import Segment, Span, Transcript
from app.core.meetings.records import MARKER, RECORDING, MeetingRepository, Part, Track


@pytest.fixture
def meetings(library) -> MeetingRepository:
    return library.meetings


@pytest.fixture
def meeting(meetings):
    return meetings.create("Harbour").id


def said(*texts):
    segments = tuple(Segment(i, i * 2.0, i * 2.0 + 1, t) for i, t in enumerate(texts, start=1))
    return Transcript(segments, "whisper")


def test_a_meeting_comes_back_with_all_its_steps_waiting(meetings):
    made = meetings.create("Café", kind=RECORDING, created=12.5, original="/a/b.wav", language="de")
    assert meetings.get(made.id) == made
    assert (made.title, made.kind, made.created, made.original, made.language) == (
        "Café", "recording", 12.5, "/a/b.wav", "de",
    )  # fmt: skip
    assert [(s.name, s.state) for s in made.steps] == [
        ("sound", "waiting"),
        ("transcript", "waiting"),
        ("minutes", "waiting"),
        ("export", "waiting"),
    ]


def test_the_newest_meeting_is_listed_first(meetings):
    for when in (2.0, 3.0, 1.0):
        meetings.create(str(when), created=when)
    assert [m.title for m in meetings.list()] == ["3.0", "2.0", "1.0"]


def test_a_meeting_that_is_not_there_is_said(meetings):
    for call in (
        lambda: meetings.get(5),
        lambda: meetings.rename(5, "x"),
        lambda: meetings.set_language(5, "en"),
        lambda: meetings.tracks(5),
        lambda: meetings.save_tracks(5, ()),
        lambda: meetings.add_note(5, "x"),
        lambda: meetings.claim(5, "sound"),
        lambda: meetings.reset(5, "sound"),
        lambda: meetings.transcript(5),
        lambda: meetings.minutes(5),
        lambda: meetings.delete(5),
    ):
        with pytest.raises(StorageError) as caught:
            call()
        assert caught.value.code == "meeting_missing"


def test_a_meeting_gets_another_title_and_language(meetings, meeting):
    meetings.rename(meeting, "Port")
    meetings.set_language(meeting, "en")
    assert (meetings.get(meeting).title, meetings.get(meeting).language) == ("Port", "en")
    meetings.set_language(meeting, None)
    assert meetings.get(meeting).language is None


def test_tracks_parts_and_gaps_come_back(meetings, meeting):
    tracks = (
        Track("microphone", (
            Part("/a/1.wav", 0.0, 16000, 32000, (Span(0.5, 0.75), Span(1.0, 1.25))),
            Part("/a/2.wav", 2.0, 48000, 96000),
        )),
        Track("computer"),
    )  # fmt: skip
    meetings.save_tracks(meeting, tracks, duration=4.0)
    assert meetings.tracks(meeting) == tracks
    assert meetings.get(meeting).duration == 4.0
    assert tracks[0].parts[1].end == 4.0


def test_new_sound_takes_the_place_of_the_old_and_ends_its_step(meetings, meeting):
    meetings.save_tracks(meeting, (Track("mixed", (Part("/a", 0.0, 16000, 1),)),), duration=9.0)
    claim = meetings.claim(meeting, "sound")
    tracks = (Track("mixed", (Part("/b", 0.0, 16000, 1),)),)
    meetings.save_tracks(meeting, tracks, claim=claim)
    assert meetings.tracks(meeting) == tracks
    assert meetings.get(meeting).step("sound").state == "done"
    assert meetings.get(meeting).duration == 9.0


def test_notes_are_in_the_order_of_their_times(meetings, meeting):
    late = meetings.add_note(meeting, "late", 9.0)
    mark = meetings.add_note(meeting, "", 3.0, MARKER)
    loose = meetings.add_note(meeting, "no time")
    assert meetings.notes(meeting) == (mark, late, loose)
    assert (mark.kind, late.kind) == ("marker", "note")


def test_notes_are_changed_and_removed(meetings, meeting):
    one, two = meetings.add_note(meeting, "one", 1.0), meetings.add_note(meeting, "two", 2.0)
    meetings.change_note(one.id, "uno")
    meetings.remove_note(two.id)
    meetings.change_note(two.id, "gone")
    assert [n.text for n in meetings.notes(meeting)] == ["uno"]


def test_what_was_said_is_found_with_its_place(meetings, meeting):
    meetings.save_transcript(meeting, said("we buy a crane", "nothing else"))
    (hit,) = meetings.search("CRANE")
    assert (hit.meeting, hit.title, hit.segment, hit.start, hit.text) == (
        meeting, "Harbour", 1, 2.0, "we buy a crane",
    )  # fmt: skip


def test_all_words_stand_above_some_words(meetings, meeting):
    meetings.save_transcript(
        meeting, said("the crane is blue", "crane", "a blue crane and a blue ship", "ship")
    )
    hits = meetings.search("blue crane")
    assert [h.segment for h in hits] == [1, 3, 2]
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)


def test_accents_and_capitals_do_not_matter(meetings, meeting):
    meetings.save_transcript(meeting, said("Das Café in Ärztehaus"))
    assert len(meetings.search("cafe")) == len(meetings.search("ÄRZTEHAUS")) == 1


def test_only_the_newest_transcript_is_searched(meetings, meeting):
    meetings.save_transcript(meeting, said("misheard"))
    meetings.save_transcript(meeting, said("understood"))
    assert meetings.search("misheard") == ()
    assert len(meetings.search("understood")) == 1


@pytest.mark.parametrize(
    "query", ["", "  ", "?!", '"', "AND", "a*", "x:y", "NEAR(", "\0", "-", "^"]
)
def test_signs_of_the_search_language_have_no_meaning(meetings, meeting, query):
    meetings.save_transcript(meeting, said("plain words"))
    assert meetings.search(query) == ()


def test_no_more_hits_than_asked_for(meetings, meeting):
    meetings.save_transcript(meeting, transcript(30, "same words here"))
    assert len(meetings.search("same words", 4)) == 4
