"""The meeting room's desk, with the real library and real files."""

from __future__ import annotations

import wave
from pathlib import Path

import pytest

from app.adapters.library.library import Library
from app.core.errors import AppError
from app.core.meetings import recording as rec
from app.core.meetings.desk import MeetingDesk
from app.core.meetings.model import Coverage, Decision, Minutes, Note, Segment, Transcript


@pytest.fixture
def library(tmp_path: Path):
    made = Library(tmp_path / "library.sqlite3", tmp_path / "run", own=(tmp_path / "recordings",))
    yield made
    made.close()


@pytest.fixture
def desk(library, tmp_path: Path) -> MeetingDesk:
    return MeetingDesk(library.meetings, lambda: tmp_path / "recordings")


def _wav(path: Path, seconds: float = 1.0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(16000)
        out.writeframes(b"\1\0" * int(16000 * seconds))
    return path


def _finished(library, desk, tmp_path: Path, title: str = "a: b/c?") -> int:
    number = desk.add(_wav(tmp_path / "talk.wav"), language="en")
    library.meetings.rename(number, title)
    segments = (Segment(1, 0.0, 1.0, "We decided to go.", "Anna"),)
    library.meetings.save_transcript(number, Transcript(segments, "draft", language="en"))
    minutes = Minutes(title, "extract", Coverage(1, 1, 1.0, 1.0), segments,
                      decisions=(Decision("We decided to go.", "quoted", (1,)),))  # fmt: skip
    library.meetings.save_minutes(number, minutes)
    return number


def test_an_imported_file_becomes_a_meeting_and_stays_where_it_is(library, desk, tmp_path) -> None:
    number = desk.add(_wav(tmp_path / "weekly_plan.wav"), language="en")
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


def test_export_writes_every_format_under_a_name_that_every_system_takes(
    library, desk, tmp_path
) -> None:
    files = desk.export(_finished(library, desk, tmp_path), tmp_path / "out")
    names = sorted(f.name for f in files)
    assert names == [
        "a- b-c minutes.json", "a- b-c minutes.md", "a- b-c minutes.txt",
        "a- b-c transcript.json", "a- b-c transcript.md", "a- b-c transcript.srt",
        "a- b-c transcript.txt", "a- b-c transcript.vtt",
    ]  # fmt: skip
    assert "We decided to go." in (tmp_path / "out" / "a- b-c minutes.md").read_text("utf-8")


def test_deleting_takes_the_exported_files_along_and_leaves_the_original(
    library, desk, tmp_path
) -> None:
    number = _finished(library, desk, tmp_path)
    written = desk.export(number)
    receipt = desk.delete(number)
    assert receipt.clean
    assert {Path(r).name for r in receipt.removed} >= {f.name for f in written}
    assert not any(f.exists() for f in written)
    assert (tmp_path / "talk.wav").exists()


def _recording(folder: Path, state: str) -> Path:
    _wav(folder / "part-1.wav")
    part = rec.Part("part-1.wav", 0.0, 16000, 1, "mic")
    recording = rec.Recording(
        "2026-03-01T10:00:00+00:00", "mic", state, 1.0 if state == rec.CLOSED else None, (part,),
        markers=(Note("buy milk", 0.5), Note("", 0.7)),
    )  # fmt: skip
    rec.save(folder, recording)
    return folder


@pytest.mark.parametrize("state", [rec.CLOSED, rec.OPEN, rec.PAUSED])
def test_a_recording_without_a_meeting_gets_one_with_its_notes_just_once(
    library, desk, tmp_path, state
) -> None:
    _recording(tmp_path / "recordings" / "r1", state)
    numbers = desk.recover()
    assert len(numbers) == 1 and desk.recover() == []
    notes = library.meetings.notes(numbers[0])
    assert [(n.kind, n.text, n.time) for n in notes] == [
        ("note", "buy milk", 0.5), ("marker", "", 0.7),
    ]  # fmt: skip
    original = Path(library.meetings.get(numbers[0]).original)
    assert original.name == "recording.wav" and original.is_file()
