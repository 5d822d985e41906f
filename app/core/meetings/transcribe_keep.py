"""A file into the library: its sound and its transcript, each step stored when done."""

from __future__ import annotations

import shutil
from pathlib import Path

from app.core.errors import AppError, Cancelled, StorageError
from app.core.jobs import JobContext
from app.core.meetings.desk import MeetingDesk
from app.core.meetings.model import Transcript
from app.core.meetings.pipeline import telling
from app.core.meetings.ports import SpeechService
from app.core.meetings.records import Claim, MeetingRepository
from app.core.meetings.speech_sound import open_sound
from app.core.meetings.transcribe import Request, plan, transcribe_sound
from app.core.meetings.works import SoundWork


def transcribe_and_keep(
    source: Path,
    request: Request,
    desk: MeetingDesk,
    meetings: MeetingRepository,
    speech: SpeechService,
    folder: Path,
    ctx: JobContext,
) -> tuple[int, Transcript]:
    """Return the number of the new meeting in the library, and its transcript.

    ``folder`` holds the sound of meetings. A file that cannot be converted leaves no
    meeting behind; when only the transcript fails, the meeting stays with its sound
    and the step can be tried again. Errors as ``transcribe``, and ``StorageError``.
    """
    plan(request, speech)
    number = desk.add(source, language=request.language)
    try:
        _convert(number, meetings, speech, folder, ctx)
    except (AppError, Cancelled):
        meetings.delete(number)
        shutil.rmtree(folder / str(number), ignore_errors=True)
        raise
    claim = _claim(meetings, number, "transcript", request.engine)
    try:
        sound = desk.sound_of(number)
        if sound is None:
            raise StorageError("meeting_missing", id=number)
        with telling(meetings, claim, ctx) as part:
            transcript = transcribe_sound(open_sound(sound), request, speech, part)
        meetings.save_transcript(number, transcript, claim=claim)
    except Cancelled:
        meetings.stop(claim, cancelled=True)
        raise
    except AppError as error:
        meetings.fail(claim, error)
        raise
    return number, transcript


def _convert(
    number: int,
    meetings: MeetingRepository,
    speech: SpeechService,
    folder: Path,
    ctx: JobContext,
) -> None:
    work = SoundWork(meetings, speech, folder)
    claim = _claim(meetings, number, work.name, None)
    with telling(meetings, claim, ctx) as part:
        work.run(meetings.get(number), claim, part)


def _claim(meetings: MeetingRepository, number: int, step: str, engine: str | None) -> Claim:
    claim = meetings.claim(number, step, engine=engine)
    if claim is None:  # an open window took the new meeting first
        raise StorageError("library_busy")
    return claim
