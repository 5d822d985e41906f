"""A transcript and its minutes into the library, the steps before them done as well."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.core.errors import AppError, Cancelled, StorageError
from app.core.file_names import check_name
from app.core.jobs import JobContext
from app.core.meetings.minutes_partial import keep_partial
from app.core.meetings.model import Minutes, Transcript
from app.core.meetings.pipeline import telling
from app.core.meetings.records import Claim, MeetingRepository


def keep_transcript(meetings: MeetingRepository, source: Path, transcript: Transcript) -> int:
    """Make a meeting of a transcript that was handed in as a file; return its number.

    Its step "sound" is done: there is none. Raises ``InputError``, ``StorageError``.
    """
    check_name(source.absolute())
    meeting = meetings.create(
        source.stem, original=str(source.absolute()), language=transcript.language
    )
    meetings.finish(_claim(meetings, meeting.id, "sound"))
    claim = _claim(meetings, meeting.id, "transcript")
    meetings.save_transcript(meeting.id, transcript, claim=claim)
    return meeting.id


def keep_minutes(
    meetings: MeetingRepository,
    number: int,
    make: Callable[[JobContext], Minutes],
    ctx: JobContext,
) -> Minutes:
    """Make the minutes of a meeting and store them with the end of their step.

    What ``make`` tells its context is kept with the step, and so is what it raises: the
    step can be tried again. What a model had written until it died is kept too,
    with the highlights.
    """
    claim = _claim(meetings, number, "minutes")
    try:
        with telling(meetings, claim, ctx) as part:
            minutes = make(part)
        meetings.save_minutes(number, minutes, claim=claim)
    except Cancelled:
        meetings.stop(claim, cancelled=True)
        raise
    except AppError as error:
        keep_partial(meetings, number, getattr(error, "partial", None), None)
        meetings.fail(claim, error)
        raise
    return minutes


def _claim(meetings: MeetingRepository, number: int, step: str) -> Claim:
    claim = meetings.claim(number, step)
    if claim is None:  # an open window took the new meeting first
        raise StorageError("library_busy")
    return claim
