"""The answer that follows a question."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from app.core.meetings.highlights.across import cited, parts, whole
from app.core.meetings.highlights.units import Unit
from app.core.meetings.model import Answer
from app.core.text.tokens import tokenize

_LOOK_AHEAD = 8
_LOOK_FOR_FIT = 4
_LONGEST_WAIT = 45.0
_LONGEST_ANSWER = 40
_MOST_WORDS_ON = 60  # of the asker in the same turn
_MOST_TURNS = 2  # of the asker, saying something else: then the question is behind them


def find_answer(units: Sequence[Unit], asked: int, asks: Callable[[Unit], bool]) -> Answer | None:
    """Return the first real answer: no filler, no question, by somebody else if known.

    A question for a number, a time or a person prefers the first reply that holds one.
    ``asks`` says of a unit that it asks something itself.
    """
    speakers = {unit.segment.speaker for unit in units if unit.segment.speaker}
    people = frozenset(token.norm for name in speakers for token in tokenize(name))
    found: list[int] = []
    bare: int | None = None
    question = whole(units, asked)
    for number, i in enumerate(_replies(units, asked, asks)):
        # "Acme." is enough for "which one", and only at once.
        at_once = number == 0 and _asks(question, "wh_first")
        if (at_once and _names_something(units[i], people)) or _says_something(question, units[i]):
            found.append(i)
        elif bare is None and _is_reply(question, units[i]):
            bare = i
    if bare is not None and not (found and _adds_to(units, bare, found[0], question, asks)):
        return Answer(units[bare].text, (units[bare].segment.id,))
    near = [i for i in found[:_LOOK_FOR_FIT] if not _went_on(units, found[0], i, question, asks)]
    fitting = [i for i in near if _fits(question, units[i])]
    return _joined(units, _begin(units, (fitting or near)[0], asked, asks)) if near else None


def _begin(units: Sequence[Unit], first: int, asked: int, asks: Callable[[Unit], bool]) -> int:
    """Return where the answer begins that was found at ``first``.

    That is the "no" or the "I wouldn't" in front of it in its turn: without that it may say
    the contrary.
    """
    question, begin, words = whole(units, asked), first, units[first].words
    for i in range(first - 1, asked, -1):
        words += units[i].words
        if units[i].at != units[first].at or asks(units[i]) or words > _LONGEST_ANSWER:
            break
        if _is_reply(question, units[i]) or _asks(units[i], "denies"):
            begin = i
    return begin


def _adds_to(
    units: Sequence[Unit], bare: int, later: int, question: Unit, asks: Callable[[Unit], bool]
) -> bool:
    """Return whether what was said after a bare "yes" belongs to it, and is the answer."""
    reply, more = units[bare], units[later]
    speakers = {reply.segment.speaker, more.segment.speaker}
    by_another = reply.at < more.at and None not in speakers and len(speakers) == 2
    return later < bare or not (by_another or _went_on(units, bare, later, question, asks))


def _went_on(
    units: Sequence[Unit], first: int, later: int, question: Unit, asks: Callable[[Unit], bool]
) -> bool:
    """Return whether the asker said something between two replies: the first was taken."""
    asker = question.segment.speaker
    return asker is not None and any(
        unit.segment.speaker == asker and unit.stems and not asks(unit)
        for unit in units[first + 1 : later]
    )


def _replies(units: Sequence[Unit], asked: int, asks: Callable[[Unit], bool]) -> Iterator[int]:
    """Yield the units that may answer, until somebody moves on.

    What the asker adds in the same turn is passed over and does not count.
    """
    end = parts(units, asked)[-1]
    question, heard = units[end], 0
    if _left_behind(units, end, asks):
        return
    turns = _turns_of_asker(units, end, asks)
    for i in range(end + 1, min(end + 1 + _LOOK_AHEAD * 5, len(units))):
        unit = units[i]
        if _same_turn(question, unit):
            continue
        heard += 1
        cues = unit.language.cues
        moves_on = unit.label or i >= turns or (cues and cues["borders"].find(unit.stream))
        if moves_on or heard > _LOOK_AHEAD or _too_late(question, unit):
            return
        if not asks(unit) and _may_answer(question, unit):
            yield i


def _left_behind(units: Sequence[Unit], end: int, asks: Callable[[Unit], bool]) -> bool:
    """Return whether the asker spoke on about something else in the same turn.

    Who asks "and how do we do that?" in a speech and goes on with it asks nobody; other
    questions are no going on.
    """
    question, words = units[end], 0
    for unit in units[end + 1 :]:
        if not _same_turn(question, unit):
            return False
        words += 0 if asks(unit) else unit.words
        if words > _MOST_WORDS_ON:
            return True
    return False


def _turns_of_asker(units: Sequence[Unit], end: int, asks: Callable[[Unit], bool]) -> int:
    """Return the index of the unit from which on the asker has gone on to something else.

    That is the second turn in which the asker, after somebody else spoke, says something
    and asks nothing; the first one often only explains the question.
    """
    question, turns = units[end], 0
    last = question.at
    for i in range(end + 1, min(end + 1 + _LOOK_AHEAD * 5, len(units))):
        unit = units[i]
        is_askers = unit.segment.speaker == question.segment.speaker is not None
        if not is_askers or len(set(unit.stems)) < 2 or asks(unit):
            continue
        turns += unit.at > last + 1
        last = unit.at
        if turns == _MOST_TURNS:
            return i
    return len(units)


def _same_turn(question: Unit, unit: Unit) -> bool:
    return question.segment.speaker is not None and unit.at == question.at


def _says_something(question: Unit, unit: Unit) -> bool:
    """Return whether a reply holds more than courtesy.

    The very thing that was asked for is enough: "Maria" or "I will" for "who", "next
    week" for "when", "ten" for "how many".
    """
    said = set(unit.stems) - {unit.tokens[i].norm for i in unit.names}
    figures = any(t.norm[0].isdigit() for t in unit.tokens)
    return (
        len(said) >= 2
        or (bool(said) and unit.words >= 3)
        or figures
        or any(holds(unit) for group, holds in _HOLDS.items() if _asks(question, group))
    )


def _names_something(unit: Unit, people: frozenset[str]) -> bool:
    """Return whether a reply has a word of content that does not just call a speaker."""
    return any(unit.language.is_content(t.norm) and t.norm not in people for t in unit.tokens)


def _asks(question: Unit, group: str) -> bool:
    cues = question.language.cues
    return cues is not None and cues["questions"].also(group, question.stream)


def _fits(question: Unit, reply: Unit) -> bool:
    """Return whether the reply holds the kind of thing that was asked for."""
    asked = [holds for group, holds in _HOLDS.items() if _asks(question, group)]
    return not asked or _is_reply(question, reply) or any(holds(reply) for holds in asked)


def _holds_time(reply: Unit) -> bool:
    cues = reply.language.cues
    return cues is not None and any(cues[kind].find(reply.stream) for kind in ("dates", "due"))


def _holds_number(reply: Unit) -> bool:
    cues = reply.language.cues
    return cues is not None and any(
        t.norm[0].isdigit() or t.norm in cues.numbers for t in reply.tokens
    )


def _holds_person(reply: Unit) -> bool:
    return bool(reply.names) or reply.tokens[0].norm in reply.language.self_words


# What is asked for ("how many", "when", "who") and how a reply shows that it holds it.
_HOLDS = {
    "asks_time": _holds_time,
    "asks_number": _holds_number,
    "asks_person": _holds_person,
}


def _too_late(question: Unit, unit: Unit) -> bool:
    asked, said = question.segment.end, unit.segment.start
    return asked is not None and said is not None and said - asked > _LONGEST_WAIT


def _may_answer(question: Unit, unit: Unit) -> bool:
    """Return whether somebody else speaks, or nobody knows who, and not about the question."""
    asker, speaker = question.segment.speaker, unit.segment.speaker
    by_another = asker is None or speaker is None or asker != speaker
    return by_another and not _asks(unit, "puts_off")


def _is_reply(question: Unit, unit: Unit) -> bool:
    """Return whether ``unit`` is a bare "yes" or "no" to a question that takes one."""
    cues = unit.language.cues
    return (
        cues is not None
        and cues["questions"].also("replies", unit.stream)
        and cues["questions"].also("reply_to", question.stream)
    )


def _joined(units: Sequence[Unit], first: int) -> Answer:
    """Return the answer with the sentences that follow in its segment, as one slice."""
    start = units[first]
    last = first
    words = start.words
    for i in range(first + 1, len(units)):
        cues = units[i].language.cues
        moves_on = cues and cues["borders"].find(units[i].stream)
        if units[i].at != start.at or units[i].is_question or moves_on:
            break
        words += units[i].words
        if words > _LONGEST_ANSWER:
            break
        last = i
    text = start.segment.text[start.start : units[last].end]
    return Answer(text, cited(units, last))


def kinds_asked(question: Unit) -> frozenset[str]:
    """Return which kinds of thing are asked for: a time, a number, a person."""
    return frozenset(group for group in _HOLDS if _asks(question, group))
