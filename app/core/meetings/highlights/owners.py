"""Who is to do it, and until when: only what was said, in the words that were said."""

from __future__ import annotations

from app.core.meetings.highlights.units import Unit
from app.core.text.cues import Hit


def owner_of(unit: Unit, hit: Hit | None) -> str | None:
    """Return a name that stands in the quote, or the speaker for "I", or None.

    A name counts as subject of the cue ("Anna will send"), as the one spoken to
    ("Tom, can you send"), or where a labelled action begins with it.
    """
    if hit:
        subject = _name_at(unit, hit.first)
        if subject:
            return subject
        if _says_i(unit, hit):
            return unit.segment.speaker
        named = _assigned(unit, hit)
        if named:
            return named
    return _spoken_to(unit) or (_name_at(unit, 0) if unit.label else None)


def _says_i(unit: Unit, hit: Hit) -> bool:
    """Return whether "I" is what does it: it begins the cue, or its "will" alone lies between.

    "I'll remember to" names nobody else; in "I hope you can send" somebody else is meant.
    """
    language, at = unit.language, hit.first
    if unit.tokens[at].norm in language.self_words:
        return True
    between = language.self_auxiliaries | language.unheard
    while at > 0 and unit.tokens[at - 1].norm in between:
        at -= 1
    return at > 0 and unit.tokens[at - 1].norm in language.self_subjects


def _name_at(unit: Unit, first: int) -> str | None:
    """Return the run of names that begins at token ``first``."""
    last = first
    while last in unit.names and (last == first or _joined(unit, last)):
        last += 1
    return unit.slice(first, last - 1) if last > first else None


def _joined(unit: Unit, i: int) -> bool:
    between = unit.segment.text[unit.tokens[i - 1].end : unit.tokens[i].start]
    return between.strip() in ("", ".")


def _assigned(unit: Unit, hit: Hit) -> str | None:
    """Return the name behind "assigned to" or in front of "is responsible for"."""
    if hit.last + 1 in unit.names and unit.tokens[hit.last].norm == "to":
        return _name_at(unit, hit.last + 1)
    before = hit.first - 1
    while before - 1 in unit.names and before in unit.names:
        before -= 1
    return _name_at(unit, before) if before in unit.names and before >= 0 else None


def _spoken_to(unit: Unit) -> str | None:
    """Return the name at an edge of the quote that a comma sets apart."""
    text, tokens = unit.segment.text, unit.tokens
    first = _name_at(unit, 0)
    if first and text[unit.start + len(first) : unit.end].lstrip().startswith((",", ":", "-", "–")):
        return first
    last = len(tokens) - 1
    while last - 1 in unit.names and last in unit.names and _joined(unit, last):
        last -= 1
    if last in unit.names and last > 0:
        between = text[tokens[last - 1].end : tokens[last].start].strip()
        if between in (",", "(", "-", "–", "—", ", (", "["):
            return _name_at(unit, last)
    return None


def due_of(unit: Unit, task: Hit | None = None) -> str | None:
    """Return the words that say until when.

    Where several times are named it is the one that stands right before ``task``, the cue,
    or the first one behind it in its clause: "the exam is in May, and you must register by
    Friday".
    """
    if not unit.language.cues:
        return None
    hits = sorted(unit.language.cues["due"].find_all(unit.stream), key=lambda hit: hit.first)
    if task is not None:
        hits = [hit for hit in hits if not _is_apart(unit, hit, task)]
        right_before = [hit for hit in hits if hit.last + 1 == task.first]
        behind = [hit for hit in hits if hit.last >= task.first]
        hits = right_before or behind or hits[-1:]
    return unit.slice(hits[0].first, hits[0].last) if hits else None


def _is_apart(unit: Unit, due: Hit, task: Hit) -> bool:
    """Return whether a time belongs to another clause: "I'll ask him, so we meet on Friday",
    "please check whether it ends in June"."""
    language = unit.language
    if due.first > task.last:
        begin, end, starts = task.last, due.first, language.clause_starts - language.start_words
    else:
        begin, end, starts = due.last, task.first, language.clause_starts
    text, tokens = unit.segment.text, unit.tokens

    def opens(i: int) -> bool:
        between = text[tokens[i - 1].end : tokens[i].start]
        return tokens[i].norm in starts and any(sign in between for sign in ",;:–—")

    inside = any(t.norm in language.subordinates for t in tokens[task.first : due.first])
    return inside or any(opens(i) for i in range(begin + 1, end + 1))
