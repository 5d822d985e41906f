"""A desk on a real library."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.fake_ollama import FakeOllama
from support.minutes_room import NOTHING, entries, transcript, write

from app.adapters.library.library import Library
from app.adapters.ollama import Ollama
from app.core.meetings.desk import MeetingDesk
from app.core.meetings.model import Transcript


@pytest.fixture
def library(tmp_path: Path):
    made = Library(tmp_path / "library.sqlite3", tmp_path / "run", own=(tmp_path / "recordings",))
    yield made
    made.close()


@pytest.fixture
def desk(library, tmp_path: Path) -> MeetingDesk:
    return MeetingDesk(library.meetings, lambda: tmp_path / "recordings")


@pytest.fixture
def parts(fake_ollama: FakeOllama, ollama: Ollama) -> tuple[Transcript, list[list[int]]]:
    """Give a transcript and the entries of the three prompts that it is asked about in."""
    source = transcript(78)
    fake_ollama.say(NOTHING, NOTHING, NOTHING)
    write(ollama, source, num_ctx=2048)
    found = [entries(r) for r in fake_ollama.chats()]
    fake_ollama.requests.clear()
    return source, found
