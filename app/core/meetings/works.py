"""The four steps of a meeting: sound, transcript, minutes, export.

A later step is a class like these, an entry in the pipeline, and a migration.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.core.disk import make_folder
from app.core.errors import AnswerCut, DeviceError, EngineError, InputError
from app.core.jobs import JobContext, Progress
from app.core.meetings import recording as rec
from app.core.meetings.files import is_made_from_text, read_transcript
from app.core.meetings.highlights import ENGINE as EXTRACT
from app.core.meetings.highlights import make_highlights
from app.core.meetings.minutes_partial import is_whole, keep_partial, wrote_something
from app.core.meetings.model import Minutes, Note, Span, Transcript
from app.core.meetings.ports import SpeechService
from app.core.meetings.records import RECORDING, Claim, Meeting, MeetingRepository, Part, Track
from app.core.meetings.speech_sound import RATE, Sound, open_sound
from app.core.meetings.summarize import OLLAMA, MinutesWriter, tell_step_down
from app.core.meetings.transcribe import DRAFT, Request, transcribe_sound
from app.core.settings import Settings

LONG_SECONDS = 600.0  # of sound: from here on the time is told before the work begins
_MOST_TRIALS = 2


def _digest(*parts: object) -> str:
    return hashlib.sha256("\0".join(str(p) for p in parts).encode()).hexdigest()[:16]


class SoundWork:
    """Any sound or video file to our own sound, in a folder of the meeting."""

    name = "sound"

    def __init__(self, meetings: MeetingRepository, speech: SpeechService, folder: Path):
        self._meetings = meetings
        self._speech = speech
        self._folder = folder

    def digest(self, meeting: Meeting) -> str:
        """Return what names the original."""
        return _digest(self.name, meeting.original)

    def run(self, meeting: Meeting, claim: Claim, ctx: JobContext) -> None:
        """Convert the original and keep where the sound lies."""
        if is_made_from_text(meeting.original):
            self._meetings.finish(claim)  # it came as a transcript: there is no sound
            return
        if not meeting.original:
            raise InputError("file_missing", path=meeting.title)
        source = Path(meeting.original)
        _check_recorded(meeting, source)
        folder = make_folder(self._folder / str(meeting.id))
        sound = self._speech.decode(source, folder, ctx)
        if sound.truncated:
            ctx.notice("file_truncated", path=str(source))
        gaps = _gaps(source) if meeting.kind == RECORDING else ()
        part = Part(str(sound.path), 0.0, RATE, sound.samples, gaps)
        self._meetings.save_tracks(
            meeting.id, [Track("mixed", (part,))], duration=sound.duration, claim=claim
        )


def _check_recorded(meeting: Meeting, source: Path) -> None:
    """Raise ``DeviceError`` for a recording that holds notes alone."""
    known = rec.load(source.parent) if meeting.kind == RECORDING else None
    if known is not None and not known.parts:
        raise DeviceError("recording_empty", device=known.device)


def _gaps(source: Path) -> tuple[Span, ...]:
    known = rec.load(source.parent)
    return tuple(Span(g.start, g.end) for g in known.gaps) if known else ()


class TranscriptWork:
    """Our own sound to a transcript, by the best engine that is here."""

    name = "transcript"

    def __init__(
        self,
        meetings: MeetingRepository,
        speech: SpeechService,
        settings: Callable[[], Settings],
    ):
        self._meetings = meetings
        self._speech = speech
        self._settings = settings

    def digest(self, meeting: Meeting) -> str:
        """Return what names the sound and the language."""
        return _digest(self.name, meeting.duration, meeting.language)

    def run(self, meeting: Meeting, claim: Claim, ctx: JobContext) -> None:
        """Write down what is said; asks for the language before the draft runs.

        A transcript that was handed in is read again.
        """
        if is_made_from_text(meeting.original):
            self._read_again(meeting, claim, ctx)
            return
        settings = self._settings()
        language = meeting.language or settings.spoken_language or None
        if language is None and not self._speech.models(None).good:
            # The draft hears English in everything: never let it guess unasked.
            raise EngineError("language_needed")
        sound = self._sound(meeting)
        request = Request(language=language, model=settings.whisper_model)
        if sound.duration >= LONG_SECONDS:
            self._tell_time(sound, request, ctx)
        transcript = transcribe_sound(sound, request, self._speech, ctx)
        self._meetings.save_transcript(meeting.id, transcript, claim=claim)

    def _read_again(self, meeting: Meeting, claim: Claim, ctx: JobContext) -> None:
        """Read the file once more; what the library holds of it stays when it cannot be."""
        try:
            transcript = read_transcript(Path(meeting.original or ""))
        except InputError as error:
            if self._meetings.transcript(meeting.id) is None:
                raise
            ctx.notice("transcript_kept", why=error.code, params=error.params)
            self._meetings.finish(claim)
        else:
            self._meetings.save_transcript(meeting.id, transcript, claim=claim)

    def _tell_time(self, sound: Sound, request: Request, ctx: JobContext) -> None:
        """Try the engines that may be used for some seconds and say how long each takes."""
        stretches = self._speech.gate(sound, ctx)
        models = self._speech.models(request.language, request.model).good[:_MOST_TRIALS]
        tried: list[tuple[str, float]] = []
        for model in models or (None,):
            spans = stretches.whisper if model else stretches.draft
            seconds = sum(span.end - span.start for span in spans)
            if not seconds or (model is None and not self._speech.has_draft()):
                continue
            with contextlib.suppress(EngineError):  # what is wrong is said by the work itself
                trial = self._speech.trial(sound, spans, model, ctx)
                tried.append((model.name if model else DRAFT, trial.estimate(seconds)))
        if tried:
            times = [{"engine": name, "seconds": round(seconds)} for name, seconds in tried]
            ctx.notice("time_needed", times=times)

    def _sound(self, meeting: Meeting) -> Sound:
        try:
            return open_sound(self._file(meeting))
        except ValueError as error:  # a disk that lost its bytes: as good as gone
            raise InputError("sound_lost", path=meeting.title) from error

    def _file(self, meeting: Meeting) -> Path:
        for track in self._meetings.tracks(meeting.id):
            for part in track.parts:
                if Path(part.file).is_file():
                    return Path(part.file)
        raise InputError("sound_lost", path=meeting.title)


@dataclass(frozen=True)
class _Source:
    """What minutes are made from."""

    meeting: Meeting
    transcript: Transcript
    notes: tuple[Note, ...]

    def highlights(self, ctx: JobContext) -> Minutes:
        """Return the highlights; what is to be said about them goes to ``ctx``."""
        return make_highlights(
            self.transcript,
            title=self.meeting.title,
            notes=self.notes,
            language=self.meeting.language,
            ctx=ctx,
        )


class MinutesWork:
    """A transcript to minutes: highlights at once, then the model's where there is one."""

    name = "minutes"

    def __init__(
        self,
        meetings: MeetingRepository,
        settings: Callable[[], Settings],
        writer: Callable[[JobContext], MinutesWriter | None],
    ):
        self._meetings = meetings
        self._settings = settings
        self._writer = writer

    def digest(self, meeting: Meeting) -> str:
        """Return what names the transcript and who writes."""
        settings = self._settings()
        return _digest(
            self.name,
            meeting.step("transcript").finished,
            settings.minutes_engine,
            settings.chat_model,
        )

    def run(self, meeting: Meeting, claim: Claim, ctx: JobContext) -> None:
        """Keep highlights, then let the model write; its minutes replace them when whole.

        What a model wrote of this transcript before stays until then, whatever happens.
        """
        transcript = self._meetings.transcript(meeting.id)
        if transcript is None:
            raise InputError("transcript_empty", path=meeting.title)
        notes = tuple(Note(n.text, n.time) for n in self._meetings.notes(meeting.id))
        source = _Source(meeting, transcript, notes)
        chosen = self._settings().minutes_engine
        if chosen == EXTRACT or not any(s.text.strip() for s in transcript.segments):
            self._meetings.save_minutes(meeting.id, source.highlights(ctx), claim=claim)
            return
        shown = self._meetings.minutes(meeting.id, newest_run=True)
        before = None if shown is None or shown.engine == EXTRACT else shown
        if before is None:
            self._meetings.save_minutes(meeting.id, source.highlights(ctx))
            ctx.emit("minutes", meeting.id)
        try:
            minutes = self._written(source, ctx)
        except EngineError as error:
            cut = isinstance(error, AnswerCut)
            kept = cut and keep_partial(self._meetings, meeting.id, error.partial, before)
            if before and not kept:
                ctx.notice("minutes_kept", why=error.code, params=error.params)
            broken_off = before is not None and not is_whole(before)
            if cut or chosen == OLLAMA or broken_off:
                raise  # what is shown stays; the step can be tried again
            if before is None:
                tell_step_down(error, ctx)
            self._meetings.finish(claim)
        else:
            self._keep(minutes, before, source, claim)

    def _keep(
        self, minutes: Minutes, before: Minutes | None, source: _Source, claim: Claim
    ) -> None:
        """Keep what a model wrote; if that is nothing, what was there before it stays."""
        if minutes.overview or wrote_something(minutes):
            self._meetings.save_minutes(source.meeting.id, minutes, claim=claim)
        elif before is not None:
            self._meetings.finish(claim)
        else:
            quotes = source.highlights(JobContext())
            self._meetings.save_minutes(source.meeting.id, quotes, claim=claim)

    def _written(self, source: _Source, ctx: JobContext) -> Minutes:
        writer = self._writer(ctx)
        if writer is None:
            raise EngineError("engine_missing", engine=OLLAMA)
        return writer(
            source.transcript,
            title=source.meeting.title,
            notes=source.notes,
            language=source.meeting.language or source.transcript.language,
            ctx=ctx,
        )


class ExportWork:
    """Transcript and minutes as plain files beside the recordings."""

    name = "export"

    def __init__(
        self, meetings: MeetingRepository, write: Callable[[int, Path | None], list[Path]]
    ):
        self._meetings = meetings
        self._write = write

    def digest(self, meeting: Meeting) -> str:
        """Return what names the minutes, the title and the notes."""
        notes = [f"{note.time} {note.text}" for note in self._meetings.notes(meeting.id)]
        return _digest(self.name, meeting.title, meeting.step("minutes").finished, *notes)

    def run(self, meeting: Meeting, claim: Claim, ctx: JobContext) -> None:
        """Write the files."""
        ctx.report(Progress("export"))
        self._write(meeting.id, None)
        self._meetings.finish(claim)
