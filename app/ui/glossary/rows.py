"""Entries and suggestions as rows of a list."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from app.core.glossary.entries import Entry
from app.core.glossary.glossary import Completion, Glossary
from app.core.glossary.letter import find_terms
from app.core.text.identify import identify
from app.core.text.languages import shipped
from app.ui.rows import Row
from app.words import glossary as words
from app.words import tr

_MOST = 30
_SAID = 5  # so many of them are said while somebody types; the arrows lead to the others
SEVERAL = "senses"  # the key of the row above several meanings of one abbreviation


def lookup_rows(glossary: Glossary, text: str) -> list[Row]:
    """Return every sense of ``text``, else words that begin so, else suggestions."""
    if not text:
        return []
    found = glossary.lookup(text)
    rows = [_entry_row(sense.entry, sense.how) for sense in found.senses]
    if len(found.senses) > 1:
        rows.insert(0, Row(words.senses(len(found.senses)), kind="heading", key=SEVERAL))
    known = {sense.entry.term for sense in found.senses}
    begins = [c for c in glossary.complete(text, _MOST) if c.entry.term not in known]
    if begins:
        if rows:
            rows.append(Row(tr("More that begin like this"), kind="heading", key="begins"))
        rows += [_entry_row(c.entry, "") for c in _once(begins)]
    if not rows and found.suggestions:
        rows.append(Row(words.did_you_mean(), kind="heading", key="mean"))
        rows += [
            Row(s.term, words.kind(s.entry.kind), key=("s", s.term), data=s.term)
            for s in found.suggestions
        ]
    if not rows:
        rows.append(Row(words.nothing(), kind="quiet", key="nothing"))
    return rows


def told(rows: Sequence[Row]) -> str:
    """Return what is said of what was found: the first row; of a heading what stands below it."""
    if not rows:
        return words.nothing()
    if rows[0].kind != "heading":
        return rows[0].words()
    below = list(itertools.takewhile(lambda row: row.kind != "heading", rows[1:]))
    names = ", ".join(row.text for row in below[:_SAID])
    return f"{rows[0].text.rstrip(':')}: {names}"


def _once(completions: Sequence[Completion]) -> list[Completion]:
    """Return the first completion of each entry."""
    return list({id(c.entry): c for c in reversed(completions)}.values())[::-1]


def _entry_row(entry: Entry, match: str) -> Row:
    detail = words.kind(entry.kind)
    if match and match != "exact":
        detail += f"  ·  {words.match(match)}"
    short = entry.plain.split(". ")[0].rstrip(".") + "."
    said = f"{entry.term}, {detail.replace('  ·  ', ', ')}. {short}"
    key = ("e", entry.term, entry.plain[:40])
    return Row(entry.term, detail, kind="strong", spoken=said, key=key, data=entry)


def sense_text(entry: Entry | str) -> str:
    """Return an entry as text to read: no empty lines, which NVDA misreads."""
    if isinstance(entry, str):
        return ""
    parts = [words.emergency()] if entry.urgent else []
    parts += [
        f"{entry.term} ({words.kind(entry.kind)})",
        tr("In plain words: {text}").format(text=entry.plain),
        tr("For professionals: {text}").format(text=entry.professional),
    ]
    if entry.drug_class:
        parts.append(tr("Kind of medicine: {text}").format(text=entry.drug_class))
    if entry.synonyms:
        parts.append(tr("Also called: {text}").format(text=", ".join(entry.synonyms)))
    if entry.abbreviations:
        parts.append(tr("Short: {text}").format(text=", ".join(entry.abbreviations)))
    if entry.region:
        parts.append(tr("In use: {text}").format(text=entry.region))
    parts += [tr("Take care: {text}").format(text=warning) for warning in entry.warnings]
    parts.append(tr("Source: {text}").format(text=entry.source))
    return "\n".join(parts)


def senses_text(rows: Sequence[Row]) -> str:
    """Return the meanings below the row ``SEVERAL``, one line each."""
    lines = [rows[0].text]
    for one in rows[1:]:
        if not isinstance(one.data, Entry):
            break
        lines.append(f"{one.data.term} ({words.kind(one.data.kind)}): {one.data.plain}")
    return "\n".join(lines)


def letter_rows(glossary: Glossary, text: str) -> list[Row]:
    """Return the known words of a letter in their order, then what is not known."""
    if not text.strip():
        return []
    language = identify(text, shipped())
    found = find_terms(text, glossary, language.code if language else None)
    rows: dict[str, Row] = {}
    for span in found.spans:
        key = span.text.casefold()
        if key not in rows:
            rows[key] = Row(span.text, _short(span.entries), key=key, data=span.text)
    heading = Row(words.known(len(rows)), kind="heading", key="known")
    unknown = [Row(u.text, kind="quiet", key=("u", u.text)) for u in found.unknown]
    if unknown:
        unknown.insert(0, Row(words.unknown(), kind="heading", key="unknown"))
    notes = [words.foreign()] if found.foreign else []
    notes += [words.cut()] if found.cut else []
    said = [Row(note, kind="strong", key=("note", note)) for note in notes]
    return [*said, heading, *rows.values(), *unknown]


def _short(entries: Sequence[Entry]) -> str:
    if len(entries) > 1:
        return "  |  ".join(entry.term for entry in entries)
    return entries[0].plain if entries else ""
