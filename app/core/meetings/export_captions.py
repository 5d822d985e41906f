"""Transcripts as SubRip and WebVTT captions.

A cue has at most two lines of 42 characters and about seven seconds (the usual limits
of subtitling guides) where the engine knows the times of words; a segment without
them stays one cue, because a time in between would be made up.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator, Sequence

from app.core.errors import InputError
from app.core.meetings.export_marks import lost, one_line, timeline
from app.core.meetings.labels import MeetingLabels
from app.core.meetings.model import Segment, Span, Transcript, Unrecorded, Word

_LINE = 42
_MOST_LINES = 2
_MOST_SECONDS = 7.0
_PAUSE = 1.0
_SHORTEST = 0.001
_TAG = re.compile(r"<(?=[/A-Za-z])")
_SENTENCE_END = (".", "?", "!", "…")

Cue = tuple[float, float, str | None, str]


def to_srt(transcript: Transcript, labels: MeetingLabels, gaps: Sequence[Unrecorded] = ()) -> str:
    """Return SubRip. Raises ``InputError`` export_no_times when segments have no times."""
    blocks = []
    cues = _cues(transcript, labels, gaps, "srt")
    for number, (start, end, speaker, text) in enumerate(cues, 1):
        said = _srt_text(f"{speaker}: {text}" if speaker else text)
        blocks.append(f"{number}\n{_time(start, ',')} --> {_time(end, ',')}\n{_wrapped(said)}\n")
    return "\n".join(blocks)


def to_vtt(transcript: Transcript, labels: MeetingLabels, gaps: Sequence[Unrecorded] = ()) -> str:
    """Return WebVTT with voice tags. Raises ``InputError`` export_no_times."""
    blocks = ["WEBVTT\n"]
    for start, end, speaker, text in _cues(transcript, labels, gaps, "vtt"):
        said = "\n".join(_vtt_text(line) for line in _lines(text))
        voice = f"<v {_vtt_text(one_line(speaker))}>" if speaker else ""
        blocks.append(f"{_time(start, '.')} --> {_time(end, '.')}\n{voice}{said}\n")
    return "\n".join(blocks)


def _cues(
    transcript: Transcript, labels: MeetingLabels, gaps: Sequence[Unrecorded], form: str
) -> list[Cue]:
    """Return cues with rising starts and positive lengths."""
    cues: list[Cue] = []
    for entry in timeline(transcript, gaps):
        if isinstance(entry, Span):
            cues.append(_cue(entry.start, entry.end, None, lost(entry, labels)))
        elif entry.start is None or entry.end is None:
            raise InputError("export_no_times", format=form)
        elif one_line(entry.text):
            cues += _of_segment(entry, entry.start, entry.end)
    # A short gap may lie within a segment of several cues.
    return sorted(cues, key=lambda cue: cue[0])


def _cue(start: float, end: float, speaker: str | None, text: str) -> Cue:
    return start, max(end, start + _SHORTEST), speaker, text


def _of_segment(segment: Segment, start: float, end: float) -> Iterator[Cue]:
    text = one_line(segment.text)
    named = f"{segment.speaker}: " if segment.speaker else ""
    if len(named) > _LINE:
        named = ""  # it leaves no room for what is said, and is shown all the same
    long = len(_lines(named + text)) > _MOST_LINES or end - start > _MOST_SECONDS
    if not long or not _same(text, segment.words):
        yield _cue(start, end, segment.speaker, text)
        return
    last = start
    for group in _groups(segment.words, named):
        begin = min(max(group[0].start, last), max(end, last))
        yield _cue(begin, max(group[-1].end, begin), segment.speaker, _join(group))
        last = begin


def _same(text: str, words: tuple[Word, ...]) -> bool:
    """Return whether the words are those of the text, so that no word is lost."""
    return bool(words) and "".join(_join(words).split()) == "".join(text.split())


def _join(words: list[Word] | tuple[Word, ...]) -> str:
    spaced = any(w.text.startswith(" ") for w in words[1:])
    return one_line(("" if spaced else " ").join(w.text for w in words))


def _groups(words: tuple[Word, ...], named: str) -> Iterator[list[Word]]:
    """Yield the words of each cue, in front of which ``named`` stands.

    Cut at pauses, at sentence ends, and when full.
    """
    group = [words[0]]
    for word in words[1:]:
        if _is_full(group, word, named):
            yield group
            group = []
        group.append(word)
    yield group


def _is_full(group: list[Word], word: Word, named: str) -> bool:
    text = _join([*group, word])
    ended = group[-1].text.rstrip().endswith(_SENTENCE_END) and len(text) > _LINE
    paused = word.start - group[-1].end > _PAUSE
    slow = word.end - group[0].start > _MOST_SECONDS
    return ended or paused or slow or len(_lines(named + text)) > _MOST_LINES


def _lines(text: str) -> list[str]:
    return textwrap.wrap(text, _LINE, break_long_words=False, break_on_hyphens=False) or [""]


def _wrapped(text: str) -> str:
    return "\n".join(_lines(text))


def _srt_text(text: str) -> str:
    """SubRip has no escapes: what a player would read as markup gets a look-alike."""
    return _TAG.sub("‹", one_line(text)).replace("-->", "→").replace("{\\", "{ \\")


def _vtt_text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _time(seconds: float, mark: str) -> str:
    thousandths = max(0, round(seconds * 1000))
    whole, fraction = divmod(thousandths, 1000)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}{mark}{fraction:03d}"


CAPTIONS: dict[str, Callable[[Transcript, MeetingLabels, Sequence[Unrecorded]], str]] = {
    "srt": to_srt,
    "vtt": to_vtt,
}
