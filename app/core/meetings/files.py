"""Transcripts that are handed in as files: .txt, .vtt, .srt and Alcove's own .json."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.core.errors import InputError
from app.core.meetings.captions import has_cues, read_captions
from app.core.meetings.decode import decode
from app.core.meetings.model import Segment, Span, Transcript, Unrecorded, Word
from app.core.meetings.speakers import split_speaker
from app.core.meetings.stamps import (
    Stamp,
    is_stamped,
    marked_stretch,
    stamped_name,
    stamps_by_name,
    take_stamp,
    with_times,
    without_markdown,
)
from app.core.text.languages import shipped

SUFFIXES = frozenset({".txt", ".text", ".md", ".vtt", ".srt", ".json"})
LARGEST = 50 * 1024 * 1024
_MOST_SEGMENTS = 500_000
_LATEST = 10_000_000.0
_LINE_ENDS = re.compile("\r\n|[\n\r\t\v\f\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def is_transcript_file(path: Path) -> bool:
    """Return whether the name says that this is text, not sound."""
    return path.suffix.lower() in SUFFIXES


def is_made_from_text(original: str | None) -> bool:
    """Return whether a meeting whose ``original`` this is was made from a transcript."""
    return bool(original) and is_transcript_file(Path(original))


def read_transcript(path: Path, labels: Collection[str] | None = None) -> Transcript:
    """Return the transcript in ``path``.

    ``labels`` are words before a colon that name no speaker (default: those of every
    language that ships). Raises ``InputError`` file_missing, file_is_folder,
    file_unreadable, file_empty, file_too_large, transcript_undecodable or
    transcript_empty.
    """
    text = decode(_bytes_of(path))
    if text is None:
        raise InputError("transcript_undecodable", path=str(path))
    words = shipped().labels if labels is None else labels
    suffix = path.suffix.lower()
    if suffix == ".json":
        return _from_json(text, path)
    if suffix in (".vtt", ".srt") or text.startswith("WEBVTT") or has_cues(text):
        cues = read_captions(text, words)
        lost = _lost_in(cue.text for cue in cues)
        kept = [cue for cue in cues if not marked_stretch(cue.text)]
        segments = [replace(cue, id=number) for number, cue in enumerate(kept, 1)]
    else:
        if suffix == ".md":
            text = _without_title(text)
            text = "\n".join(without_markdown(line) for line in text.split("\n"))
        segments = read_lines(text, words)
        lost = _lost_in(line.strip() for line in text.split("\n"))
    if not segments and not lost:
        raise InputError("transcript_empty", path=str(path))
    return Transcript(
        tuple(segments), "file", duration=_end_of([*segments, *lost]), not_understood=lost
    )


def _bytes_of(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise InputError("file_is_folder", path=str(path))
        size = path.stat().st_size
        if size > LARGEST:
            raise InputError("file_too_large", path=str(path), limit="50 MB")
        if not path.is_file():
            raise InputError("file_unreadable", path=str(path))
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise InputError("file_missing", path=str(path)) from error
    except (OSError, ValueError) as error:
        raise InputError("file_unreadable", path=str(path)) from error
    if not data:
        raise InputError("file_empty", path=str(path))
    return data


def read_lines(text: str, labels: Collection[str] = ()) -> list[Segment]:
    """Return one segment per line that says something, ids from 1 in line order.

    "Anna: text" puts the name in ``speaker``; a line that is only "Anna:" names the
    speaker of the lines that follow, until another name, and is no segment. Neither is
    the mark of a stretch that was not understood or not recorded. "[00:44]" in front of
    the lines (of more than half of them), on a line of its own or before a name alone is
    when it begins, and no part of the text; so is a time beside the name ("Anna (00:44):
    text").
    """
    return [segment for _, segment in numbered_lines(text, labels)]


def numbered_lines(text: str, labels: Collection[str] = ()) -> list[tuple[int, Segment]]:
    """Return each segment of ``read_lines`` with the number of its line, from 0."""
    lines = [raw.strip().lstrip("\ufeff").strip() for raw in text.split("\n")]
    above = _names_above(lines, labels)
    for bare in (True, False):  # "John 3:16: …", "Luke 1:12: …": no clock of a recorder goes back
        read = _numbered(lines, labels, above, bare=bare)
        stamps = [stamp for _, _, stamp in read]
        if _is_clock(stamps):
            break
    if not is_stamped(stamps):
        read = _numbered(lines, labels, above, stamped=False, bare=bare)
    timed = with_times([s for _, s, _ in read], [stamp for _, _, stamp in read], _marked(lines))
    return [(number, segment) for (number, _, _), segment in zip(read, timed, strict=True)]


def _numbered(
    lines: Sequence[str],
    labels: Collection[str],
    above: Mapping[int, tuple[Stamp, str, str]],
    *,
    bare: bool,
    stamped: bool = True,
) -> list[tuple[int, Segment, Stamp | None]]:
    """Return each segment with its line and its time; without ``stamped``, times are text."""
    found: list[tuple[int, Segment, Stamp | None]] = []
    carried: str | None = None
    begun: Stamp | None = None
    is_for_any = False  # a time alone on its line, which no other line has taken yet
    for number, line in enumerate(lines):
        if not line or marked_stretch(line):
            continue
        stamp, name, said = above.get(number) or _read_line(line, labels, bare)
        if stamp is not None and not stamped and not (name and not said):
            stamp = None
            name, said = split_speaker(line, labels)
        if not said:
            if stamp is not None or not is_for_any:
                begun = stamp
            carried, is_for_any = name or carried, not name
            continue
        if name and not is_for_any:
            begun = None
        segment = Segment(len(found) + 1, None, None, said, name or carried)
        found.append((number, segment, stamp or begun))
        if name:
            carried = begun = None
        is_for_any = False
    return found


def _is_clock(stamps: Sequence[Stamp | None]) -> bool:
    """Return whether times rise, but for a line in ten: people and midnight disturb clocks."""
    known = [stamp.start for stamp in stamps if stamp is not None]
    back = sum(later < before for before, later in zip(known, known[1:], strict=False))
    return 10 * back <= len(known)


def _names_above(lines: list[str], labels: Collection[str]) -> dict[int, tuple[Stamp, str, str]]:
    """Return time, name and no words for each line that is a name and a time and no more.

    "Anna Smith  0:03" is a heading where a recorder wrote it: something stands under
    each, the times rise, and a name comes again. "Lunch 12:30" is what somebody wrote.
    """
    found: dict[int, tuple[Stamp, str, str]] = {}
    filled = [number for number, line in enumerate(lines) if line]
    for number in filled:
        stamped = stamped_name(lines[number])
        name = split_speaker(f"{stamped[1]}:", labels)[0] if stamped else None
        if stamped and name:
            found[number] = (stamped[0], name, "")
    after = dict(zip(filled, filled[1:], strict=False))
    stamps, names = [f[0] for f in found.values()], [f[1] for f in found.values()]
    is_recorders = (
        len(set(names)) < len(names)
        and _is_clock(stamps)
        and all(after.get(number, number) not in found for number in found)
    )
    return found if is_recorders else {}


def _read_line(
    line: str, labels: Collection[str], bare: bool
) -> tuple[Stamp | None, str | None, str]:
    """Return the time that ``line`` bears, the speaker it names, and what is said."""
    stamp, rest = take_stamp(line)
    if stamp is None:
        for beside, unstamped in stamps_by_name(line, bare=bare):
            name, said = split_speaker(unstamped, labels)
            if name:
                return beside, name, said
    return stamp, *split_speaker(rest, labels)


def _without_title(text: str) -> str:
    """Return Markdown without the heading that it begins with: the name of the meeting."""
    return re.sub(r"\A\ufeff?\s*# [^\n]*", "", text)


def _marked(lines: Iterable[str]) -> tuple[Span, ...]:
    return tuple(span for span in map(marked_stretch, lines) if span)


def _lost_in(lines: Iterable[str]) -> tuple[Span, ...]:
    return tuple(span for span in _marked(lines) if not isinstance(span, Unrecorded))


def _from_json(text: str, path: Path) -> Transcript:
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError) as error:
        if not text.strip():
            raise InputError("transcript_empty", path=str(path)) from error
        raise InputError("transcript_undecodable", path=str(path)) from error
    try:
        return transcript_from(raw)
    except (TypeError, ValueError, KeyError, OverflowError) as error:
        raise InputError("transcript_undecodable", path=str(path)) from error


def transcript_from(raw: Any) -> Transcript:
    """Return the transcript of plain data: the object that ``transcribe --json`` prints.

    Only ``segments`` is needed; ids that are missing or repeated are given anew. Raises
    ``ValueError`` or ``TypeError`` when the data has another form.
    """
    if not isinstance(raw, dict) or not isinstance(raw.get("segments"), list):
        raise ValueError("no segments")
    if len(raw["segments"]) > _MOST_SEGMENTS:
        raise ValueError("too many segments")
    segments = _renumbered([_segment(entry) for entry in raw["segments"]])
    engine = raw.get("engine")
    return Transcript(
        segments,
        engine if engine in ("whisper", "draft") else "file",
        model=_text_or_none(raw.get("model")),
        language=_text_or_none(raw.get("language")),
        language_confidence=_number(raw.get("language_confidence")),
        duration=_number(raw.get("duration")) or _end_of(segments),
        not_understood=tuple(_spans(raw.get("not_understood"))),
    )


def _segment(raw: Any) -> Segment:
    if not isinstance(raw, dict) or not isinstance(raw.get("text"), str):
        raise ValueError("a segment without text")
    start, end = _number(raw.get("start")), _number(raw.get("end"))
    if start is None or end is None:
        start = end = None
    number = raw.get("id")
    return Segment(
        number if isinstance(number, int) and not isinstance(number, bool) else 0,
        start,
        end if start is None or end is None else max(start, end),
        _one_line(raw["text"]),
        speaker=_text_or_none(raw.get("speaker")),
        language=_text_or_none(raw.get("language")),
        confidence=_number(raw.get("confidence")),
        words=tuple(_words(raw.get("words"))),
    )


def _renumbered(segments: list[Segment]) -> tuple[Segment, ...]:
    """Keep the ids when they are whole numbers from 1 that rise, else count anew."""
    ids = [s.id for s in segments]
    if ids and ids[0] >= 1 and all(a < b for a, b in zip(ids, ids[1:], strict=False)):
        return tuple(segments)
    return tuple(
        Segment(i, s.start, s.end, s.text, s.speaker, s.language, s.confidence, s.words)
        for i, s in enumerate(segments, 1)
    )


def _words(raw: Any) -> list[Word]:
    found: list[Word] = []
    for entry in raw if isinstance(raw, list) else ():
        if isinstance(entry, dict) and isinstance(entry.get("text"), str):
            start, end = _number(entry.get("start")), _number(entry.get("end"))
            if start is not None and end is not None:
                found.append(Word(start, max(start, end), entry["text"]))
    return found


def _spans(raw: Any) -> list[Span]:
    found: list[Span] = []
    for entry in raw if isinstance(raw, list) else ():
        if isinstance(entry, dict):
            start, end = _number(entry.get("start")), _number(entry.get("end"))
            if start is not None and end is not None and end > start:
                found.append(Span(start, end))
    return found


def _number(value: Any) -> float | None:
    """Return a usable time or share: finite, not negative, not absurd."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    number = float(value)
    return number if math.isfinite(number) and 0 <= number <= _LATEST else None


def _text_or_none(value: Any) -> str | None:
    return (_one_line(value)[:200] or None) if isinstance(value, str) else None


def _one_line(text: str) -> str:
    """Return ``text`` on one line, without outer spaces and control characters."""
    return _CONTROLS.sub("", _LINE_ENDS.sub(" ", text)).strip()


def _end_of(entries: Collection[Segment | Span]) -> float | None:
    ends = [entry.end for entry in entries if entry.end is not None]
    return max(ends) if ends else None
