"""Which tab a file belongs to, by its ending."""

from __future__ import annotations

from pathlib import Path

SOUND = (".wav", ".mp3", ".m4a", ".flac", ".ogg", ".opus", ".aac", ".wma", ".aiff", ".amr",
         ".mp4", ".mkv", ".mov", ".avi", ".webm", ".m4v", ".3gp")  # fmt: skip
DOCUMENTS = (".txt", ".md", ".pdf")
PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff")


def tab_for(path: Path) -> str:
    """Return the key of the tab that takes ``path``; "" when none does."""
    if path.is_dir():
        return "documents"
    ending = path.suffix.lower()
    kinds = {"meetings": SOUND, "documents": DOCUMENTS, "look": PICTURES}
    return next((key for key, endings in kinds.items() if ending in endings), "")
