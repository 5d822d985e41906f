"""What the look room needs from outside."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from app.core.jobs import JobContext
from app.core.look.model import FoundText, Picture


class PictureReader(Protocol):
    """Opens foreign pictures and reads the text in them.

    Both raise ``InputError`` (file_…, picture_undecodable, picture_too_large),
    ``ChildError`` and ``Cancelled``.
    """

    def open_picture(
        self, path: Path, ctx: JobContext, *, folder: Path | None = None, sent: bool = False
    ) -> Picture:
        """Decode the picture at ``path`` and measure it.

        With ``folder``, a private one, the pixels to show are written there; with
        ``sent`` also the picture for a vision engine.
        """

    def read_text(self, path: Path, ctx: JobContext) -> FoundText:
        """Read the text in the picture; also raises ``EngineError``."""
