"""Whole sentences out of a stream of pieces, for speech."""

from __future__ import annotations

import re
from collections.abc import Callable

# A sentence ends at . ! ? or a line end; not inside 3.5 or after one letter (Dr. B. Miller).
_END = re.compile(r"(?<![\s.][A-Za-z])[.!?]+[\"')\]]*(?=\s)|\n+")
_MARKS = re.compile(r"[*_`#>|]+")
_CITATION = re.compile(r"\s*\[\d+(?:\s*,\s*\d+)*\]")


class Sentences:
    """Collects pieces and hands out each sentence once it is whole."""

    def __init__(self, say: Callable[[str], None]):
        self._say = say
        self._rest = ""
        self._open = False

    def begin(self) -> None:
        """Begin a new text."""
        self._rest, self._open = "", True

    def add(self, piece: str) -> None:
        """Take a piece; say the sentences that are whole now."""
        if not self._open:
            return
        self._rest += piece
        while found := _END.search(self._rest):
            sentence, self._rest = self._rest[: found.end()], self._rest[found.end() :]
            self._tell(sentence)

    def end(self) -> None:
        """Say what is left."""
        rest, self._rest = self._rest, ""
        if self._open:
            self._tell(rest)
        self._open = False

    def drop(self) -> None:
        """Forget what was not said."""
        self._rest, self._open = "", False

    def _tell(self, sentence: str) -> None:
        spoken = self.clean(sentence)
        if spoken:
            self._say(spoken)

    @staticmethod
    def clean(sentence: str) -> str:
        """Return a sentence without the marks that nobody wants to hear."""
        return " ".join(_MARKS.sub(" ", _CITATION.sub("", sentence)).split())

    @staticmethod
    def split(text: str) -> list[str]:
        """Return the sentences of a whole text."""
        heard: list[str] = []
        made = Sentences(heard.append)
        made.begin()
        made.add(text)
        made.end()
        return heard
