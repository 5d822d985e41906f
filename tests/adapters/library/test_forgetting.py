"""Deleting: gone from the bytes on disk, and the receipt tells the truth."""

from __future__ import annotations

import sys

import pytest
from support.meeting_values import minutes, transcript

from app.adapters.library import forgetting, fulltext
from app.adapters.library.migrations import backup_of
from app.core import paths
from app.core.meetings.model import Segment, Transcript
from app.core.meetings.recording import SESSION_FILE
from app.core.meetings.records import RECORDING, Part, Track

SECRET = "the quarrymaster owes seventeen thousand to Wilhelmina Oberdorfer"


def secret_meeting(library, title="Private"):
    meeting = library.meetings.create(title).id
    segments = [Segment(n, None, None, f"filler {n} of an ordinary talk") for n in range(1, 400)]
    segments.append(Segment(400, None, None, SECRET))
    library.meetings.save_transcript(meeting, Transcript(tuple(segments), "whisper"))
    return meeting


def on_disk(needle: bytes) -> list[str]:
    return [p.name for p in paths.home().rglob("*") if p.is_file() and needle in p.read_bytes()]


def test_a_deleted_meeting_is_gone_from_the_list_and_the_search(library):
    meeting = secret_meeting(library)
    library.meetings.delete(meeting)
    assert library.meetings.list() == ()
    assert library.meetings.search("quarrymaster") == ()


def test_nothing_of_it_is_left_in_any_byte(library):
    library.meetings.save_minutes(
        meeting := secret_meeting(library), minutes(transcript(5)), run=None
    )
    library.meetings.add_note(meeting, "remember Wilhelmina Oberdorfer at the quarry")
    assert on_disk(b"Wilhelmina")
    receipt = library.meetings.delete(meeting)
    assert receipt.clean
    assert receipt.needles > 5
    assert paths.library_file().name in {p.rpartition("/")[2].rpartition("\\")[2]
                                         for p in receipt.scanned}  # fmt: skip
    assert on_disk(b"Wilhelmina") == on_disk(b"wilhelmina") == on_disk(b"quarrymaster") == []


def test_without_the_upkeep_of_the_word_index_the_words_would_stay(library, monkeypatch):
    """The scan is not blind: it finds what a plain DELETE leaves."""
    meeting = secret_meeting(library)
    monkeypatch.setattr(fulltext, "optimise", lambda writer: None)
    receipt = library.meetings.delete(meeting)
    assert on_disk(b"quarrymaster")
    assert not receipt.clean
    assert receipt.found


def test_other_meetings_keep_everything(library):
    first, second = secret_meeting(library), secret_meeting(library)
    library.meetings.delete(first)
    assert library.meetings.transcript(second).segments[-1].text == SECRET
    assert len(library.meetings.search("quarrymaster")) == 1


def test_text_that_another_meeting_holds_too_is_no_alarm(library):
    first, _second = secret_meeting(library), secret_meeting(library)
    assert library.meetings.delete(first).clean


def test_a_file_that_still_holds_the_text_is_named(open_library, tmp_path):
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "leak.log").write_text(f"12:00 {SECRET}\n")
    library = open_library(scanned=(logs,))
    receipt = library.meetings.delete(secret_meeting(library))
    assert receipt.found == (str(logs / "leak.log"),)
    assert not receipt.clean


@pytest.mark.parametrize(
    ("name", "error", "clean"),
    [
        ("old.log", PermissionError, False),
        ("old.log", FileNotFoundError, True),
        ("chroma.sqlite3-shm", PermissionError, True),
    ],
)
def test_a_file_that_cannot_be_read_is_not_said_to_be_free_of_the_text(
    open_library, tmp_path, monkeypatch, name, error, clean
):
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / name).write_bytes(b"nothing of it")
    library = open_library(scanned=[logs])

    def refuse(path, *how):
        if path.name == name:
            raise error(path)
        return open(path, *how)

    monkeypatch.setattr(forgetting, "open", refuse, raising=False)
    receipt = library.meetings.delete(secret_meeting(library))
    assert receipt.clean is clean
    assert receipt.found == (() if clean else (str(logs / name),))


def test_a_backup_from_before_a_migration_goes_too(library):
    meeting = secret_meeting(library)
    backup_of(paths.library_file()).write_bytes(SECRET.encode())
    assert library.meetings.delete(meeting).clean
    assert not backup_of(paths.library_file()).exists()


def test_own_sound_goes_and_the_persons_file_stays(open_library, tmp_path):
    own, theirs = tmp_path / "own", tmp_path / "theirs"
    for folder in (own, theirs):
        folder.mkdir()
        (folder / "a.wav").write_bytes(b"RIFF")
    library = open_library(own=(own,))
    meeting = secret_meeting(library)
    parts = tuple(Part(str(f / "a.wav"), 0.0, 16000, 1) for f in (own, theirs))
    library.meetings.save_tracks(meeting, (Track("mixed", parts),))
    receipt = library.meetings.delete(meeting)
    assert receipt.removed == (str(own / "a.wav"),)
    assert not (own / "a.wav").exists()
    assert (theirs / "a.wav").exists()


def test_sound_can_be_kept(open_library, tmp_path):
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    library = open_library(own=(tmp_path,))
    meeting = secret_meeting(library)
    part = Part(str(tmp_path / "a.wav"), 0.0, 16000, 1)
    library.meetings.save_tracks(meeting, (Track("mixed", (part,)),))
    assert library.meetings.delete(meeting, keep_sound=True).removed == ()
    assert (tmp_path / "a.wav").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right on Windows")
def test_a_link_out_of_an_own_folder_takes_nothing_outside_with_it(open_library, tmp_path):
    own, theirs = tmp_path / "own", tmp_path / "theirs"
    own.mkdir()
    theirs.mkdir()
    (theirs / "a.wav").write_bytes(b"RIFF")
    (own / "out").symlink_to(theirs)
    library = open_library(own=(own,))
    meeting = secret_meeting(library)
    parts = (Part(str(own / "out" / "a.wav"), 0.0, 16000, 1),
             Part(str(own / ".." / "theirs" / "a.wav"), 0.0, 16000, 1))  # fmt: skip
    library.meetings.save_tracks(meeting, (Track("mixed", parts),))
    assert library.meetings.delete(meeting).removed == ()
    assert (theirs / "a.wav").exists()


def test_a_deletion_that_broke_off_is_finished_at_the_next_start(library, open_library):
    meeting = secret_meeting(library)
    library._database.write(
        lambda c: c.execute("UPDATE meetings SET gone = 1 WHERE id = ?", (meeting,))
    )
    assert library.meetings.list() == ()
    open_library()
    with library._database.read() as connection:
        assert connection.execute("SELECT count(*) FROM segments").fetchone()[0] == 0


def test_a_reader_that_holds_the_log_is_told_and_not_waited_for_ever(library, open_library):
    meeting = secret_meeting(library)
    other = open_library()
    library._database.writer.outside(lambda c: c.execute("PRAGMA busy_timeout=10").fetchall())
    with other._database.read() as connection:
        connection.execute("SELECT count(*) FROM segments").fetchone()
        receipt = library.meetings.delete(meeting)
    assert not receipt.emptied
    assert not receipt.clean


def test_text_across_the_border_of_two_pieces_is_found(
    library, open_library, tmp_path, monkeypatch
):
    from app.adapters.library import forgetting

    monkeypatch.setattr(forgetting, "_PIECE_BYTES", 64)
    (tmp_path / "scan").mkdir()
    (tmp_path / "scan" / "a").write_bytes(b"." * 50 + SECRET.encode())
    other = open_library(scanned=(tmp_path / "scan",))
    assert other.meetings.delete(secret_meeting(other)).found


def test_a_large_word_index_is_merged_to_the_last_piece_in_short_transactions(library):
    meeting = secret_meeting(library)
    for number in range(6):
        other = library.meetings.create("Other").id
        library.meetings.save_transcript(other, transcript(1200, f"unlike{number} words{number}"))
    library.meetings.delete(meeting)
    assert on_disk(b"quarrymaster") == []
    assert library.slowest < 0.25  # 30 ms on a quiet machine
    assert len(library.meetings.search("unlike3", 5)) == 5


def test_a_deleted_recording_takes_what_the_recorder_made_and_leaves_what_is_the_persons(
    open_library, tmp_path
):
    own = tmp_path / "own"
    folder = own / "2026-01-01 10.00"
    (folder / "mine").mkdir(parents=True)
    for name in ("part-1.wav", SESSION_FILE, "recording.wav", "my.md", "mine/letter.txt"):
        (folder / name).write_text(SECRET)
    library = open_library(own=(own,))
    meeting = library.meetings.create(
        "Private", kind=RECORDING, original=str(folder / "recording.wav")
    ).id
    receipt = library.meetings.delete(meeting)
    assert sorted(p.name for p in folder.iterdir()) == ["mine", "my.md"]
    assert len(receipt.removed) == 3


def test_the_folder_of_an_imported_file_is_not_taken_for_a_recording(open_library, tmp_path):
    (tmp_path / "talk.ogg").write_text("x")
    (tmp_path / SESSION_FILE).write_text("x")
    library = open_library(own=(tmp_path,))
    meeting = library.meetings.create("Talk", original=str(tmp_path / "talk.ogg")).id
    assert library.meetings.delete(meeting).removed == ()
    plain = library.meetings.create("Talk", kind=RECORDING, original=str(tmp_path / "no" / "a")).id
    assert library.meetings.delete(plain).removed == ()


def test_the_folder_of_converted_sound_goes_when_it_is_empty(open_library, tmp_path):
    own = tmp_path / "sound"
    (own / "7").mkdir(parents=True)
    (own / "7" / "a.wav").write_bytes(b"RIFF")
    library = open_library(own=(own,))
    meeting = library.meetings.create("Talk").id
    part = Part(str(own / "7" / "a.wav"), 0.0, 16000, 1)
    library.meetings.save_tracks(meeting, (Track("mixed", (part,)),))
    library.meetings.delete(meeting)
    assert own.is_dir()
    assert not (own / "7").exists()


def test_an_export_that_still_holds_the_text_is_named(open_library, tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    (own / "minutes.md").write_text(f"# Minutes\n{SECRET}\n")
    library = open_library(own=(own,))
    assert library.meetings.delete(secret_meeting(library)).found == (str(own / "minutes.md"),)
