"""What the model is given: a part of the transcript, fenced, and how much fits.

Token counts are estimated from bytes, cautiously at first and then by what the server
really counted. A server that refuses a prompt as too long says how much too long.
"""

from __future__ import annotations

import hashlib
import re
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from app.core.chat import ChatMessage, ChatRequest
from app.core.meetings.model import Segment
from app.core.prompts import filled, has_prompt, load_prompt, load_schema
from app.core.text.languages import Languages

# Bytes of UTF-8 per token; texts have 3.3 (spoken English with its "um"s) and more.
_CAUTIOUS = 2.6
_MARGIN = 0.9
_FRAME_TOKENS = 96
_LEAST_ROOM = 96
_MOST_ANSWER = 2048
_SHORTEST_PIECE = 40
_ID_LIKE = re.compile(r"\[(\d{1,9})\]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True)
class Line:
    """A segment as the model reads it, or a part of a very long one."""

    segment: int
    speaker: str | None
    text: str

    def written(self) -> str:
        """Return the line of the prompt; what was said cannot begin another one."""
        name = f"{_plain(self.speaker)}: " if self.speaker else ""
        return f"[{self.segment}] {name}{_plain(self.text)}"

    @property
    def size(self) -> int:
        """Return its bytes."""
        return len(self.written().encode("utf-8")) + 1

    def halves(self) -> tuple[Line, Line] | None:
        """Return the line in two, cut at a space near its middle; None: it is short."""
        if len(self.text) < 2 * _SHORTEST_PIECE:
            return None
        cut = self.text.rfind(" ", _SHORTEST_PIECE, len(self.text) // 2 + 1)
        cut = cut if cut > 0 else len(self.text) // 2
        return (
            Line(self.segment, self.speaker, self.text[:cut]),
            Line(self.segment, self.speaker, self.text[cut:]),
        )


def _plain(text: str) -> str:
    """Return what was said on one line, and without what looks like an entry's number."""
    return _ID_LIKE.sub(r"(\1)", " ".join(_CONTROL.sub(" ", text).split()))


def lines_of(segments: Iterable[Segment]) -> list[Line]:
    """Return the segments that say something."""
    return [Line(s.id, s.speaker, s.text) for s in segments if s.text.strip()]


def fenced(content: str, name: str) -> str:
    """Return ``content`` between two marks that cannot stand in it."""
    mark = hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()[:12]
    return f"=== {name} {mark} begins ===\n{content}\n=== {name} {mark} ends ==="


class Budget:
    """How many bytes of transcript go into one prompt."""

    def __init__(self, num_ctx: int, instructions: str):
        self.answer_tokens = max(_LEAST_ROOM, min(_MOST_ANSWER, num_ctx // 4))
        self._room = num_ctx - self.answer_tokens - _FRAME_TOKENS
        self._fixed = len(instructions.encode("utf-8"))
        self._ratio = _CAUTIOUS
        self._most: int | None = None
        self._back: tuple[int, int | None] | None = None

    @property
    def size(self) -> int:
        """Return the bytes of transcript that surely fit."""
        fits = max(_LEAST_ROOM, int(self._room * self._ratio) - self._fixed)
        return fits if self._most is None else min(fits, self._most)

    def measured(self, size: int, tokens: int | None) -> None:
        """Learn from a prompt of ``size`` bytes in which the server counted ``tokens``."""
        if tokens and size > 1000:
            real = (size + self._fixed) / tokens * _MARGIN
            self._ratio = min(max(self._ratio, real), _CAUTIOUS * 1.7)

    def refused(
        self, size: int, needed: object = None, limit: object = None, *, until: int = 0
    ) -> None:
        """Make parts smaller than one of ``size`` bytes, which did not fit.

        That lasts until ``until`` bytes are left to read: a model that lost the thread
        over one part may well read the next one whole.
        """
        if until and self._back is None:
            self._back = (until, self._most)
        share = 0.5
        if isinstance(needed, int) and isinstance(limit, int) and 0 < limit < needed:
            share = min(0.8, max(0.1, limit / needed * _MARGIN))
        self._most = max(1, int(size * share))

    def reached(self, left: int) -> None:
        """Take note that ``left`` bytes are still to read."""
        if self._back is not None and left <= self._back[0]:
            self._most, self._back = self._back[1], None


def take(waiting: deque[Line], size: int) -> list[Line]:
    """Take the next lines of together at most ``size`` bytes, but one at least.

    A line that alone is longer is cut in two until its beginning fits.
    """
    taken: list[Line] = []
    left = size
    while waiting:
        line = waiting[0]
        halves = line.halves() if not taken and line.size > size else None
        if halves:
            waiting.popleft()
            waiting.extendleft(reversed(halves))
            continue
        if taken and line.size > left:
            break
        taken.append(waiting.popleft())
        left -= line.size
    return taken


def can_be_split(lines: Sequence[Line]) -> bool:
    """Return whether these lines can be asked about in smaller parts."""
    return len(lines) > 1 or lines[0].halves() is not None


@dataclass(frozen=True)
class Writer:
    """Builds the requests to one model in one language."""

    model: str
    num_ctx: int
    language: str | None
    languages: Languages

    @property
    def _name(self) -> str:
        """Return the language as the prompt calls it."""
        if not self.language:
            return "the language of the entries"
        return self.languages.get(self.language).name or self.language

    def _prompt(self, task: str) -> str:
        known = has_prompt(task, self.language)
        return filled(load_prompt(task, self.language if known else None), language=self._name)

    def instructions(self, *, notes: bool = False) -> str:
        """Return what stands around every part of the transcript."""
        around = self._prompt("minutes.map") + self._prompt("minutes.map.ask")
        return around + self._noted([""]) if notes else around

    def _noted(self, notes: Sequence[str]) -> str:
        plain = "\n".join(_plain(note) for note in notes)
        return f"{self._prompt('minutes.notes')}\n{fenced(plain, 'notes')}\n\n"

    def part(
        self,
        lines: Sequence[Line],
        answer_tokens: int,
        attempt: int = 0,
        notes: Sequence[str] = (),
    ) -> ChatRequest:
        """Return the request for one part; a second attempt says what was wrong.

        ``notes`` are lines of what the person noted; they stand before the transcript.
        """
        content = fenced("\n".join(line.written() for line in lines), "transcript")
        if notes:
            content = self._noted(notes) + content
        ask = self._prompt("minutes.map.ask")
        if attempt:
            ask += "\n" + self._prompt("minutes.again")
        base = ChatRequest(
            self.model,
            (
                ChatMessage("system", self._prompt("minutes.map")),
                ChatMessage("user", f"{content}\n\n{ask}"),
            ),
            self.num_ctx,
            most_tokens=answer_tokens,
            schema=load_schema("minutes.map"),
        )
        return base if not attempt else _reseeded(base, attempt)

    def overview(self, items: Sequence[str]) -> ChatRequest:
        """Return the request for the overview of the items."""
        content = fenced("\n".join(f"- {_plain(i)}" for i in items), "minutes")
        return ChatRequest(
            self.model,
            (ChatMessage("system", self._prompt("minutes.overview")), ChatMessage("user", content)),
            self.num_ctx,
            most_tokens=min(400, max(_LEAST_ROOM, self.num_ctx // 4)),
        )


def _reseeded(request: ChatRequest, attempt: int) -> ChatRequest:
    return replace(request, seed=request.seed + attempt)
