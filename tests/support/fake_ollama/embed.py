"""Vectors without a model: words hashed into directions, so that like texts are near."""

from __future__ import annotations

import hashlib
import math
import re


def count_tokens(text: str) -> int:
    """Return how many tokens the server counts in ``text``: words and signs."""
    return len(re.findall(r"\w+|[^\w\s]", text))


def vector(text: str, width: int) -> list[float]:
    """Return a unit vector of ``width`` numbers."""
    numbers = [0.0] * width
    for word in re.findall(r"\w+", text.casefold()) or ["."]:
        digest = hashlib.blake2b(word.encode(), digest_size=16).digest()
        for i in range(0, 16, 4):
            place = int.from_bytes(digest[i : i + 3], "big") % width
            numbers[place] += 1.0 if digest[i + 3] & 1 else -1.0
    length = math.sqrt(sum(n * n for n in numbers)) or 1.0
    return [n / length for n in numbers]
