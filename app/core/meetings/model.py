"""The plain values of the meeting room: transcript, minutes, evidence.

Times are seconds from the start of the meeting; ids are integers from 1 within a
transcript and are never reused. Unknown values are None.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Word:
    """A word with its times in seconds."""

    start: float
    end: float
    text: str


@dataclass(frozen=True)
class Segment:
    """A stretch of speech: one entry of the transcript.

    ``start`` and ``end`` are None where the input has no times; ``confidence`` is
    0 to 1 or None; ``words`` is empty where the engine gives none.
    """

    id: int
    start: float | None
    end: float | None
    text: str
    speaker: str | None = None
    language: str | None = None
    confidence: float | None = None
    words: tuple[Word, ...] = ()


@dataclass(frozen=True)
class Span:
    """A stretch of time in seconds."""

    start: float
    end: float


@dataclass(frozen=True)
class Unrecorded(Span):
    """A stretch of a recording for which there is no sound: the microphone was away."""


@dataclass(frozen=True)
class Transcript:
    """What was said, by which engine it was heard, and what was not understood.

    ``engine`` is "whisper", "draft" or "file" (the text was handed in).
    """

    segments: tuple[Segment, ...]
    engine: str
    model: str | None = None
    language: str | None = None
    language_confidence: float | None = None
    duration: float | None = None
    not_understood: tuple[Span, ...] = ()

    @property
    def is_draft(self) -> bool:
        """Return whether the draft recogniser heard it."""
        return self.engine == "draft"

    def to_json(self) -> dict[str, Any]:
        """Return the plain form of the command line's JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Note:
    """What the person wrote or marked while the meeting ran."""

    text: str
    time: float | None = None


@dataclass(frozen=True)
class Point:
    """One statement of a topic, "quoted" from or "written" about its segments."""

    text: str
    kind: str
    segments: tuple[int, ...]


@dataclass(frozen=True)
class Topic:
    """A chapter of the meeting."""

    title: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Decision:
    """Something that was decided."""

    text: str
    kind: str
    segments: tuple[int, ...]


@dataclass(frozen=True)
class Action:
    """Something somebody is to do; owner and due are None unless said."""

    task: str
    owner: str | None
    due: str | None
    kind: str
    segments: tuple[int, ...]


@dataclass(frozen=True)
class Answer:
    """What followed a question."""

    text: str
    segments: tuple[int, ...]


@dataclass(frozen=True)
class Question:
    """A question, with the answer that was given to it or None."""

    text: str
    kind: str
    segments: tuple[int, ...]
    answer: Answer | None = None


@dataclass(frozen=True)
class DateItem:
    """A date or a time that was named, in the words that were said."""

    text: str
    kind: str
    segments: tuple[int, ...]


@dataclass(frozen=True)
class SpeakerShare:
    """Who spoke how long; ``seconds`` is None where the input has no times."""

    name: str
    seconds: float | None
    words: int


@dataclass(frozen=True)
class Coverage:
    """How much of the transcript was really read, in segments and seconds."""

    segments_read: int
    segments_total: int
    seconds_read: float | None
    seconds_total: float | None


@dataclass(frozen=True)
class Unsupported:
    """A statement that was left out because its source does not hold it."""

    text: str
    reason: str


@dataclass(frozen=True)
class Minutes:
    """The minutes of one transcript, each item with the segments it came from."""

    title: str
    engine: str
    coverage: Coverage
    segments: tuple[Segment, ...]
    overview: str | None = None
    topics: tuple[Topic, ...] = ()
    decisions: tuple[Decision, ...] = ()
    actions: tuple[Action, ...] = ()
    questions: tuple[Question, ...] = ()
    dates: tuple[DateItem, ...] = ()
    notes: tuple[Note, ...] = ()
    speakers: tuple[SpeakerShare, ...] = ()
    unsupported: tuple[Unsupported, ...] = ()
    language: str | None = None
    model: str | None = None
    looked_for: frozenset[str] = field(
        default_factory=lambda: frozenset({"decisions", "actions", "questions", "dates"})
    )

    @property
    def is_partial(self) -> bool:
        """Return whether a model read less than there is: an empty list then proves nothing."""
        read = self.coverage
        return self.engine != "extract" and read.segments_read < read.segments_total

    def to_json(self) -> dict[str, Any]:
        """Return the plain form of the command line's JSON."""
        plain = asdict(self)
        plain.pop("looked_for")
        keep = ("id", "start", "end", "text", "speaker")
        plain["segments"] = [{k: s[k] for k in keep} for s in plain["segments"]]
        return plain
