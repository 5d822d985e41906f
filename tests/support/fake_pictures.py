"""A picture reader that finds what a test tells it to: stands for the port alone."""

from __future__ import annotations

from pathlib import Path

from app.core.errors import InputError
from app.core.jobs import JobContext
from app.core.look.model import FoundText, Picture

PNG = b"\x89PNG\r\n\x1a\n"


class FakePictures:
    """Any file that begins as a PNG is a picture of 640 × 480 with the text ``found``."""

    def __init__(self, found: FoundText, **picture):
        self.found, self.picture = found, picture

    def open_picture(
        self, path: Path, ctx: JobContext, *, folder: Path | None = None, sent: bool = False
    ) -> Picture:
        self._check(path, ctx)
        shown = small = None
        if folder is not None:
            shown = folder / "shown.png"
            shown.write_bytes(PNG)
            if sent:
                small = folder / "picture.jpg"
                small.write_bytes(b"jpeg")
        return Picture(path, 640, 480, shown=shown, sent=small, **self.picture)

    def read_text(self, path: Path, ctx: JobContext) -> FoundText:
        self._check(path, ctx)
        return self.found

    def _check(self, path: Path, ctx: JobContext) -> None:
        ctx.check()
        if not path.exists():
            raise InputError("file_missing", path=str(path))
        if not path.read_bytes().startswith(PNG):
            raise InputError("picture_undecodable", path=str(path))
