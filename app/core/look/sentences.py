"""Whole sentences out of a stream of pieces, so that speech starts with the first one."""

from __future__ import annotations

import re

from app.core.text.sentences import sentences

_MARKUP = re.compile(r"\*\*|__|[`#>|]+|(?m:^\s*[-*•]\s+)")
_ABBREVIATIONS = frozenset("dr mr mrs ms prof st no vs e.g i.e approx ca z.b bzw usw nr".split())


class SentenceStream:
    """Takes pieces of a text and gives back each sentence once it is whole.

    A sentence is whole when the next one has begun, because "3." may go on as "3.5".
    Marks of Markdown, which nobody wants to hear, are taken out.
    """

    def __init__(self) -> None:
        self._rest = ""

    def push(self, piece: str) -> list[str]:
        """Take a piece and return the sentences that are whole now."""
        self._rest += piece
        spans = sentences(self._rest, _ABBREVIATIONS)
        if len(spans) < 2:
            return self._whole_lines()
        done = [self._rest[start:end] for start, end in spans[:-1]]
        self._rest = self._rest[spans[-1][0] :]
        return _spoken(done) + self._whole_lines()

    def _whole_lines(self) -> list[str]:
        """Give out all but the last line: a line end ends a sentence, too."""
        *lines, self._rest = self._rest.split("\n")
        return _spoken(lines)

    def end(self) -> list[str]:
        """Return what is left."""
        rest, self._rest = self._rest, ""
        return _spoken([rest])


def _spoken(texts: list[str]) -> list[str]:
    cleaned = (" ".join(_MARKUP.sub(" ", text).split()) for text in texts)
    return [text for text in cleaned if any(map(str.isalnum, text))]
