"""What the desk exports: names, what it may write over, and what goes with a meeting."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.desks import finished, recorded_in

from app.core.errors import StorageError
from app.core.meetings import recording as rec
from app.core.meetings.desk import MeetingDesk
from app.core.meetings.model import (
    Note,
)
from app.core.meetings.records import RECORDING


def test_export_writes_every_format_under_a_name_that_every_system_takes(
    library, desk, tmp_path
) -> None:
    files = desk.export(finished(library, desk, tmp_path), tmp_path / "out")
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
    number = finished(library, desk, tmp_path)
    written = desk.export(number)
    receipt = desk.delete(number)
    assert receipt.clean
    assert {Path(r).name for r in receipt.removed} >= {f.name for f in written}
    assert not any(f.exists() for f in written)
    assert (tmp_path / "talk.wav").exists()


@pytest.mark.parametrize("title", ["会" * 100, "🎉" * 80])
def test_a_long_title_of_large_signs_can_be_exported(library, desk, tmp_path, title) -> None:
    number = finished(library, desk, tmp_path, title)
    assert all(f.is_file() for f in desk.export(number))


def test_an_export_goes_with_its_meeting_after_the_title_has_changed(
    library, desk, tmp_path
) -> None:
    number = finished(library, desk, tmp_path, "Before")
    written = desk.export(number)
    library.meetings.rename(number, "After")
    written += desk.export(number)
    assert desk.delete(number).clean
    assert not any(f.exists() or f.parent.exists() for f in written)


def test_a_new_title_takes_the_files_along_but_not_what_the_person_changed(
    library, desk, tmp_path
) -> None:
    number = finished(library, desk, tmp_path, "Before")
    old = {f.name: f for f in desk.export(number)}
    changed = old.pop("Before minutes.md")
    changed.write_text("my own words")
    library.meetings.rename(number, "After")
    new = desk.export(number)
    assert all(f.is_file() and f.name.startswith("After ") for f in new)
    assert not any(f.exists() for f in old.values())
    assert changed.read_text() == "my own words"
    assert set(library.meetings.exports(number)) == {*new, changed}
    library.meetings.rename(number, "Later")
    last = desk.export(number)
    assert not new[0].parent.exists(), "an empty folder goes too"
    assert all(f.is_file() for f in last)


def test_files_that_are_the_new_ones_under_another_name_stay(
    library, desk, tmp_path, monkeypatch
) -> None:
    """Where "Talk" and "talk" are one name to the system, the old file is the new one."""
    number = finished(library, desk, tmp_path, "Talk")
    old = desk.export(number)
    library.meetings.rename(number, "talk")
    monkeypatch.setattr(MeetingDesk, "folder_of", lambda self, meeting: old[0].parent)
    real = Path.samefile
    same = lambda a, b: str(a).lower() == str(b).lower() or real(a, b)
    monkeypatch.setattr(Path, "samefile", same)
    desk.export(number)
    assert all(f.is_file() for f in old)


def test_an_export_into_a_folder_of_the_person_outlives_a_new_title(
    library, desk, tmp_path
) -> None:
    number = finished(library, desk, tmp_path, "Before")
    theirs = desk.export(number, tmp_path / "theirs")
    desk.export(number)
    library.meetings.rename(number, "After")
    desk.export(number)
    assert all(f.is_file() for f in theirs)


def _texts(files: list[Path]) -> dict[str, str]:
    return {f.name: f.read_text("utf-8") for f in files}


def test_two_meetings_of_one_title_share_a_folder_and_no_file(library, desk, tmp_path) -> None:
    first = finished(library, desk, tmp_path, "Standup")
    second = finished(library, desk, tmp_path, "Standup")
    library.meetings.add_note(second, "buy milk", 0.5)
    before = desk.export(first, tmp_path / "out")
    texts = _texts(before)
    other = desk.export(second, tmp_path / "out")
    assert _texts(before) == texts
    assert {f.name for f in other} == {f"Standup (2) {name[8:]}" for name in texts}
    assert "buy milk" in (tmp_path / "out" / "Standup (2) minutes.txt").read_text("utf-8")
    # Each writes over its own the next time.
    library.meetings.add_note(first, "buy bread", 0.5)
    assert desk.export(second, tmp_path / "out") == other
    assert desk.export(first, tmp_path / "out") == before
    assert "buy bread" in (tmp_path / "out" / "Standup minutes.txt").read_text("utf-8")
    assert len(list((tmp_path / "out").iterdir())) == 2 * len(before)


@pytest.mark.parametrize("chosen", [True, False])
def test_an_exported_file_that_the_person_changed_is_not_written_over(
    library, desk, tmp_path, chosen
) -> None:
    number = finished(library, desk, tmp_path, "Talk")
    folder = tmp_path / "out" if chosen else None
    first = desk.export(number, folder)
    changed = first[0].parent / "Talk minutes.md"
    changed.write_text("my own words")
    library.meetings.add_note(number, "buy milk", 0.5)
    second = desk.export(number, folder)
    assert changed.read_text() == "my own words"
    assert "buy milk" in (changed.parent / "Talk (2) minutes.md").read_text("utf-8")
    assert desk.export(number, folder) == second, "no more numbers with each export"
    left = set(changed.parent.iterdir())
    assert left == ({*first, *second} if chosen else {changed, *second})


def test_a_file_that_the_person_made_is_not_taken_for_an_export(library, desk, tmp_path) -> None:
    number = finished(library, desk, tmp_path, "Talk")
    mine = tmp_path / "out" / "Talk minutes.txt"
    mine.parent.mkdir()
    mine.write_text("my own words")
    (tmp_path / "out" / "Talk (2) transcript.md").mkdir()
    files = desk.export(number, tmp_path / "out")
    assert mine.read_text() == "my own words"
    assert all(f.name.startswith("Talk (3) ") for f in files)
    desk.delete(number)
    assert mine.exists()


class _Killed(BaseException):
    """The end of the program."""


@pytest.mark.parametrize("moment", ["before the first file", "between", "before it is noted"])
def test_after_a_kill_during_an_export_no_file_passes_for_the_persons(
    library, desk, tmp_path, monkeypatch, moment
) -> None:
    number = finished(library, desk, tmp_path, "Talk")
    files = desk.export(number)
    library.meetings.add_note(number, "buy milk", 0.5)
    left = {"before the first file": 0, "between": len(files) - 2}.get(moment, len(files))

    def write(path, data):
        nonlocal left
        if not left:
            raise _Killed
        left -= 1
        path.write_bytes(data)

    def note(*_):
        raise _Killed

    with monkeypatch.context() as patched:
        patched.setattr("app.core.meetings.desk.write_atomically", write)
        patched.setattr(library.meetings, "note_exports", note)
        with pytest.raises(_Killed):
            desk.export(number)
    assert desk.export(number) == files
    assert set(files[0].parent.iterdir()) == set(files)
    library.meetings.add_note(number, "buy bread", 0.5)
    assert desk.export(number) == files


def test_a_disk_that_fills_during_an_export_leaves_no_file_that_passes_for_the_persons(
    library, desk, tmp_path, monkeypatch
) -> None:
    number = finished(library, desk, tmp_path, "Talk")
    files = desk.export(number)
    library.meetings.add_note(number, "buy milk", 0.5)

    def write(path, data):
        if path.name == "Talk minutes.json":
            raise StorageError("disk_full", path=str(path))
        path.write_bytes(data)

    with monkeypatch.context() as patched:
        patched.setattr("app.core.meetings.desk.write_atomically", write)
        with pytest.raises(StorageError):
            desk.export(number)
    library.meetings.add_note(number, "buy bread", 0.5)
    assert desk.export(number) == files


def test_an_export_of_an_old_version_is_written_over_only_with_the_same(
    library, desk, tmp_path
) -> None:
    number = finished(library, desk, tmp_path, "Talk")
    files = desk.export(number, tmp_path / "out")
    library._database.write(lambda c: c.execute("UPDATE exports SET digest = NULL"))
    assert desk.export(number, tmp_path / "out") == files
    library._database.write(lambda c: c.execute("UPDATE exports SET digest = NULL"))
    library.meetings.add_note(number, "buy milk", 0.5)
    beside = desk.export(number, tmp_path / "out")
    assert not set(beside) & set(files)
    library.meetings.add_note(number, "buy bread", 0.5)
    assert desk.export(number, tmp_path / "out") == beside, "once only"


def test_an_export_of_an_old_version_stays_under_its_old_title(library, desk, tmp_path) -> None:
    """Nobody knows whether the person has changed it since."""
    number = finished(library, desk, tmp_path, "Before")
    written = desk.export(number)
    library._database.write(lambda c: c.execute("UPDATE exports SET digest = NULL"))
    library.meetings.rename(number, "After")
    desk.export(number)
    assert all(f.is_file() for f in written)


def test_an_export_from_before_files_were_remembered_goes_too(library, desk, tmp_path) -> None:
    number = finished(library, desk, tmp_path, "Before")
    written = desk.export(number)
    library._database.write(lambda c: c.execute("DELETE FROM exports"))
    library.meetings.rename(number, "After")
    assert desk.delete(number).clean
    assert not any(f.exists() for f in written)


def test_a_recording_whose_folder_is_named_alike_is_no_export(library, desk, tmp_path) -> None:
    number = finished(library, desk, tmp_path)
    day = desk.folder_of(library.meetings.get(number)).name[:10]
    other = recorded_in(tmp_path / "recordings" / f"{day} 10.00.00 ({number})", rec.CLOSED)
    (other / "talk transcript.txt").write_text("another meeting")
    desk.delete(number)
    assert sorted(f.name for f in other.iterdir()) == [
        "part-1.wav", "session.json", "talk transcript.txt",
    ]  # fmt: skip


def test_exports_in_an_earlier_folder_of_recordings_go_and_what_lies_beside_them_stays(
    library, tmp_path
) -> None:
    root = [tmp_path / "earlier"]
    desk = MeetingDesk(library.meetings, lambda: root[0])
    number = finished(library, desk, tmp_path)
    written = desk.export(number)
    own = written[0].parent / "my own notes.txt"
    own.write_text("mine")
    root[0] = tmp_path / "recordings"
    receipt = desk.delete(number)
    assert receipt.clean and not any(f.exists() for f in written)
    assert own.read_text() == "mine"
    assert str(own) in receipt.scanned


def test_an_export_that_cannot_be_removed_is_named(library, desk, tmp_path) -> None:
    number = finished(library, desk, tmp_path)
    stuck = desk.export(number)[0]
    stuck.unlink()
    (stuck / "inside").mkdir(parents=True)
    receipt = desk.delete(number)
    assert not receipt.clean and str(stuck) in receipt.found


def test_an_export_into_a_folder_of_the_person_stays_and_is_named(library, desk, tmp_path) -> None:
    number = finished(library, desk, tmp_path)
    written = desk.export(number, tmp_path / "theirs")
    receipt = desk.delete(number)
    assert all(f.exists() for f in written)
    assert sorted(receipt.kept) == sorted(map(str, written))


def test_an_export_to_a_place_that_is_no_folder_is_one_error(library, desk, tmp_path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError) as caught:
        desk.export(finished(library, desk, tmp_path), tmp_path / "file" / "out")
    assert caught.value.code == "folder_not_writable"


def test_notes_that_cannot_be_exported_are_a_meeting_all_the_same(
    library, desk, tmp_path, monkeypatch
) -> None:
    folder = tmp_path / "recordings" / "r1"
    folder.mkdir(parents=True)
    rec.save(folder, rec.Recording("x", "mic", rec.CLOSED, markers=(Note("milk", 0.5),)))

    def full(*_):
        raise StorageError("disk_full", path="x")

    monkeypatch.setattr("app.core.meetings.desk.write_atomically", full)
    number = desk.add_recording(folder)
    assert [n.text for n in library.meetings.notes(number)] == ["milk"]


def test_exports_have_title_and_notes_as_they_are_now(library, desk, tmp_path) -> None:
    number = finished(library, desk, tmp_path, "Before")
    library.meetings.rename(number, "After")
    library.meetings.add_note(number, "buy milk", 12.0)
    desk.export(number, tmp_path / "out")
    written = (tmp_path / "out" / "After minutes.md").read_text("utf-8")
    assert written.startswith("# After\n") and "buy milk" in written
    plain = json.loads((tmp_path / "out" / "After minutes.json").read_text("utf-8"))
    assert (plain["title"], plain["notes"]) == ("After", [{"text": "buy milk", "time": 12.0}])


def test_notes_without_minutes_are_exported_and_go_with_the_meeting(library, desk) -> None:
    number = library.meetings.create("Bare").id
    assert desk.export(number) == []
    library.meetings.add_note(number, "buy milk", 12.0)
    files = {f.name: f for f in desk.export(number)}
    assert sorted(files) == ["Bare notes.json", "Bare notes.md", "Bare notes.txt"]
    assert "buy milk [00:12]" in files["Bare notes.txt"].read_text("utf-8")
    plain = json.loads(files["Bare notes.json"].read_text("utf-8"))
    assert plain == {"title": "Bare", "notes": [{"text": "buy milk", "time": 12.0}]}
    desk.delete(number)
    assert not any(f.exists() for f in files.values())


@pytest.mark.parametrize("ending", ["", ".unfinished"])
@pytest.mark.parametrize("recorded", [True, False])
def test_an_export_that_a_kill_cut_off_goes_with_its_meeting(
    library, desk, tmp_path, recorded, ending
) -> None:
    if recorded:
        folder = tmp_path / "recordings" / "2026-11-27 10.14.00"
        folder.mkdir(parents=True)
        (folder / rec.SESSION_FILE).write_text("{}")
        sound = folder / "recording.wav"
        sound.write_bytes(b"")
        number = library.meetings.create("T", kind=RECORDING, original=str(sound)).id
    else:
        number = finished(library, desk, tmp_path)
        folder = desk.export(number)[0].parent
    half = folder / f"T transcript.txt.ab12_cd3{ending}"
    half.write_text("secret")
    desk.delete(number)
    assert not half.exists()
