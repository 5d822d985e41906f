"""Highlights: the engine that writes nothing and shows what was said.

Every ``text`` and ``task`` is a slice of the text of the segment it cites first. The
way of a transcript, top to bottom: ``units`` (what can be quoted), ``chapters`` (where
the topic changes), ``ranking`` (what deserves to be shown), ``across`` (sentences that
were cut), ``items`` and ``questions`` with ``answers`` (what cue phrases announce),
``topics`` (titles and best quotes), ``shares`` (who spoke).
"""

from __future__ import annotations

from collections.abc import Sequence

from app.core.jobs import JobContext, Progress
from app.core.meetings.highlights.across import scores
from app.core.meetings.highlights.chapters import find_chapters
from app.core.meetings.highlights.items import (
    action_score,
    decision_score,
    find_actions,
    find_dates,
    find_decisions,
)
from app.core.meetings.highlights.questions import find_questions
from app.core.meetings.highlights.ranking import Ranking, rank
from app.core.meetings.highlights.shares import coverage, speaker_shares
from app.core.meetings.highlights.terms import Terms
from app.core.meetings.highlights.topics import find_topics
from app.core.meetings.highlights.units import build_units
from app.core.meetings.model import Coverage, Minutes, Note, Segment, Transcript
from app.core.text.identify import identify
from app.core.text.languages import Language, Languages, shipped

ENGINE = "extract"
LISTS = frozenset({"decisions", "actions", "questions", "dates"})
_MOST_CHARACTERS = 1_500_000  # about twenty hours of speech

__all__ = ["ENGINE", "language_of", "make_highlights", "rank_transcript"]


def make_highlights(
    transcript: Transcript,
    *,
    title: str,
    notes: Sequence[Note] = (),
    language: str | None = None,
    languages: Languages | None = None,
    ctx: JobContext | None = None,
) -> Minutes:
    """Return the highlights of ``transcript``: quotes only, each with its segment.

    ``language`` overrides what the transcript says; without either it is identified.
    Notices: ``no_speech``, ``no_cues``, ``heard_by_draft``, ``too_little_understood``,
    ``partly_read``. Raises ``Cancelled``.
    """
    ctx = ctx or JobContext()
    ctx.report(Progress("highlights", 0, 1))
    code = language or transcript.language or language_of(transcript, languages)
    known = (languages or shipped()).get(code)
    readable = _readable(transcript, known, ctx)
    lists = _lists(readable, known, ctx) if readable else {}
    ctx.report(Progress("highlights", 1, 1))
    return Minutes(
        title=title,
        engine=ENGINE,
        coverage=_coverage(transcript, readable),
        segments=transcript.segments,
        notes=tuple(sorted(notes, key=lambda n: (n.time is None, n.time or 0.0))),
        speakers=speaker_shares(transcript.segments),
        language=code,
        looked_for=LISTS if _was_looked(transcript, known, readable) else frozenset(),
        **lists,
    )


def _was_looked(transcript: Transcript, language: Language, readable: Sequence[Segment]) -> bool:
    """Return whether an empty list means that nothing was said: silence holds nothing."""
    silent = not transcript.segments and not _mostly_not_understood(transcript)
    return silent or bool(language.cues and readable)


def _coverage(transcript: Transcript, readable: Sequence[Segment]) -> Coverage:
    return coverage(readable, transcript.segments)


def language_of(transcript: Transcript, languages: Languages | None = None) -> str | None:
    """Return the code of the language that the words of ``transcript`` are in, or None."""
    guess = identify("\n".join(s.text for s in transcript.segments), languages or shipped())
    return guess.code if guess else None


def _readable(transcript: Transcript, language: Language, ctx: JobContext) -> Sequence[Segment]:
    """Return the segments to read, saying by notices what stands against the rest."""
    if transcript.is_draft and transcript.segments:
        ctx.notice("heard_by_draft")
    if _mostly_not_understood(transcript):
        ctx.notice("too_little_understood")
        return ()
    if not transcript.segments:
        ctx.notice("no_speech")
        return ()
    if language.cues is None:
        ctx.notice("no_cues")
    size = 0
    for i, segment in enumerate(transcript.segments):
        size += len(segment.text)
        if size > _MOST_CHARACTERS:
            ctx.notice("partly_read")
            return transcript.segments[:i]
    return transcript.segments


def _mostly_not_understood(transcript: Transcript) -> bool:
    lost = sum(s.end - s.start for s in transcript.not_understood)
    heard = sum(
        s.end - s.start for s in transcript.segments if s.start is not None and s.end is not None
    )
    return lost > 0 and lost > heard


def rank_transcript(
    transcript: Transcript, language: Language, ctx: JobContext | None = None
) -> Ranking:
    """Return every unit of ``transcript`` with its score."""
    units = build_units(transcript.segments, language, ctx)
    return rank(units, find_chapters(units), Terms(units))


def _lists(segments: Sequence[Segment], language: Language, ctx: JobContext) -> dict[str, tuple]:
    """Return the lists of the minutes by their names."""
    units = build_units(segments, language, ctx)
    chapters, terms = find_chapters(units), Terms(units)
    ctx.check()
    ranking = rank(units, chapters, terms)
    ctx.check()
    tasks = frozenset(i for i, score in enumerate(scores(units, action_score)) if score)
    shown = tasks | {i for i, score in enumerate(scores(units, decision_score)) if score}
    speakers = {s.speaker for s in segments if s.speaker}
    found = {"topics": tuple(find_topics(ranking, chapters, terms, shown, speakers))}
    if language.cues is None:
        return found
    ctx.check()
    return found | {
        "decisions": tuple(find_decisions(units)),
        "actions": tuple(find_actions(units)),
        "questions": tuple(find_questions(units, tasks)),
        "dates": tuple(find_dates(units)),
    }
