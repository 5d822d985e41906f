"""Documents, passages and answers as rows of a list."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from app.core.documents.model import Answer, Chat, Document, Hit, Message
from app.core.search.excerpt import excerpt
from app.ui.rows import Row
from app.words import documents as words
from app.words import tr


def document_rows(documents: Sequence[Document]) -> list[Row]:
    """Return one row a document."""
    rows = []
    for document in documents:
        detail = words.kind(Path(document.path).suffix, document.pages)
        if document.missing:
            detail += f"  ·  {words.missing_short(document.missing)}"
        rows.append(Row(document.title, detail, key=document.id, data=document))
    return rows


def chat_rows(chats: Sequence[Chat]) -> list[Row]:
    """Return one row a kept chat, with its day: the same may be asked again."""
    return [Row(chat.title, _when(chat.created), key=chat.id, data=chat) for chat in chats]


def _when(created: float) -> str:
    return datetime.datetime.fromtimestamp(created).strftime("%Y-%m-%d %H:%M")


_SHOWN = 320  # characters of a passage in its row


def hit_rows(hits: Sequence[Hit], answer: str = "", question: str = "") -> list[Row]:
    """Return the passages, below the answer as far as it has come.

    Of a long passage the row shows the stretch that holds most words of the question.
    """
    rows = []
    if answer:
        rows += [Row(tr("Answer"), kind="heading", key="answer-heading")]
        rows += [Row(answer, key="answer", data="answer")]
    if hits:
        rows.append(Row(tr("Passages"), kind="heading", key="passages"))
    return rows + [_hit_row(hit, question) for hit in hits]


@lru_cache(maxsize=64)
def _hit_row(hit: Hit, question: str) -> Row:
    """Return the row of a passage; the same one for each piece of the answer above it."""
    place = "  ·  ".join(p for p in (Path(hit.path).name, words.page(hit.page), hit.heading) if p)
    short = excerpt(" ".join(hit.text.split()), question, _SHOWN)
    said = f"{hit.rank}. {place.replace('  ·  ', ', ')}. {short}"
    return Row(short, place, f"[{hit.rank}]", spoken=said, key=("hit", hit.rank), data=hit)


def answer_rows(answer: Answer, question: str = "") -> list[Row]:
    """Return the whole answer: who wrote it, what it cites, all passages."""
    rows = hit_rows(answer.hits, answer.text or "", question)
    if answer.text is None:
        if not answer.hits:
            return [Row(words.found(0), kind="quiet", key="none")]
        return [Row(words.no_model(), kind="quiet", key="by"), *rows]
    by = words.written_by(answer.engine or "?", bool(answer.citations))
    notes = [Row(by, kind="quiet", key="by")]
    if not answer.whole:
        notes.append(Row(words.not_whole(), kind="quiet", key="cut"))
    return [rows[0], rows[1], *notes, *rows[2:]] if answer.text else [*notes, *rows]


def message_rows(message: Message) -> list[Row]:
    """Return the rows of one kept turn."""
    if message.role == "user":
        return [Row(message.text, kind="strong", key=("m", message.created))]
    rows = [Row(message.text, key=("m", message.created), data="answer")]
    if not message.whole:
        rows.append(Row(words.not_whole(), kind="quiet"))
    elif not message.citations:
        rows.append(Row(words.uncited(), kind="quiet"))
    for citation in message.citations:
        facts = [p for p in (Path(citation.path).name, words.page(citation.page)) if p]
        said = f"{citation.n}. {', '.join(facts)}"
        tag = f"[{citation.n}]"
        rows.append(Row("  ·  ".join(facts), "", tag, "quiet", said, data=citation))
    return rows
