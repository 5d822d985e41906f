"""What is known of a picture, as rows: hints, description, text line by line, codes."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.jobs import Notice
from app.core.look.model import Reading, TextLine
from app.ui.rows import Row
from app.words import look as words
from app.words import tr
from app.words.notices import notice_words

_UNSURE = 0.8


def look_rows(
    reading: Reading | None,
    description: str,
    engine: str,
    hints: Sequence[Notice],
    *,
    empty: bool = False,
    blind: bool = False,
    whole: bool = True,
) -> list[Row]:
    """Return the rows; ``reading`` is None while the picture is still being read.

    ``blind``: it is read, and no model is here that could describe it; ``whole``: the
    description did not break off.
    """
    if empty:
        return [Row(words.what_for(), kind="quiet", key="for")]
    rows: list[Row] = []
    if description:
        rows.append(Row(tr("Description"), kind="heading", key="description-heading"))
        rows.append(Row(description, key="description", data="description"))
        rows.append(Row(words.written_by(engine), kind="quiet", key="by"))
        if not whole:
            rows.append(Row(words.not_whole(), kind="quiet", key="cut"))
    if reading is None:
        return [*rows, Row(words.reading(), kind="quiet", key="reading")]
    for hint in hints:
        text = notice_words(hint.code, hint.params)
        rows.append(Row(text, kind="strong", key=("hint", hint.code)))
    rows.append(Row(tr("Text"), kind="heading", key="text"))
    rows += [_line(line, place) for place, line in enumerate(reading.lines)]
    if not reading.lines:
        rows.append(Row(notice_words("no_text"), kind="quiet", key="no-text"))
    if reading.codes:
        rows.append(Row(tr("Codes"), kind="heading", key="codes"))
        rows += [
            Row(words.code(code.kind, code.text), key=("code", place), data=code)
            for place, code in enumerate(reading.codes)
        ]
    if blind:
        rows.append(Row(notice_words("no_vision_engine"), kind="quiet", key="blind"))
    return rows


def _line(line: TextLine, place: int) -> Row:
    unsure = line.confidence < _UNSURE
    return Row(line.text, words.unsure() if unsure else "", key=("l", place), data=line)
