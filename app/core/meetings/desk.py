"""The meeting room with its ports in place, as the window and the command line use it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from app.core.errors import InputError
from app.core.jobs import JobContext
from app.core.meetings import recording as rec
from app.core.meetings.export import export_minutes, export_transcript
from app.core.meetings.export_captions import CAPTIONS
from app.core.meetings.labels import MeetingLabels
from app.core.meetings.recording_join import JOINED_FILE, join
from app.core.meetings.recording_repair import recover_all
from app.core.meetings.records import (
    IMPORT,
    MARKER,
    NOTE,
    RECORDING,
    Meeting,
    MeetingRepository,
    Receipt,
)
from app.core.meetings.speech_header import check_file
from app.core.settings import write_atomically

Labels = Callable[[str | None], MeetingLabels]


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

    def add(self, path: Path, *, language: str | None = None) -> int:
        """Make a meeting of a sound or video file and return its number.

        The file itself is left where it is. Raises ``InputError``, ``StorageError``.
        """
        found = path.absolute()
        check_file(found)
        title = " ".join(found.stem.replace("_", " ").split()) or found.name
        return self._meetings.create(title, kind=IMPORT, original=str(found), language=language).id

    def add_recording(self, folder: Path, ctx: JobContext | None = None) -> int:
        """Make a meeting of a closed recording, its notes and markers with it."""
        known = rec.load(folder)
        if known is None:
            raise InputError("file_missing", path=str(folder))
        recording = join(folder, known, ctx or JobContext())
        began = datetime.fromisoformat(recording.started)
        meeting = self._meetings.create(
            began.strftime("%Y-%m-%d %H:%M"),
            kind=RECORDING,
            created=began.timestamp(),
            original=str(folder / JOINED_FILE),
        )
        for note in recording.markers:
            self._meetings.add_note(meeting.id, note.text, note.time, NOTE if note.text else MARKER)
        return meeting.id

    def recover(self) -> list[int]:
        """Make meetings of recordings that have none yet, and return their numbers.

        That is what a crash left (repaired first), what was closed with the window,
        and what the command line recorded.
        """
        recover_all(self._root())
        known = {m.original for m in self._meetings.list()}
        numbers = []
        for folder in self._closed():
            if str(folder / JOINED_FILE) not in known:
                numbers.append(self.add_recording(folder))
        return numbers

    def _closed(self) -> list[Path]:
        try:
            folders = sorted(f for f in self._root().iterdir() if (f / rec.SESSION_FILE).is_file())
        except OSError:
            return []
        states = (rec.CLOSED, rec.RECOVERED)
        found = [(folder, rec.load(folder)) for folder in folders]
        return [f for f, known in found if known and known.state in states and known.parts]

    def sound_of(self, number: int) -> Path | None:
        """Return the meeting's converted sound, None while there is none."""
        for track in self._meetings.tracks(number):
            for part in track.parts:
                if Path(part.file).is_file():
                    return Path(part.file)
        return None

    def export(self, number: int, folder: Path | None = None) -> list[Path]:
        """Write transcript and minutes into ``folder`` and return the files.

        Without ``folder`` into one of the meeting's own, below the recordings. Raises
        ``StorageError``.
        """
        meeting = self._meetings.get(number)
        target = folder or self.folder_of(meeting)
        target.mkdir(parents=True, exist_ok=True, mode=0o700)
        written = []
        for name, text in self._files(meeting):
            write_atomically(target / name, text.encode("utf-8"))
            written.append(target / name)
        return written

    def delete(self, number: int) -> Receipt:
        """Delete a meeting with everything computed from it, its exported files too.

        The file that was imported stays where it is. Raises ``StorageError``.
        """
        meeting = self._meetings.get(number)
        removed = []
        folder = self.folder_of(meeting)
        if meeting.kind == IMPORT and folder.is_dir() and folder.parent == self._root():
            removed = [str(file) for file in sorted(folder.iterdir())]
            shutil.rmtree(folder, ignore_errors=True)
        return self._meetings.delete(number).also(removed)

    def folder_of(self, meeting: Meeting) -> Path:
        """Return where a meeting's files go by themselves."""
        if meeting.kind == RECORDING and meeting.original:
            return Path(meeting.original).parent
        day = datetime.fromtimestamp(meeting.created).strftime("%Y-%m-%d")
        return self._root() / f"{day} {_plain(meeting.title)} ({meeting.id})"

    def _files(self, meeting: Meeting) -> Iterable[tuple[str, str]]:
        base = _plain(meeting.title)
        transcript = self._meetings.transcript(meeting.id)
        if transcript is not None:
            labels = self._labels(transcript.language)
            timed = all(s.start is not None for s in transcript.segments)
            for form in ("txt", "md", "json", *(CAPTIONS if timed else ())):
                text = export_transcript(transcript, form, title=meeting.title, labels=labels)
                yield f"{base} transcript.{form}", text
        minutes = self._meetings.minutes(meeting.id)
        if minutes is not None:
            labels = self._labels(minutes.language)
            for form in ("md", "txt", "json"):
                yield f"{base} minutes.{form}", export_minutes(minutes, form, labels=labels)


def _plain(title: str) -> str:
    """Return ``title`` as a file name that every system takes."""
    name = re.sub(r'[\x00-\x1f<>:"/\\|?*]+', "-", title).strip(" .-")[:80]
    return name or "meeting"
