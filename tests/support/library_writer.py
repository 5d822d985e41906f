"""A process of its own that writes to the library: ``-m support.library_writer WHAT COUNT``.

It says "ready" when the library is open, waits for a line, then writes; every line
after that is a piece of work that was reported finished.
"""

from __future__ import annotations

import sys

from support.meeting_values import minutes, transcript

from app.adapters.library.library import Library
from app.core import paths


def say(text: object) -> None:
    print(text, flush=True)


def notes(library: Library, count: int) -> None:
    """Read, then write, many times: what a deferred transaction fails at."""
    meeting = library.meetings.list()[-1].id
    for number in range(count):
        library.meetings.add_note(meeting, f"note {number}")
        say(library.meetings.notes(meeting)[-1].id)


def meetings(library: Library, count: int) -> None:
    """Take meetings through two steps each and say the number of each finished one."""
    for _ in range(count):
        meeting = library.meetings.create("Killed").id
        claim = library.meetings.claim(meeting, "transcript")
        library.meetings.save_transcript(meeting, transcript(300), claim=claim)
        say(f"transcript {meeting}")
        claim = library.meetings.claim(meeting, "minutes")
        library.meetings.save_minutes(meeting, minutes(transcript(5)), claim=claim)
        say(f"minutes {meeting}")


if __name__ == "__main__":
    opened = Library(paths.library_file(), paths.run())
    say("ready")
    sys.stdin.readline()
    {"notes": notes, "meetings": meetings}[sys.argv[1]](opened, int(sys.argv[2]))
    opened.close()
