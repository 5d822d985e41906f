"""Minutes by the real adapter and the scripted server, with a transcript of one sentence."""

from __future__ import annotations

import json
import re

from support.fake_ollama import FakeOllama

from app.adapters.ollama import Ollama
from app.core.jobs import JobContext
from app.core.meetings.minutes import write_minutes
from app.core.meetings.model import Minutes, Segment, Transcript

MODEL = "tiny-chat"
TEXT = "We decided to move the numbers on Monday, and David calls the company number"


def transcript(count: int = 3, *, engine: str = "file", text: str = TEXT) -> Transcript:
    segments = tuple(
        Segment(i, i * 10.0, i * 10.0 + 5, f"{text} {i}.", "Anna") for i in range(1, count + 1)
    )
    return Transcript(segments, engine, language="en", duration=count * 10.0)


def said(segment: int = 1, text: str = "Move the numbers on Monday.", **lists: object) -> str:
    base = {"topics": [], "decisions": [], "actions": [], "questions": [], "dates": []}
    base["decisions"] = [{"text": text, "segments": [segment]}]
    return json.dumps(base | lists)


NOTHING = said() and json.dumps(
    {"topics": [], "decisions": [], "actions": [], "questions": [], "dates": []}
)


def write(
    ollama: Ollama, source: Transcript, *, num_ctx: int = 4096, ctx: JobContext | None = None
) -> Minutes:
    return write_minutes(source, title="T", chat=ollama, model=MODEL, num_ctx=num_ctx, ctx=ctx)


def three_parts(fake_ollama: FakeOllama, ollama: Ollama) -> Transcript:
    """Return a transcript that is asked about in three prompts at 2048 tokens."""
    source = transcript(78)
    fake_ollama.say(NOTHING, NOTHING, NOTHING)
    write(ollama, source, num_ctx=2048)
    assert len(fake_ollama.chats()) == 3
    fake_ollama.requests.clear()
    return source


def entries(recorded) -> list[int]:
    """Return the numbers of the entries in a prompt."""
    return [int(n) for n in re.findall(r"^\[(\d+)\]", recorded.prompt, re.MULTILINE)]
