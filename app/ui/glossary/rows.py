"""Entries and suggestions as rows of a list."""

from __future__ import annotations

from typing import Any

from app.ui.rows import Row
from app.words import glossary as words
from app.words import tr

_MOST = 30


def lookup_rows(glossary: Any, text: str) -> list[Row]:
    """Return every sense of ``text``, else words that begin so, else suggestions."""
    if not text:
        return []
    found = glossary.lookup(text)
    rows = [_sense_row(sense, found.match) for sense in found.senses]
    if len(found.senses) > 1:
        rows.insert(0, Row(words.senses(len(found.senses)), kind="heading", key="senses"))
    known = {sense.term for sense in found.senses}
    begins = [s for s in glossary.complete(text, _MOST) if s.term not in known]
    if begins:
        if rows:
            rows.append(Row(tr("Also begins so"), kind="heading", key="begins"))
        rows += [_sense_row(sense, "") for sense in begins]
    if not rows and found.suggestions:
        rows.append(Row(words.did_you_mean(), kind="heading", key="mean"))
        rows += [
            Row(s.term, words.kind(s.kind), key=("s", s.term), data=s.term)
            for s in found.suggestions
        ]
    if not rows:
        rows.append(Row(words.nothing(), kind="quiet", key="nothing"))
    return rows


def _sense_row(sense: Any, match: str) -> Row:
    detail = words.kind(sense.kind)
    if match and match != "exact":
        detail += f"  ·  {words.match(match)}"
    short = sense.plain.split(". ")[0].rstrip(".") + "."
    said = f"{sense.term}, {detail.replace('  ·  ', ', ')}. {short}"
    return Row(sense.term, detail, kind="strong", spoken=said, key=_key(sense), data=sense)


def _key(sense: Any) -> tuple[str, str, str]:
    return ("e", sense.term, sense.plain[:40])


def sense_text(sense: Any) -> str:
    """Return an entry as text to read: no empty lines, which NVDA misreads."""
    if isinstance(sense, str):
        return ""
    parts = [
        f"{sense.term} ({words.kind(sense.kind)})",
        tr("In plain words: {text}").format(text=sense.plain),
        tr("For professionals: {text}").format(text=sense.professional),
    ]
    parts += [tr("Take care: {text}").format(text=w) for w in getattr(sense, "warnings", ())]
    parts.append(tr("Source: {text}").format(text=sense.source))
    return "\n".join(parts)


def letter_rows(glossary: Any, text: str) -> list[Row]:
    """Return the known words of a letter in their order, then what is not known."""
    if not text.strip():
        return []
    found = glossary.find_terms(text)
    rows: list[Row] = []
    seen: set[str] = set()
    for span in found.spans:
        if span.text.lower() not in seen:
            seen.add(span.text.lower())
            rows.append(Row(span.text, _short(glossary, span.text), key=span.text, data=span.text))
    rows.insert(0, Row(words.known(len(rows)), kind="heading", key="known"))
    if found.unknown:
        rows.append(Row(words.unknown(), kind="heading", key="unknown"))
        rows += [Row(name, kind="quiet", key=("u", name)) for name in found.unknown]
    return rows


def _short(glossary: Any, text: str) -> str:
    senses = glossary.lookup(text).senses
    if len(senses) > 1:
        return "  |  ".join(s.term for s in senses)
    return senses[0].plain if senses else ""
