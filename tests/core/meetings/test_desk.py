"""The meeting room's desk, with the real library and real files."""

from __future__ import annotations

import threading
import wave
from dataclasses import replace
from pathlib import Path

import pytest
from support.desks import finished, recorded_in, wav

from app.adapters.library.library import Library
from app.core.errors import AppError
from app.core.meetings import recording as rec
from app.core.meetings.desk import MeetingDesk
from app.core.meetings.model import (
    Note,
    Span,
    Unrecorded,
)
from app.core.meetings.recording_hold import Holds
from app.core.meetings.records import Part, Track


def test_an_imported_file_becomes_a_meeting_and_stays_where_it_is(library, desk, tmp_path) -> None:
    number = desk.add(wav(tmp_path / "weekly_plan.wav"), language="en")
    meeting = library.meetings.get(number)
    assert (meeting.title, meeting.language) == ("weekly plan", "en")
    assert Path(meeting.original).is_file()


@pytest.mark.parametrize("bad", ["missing", "folder", "empty"])
def test_what_cannot_be_imported_makes_no_meeting(library, desk, tmp_path, bad) -> None:
    path = tmp_path / "x.wav"
    if bad == "folder":
        path.mkdir()
    elif bad == "empty":
        path.touch()
    with pytest.raises(AppError):
        desk.add(path)
    assert library.meetings.list() == ()


def test_a_recording_in_an_earlier_folder_of_recordings_goes_too(library, tmp_path) -> None:
    root = [tmp_path / "earlier"]
    desk = MeetingDesk(library.meetings, lambda: root[0])
    folder = recorded_in(root[0] / "r1", rec.CLOSED)
    number = desk.add_recording(folder)
    root[0] = tmp_path / "recordings"
    assert desk.delete(number).clean
    assert not folder.exists() and (tmp_path / "earlier").is_dir()


def test_a_deletion_that_broke_off_takes_its_files_at_the_next_start(library, desk, tmp_path):
    number = finished(library, desk, tmp_path)
    written = desk.export(number)
    library._database.write(lambda c: c.execute("UPDATE meetings SET gone = 1"))
    again = Library(tmp_path / "library.sqlite3", tmp_path / "run")
    again.close()
    assert not any(f.exists() for f in written)


@pytest.mark.parametrize("state", [rec.CLOSED, rec.OPEN, rec.PAUSED])
def test_a_recording_without_a_meeting_gets_one_with_its_notes_just_once(
    library, desk, tmp_path, state
) -> None:
    recorded_in(tmp_path / "recordings" / "r1", state)
    (taken,) = desk.recover()
    assert desk.recover() == []
    assert taken.folder == tmp_path / "recordings" / "r1"
    assert taken.repaired is (state != rec.CLOSED)
    notes = library.meetings.notes(taken.meeting)
    assert [(n.kind, n.text, n.time) for n in notes] == [
        ("note", "buy milk", 0.5), ("marker", "", 0.7),
    ]  # fmt: skip
    original = Path(library.meetings.get(taken.meeting).original)
    assert original.name == "recording.wav" and original.is_file()


@pytest.mark.parametrize("state", [rec.CLOSED, rec.OPEN])
def test_a_recording_without_sound_becomes_a_meeting_for_its_notes(
    library, desk, tmp_path, state
) -> None:
    folder = tmp_path / "recordings" / "r1"
    folder.mkdir(parents=True)
    silent = rec.Recording("2026-03-01T10:00:00+00:00", "mic", state, markers=(Note("milk", 0.5),))
    rec.save(folder, silent)
    (taken,) = desk.recover()
    assert desk.recover() == []
    assert [n.text for n in library.meetings.notes(taken.meeting)] == ["milk"]
    assert len(list(folder.glob("* notes.txt"))) == 1
    assert desk.delete(taken.meeting).clean and not folder.exists()


def test_a_recording_that_holds_nothing_becomes_no_meeting(desk, tmp_path) -> None:
    folder = tmp_path / "recordings" / "r1"
    folder.mkdir(parents=True)
    rec.save(folder, rec.Recording("2026-03-01T10:00:00+00:00", "mic", rec.CLOSED))
    assert desk.recover() == []


def test_one_bad_recording_does_not_keep_the_others_from_their_meetings(
    library, desk, tmp_path
) -> None:
    root = tmp_path / "recordings"
    bad = recorded_in(root / "a", rec.CLOSED)
    (bad / "recording.wav" / "inside").mkdir(parents=True)
    stuck = recorded_in(root / "b", rec.OPEN)
    (stuck / rec.LOCK_FILE).mkdir()
    good = recorded_in(root / "c", rec.CLOSED)
    assert [taken.folder for taken in desk.recover()] == [good]


@pytest.mark.parametrize(
    "started",
    ["some day", "0001-01-01T00:00:00", "0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59-23:59"],
)
def test_a_recording_with_a_damaged_date_is_taken_in(library, desk, tmp_path, started) -> None:
    folder = recorded_in(tmp_path / "recordings" / "r1", rec.CLOSED)
    rec.save(folder, replace(rec.load(folder), started=started))
    (taken,) = desk.recover()
    meeting = library.meetings.get(taken.meeting)
    assert 1_700_000_000 < meeting.created < 1_700_000_000 * 3


def test_a_recording_that_another_program_keeps_is_left_to_it(library, desk, tmp_path) -> None:
    folder = recorded_in(tmp_path / "recordings" / "r1", rec.CLOSED)
    command = Holds()
    assert command.take(folder)
    assert desk.recover() == [] and library.meetings.list() == ()
    command.let_go(folder)
    assert len(desk.recover()) == 1


def test_two_who_take_in_one_recording_at_once_get_one_meeting_with_all_its_sound(
    library, tmp_path
) -> None:
    folder = tmp_path / "recordings" / "r1"
    recorded_in(folder, rec.CLOSED)
    wav(folder / "part-2.wav")
    known = rec.load(folder)
    second = replace(known.parts[0], file="part-2.wav", offset=1.0)
    rec.save(folder, replace(known.with_part(second), duration=2.0))
    desks = [MeetingDesk(library.meetings, lambda: tmp_path / "recordings") for _ in range(4)]
    numbers: list[int] = []
    threads = [
        threading.Thread(target=lambda d=d: numbers.append(d.add_recording(folder))) for d in desks
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(numbers) == 4 and len(set(numbers)) == 1
    with wave.open(str(folder / "recording.wav")) as sound:
        assert sound.getnframes() == 32000


def test_a_recording_that_its_command_moved_away_is_one_error(desk, tmp_path) -> None:
    with pytest.raises(AppError) as caught:
        desk.add_recording(tmp_path / "recordings" / "gone")
    assert caught.value.code == "recording_elsewhere"


def test_a_meeting_never_stands_without_the_notes_of_its_recording(
    library, desk, tmp_path, monkeypatch
) -> None:
    folder = recorded_in(tmp_path / "recordings" / "r1", rec.CLOSED)
    library._database.write(
        lambda c: c.execute(
            "CREATE TEMP TRIGGER full BEFORE INSERT ON notes WHEN new.kind = 'marker'"
            " BEGIN SELECT raise(ABORT, 'disk full'); END"
        )
    )
    with pytest.raises(Exception):  # noqa: B017 - what the disk says does not matter here
        desk.add_recording(folder)
    assert library.meetings.list() == ()
    library._database.write(lambda c: c.execute("DROP TRIGGER full"))
    (taken,) = desk.recover()
    assert [n.text for n in library.meetings.notes(taken.meeting)] == ["buy milk", ""]


def test_deleting_a_recording_leaves_what_the_person_put_beside_it(library, desk, tmp_path) -> None:
    folder = recorded_in(tmp_path / "recordings" / "r1", rec.CLOSED)
    number = desk.add_recording(folder)
    (folder / "whiteboard.jpg").write_bytes(b"mine")
    assert desk.delete(number).clean
    assert [f.name for f in folder.iterdir()] == ["whiteboard.jpg"]


def test_what_the_microphone_missed_is_marked_where_the_meeting_is_read(
    library, desk, tmp_path
) -> None:
    number = finished(library, desk, tmp_path, "Gap")
    part = Part("sound.wav", 0.0, 16000, 20 * 16000, (Span(5.0, 15.0),))
    library.meetings.save_tracks(number, [Track("mixed", (part,))])
    assert desk.gaps(number) == (Unrecorded(5.0, 15.0),)
    desk.export(number, tmp_path / "out")
    for form in ("txt", "srt", "vtt"):
        written = (tmp_path / "out" / f"Gap transcript.{form}").read_text("utf-8")
        assert "[not recorded 00:05–00:15]" in written
