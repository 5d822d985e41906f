"""A transcript of 22,000 words to highlights."""

from __future__ import annotations

import random
import resource
import time

from _table import row

from app.core.jobs import JobContext
from app.core.meetings.highlights import make_highlights
from app.core.meetings.model import Segment, Transcript

_WORDS = (
    "the printer room budget letter customer training number system telephone plan week team "
    "price order delivery report question answer contract office door manual page error test"
).split()
_CUES = (
    "So we decided to take the large {a} for the {b}.",
    "I will send the {a} to Maria by Friday.",
    "How much does the {a} cost per month?",
    "It costs about two hundred for the {b}.",
    "Um, okay, so let us talk about the {a} and the {b}.",
    "Can you check the {a} before the ninth of March?",
)


def transcript(words: int = 22_000) -> Transcript:
    """Return a made-up meeting of about ``words`` words with topics that change."""
    pick = random.Random(3)
    segments, count, number = [], 0, 0
    while count < words:
        number += 1
        topic = _WORDS[(number // 60) % len(_WORDS) :][:6] or _WORDS[:6]
        text = " ".join(
            pick.choice(_CUES).format(a=pick.choice(topic), b=pick.choice(_WORDS))
            for _ in range(pick.randint(1, 4))
        )
        count += len(text.split())
        segments.append(
            Segment(number, number * 6.0, number * 6.0 + 5, text, f"Voice {number % 4}")
        )
    return Transcript(tuple(segments), "file", language="en")


def main() -> None:
    """Time it once warm, and print the peak of memory."""
    made = transcript()
    make_highlights(transcript(500), title="warm", ctx=JobContext())
    began = time.perf_counter()
    make_highlights(made, title="long", ctx=JobContext())
    took = time.perf_counter() - began
    row("22,000 words to highlights", f"{took:.2f} s", "under 10 s", took < 10)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    row("  peak of that process", f"{peak:.0f} MB")


if __name__ == "__main__":
    main()
