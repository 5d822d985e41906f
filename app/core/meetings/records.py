"""What the library keeps of a meeting, and the port through which it is kept.

Times are seconds from the start of the meeting, ``created`` and the like seconds
since 1970. A meeting has tracks (one per source of sound), a track has parts (one
per file), a part has gaps (sound that was lost). Everything that is computed hangs
on steps: one process claims a step, and its result is stored together with the
step's end, so that a crash leaves either both or neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from app.core.errors import AppError
from app.core.jobs import Notice
from app.core.meetings.model import Minutes, Note, Span, Transcript

WAITING = "waiting"
RUNNING = "running"
DONE = "done"
FAILED = "failed"
CANCELLED = "cancelled"
BLOCKED = "blocked"  # cannot go on until something is there (a Whisper model)
STATES = (WAITING, RUNNING, DONE, FAILED, CANCELLED, BLOCKED)

IMPORT = "import"
RECORDING = "recording"

NOTE = "note"
MARKER = "marker"


@dataclass(frozen=True)
class Part:
    """One sound file of a track: from ``offset``, ``samples`` long at ``rate`` Hz."""

    file: str
    offset: float
    rate: int
    samples: int
    gaps: tuple[Span, ...] = ()

    @property
    def end(self) -> float:
        """Return where the part ends, in seconds of the meeting."""
        return self.offset + self.samples / self.rate


@dataclass(frozen=True)
class Track:
    """The sound of one source ("mixed", "microphone", "computer")."""

    name: str
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class NoteRecord:
    """A note or a marker of the person; a marker may have no text."""

    id: int
    kind: str
    text: str
    time: float | None
    created: float


@dataclass(frozen=True)
class Step:
    """One step of a meeting: where it stands, how far, with what, and why it failed.

    ``done`` and ``total`` are in the step's own unit; ``total`` is None while unknown.
    ``input_digest`` names what the step was computed from, so that a changed input
    is noticed. ``attempt`` counts the claims. ``notices`` is what was told of it and the
    person has not closed yet.
    """

    name: str
    state: str
    attempt: int = 0
    done: float = 0.0
    total: float | None = None
    input_digest: str | None = None
    engine: str | None = None
    error: str | None = None
    error_params: dict[str, Any] = field(default_factory=dict)
    started: float | None = None
    finished: float | None = None
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class Meeting:
    """A meeting as the list shows it, its steps in their order."""

    id: int
    title: str
    created: float
    kind: str
    original: str | None = None
    language: str | None = None
    duration: float | None = None
    steps: tuple[Step, ...] = ()

    def step(self, name: str) -> Step:
        """Return the step ``name``; raises ``KeyError`` when there is none."""
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(name)


@dataclass(frozen=True)
class Claim:
    """The right to work on one step, held until it is finished, failed or given back."""

    meeting: int
    step: str
    attempt: int
    owner: str


@dataclass(frozen=True)
class MeetingHit:
    """A segment that was found: ``score`` is higher for the better."""

    meeting: int
    title: str
    segment: int
    start: float | None
    text: str
    score: float


@dataclass(frozen=True)
class Receipt:
    """What a deletion left behind: the outcome of a scan of the bytes on disk.

    ``needles`` is how many pieces of the deleted text were looked for, ``scanned``
    the files that were looked at, ``found`` the ones that still hold a piece, or that could
    not be read or removed, ``removed`` the files that went with the meeting, ``kept`` the exports
    that the person put into a folder of their own. ``emptied`` says whether the write-ahead
    log could be emptied (another process that reads at that moment prevents it).
    """

    needles: int
    scanned: tuple[str, ...]
    found: tuple[str, ...]
    removed: tuple[str, ...] = ()
    emptied: bool = True
    kept: tuple[str, ...] = ()

    @property
    def clean(self) -> bool:
        """Return whether nothing of it was found any more in Alcove's files."""
        return self.emptied and not self.found

    def also(
        self, removed: Sequence[str], *, left: Sequence[str] = (), kept: Sequence[str] = ()
    ) -> Receipt:
        """Return the receipt with what was removed as well, could not be, and stays."""
        found = tuple(dict.fromkeys((*self.found, *left)))
        return replace(
            self, removed=(*self.removed, *removed), found=found, kept=(*self.kept, *kept)
        )


class MeetingRepository(Protocol):
    """Where meetings live. Every call may raise ``StorageError``.

    A call for a meeting that is not there (any more) raises "meeting_missing", one
    with a claim that is no longer held "step_taken".
    """

    def create(
        self,
        title: str,
        *,
        kind: str = IMPORT,
        created: float | None = None,
        original: str | None = None,
        language: str | None = None,
        notes: Iterable[Note] = (),
    ) -> Meeting:
        """Add a meeting whose steps all wait, with ``notes``; all of it or nothing.

        A note without text is a marker.
        """

    def get(self, meeting: int) -> Meeting:
        """Return one meeting with its steps."""

    def list(self) -> tuple[Meeting, ...]:
        """Return all meetings, the newest first."""

    def rename(self, meeting: int, title: str) -> None:
        """Give it another title."""

    def set_language(self, meeting: int, language: str | None) -> None:
        """Say which language is spoken; None: find out."""

    def add_exports(self, meeting: int, files: Mapping[Path, str], *, chosen: bool = False) -> None:
        """Remember files, with the SHA-256 of their content, before they are written.

        They go with the meeting; those that are known already keep their digest.
        ``chosen``: the person put them into a folder of their own, where they stay.
        """

    def note_exports(self, meeting: int, files: Mapping[Path, str]) -> None:
        """Note the digests of files that are written now."""

    def exports(self, meeting: int, *, chosen: bool = False) -> Mapping[Path, str | None]:
        """Return what was written into Alcove's own folders, or into ``chosen`` ones.

        No digest: from an old version.
        """

    def forget_exports(self, meeting: int, files: Iterable[Path]) -> None:
        """Forget exports that are no longer there."""

    def delete(
        self, meeting: int, *, keep_sound: bool = False, exports: Sequence[Path] = ()
    ) -> Receipt:
        """Delete it with everything computed from it, and prove it.

        Recordings and sound in Alcove's own folders go with it unless ``keep_sound``,
        so do the files that were exported (``exports`` are some that were written
        before they were remembered); a file that was imported from elsewhere is never
        touched.
        """

    def search(self, query: str, k: int = 50) -> tuple[MeetingHit, ...]:
        """Find segments: all words first, then any."""

    def tracks(self, meeting: int) -> tuple[Track, ...]:
        """Return the sound of a meeting."""

    def save_tracks(
        self,
        meeting: int,
        tracks: Sequence[Track],
        *,
        duration: float | None = None,
        claim: Claim | None = None,
    ) -> None:
        """Replace the sound of a meeting; with a claim, its step is done with it."""

    def add_note(
        self, meeting: int, text: str, time: float | None = None, kind: str = NOTE
    ) -> NoteRecord:
        """Keep a note or a marker."""

    def change_note(self, note: int, text: str) -> None:
        """Give a note another text; one that is gone is left alone."""

    def remove_note(self, note: int) -> None:
        """Forget a note."""

    def notes(self, meeting: int) -> tuple[NoteRecord, ...]:
        """Return notes and markers in the order of their times."""

    def claim(
        self,
        meeting: int,
        step: str,
        *,
        input_digest: str | None = None,
        engine: str | None = None,
        again: bool = False,
    ) -> Claim | None:
        """Take a step to work on it; None when a living process has it.

        A step that is done is given only with ``again``.
        """

    def progress(self, claim: Claim, done: float, total: float | None = None) -> None:
        """Say how far a step is; written at most once a second."""

    def notice(self, claim: Claim, notice: Notice) -> None:
        """Keep what was told of a step, until the step is claimed again or reset."""

    def forget_notices(self, meeting: int) -> None:
        """Forget what was told of a meeting: the person has read it."""

    def finish(self, claim: Claim) -> None:
        """A step is done; for one with a result use the ``save_`` call with the claim."""

    def fail(self, claim: Claim, error: AppError, *, blocked: bool = False) -> None:
        """A step failed, or is ``blocked`` until what it needs is there."""

    def stop(self, claim: Claim, *, cancelled: bool = True) -> None:
        """Give a step back: cancelled by the person, or waiting for another time."""

    def reset(self, meeting: int, step: str, *, following: bool = True) -> None:
        """Let a step, and those after it, wait again. What runs is left alone."""

    def waiting(self) -> tuple[tuple[int, str], ...]:
        """Return (meeting, step) of everything that waits, oldest meeting first.

        Steps whose process died are among them.
        """

    def save_transcript(
        self, meeting: int, transcript: Transcript, *, claim: Claim | None = None
    ) -> int:
        """Keep a transcript as a new run and return its number in the library."""

    def transcript(self, meeting: int, run: int | None = None) -> Transcript | None:
        """Return the newest transcript, or the one of ``run``; None: there is none."""

    def save_minutes(
        self, meeting: int, minutes: Minutes, *, run: int | None = None, claim: Claim | None = None
    ) -> int:
        """Keep minutes of ``run`` (None: the newest) and return their number."""

    def minutes(
        self, meeting: int, engine: str | None = None, *, newest_run: bool = False
    ) -> Minutes | None:
        """Return the newest minutes of the newest transcript that has some, else None.

        ``engine`` asks for those of one engine ("extract": the highlights),
        ``newest_run`` for those of the newest transcript and no older one.
        """
