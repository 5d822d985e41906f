from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from support.fake_speech import FakeSpeech, model
from support.libraries import library, open_library  # noqa: F401 - fixtures

from app.core import paths
from app.core.errors import AppError, Cancelled, EngineError, InputError
from app.core.jobs import JobContext
from app.core.meetings import recording_wav
from app.core.meetings.desk import MeetingDesk
from app.core.meetings.records import CANCELLED, DONE, FAILED, WAITING
from app.core.meetings.speech_sound import RATE, Sound
from app.core.meetings.transcribe import Request
from app.core.meetings.transcribe_keep import transcribe_and_keep


class Speech(FakeSpeech):
    """Writes real sound, because kept sound is opened again."""

    def decode(self, source: Path, folder: Path, ctx: JobContext) -> Sound:
        sound = super().decode(source, folder, ctx)
        data = b"\0\0" * sound.samples
        sound.path.write_bytes(recording_wav.header(RATE, 1, sound.samples) + data)
        return sound


class Keeper:
    """Keeps a file in a real library."""

    def __init__(self, meetings, source: Path):
        self.meetings = meetings
        self.source = source

    def __call__(self, speech: FakeSpeech, request: Request, ctx: JobContext | None = None):
        desk = MeetingDesk(self.meetings, paths.recordings)
        return transcribe_and_keep(
            self.source, request, desk, self.meetings, speech, paths.sound(), ctx or JobContext()
        )

    def steps(self) -> dict[str, str]:
        (meeting,) = self.meetings.list()
        return {step.name: step.state for step in meeting.steps}


@pytest.fixture
def keep(library, tmp_path) -> Keeper:  # noqa: F811
    source = tmp_path / "monday meeting.wav"
    source.write_bytes(b"sound")
    return Keeper(library.meetings, source)


def test_the_library_holds_the_meeting_its_sound_and_its_transcript(keep):
    number, transcript = keep(Speech(good=[model("small")]), Request())
    meeting = keep.meetings.get(number)
    assert (meeting.title, meeting.original) == ("monday meeting", str(keep.source))
    assert keep.meetings.transcript(number).segments == transcript.segments
    (track,) = keep.meetings.tracks(number)
    assert Path(track.parts[0].file).is_file()
    assert keep.steps()["sound"] == keep.steps()["transcript"] == DONE
    assert keep.steps()["minutes"] == WAITING


def test_a_file_that_is_no_sound_leaves_no_meeting(keep):
    class Refusing(Speech):
        def decode(self, source, folder, ctx):
            raise InputError("sound_undecodable", path=str(source))

    with pytest.raises(InputError):
        keep(Refusing(good=[model("small")]), Request())
    assert keep.meetings.list() == ()
    assert list(paths.sound().iterdir()) == []


def test_when_only_the_transcript_fails_the_sound_is_kept(keep):
    failed = EngineError("engine_failed", engine="whisper")
    with pytest.raises(AppError):
        keep(Speech(good=[model("small")], fails={"small": failed}), Request(engine="whisper"))
    assert keep.steps()["sound"] == DONE and keep.steps()["transcript"] == FAILED


def test_a_transcript_that_was_cancelled_can_be_taken_up_later(keep):
    class Stopped(Speech):
        def gate(self, sound, ctx):
            ctx.cancel()
            ctx.check()

    with pytest.raises(Cancelled):
        keep(Stopped(good=[model("small")]), Request())
    assert keep.steps()["sound"] == DONE and keep.steps()["transcript"] == CANCELLED


def test_what_cannot_be_heard_is_not_taken_in_at_all(keep):
    with pytest.raises(EngineError):
        keep(Speech(), Request(language="de"))
    assert keep.meetings.list() == ()


def test_what_was_told_of_the_file_is_kept_for_the_window(keep):
    class Cut(Speech):
        def decode(self, source, folder, ctx):
            return replace(super().decode(source, folder, ctx), truncated=True)

    told = []
    number, _ = keep(Cut(good=[model("small")]), Request(), JobContext(on_notice=told.append))
    (kept,) = keep.meetings.get(number).step("sound").notices
    assert kept.code == "file_truncated"
    assert [notice.code for notice in told].count("file_truncated") == 1
