"""The look room with its ports in place, as the window and the command line use it."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from app.core.disk import make_folder, refused
from app.core.errors import InputError
from app.core.jobs import JobContext
from app.core.look.look import Vision, describe_picture, read_picture
from app.core.look.model import Description, Reading
from app.core.look.ports import PictureReader
from app.core.work_folder import work_folder

_MOST_BYTES = 100_000_000


class LookDesk:
    """Looks at pictures; what is pasted or photographed is kept only while it is open.

    After a kill the next start of Alcove removes it.

    ``vision`` gives the vision engine of the moment, None without one; it is asked
    once the text has been read, so that a slow server keeps nobody waiting for that.
    ``language`` is that of descriptions, None for English.
    """

    def __init__(
        self,
        reader: PictureReader,
        vision: Callable[[JobContext], Vision | None],
        language: Callable[[], str | None] = lambda: None,
    ):
        self._reader = reader
        self._vision = vision
        self._language = language
        self._folder: Path | None = None
        self._held = ExitStack()
        self._numbers = itertools.count(1)

    def _private(self) -> Path:
        if self._folder is None:
            self._folder = self._held.enter_context(work_folder())
        return self._folder

    def keep(self, data: bytes) -> Path:
        """Write the bytes of a picture into a private folder, for the reader to open.

        Raises ``InputError`` "picture_too_large", ``StorageError`` "disk_full" or
        "folder_not_writable".
        """
        path = self._private() / f"picture-{next(self._numbers)}"
        if len(data) > _MOST_BYTES:
            raise InputError("picture_too_large", path=path.name)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
        except OSError as error:
            raise refused(error, path) from error
        return path

    def read(self, file: Path, ctx: JobContext) -> Reading:
        """Read the text in ``file``; emits and raises what ``read_picture`` does."""
        return read_picture(file, self._reader, ctx)

    def look(self, file: Path, ctx: JobContext) -> Description:
        """Show, read and describe ``file``; emits what ``describe_picture`` emits."""
        place = self._private() / f"shown-{next(self._numbers)}"
        make_folder(place)
        return describe_picture(
            file, self._reader, self._vision, ctx, language=self._language(), folder=place
        )

    def close(self) -> None:
        """Forget every picture."""
        self._folder = None
        self._held.close()
