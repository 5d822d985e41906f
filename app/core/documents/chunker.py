"""Pages into passages: pieces of a few paragraphs that know their heading and place.

A passage is at most ``MOST`` characters, ends where a paragraph, a sentence or at
least a word ends, never crosses a page or a heading, and is an exact slice of the
page's text. Passages of 200 to 400 tokens find best (Chroma's chunking study, 2024);
1,200 characters are about 300.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app.core.documents.model import Page
from app.core.sources import Passage

MOST = 1200
_LONGEST_HEADING = 120

# Where to cut a long paragraph, the best first.
_BORDERS = (
    re.compile(r"[.!?…][\"'”’»)\]]*\s*\n\s*|[。！？]\s*"),
    re.compile(r"[.!?…][\"'”’»)\]]*\s+"),
    re.compile(r"\n\s*"),
    re.compile(r"\s+"),
)
_HASHES = re.compile(r"#{1,6}\s+(?P<title>\S.*?)\s*#*\s*$")
_NUMBERED = re.compile(r"(?:\d+(?:\.\d+)*\.?|[A-Z]\.|[IVX]+\.)\s+\S.*$")
_BULLET = re.compile(r"[•‣◦*+–-]\s")
_UNDERLINE = re.compile(r"(?:={3,}|-{3,})\s*$")
_DIGITS = re.compile(r"\d+")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_SENTENCE_END = re.compile(r"[.!?:…。！？][\"'”’»)\]]*$")
_MOST_WORDS = 10
_PAGES_PER_HEADING = 3
_MOST_RUNNING = 3
_LONGEST_LINE = 200  # characters of a heading that are compared


@dataclass(frozen=True)
class _Line:
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class _Block:
    """A paragraph, or a heading line, as a slice of its page.

    ``body`` is False for what stays with the text below it.
    """

    start: int
    end: int
    heading: str | None = None
    body: bool = True


@dataclass(frozen=True)
class _Leads:
    """What is known of a document's headings.

    ``running`` are the lines that stand above its pages; with ``larger`` no line is a
    heading by its looks alone, because headings are set in larger letters.
    """

    running: frozenset[str] = frozenset()
    larger: bool = False


def passages_of(pages: Sequence[Page], *, most: int = MOST) -> Iterator[Passage]:
    """Give the passages of a document in reading order.

    A heading goes on over the end of its page. Text that is only space gives none.
    """
    heading = ""
    pages = _headings(pages)
    leads = _Leads(_running_lines(pages), _set_larger(pages))
    for page in pages:
        for passage in _of_page(page, heading, most, leads):
            heading = passage.heading
            yield passage


def _running_lines(pages: Sequence[Page]) -> frozenset[str]:
    """Return the lines on top of several pages, but for their numbers."""
    tops = Counter(
        _numberless(line)
        for page in pages
        for line in page.text.strip().split("\n", _MOST_RUNNING)[:_MOST_RUNNING]
    )
    return frozenset(line for line, count in tops.items() if line and count > 1)


def _headings(pages: Sequence[Page]) -> list[Page]:
    """Return the pages without the headings that stand on most of them: page headers."""
    often = Counter(_line_at(page, start) for page in pages for start in page.headings)
    headers = {line for line, count in often.items() if count > max(2, len(pages) / 2)}
    return [
        replace(page, headings=tuple(h for h in page.headings if _line_at(page, h) not in headers))
        for page in pages
    ]


def _line_at(page: Page, start: int) -> str:
    return page.text[start : start + _LONGEST_LINE].split("\n", 1)[0].strip()


def _set_larger(pages: Sequence[Page]) -> bool:
    """Return whether the headings of the document are known by their larger letters.

    One on the title page alone says nothing of those inside.
    """
    return sum(len(page.headings) for page in pages) * _PAGES_PER_HEADING > len(pages)


def _numberless(line: str) -> str:
    return _DIGITS.sub("#", line.strip())


def _of_page(page: Page, heading: str, most: int, leads: _Leads) -> Iterator[Passage]:
    start = end = -1
    body = False  # a heading stays with what follows it, be that another heading
    for block in _blocks(page, leads):
        full = block.end - start > most
        if start >= 0 and body and (full or block.heading is not None):
            yield from _cut(page, start, end, heading, most)
            start = -1
        if start < 0:
            start, body = block.start, False
        body = body or block.body
        heading = heading if block.heading is None else block.heading
        end = block.end
    if start >= 0:
        yield from _cut(page, start, end, heading, most)


def _cut(page: Page, start: int, end: int, heading: str, most: int) -> Iterator[Passage]:
    """Give a slice, in several passages where it is a single long paragraph."""
    while start < end:
        stop = end if end - start <= most else _border(page.text, start, start + most)
        text = page.text[start:stop]
        lead = len(text) - len(text.lstrip())
        first, last = start + lead, start + len(text.rstrip())
        if first < last:
            yield Passage(page.text[first:last], page.page, first, last, heading)
        start = stop


def _border(text: str, start: int, limit: int) -> int:
    """Return the best place to cut before ``limit``, in its second half if possible."""
    middle = start + (limit - start) // 2
    for pattern in _BORDERS:
        ends = [match.end() for match in pattern.finditer(text, middle, limit)]
        if ends:
            return ends[-1]
    return limit


def _blocks(page: Page, leads: _Leads) -> Iterator[_Block]:
    """Give paragraphs and heading lines in their order, code fences whole."""
    lines = _lines(page.text)
    known = frozenset(page.headings)
    fenced = False
    start = end = -1
    before = ""  # the line above; empty after what ends something
    above = 0  # running lines so far
    for number, line in enumerate(lines):
        content = line.text.strip()
        below = lines[number + 1].text.strip() if number + 1 < len(lines) else ""
        fenced ^= bool(_FENCE.match(line.text))
        title = None
        if line.start in known:
            title = content or None
        elif not fenced:
            title = _heading(content, before, below, leads.larger)
        running = above >= 0 and _numberless(content) in leads.running
        if content:
            above = above + 1 if running and above < _MOST_RUNNING else -1
        lead = title is not None or running
        if start >= 0 and (lead or (not content and not fenced)):
            yield _Block(start, end)
            start = -1
        if lead:
            yield _Block(line.start, line.end, title, body=False)
        elif content and start < 0:
            start = line.start
        if content or start >= 0:
            end = line.end
        before = "" if lead else content
    if start >= 0:
        yield _Block(start, end)


def _lines(text: str) -> list[_Line]:
    found, place = [], 0
    for piece in text.splitlines(keepends=True):
        content = piece.rstrip("\r\n\f\v\x1c\x1d\x1e\x85\u2028\u2029")
        found.append(_Line(place, place + len(content), content))
        place += len(piece)
    return found


def _heading(text: str, before: str, below: str, larger: bool) -> str | None:
    """Return the title when the line is a heading, by its marks or by its looks.

    With ``larger`` looks do not count.
    """
    if not text or len(text) > _LONGEST_HEADING:
        return None
    marked = _HASHES.match(text)
    if marked:
        return marked["title"]
    if larger or not any(c.isalpha() for c in text) or not _begins_anew(before):
        return None
    if _UNDERLINE.match(below):
        return text
    return text if _looks_like_title(text, below) else None


def _begins_anew(before: str) -> bool:
    """Return whether the line above ends something: a heading, a gap, a sentence."""
    return not before or bool(_SENTENCE_END.search(before))


def _looks_like_title(text: str, below: str) -> bool:
    """Return whether a short line without an end stands above a text that begins.

    Extracted pages mark no headings and often have no empty lines. A first line that
    goes on below is told from a title by the small letter there.
    """
    if text[-1] in ".,;:!?-" or len(text.split()) > _MOST_WORDS or _BULLET.match(text):
        return False
    if not (text[0].isupper() or _NUMBERED.match(text)):
        return False
    if not below:
        return True
    listed = bool(_NUMBERED.match(below) or _BULLET.match(below))
    if _NUMBERED.match(text) and listed:
        return False  # one step of a procedure above the next
    return listed or (not below[0].islower() and len(below) > len(text))
