"""Thoughts that a model writes into its answer, apart from the answer.

Servers that know thinking send it apart. Older ones, and models whose template they
do not know, put it into the text: between tags at its beginning, or, where the
template has opened the tag already, with nothing but the closing one.
"""

from __future__ import annotations

import re

_OPEN = re.compile(r"\s*<(think|thinking|thought)>", re.IGNORECASE)
_NAMES = ("<think>", "<thinking>", "<thought>")
# A closing tag that begins or ends a line, and that none has opened.
_ORPHAN = re.compile(
    r"\A(?:(?!<(?:think|thinking|thought)>).)*?"
    r"(?:^[^\S\n]*</(?:think|thinking|thought)>\s*"
    r"|</(?:think|thinking|thought)>[^\S\n]*(?:\n\s*|\Z))",
    re.IGNORECASE | re.DOTALL | re.MULTILINE,
)


class Thoughts:
    """Takes an answer piece by piece, and parts it from the thoughts it begins with."""

    def __init__(self) -> None:
        self._held = ""
        self._close: re.Pattern[str] | None = None
        self._answer = False  # the answer itself has begun

    def push(self, piece: str) -> tuple[str, str]:
        """Return what is answer now, and what is thought."""
        if self._answer:
            return piece, ""
        self._held += piece
        if self._close is None and not self._opened():
            return self._begin() if self._settled() else ("", "")
        return self._close_in()

    def _opened(self) -> bool:
        found = _OPEN.match(self._held)
        if found:
            self._held = self._held[found.end() :]
            self._close = re.compile(rf"</{found[1]}>\s*", re.IGNORECASE)
        return found is not None

    def _settled(self) -> bool:
        """Return whether what came cannot become an opening tag any more."""
        begun = self._held.lstrip().lower()
        return bool(begun) and not any(name.startswith(begun) for name in _NAMES)

    def _close_in(self) -> tuple[str, str]:
        assert self._close is not None
        found = self._close.search(self._held)
        # White space behind the tag may go on in the next piece.
        if found is None or found.end() == len(self._held):
            return "", ""
        thought, self._held = self._held[: found.start()], self._held[found.end() :]
        answer, _ = self._begin()
        return answer, thought

    def _begin(self) -> tuple[str, str]:
        answer, self._held, self._answer = self._held, "", True
        return answer, ""

    def end(self) -> tuple[str, str]:
        """Return what was held back: the answer ended before it was clear what it is."""
        held, self._held = self._held, ""
        if self._close is None:
            return held, ""
        return "", self._close.sub("", held)


def without_thoughts(text: str) -> str:
    """Return a whole answer without thoughts that only a closing tag ends."""
    return _ORPHAN.sub("", text) if "</t" in text.lower() else text
