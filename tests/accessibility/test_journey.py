"""A person who sees nothing: start, the sample meeting, its minutes read aloud.

Driven by real keys, heard through a real Orca. What is asserted is what was spoken.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support import desktop

ROOT = Path(__file__).resolve().parents[2]

pytestmark = [
    pytest.mark.display,
    pytest.mark.timeout(400),
    pytest.mark.skipif(bool(desktop.missing()), reason=f"needs: {desktop.missing()}"),
]


@pytest.fixture
def desk(tmp_path: Path):
    # Stands for the screen reader of the person who runs the tests: it must live on.
    program = tmp_path / "orca"
    shutil.copy(shutil.which("sleep"), program)
    persons = subprocess.Popen([program, "1000"])
    try:
        with desktop.Desktop() as made:
            yield made
        assert persons.poll() is None, "the Orca of the tests killed another one"
    finally:
        persons.kill()
        persons.wait()


def _start(desk: desktop.Desktop, home: Path) -> int:
    heard = len(desk.spoken)
    desk.start(
        sys.executable, str(ROOT / "main.py"), log="alcove", ALCOVE_HOME=str(home),
        QT_QPA_PLATFORM="xcb", PYTHONPATH=os.environ.get("PYTHONPATH", ""),
    )  # fmt: skip
    desk.window("Alcove")
    return heard


def test_the_sample_meeting_is_heard_from_the_first_question_to_its_minutes(desk, home) -> None:
    heard = _start(desk, home)
    desk.hear("Who shall speak to you", since=heard)
    desk.hear("Automatic push button", since=heard)

    heard = len(desk.spoken)
    desk.key("Escape")
    desk.hear("Record push button", since=heard)

    desk.key("alt+t")
    desk.hear("Importing meeting", since=heard)
    desk.hear("minutes of Sample meeting are ready", since=heard, seconds=240)

    heard = len(desk.spoken)
    desk.key("ctrl+1")
    desk.hear("meeting", since=heard)
    desk.key("Return")
    desk.hear("Highlights", since=heard)

    for words in ("draft recogniser", "Heading: Decisions", "decided"):
        heard = len(desk.spoken)
        desk.key("Down")
        desk.hear(words, since=heard)

    heard = len(desk.spoken)
    desk.key("F9")
    desk.hear("Heading: Decisions", since=heard, seconds=60)

    heard = len(desk.spoken)
    desk.key("Escape")
    desk.key("F8")
    desk.hear("no job is running", since=heard, seconds=30)


def test_every_tab_says_its_name_when_it_is_opened(desk, home) -> None:
    home.mkdir(exist_ok=True)
    (home / "settings.json").write_text('{"speech_asked": true}')
    _start(desk, home)
    desk.hear("Alcove")
    for number, words in enumerate(
        ("Record", "Add files", "Open a picture", "Word", "What is on this laptop", "Colours"), 1
    ):
        heard = len(desk.spoken)
        desk.key(f"ctrl+{number}")
        desk.hear(words, since=heard, seconds=30)

    # What is opened is heard: a menu, and a text whose words came just before.
    for keys, words in (
        (("ctrl+3", "alt+t"), "A medicine box"),
        (("Escape", "ctrl+4"), "Word text"),
        (tuple("hypertenshun"), "Did you mean: hypertension"),
        (("Return",), "hypertension, condition"),
        (("Return",), "Entry read only text"),
    ):
        heard = len(desk.spoken)
        desk.key(*keys)
        desk.hear(words, since=heard)
    assert "middle dot" not in " ".join(desk.spoken)
