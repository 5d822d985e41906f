"""The keys of the window, in words. None is a bare letter or one of a screen reader."""

from __future__ import annotations

from app.words import tr

KEYS: tuple[tuple[str, str], ...] = (
    ("Ctrl+1 … Ctrl+6", "Open a tab"),
    ("F6", "Move between the tabs and the page"),
    ("F8", "Say what is going on"),
    ("Esc", "Stop speech and the answer being written"),
    ("F1", "Show these keys"),
    ("Ctrl+Q", "Close Alcove"),
    ("Ctrl+R", "Meetings: record, stop"),
    ("Ctrl+P", "Meetings: pause, go on"),
    ("Ctrl+M", "Meetings: set a marker"),
    ("Ctrl+Shift+P", "Meetings: play, pause the sound"),
    ("F2", "Meetings: rename"),
    ("Ctrl+K", "Look: open or close the webcam"),
    ("Ctrl+V", "Look: look at the picture in the clipboard"),
    ("Ctrl+O", "Open a file in this tab"),
    ("Ctrl+E", "Meetings: export"),
    ("F5", "Engines: look again"),
    ("F9", "Read the result aloud"),
    ("Ctrl+F", "Documents, Clinical glossary: search"),
)


def lines() -> list[str]:
    """Return one line a key: "Ctrl+R: Meetings: record, stop"."""
    return [f"{key}: {tr(what)}" for key, what in KEYS]
