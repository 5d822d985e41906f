"""The meeting room with its ports in place, as the window and the command line use it."""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from app.core.disk import make_folder
from app.core.errors import AppError, InputError, StorageError
from app.core.file_names import check_name
from app.core.jobs import JobContext
from app.core.meetings import recording as rec
from app.core.meetings.export import (
    NOTES_FORMATS,
    export_minutes,
    export_notes,
    export_transcript,
)
from app.core.meetings.export_captions import CAPTIONS
from app.core.meetings.export_files import digest, free_places, plain_name, remove_unchanged
from app.core.meetings.labels import MeetingLabels
from app.core.meetings.model import Note, Unrecorded
from app.core.meetings.recording_hold import Holds
from app.core.meetings.recording_join import JOINED_FILE, join
from app.core.meetings.recording_repair import recover_all
from app.core.meetings.records import (
    IMPORT,
    RECORDING,
    Meeting,
    MeetingRepository,
    Receipt,
)
from app.core.meetings.speech_header import check_file
from app.core.settings import UNFINISHED, write_atomically

log = logging.getLogger("alcove.meetings")

Labels = Callable[[str | None], MeetingLabels]
_WAIT_SECONDS = 60.0
# Also one whose writing a kill cut off (write_atomically).
_EXPORTED = re.compile(
    r" (transcript\.(txt|md|json|srt|vtt)|(minutes|notes)\.(md|txt|json))" + f"({UNFINISHED})?$"
)


@dataclass(frozen=True)
class TakenIn:
    """A recording that got its meeting; ``repaired`` when a crash had cut it off."""

    meeting: int
    folder: Path
    repaired: bool


class MeetingDesk:
    """Takes meetings in and gives their files out.

    ``root`` gives the folder of recordings, ``labels`` the headings of files in a
    language.
    """

    def __init__(
        self,
        meetings: MeetingRepository,
        root: Callable[[], Path],
        labels: Labels = lambda language: MeetingLabels(),
    ):
        self._meetings = meetings
        self._root = root
        self._labels = labels
        self._holds = Holds()

    def add(self, path: Path, *, language: str | None = None, title: str = "") -> int:
        """Make a meeting of a sound or video file and return its number.

        Its title is ``title`` or the file's name. The file itself is left where it is.
        Raises ``InputError``, ``StorageError``.
        """
        found = path.absolute()
        check_file(found)
        check_name(found)
        title = title or " ".join(found.stem.replace("_", " ").split()) or found.name
        return self._meetings.create(title, kind=IMPORT, original=str(found), language=language).id

    def hold(self, folder: Path) -> bool:
        """Say that this program keeps the recording in ``folder``; False: another one does."""
        return self._holds.take(folder)

    def add_recording(
        self, folder: Path, ctx: JobContext | None = None, *, wait: float = _WAIT_SECONDS
    ) -> int:
        """Make a meeting of a closed recording, its notes and markers with it.

        Another program that has hold of it is waited for, ``wait`` seconds at most. A
        recording that has its meeting already gets no second one. Raises ``DeviceError``
        "recording_held", ``InputError`` "recording_elsewhere" when it is no longer there,
        ``StorageError``.
        """
        ctx = ctx or JobContext()
        with self._holds.held(folder, ctx, seconds=wait):
            known = rec.load(folder)
            if known is None:
                raise InputError("recording_elsewhere", path=str(folder))
            number = self._meeting_of(folder, join(folder, known, ctx))
        if not known.parts and known.markers:
            self._export_notes(number)
        return number

    def _export_notes(self, number: int) -> None:
        """Write the notes of a recording without sound: its steps will never come to it."""
        try:
            self.export(number)
        except StorageError as error:  # they are in the library
            log.warning("the notes of a recording could not be exported: %s", error.code)

    def _meeting_of(self, folder: Path, recording: rec.Recording) -> int:
        sound = str(folder / JOINED_FILE)
        for meeting in self._meetings.list():
            if meeting.original == sound:
                return meeting.id
        began = _began(recording, folder)
        return self._meetings.create(
            began.strftime("%Y-%m-%d %H:%M"),
            kind=RECORDING,
            created=began.timestamp(),
            original=sound,
            notes=recording.markers,
        ).id

    def recover(self) -> list[TakenIn]:
        """Make meetings of recordings that have none yet, and return them.

        That is what a crash left (repaired first), what was closed with the window,
        and what the command line recorded. A folder that cannot be read costs nothing
        but itself, and is tried again at the next start.
        """
        recover_all(self._root())
        known = {m.original for m in self._meetings.list()}
        taken = []
        for folder, state in self._closed():
            if str(folder / JOINED_FILE) in known:
                continue
            try:
                number = self.add_recording(folder, wait=0)
            except AppError as error:
                log.warning("a recording could not be taken in: %s", error.code)
            except OSError as error:
                log.warning("a recording could not be taken in: errno %s", error.errno)
            else:
                taken.append(TakenIn(number, folder, state == rec.RECOVERED))
        return taken

    def _closed(self) -> list[tuple[Path, str]]:
        try:
            folders = sorted(self._root().iterdir())
        except OSError:
            return []
        states = (rec.CLOSED, rec.RECOVERED)
        found = [(folder, rec.load(folder)) for folder in folders]
        return [
            (folder, known.state)
            for folder, known in found
            if known and known.state in states and (known.parts or known.markers)
        ]

    def sound_of(self, number: int) -> Path | None:
        """Return the meeting's converted sound, None while there is none."""
        for track in self._meetings.tracks(number):
            for part in track.parts:
                if Path(part.file).is_file():
                    return Path(part.file)
        return None

    def gaps(self, number: int) -> tuple[Unrecorded, ...]:
        """Return the stretches of a recorded meeting for which there is no sound."""
        parts = (part for track in self._meetings.tracks(number) for part in track.parts)
        return tuple(Unrecorded(span.start, span.end) for part in parts for span in part.gaps)

    def export(self, number: int, folder: Path | None = None) -> list[Path]:
        """Write transcript and minutes into ``folder`` and return the files.

        Without ``folder`` into one of the meeting's own, below the recordings; what stood
        there under an earlier title goes. What another meeting or the person has put
        there, or the person has changed, stays as it is. Raises ``StorageError``.
        """
        meeting = self._meetings.get(number)
        target = (folder or self.folder_of(meeting)).absolute()
        make_folder(target)
        contents = {ending: text.encode("utf-8") for ending, text in self._files(meeting)}
        own, theirs = (self._meetings.exports(number, chosen=c) for c in (False, True))
        made = free_places(target, meeting.title, contents, {**own, **theirs})
        digests = {file: digest(data) for file, data in made.items()}
        # Remembered first: a file that nobody knows of would outlive its meeting.
        self._meetings.add_exports(number, digests, chosen=folder is not None)
        written: dict[Path, str] = {}
        try:
            for file, data in made.items():
                write_atomically(file, data)
                written[file] = digests[file]
        finally:
            # Not before: after a kill the old content would pass for the person's.
            self._meetings.note_exports(number, written)
        if folder is None:
            self._sweep(number, list(made))
        return list(made)

    def _sweep(self, number: int, written: list[Path]) -> None:
        """Remove earlier exports that are as Alcove wrote them and were not written anew."""
        known = self._meetings.exports(number)
        gone = [f for f, held in known.items() if held and remove_unchanged(f, held, written)]
        if gone:
            self._meetings.forget_exports(number, gone)

    def delete(self, number: int) -> Receipt:
        """Delete a meeting with everything computed from it, its exported files too.

        The file that was imported stays where it is, and so do exports into a folder
        that the person chose: the receipt names those. Raises ``StorageError``.
        """
        meeting = self._meetings.get(number)
        return self._meetings.delete(number, exports=self._unlisted(meeting))

    def _unlisted(self, meeting: Meeting) -> list[Path]:
        """Return exports from before they were remembered, whatever the title was then."""
        if meeting.kind != IMPORT:
            return []
        day, end = _day(meeting), f" ({meeting.id})"
        try:
            folders = [f for f in self._root().iterdir() if f.is_dir() and not f.is_symlink()]
            return [
                file
                for folder in sorted(folders)
                if folder.name.startswith(day) and folder.name.endswith(end)
                # "2026-03-01 10.00.00 (2)" is a second recording, of another meeting.
                if not (folder / rec.SESSION_FILE).exists()
                for file in sorted(folder.iterdir())
                if _EXPORTED.search(file.name)
            ]
        except OSError:
            return []

    def folder_of(self, meeting: Meeting) -> Path:
        """Return where a meeting's files go by themselves."""
        if meeting.kind == RECORDING and meeting.original:
            return Path(meeting.original).parent
        return self._root() / f"{_day(meeting)} {plain_name(meeting.title)} ({meeting.id})"

    def _files(self, meeting: Meeting) -> Iterable[tuple[str, str]]:
        """Give each file's text by what follows the title in its name."""
        transcript = self._meetings.transcript(meeting.id)
        if transcript is not None:
            labels, gaps = self._labels(transcript.language), self.gaps(meeting.id)
            timed = all(s.start is not None for s in transcript.segments)
            for form in ("txt", "md", "json", *(CAPTIONS if timed else ())):
                text = export_transcript(
                    transcript, form, title=meeting.title, labels=labels, gaps=gaps
                )
                yield f"transcript.{form}", text
        minutes = self._meetings.minutes(meeting.id)
        notes = tuple(Note(n.text, n.time) for n in self._meetings.notes(meeting.id))
        if minutes is None and notes:
            labels = self._labels(transcript.language if transcript else meeting.language)
            for form in NOTES_FORMATS:
                text = export_notes(notes, form, title=meeting.title, labels=labels)
                yield f"notes.{form}", text
        if minutes is not None:
            # Title and notes as they are now, not as they were when the minutes were made.
            minutes = replace(minutes, title=meeting.title, notes=notes)
            labels = self._labels(minutes.language)
            for form in ("md", "txt", "json"):
                yield f"minutes.{form}", export_minutes(minutes, form, labels=labels)


def _day(meeting: Meeting) -> str:
    return datetime.fromtimestamp(meeting.created).strftime("%Y-%m-%d")


def _began(recording: rec.Recording, folder: Path) -> datetime:
    """Return when a recording began; one with a damaged date is as old as its file."""
    with contextlib.suppress(ValueError, OverflowError, OSError):
        began = datetime.fromisoformat(recording.started)
        if datetime.fromtimestamp(began.timestamp()).year >= 1970:
            return began
    return datetime.fromtimestamp((folder / rec.SESSION_FILE).stat().st_mtime)
