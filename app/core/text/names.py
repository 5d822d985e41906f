"""Names of people: capitalised words that are nothing else.

A word counts as a name when somebody of that name speaks, when it is capitalised in
the middle of a sentence, or when it opens one and is neither a frequent word nor ever
written small in the same text. In languages that capitalise every noun only the names
of speakers are known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.core.text.languages import Language
from app.core.text.tokens import Token, tokenize


class NameBook:
    """The names of one text."""

    def __init__(self, texts: Iterable[str], speakers: Iterable[str], language: Language):
        self._language = language
        self._small: set[str] = set()
        self._known = {t.norm for s in speakers for t in tokenize(s) if self._could_be(t.norm)}
        for text in texts:
            self._small.update(t.norm for t in tokenize(text) if text[t.start].islower())

    def find(self, text: str, tokens: Sequence[Token]) -> frozenset[int]:
        """Return the indexes of the ``tokens`` of one sentence that are names."""
        return frozenset(i for i in range(len(tokens)) if self._is_name(text, tokens, i))

    def _is_name(self, text: str, tokens: Sequence[Token], i: int) -> bool:
        token = tokens[i]
        if not text[token.start].isupper() or not self._could_be(token.norm):
            return False
        if token.norm in self._known:
            return True
        if self._language.capitalised_nouns or token.norm in self._small:
            return False
        return not text[token.start : token.end].isupper() or token.end - token.start == 1

    def _could_be(self, norm: str) -> bool:
        language = self._language
        return (
            len(norm) > 1
            and norm not in language.stopwords
            and norm not in language.not_names
            and norm not in language.hesitations
            and (norm,) not in language.fillers
            and not norm[0].isdigit()
            and not norm.startswith("'")
        )
