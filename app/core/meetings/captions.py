"""Captions (WebVTT and SubRip) to segments, forgiving of what real files do wrong.

WebVTT after the W3C's specification: header, NOTE, STYLE and REGION blocks, cue
settings, voice tags, entities. SubRip has no standard: byte order marks, missing
indices, dots instead of commas and missing blank lines all occur.
"""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Collection, Iterator

from app.core.meetings.model import Segment
from app.core.meetings.speakers import split_speaker

_TIME = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?"
_TIMING = re.compile(rf"^\s*{_TIME}\s*-->\s*{_TIME}(?:\s.*)?$")
_NO_WORDS = re.compile(r"(?=.*\d)[\d\s:.,;>-]+")  # an index, or a time that is none
_BLOCKS = ("NOTE", "STYLE", "REGION", "WEBVTT")  # the last where files were joined
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]{1,200})>")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,300}>|</>|<\d[\d:.]{4,14}>|\{\\[^{}]{0,60}\}")


def has_cues(text: str) -> bool:
    """Return whether ``text`` is captions, whatever its file is called: it times its blocks.

    A cue that somebody quotes makes no captions of a talk: its other lines would be lost.
    """
    if "-->" not in text:
        return False
    lines = text.split("\n")
    timed = [_begins_with_timing(block) for block in _blocks(lines)]
    # Cues may hold blank lines, so that half is enough where the first block is one.
    return 2 * sum(timed) + timed[0] > len(timed) or _are_timed(lines)


def _are_timed(lines: list[str]) -> bool:
    """Return whether each two lines or fewer have their time: cues without blank lines."""
    filled = [line for line in map(str.strip, lines) if line and not line.isdigit()]
    timings = sum(_TIMING.match(line) is not None for line in filled)
    return timings > 1 and 3 * timings >= len(filled)


def _blocks(lines: list[str]) -> Iterator[list[str]]:
    """Yield the first two lines of each block between blank lines."""
    filled = (line.strip("\ufeff \t\r") for line in lines)
    for has_text, block in itertools.groupby(filled, bool):
        if has_text:
            yield list(itertools.islice(block, 2))


def _begins_with_timing(block: list[str]) -> bool:
    timing = block[1] if block[0].isdigit() and len(block) > 1 else block[0]
    return _TIMING.match(timing) is not None


def read_captions(text: str, labels: Collection[str] = ()) -> list[Segment]:
    """Return one segment per cue and voice, ids from 1 in the order of the file.

    ``labels`` are the words that name no speaker before a colon.
    """
    segments: list[Segment] = []
    for start, end, lines in _cues(text.split("\n")):
        for speaker, said in _voices("\n".join(lines)):
            if speaker is None:
                speaker, said = split_speaker(said, labels)
            if said:
                segments.append(Segment(len(segments) + 1, start, end, said, speaker))
    return segments


def _cues(lines: list[str]) -> Iterator[tuple[float, float, list[str]]]:
    """Yield start, end and text lines of each cue.

    What stands behind a blank line in a cue, or under a time that cannot be read, was said
    as well: it comes as a cue of its own at the end of the one before.
    """
    at, last = 0, None
    while at < len(lines):
        if lines[at].split(" ")[0].strip() in _BLOCKS and "-->" not in lines[at]:
            at = _after_block(lines, at)
            continue
        timing = _TIMING.match(lines[at])
        if timing:
            body, at = _body(lines, at + 1)
            start, end = _seconds(timing.groups()[:4]), _seconds(timing.groups()[4:])
            last = max(start, end)
            yield start, last, body
        elif lines[at].strip():
            body, at = _body(lines, at)
            before_time = at < len(lines) and _TIMING.match(lines[at])
            is_name = before_time and len(body) == 1  # the name of the cue below
            said = [line for line in body if not _NO_WORDS.fullmatch(line)]
            if said and not is_name and last is not None:
                yield last, last, said
        else:
            at += 1


def _after_block(lines: list[str], at: int) -> int:
    while at < len(lines) and lines[at].strip() and not _TIMING.match(lines[at]):
        at += 1
    return at


def _body(lines: list[str], at: int) -> tuple[list[str], int]:
    """Return the text lines of a cue, up to a blank line or the next cue's timing."""
    body: list[str] = []
    while at < len(lines) and lines[at].strip() and not _TIMING.match(lines[at]):
        body.append(lines[at].strip())
        at += 1
    if at < len(lines) and lines[at].strip() and body and body[-1].isdigit():
        body.pop()  # the index of the next cue: the blank line between them is missing
    return body, at


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, fraction = parts
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return round(whole + int((fraction or "0").ljust(3, "0")) / 1000, 3)


def _voices(body: str) -> Iterator[tuple[str | None, str]]:
    """Yield speaker and text of each voice in a cue."""
    parts = _VOICE.split(body)
    yield None, _plain(parts[0])
    for speaker, said in zip(parts[1::2], parts[2::2], strict=True):
        yield _plain(speaker) or None, _plain(said)


def _plain(marked: str) -> str:
    """Return the text without tags, entities resolved, on one line."""
    text = html.unescape(_TAG.sub("", marked))
    return " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())
