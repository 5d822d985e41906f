"""Questions of substance."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence

from app.core.meetings.highlights.across import cited, parts, scores, whole
from app.core.meetings.highlights.answers import find_answer, kinds_asked
from app.core.meetings.highlights.items import choose
from app.core.meetings.highlights.units import Unit
from app.core.meetings.model import Answer, Question
from app.core.text.cues import Cue

_LABELLED = 3.0
_FOR_A_TASK = 1.5
_CLEAR_ALONE = 1.2  # four words of content: to be understood without what was said before
_ENDED = re.compile("[.?!…]")
_FEWEST_WORDS = 4
_FEWEST_FOR_A_TASK = 2


def find_questions(units: Sequence[Unit], taken: frozenset[int] = frozenset()) -> list[Question]:
    """Return the questions of substance with their answers.

    ``taken`` are units that already stand elsewhere (a request: "can you send it?").
    """
    # A recogniser that writes no question marks leaves only the order of the words.
    marked = any(unit.is_question for unit in units)
    found = scores(units, lambda unit: question_score(unit, marked), _begins_question)
    for i in taken:
        for k in parts(units, i):
            found[k] = 0.0

    def asks(unit: Unit) -> bool:
        return unit.is_question or question_score(unit, marked) > 0

    def answer(i: int) -> Answer | None:
        return find_answer(units, i, asks)

    _drop_repeated(units, found, answer)
    _drop_rests(units, found)
    chosen = choose(units, found, _CLEAR_ALONE)
    return [Question(units[i].text, "quoted", cited(units, i), answer(i)) for i in chosen]


def _drop_repeated(
    units: Sequence[Unit], found: list[float], answer: Callable[[int], Answer | None]
) -> None:
    """Take the score from all but one of the questions that were asked in about the same words.

    Shown is the first that was answered: people ask again what nobody has answered yet.
    It counts as much as the clearest of them.
    """
    alike: defaultdict[Hashable, list[int]] = defaultdict(list)
    for i, score in enumerate(found):
        if score:
            alike[_key(whole(units, i))].append(i)
    for several in alike.values():
        if len(several) > 1:
            kept = next((i for i in several if answer(i)), several[0])
            clearest = max(found[i] for i in several)
            for i in several:
                found[i] = clearest if i == kept else 0.0


def _key(asked: Unit) -> Hashable:
    """Return what two questions share when one only repeats the other.

    That is what they ask about, with its numbers, and what they ask of it ("why", "how").
    A question of few words of content repeats another only word for word.
    """
    about = frozenset(asked.stems)
    cues = asked.language.cues
    if len(about) < 2 or cues is None:
        return tuple(t.norm for t in asked.tokens)
    counted = cues.numbers | cues.ordinals
    numbers = tuple(t.norm for t in asked.tokens if t.norm in counted or t.norm[0].isdigit())
    return about, numbers, cues["questions"].said("wh", asked.stream), kinds_asked(asked)


def _drop_rests(units: Sequence[Unit], found: list[float]) -> None:
    """Take the score from the last clause of a long question whose first one is shown."""
    for i in range(1, len(units)):
        unit, before = units[i], units[i - 1]
        text = unit.segment.text
        same = unit.at == before.at and not _ENDED.search(text, before.end - 1, unit.start)
        if same and found[i] and found[i - 1] and not _begins_question(unit):
            found[i] = 0.0


def _begins_question(unit: Unit) -> bool:
    """Return whether a sentence asks from its beginning, or says that a question comes."""
    cues = unit.language.cues
    return cues is not None and (
        cues["questions"].find(unit.stream) is not None
        or any(cues["questions"].also(group, unit.stream) for group in ("starts", "asks_task"))
    )


def question_score(unit: Unit, marked: bool) -> float:
    """Return how surely ``unit`` asks something of substance; 0 for none."""
    if unit.label == "question":
        return _LABELLED
    cues = unit.language.cues
    if cues is None or unit.words < _FEWEST_FOR_A_TASK:
        return 0.0
    cue = cues["questions"]
    if cue.forbidden(unit.stream):
        return 0.0
    if (unit.is_question or not marked) and cue.also("asks_task", unit.stream):
        return _FOR_A_TASK + min(len(set(unit.stems)), 10) / 20
    announced = cue.find(unit.stream)
    if unit.words < _FEWEST_WORDS or not unit.stems or (not announced and _only_checks(unit, cue)):
        return 0.0
    weight = min(len(set(unit.stems)), 10) / 20
    if announced and (unit.is_question or len(set(unit.stems)) > 1):
        return announced.weight + weight
    asks = unit.is_question if marked else cue.also("starts", unit.stream)
    return 1.0 + weight if asks and _has_substance(unit, cue.also("starts", unit.stream)) else 0.0


def _only_checks(unit: Unit, cue: Cue) -> bool:
    """Return whether a statement only bears a question mark, to hear that it was understood.

    Research on dialogue acts calls it a declarative question, and its like with "isn't it"
    a tag question: both ask for a nod (E. Shriberg et al., "The ICSI Meeting Recorder Dialog
    Act (MRDA) Corpus", SIGdial 2004). One about a date is worth its line all the same.
    """
    stream, cues = unit.stream, unit.language.cues
    if cues and any(cues[kind].find(stream) for kind in ("dates", "due")):
        return False
    if cue.also("tag", stream) and not cue.also("wh", stream):
        return True
    return cue.also("checks", stream) and not cue.also("asks", stream)


def _has_substance(unit: Unit, asks_for_something: bool) -> bool:
    """Return whether there is enough to understand the question without its context."""
    return len(set(unit.stems)) >= (1 if asks_for_something and unit.words >= 4 else 2)
