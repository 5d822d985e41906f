"""Transcripts and minutes with something in every field."""

from __future__ import annotations

from app.core.meetings.model import (
    Action,
    Answer,
    Coverage,
    DateItem,
    Decision,
    Minutes,
    Note,
    Point,
    Question,
    Segment,
    Span,
    SpeakerShare,
    Topic,
    Transcript,
    Unsupported,
    Word,
)


def transcript(count: int = 5, said: str = "we talk about the harbour") -> Transcript:
    """Return a transcript of ``count`` segments of one second."""
    segments = tuple(
        Segment(
            id=n,
            start=float(n),
            end=n + 0.9,
            text=f"{said} number {n}",
            speaker="Ada" if n % 2 else None,
            language="en",
            confidence=0.5 + n / 1e5,
            words=(Word(float(n), n + 0.4, said.split()[0]), Word(n + 0.4, n + 0.9, "naïve")),
        )
        for n in range(1, count + 1)
    )
    return Transcript(
        segments, "whisper", "tiny", "en", 0.87, count + 1.5, (Span(0.25, 0.75), Span(2.5, 3.0))
    )


def minutes(of: Transcript, engine: str = "ollama") -> Minutes:
    """Return minutes with two of everything that can be in them."""
    return Minutes(
        title="Harbour",
        engine=engine,
        coverage=Coverage(4, 5, 4.5, 6.5),
        segments=of.segments,
        overview="They talked.",
        topics=(
            Topic(
                "Cranes", (Point("One crane.", "written", (1, 2)), Point("Two.", "quoted", (3,)))
            ),
            Topic("Ships", ()),
        ),
        decisions=(Decision("Buy it.", "quoted", (2,)),),
        actions=(
            Action("Call the yard", "Ada", "by Friday", "quoted", (4, 1)),
            Action("Write it down", None, None, "written", (5,)),
        ),
        questions=(
            Question("How much?", "quoted", (3,), Answer("A lot.", (4, 5))),
            Question("When?", "quoted", (4,)),
        ),
        dates=(DateItem("on Friday", "quoted", (4,)),),
        notes=(Note("important", 2.0), Note("", None)),
        speakers=(SpeakerShare("Ada", 3.5, 21), SpeakerShare("Bo", None, 4)),
        unsupported=(Unsupported("The moon.", "not in the source"),),
        language="en",
        model="tiny-chat",
        looked_for=frozenset({"decisions", "dates"}),
    )
