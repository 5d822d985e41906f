"""Minutes by a language model: every entry read or counted as unread, every item linked.

The way of a transcript, top to bottom: ``minutes_prompt`` (parts that fit the context,
fenced as data), with the person's notes of it (``minutes_notes``), one question per part
for JSON, ``minutes_parse`` (nothing in the
answer is trusted), ``minutes_check`` (what the cited entries do not hold is set
aside), ``minutes_merge`` (one list each, made by code), and one last question for the
overview. Nothing is ever cut silently: a part that does not fit is split.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

from app.core.chat import ChatEngine, read_answer
from app.core.errors import AnswerCut, EngineError
from app.core.grounding.rules import rules_of
from app.core.jobs import JobContext, Progress
from app.core.loops import REPEATS, until_it_repeats
from app.core.meetings.highlights.shares import coverage, speaker_shares
from app.core.meetings.minutes_check import Checker
from app.core.meetings.minutes_merge import merge, outline, to_lists, to_topics
from app.core.meetings.minutes_notes import noted, notes_of, room_for
from app.core.meetings.minutes_parse import Items, parse
from app.core.meetings.minutes_prompt import Budget, Line, Writer, can_be_split, lines_of, take
from app.core.meetings.model import Minutes, Note, Transcript
from app.core.meetings.summarize import MinutesWriter
from app.core.pace import Pace
from app.core.text.languages import Languages, shipped

ENGINE = "ollama"
_ATTEMPTS = 2
# An answer that broke at its limit is asked for again in two parts unless it is about
# so little text that the part of it that came is as good as it gets.
_SMALL_PART = 1500
_MOST_USELESS = 3
_MOST_AGAIN = 8  # lines at the end of a part that an answer is looked for behind


def write_minutes(
    transcript: Transcript,
    *,
    title: str,
    chat: ChatEngine,
    model: str,
    num_ctx: int,
    notes: Sequence[Note] = (),
    language: str | None = None,
    languages: Languages | None = None,
    ctx: JobContext | None = None,
) -> Minutes:
    """Return the minutes of ``transcript`` as ``model`` writes them.

    ``language`` is that of the minutes, the transcript's own if None. Raises
    ``AnswerCut`` with the minutes so far in ``partial`` when the engine dies after it
    was asked, "answer_malformed" or "answer_only_thought" when none of its answers can be
    used, other ``EngineError``s before anything was read, ``Cancelled``. Notices: ``no_speech``,
    ``heard_by_draft``, ``minutes_partly_read``, ``minutes_nothing``, ``minutes_no_overview``.
    """
    ctx = ctx or JobContext()
    run = _Run(transcript, title, chat, model, num_ctx, notes, language, languages, ctx)
    return run.minutes()


def writer(chat: ChatEngine, model: str, num_ctx: int) -> MinutesWriter:
    """Return what writes minutes with this model; see ``write_minutes``."""

    def write(
        transcript: Transcript,
        *,
        title: str,
        notes: Sequence[Note],
        language: str | None,
        ctx: JobContext,
    ) -> Minutes:
        return write_minutes(
            transcript,
            title=title,
            chat=chat,
            model=model,
            num_ctx=num_ctx,
            notes=notes,
            language=language,
            ctx=ctx,
        )

    return write


class _Run:
    """One transcript on its way."""

    def __init__(
        self,
        transcript: Transcript,
        title: str,
        chat: ChatEngine,
        model: str,
        num_ctx: int,
        notes: Sequence[Note],
        language: str | None,
        languages: Languages | None,
        ctx: JobContext,
    ):
        self._transcript = transcript
        self._title = title
        self._chat = chat
        self._notes = notes
        self._ctx = ctx
        languages = languages or shipped()
        self._language = language or transcript.language
        self._writer = Writer(model, num_ctx, self._language, languages)
        self._noted = noted(notes, transcript.segments)
        self._budget = Budget(num_ctx, self._writer.instructions(notes=bool(self._noted)))
        self._spoken = transcript.language or self._language
        self._checker = Checker(transcript.segments, self._spoken, self._language, languages)
        self._waiting = deque(lines_of(transcript.segments))
        self._total = sum(line.size for line in self._waiting)
        self._unread: set[int] = set()
        self._asked: set[int] = set()
        self._items = Items()
        self._again: list[Line] = []  # that the next part begins with once more
        self._overview: str | None = None
        self._cut = False
        self._thought = False
        self._useless = 0  # parts of which no answer could be used

    def minutes(self) -> Minutes:
        """Read every part, then write the overview."""
        if self._transcript.is_draft:
            self._ctx.notice("heard_by_draft")
        if not self._waiting:
            self._ctx.notice("no_speech")
            return self._made()
        self._read_all()
        if not self._read():
            if self._cut or any(self._items.all()):
                raise AnswerCut(partial=self._partial(), why="ended")
            code = "answer_only_thought" if self._thought else "answer_malformed"
            raise EngineError(code, engine=self._writer.model)
        if self._unread:
            read, total = len(self._read()), len(self._transcript.segments)
            self._ctx.notice("minutes_partly_read", read=read, total=total)
        self._ctx.report(Progress("merge", 1, 1))
        self._items = merge(self._items, rules_of(self._language))
        if not any(self._items.all()):
            self._ctx.notice("minutes_nothing")
        self._write_overview()
        return self._made()

    def _read_all(self) -> None:
        pace = Pace(self._ctx, "minutes")
        while self._waiting:
            self._ctx.check()
            left = _bytes(self._waiting)
            pace.report(self._total - left, self._total)
            self._budget.reached(left)
            lines = take(self._waiting, self._budget.size - self._beside - _bytes(self._again))
            try:
                if not self._read_part(lines):
                    self._waiting.extendleft(reversed(lines))
            except EngineError as error:
                self._unread.update(line.segment for line in lines)
                if not isinstance(error, AnswerCut) and not self._read():
                    raise
                told = {"why": error.code, **error.params}
                raise AnswerCut(partial=self._partial(), **told) from error
            if self._useless >= _MOST_USELESS and not self._asked:
                return  # the hours that the rest would take bring nothing either
        pace.report(self._total, self._total)

    @property
    def _beside(self) -> int:
        """Return the bytes of a prompt that the person's notes may take."""
        return room_for(self._noted, self._budget.size)

    def _partial(self) -> Minutes:
        self._unread.update(line.segment for line in self._waiting)
        self._items = merge(self._items, rules_of(self._language))
        return self._made()

    def _read_part(self, lines: list[Line]) -> bool:
        """Ask about one part; False when it must be asked about in smaller ones."""
        fresh = {line.segment for line in lines}
        again, self._again = self._again, []
        shown = [*again, *lines]
        known = {line.segment for line in shown}
        size = _bytes(shown)
        notes = notes_of(self._noted, known, self._beside)
        size += sum(note.size for note in notes)
        for attempt in range(_ATTEMPTS):
            request = self._writer.part(
                shown, self._budget.answer_tokens, attempt, [note.written() for note in notes]
            )
            try:
                answer = read_answer(until_it_repeats(self._chat.chat(request, self._ctx)))
            except EngineError as error:
                if isinstance(error, AnswerCut):
                    self._keep_begun(error.partial, known, fresh)
                if error.code == "ollama_too_long" and (again or can_be_split(lines)):
                    self._budget.refused(size, error.params["needed"], error.params["limit"])
                    return False
                if error.params.get("why") != "ended":
                    raise
                # The server is there and broke the answer off: the others go on.
                self._cut = True
                break
            self._budget.measured(size, answer.end.prompt_tokens)
            broken, loops = answer.end.reason != "stop", answer.end.reason == REPEATS
            if broken and "{" not in answer.text:
                self._thought = self._thought or bool(answer.thinking)
                break  # it only thought or talked, and would of less text as well
            if broken and size > _SMALL_PART and (again or can_be_split(lines)):
                self._budget.refused(size, until=_bytes(self._waiting) if loops else 0)
                return False
            items = None if loops else parse(answer.text, known, broken=broken)
            if items is not None:
                # The part before has told what the lines that are shown again say.
                checked = self._checker.check(items).without(known - fresh)
                self._items.add(checked)
                self._asked |= fresh
                self._again = self._open_end(checked, shown)
                return True
            if attempt + 1 == _ATTEMPTS:
                self._keep_begun(answer.text, known, fresh)
        self._unread |= fresh
        self._useless += 1
        return True

    def _keep_begun(self, text: str, known: set[int], fresh: set[int]) -> None:
        """Keep what came of an answer that was cut; its entries still count as unread."""
        items = parse(text, known, broken=True)
        if items is not None:
            self._items.add(self._checker.check(items).without(known - fresh))

    def _open_end(self, items: Items, shown: Sequence[Line]) -> list[Line]:
        """Return the last lines of a part from a question on that nobody has answered there.

        They stand at the head of the next part too: its first words may be the answer.
        """
        asked = {n for question in items.questions if not question.answer
                 for n in question.segments}  # fmt: skip
        tail = list(shown[-_MOST_AGAIN:])
        while tail and (tail[0].segment not in asked or _bytes(tail) > self._budget.size // 6):
            tail.pop(0)
        return tail

    def _read(self) -> list:
        """Return the segments that were read whole; those without words are with them."""
        if not self._asked:
            return []
        return [
            s
            for s in self._transcript.segments
            if s.id not in self._unread and (s.id in self._asked or not s.text.strip())
        ]

    def _write_overview(self) -> None:
        """Ask for the overview; without one the minutes are as good."""
        lines = outline(self._items)
        if not lines:
            return
        self._ctx.report(Progress("overview"))
        fitting = self._fitting(lines)
        try:
            answer = read_answer(self._chat.chat(self._writer.overview(fitting), self._ctx))
        except EngineError:
            self._ctx.notice("minutes_no_overview")
            return
        if answer.end.reason == "stop":
            self._overview = self._checker.overview(answer.text, self._items, fitting)
        if self._overview is None:
            self._ctx.notice("minutes_no_overview")

    def _fitting(self, lines: Sequence[str]) -> list[str]:
        """Return the first lines that fit: what decides comes first in them."""
        left, fitting = self._budget.size, []
        for line in lines:
            left -= len(line.encode("utf-8")) + 3
            if left < 0:
                break
            fitting.append(line)
        return fitting

    def _made(self) -> Minutes:
        transcript = self._transcript
        return Minutes(
            title=self._title,
            engine=ENGINE,
            model=self._writer.model,
            coverage=coverage(self._read(), transcript.segments),
            segments=transcript.segments,
            overview=self._overview,
            topics=to_topics(self._items),
            notes=tuple(sorted(self._notes, key=lambda n: (n.time is None, n.time or 0.0))),
            speakers=speaker_shares(transcript.segments),
            unsupported=tuple(dict.fromkeys(self._checker.unsupported)),
            language=self._language,
            **to_lists(self._items),
        )


def _bytes(lines: Iterable[Line]) -> int:
    return sum(line.size for line in lines)
