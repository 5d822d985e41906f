"""Names of files that can be kept as text in the library."""

from __future__ import annotations

from pathlib import Path

from app.core.errors import InputError


def check_name(path: Path) -> None:
    """Raise ``InputError`` "file_name" when ``path`` is bytes that are no text.

    Linux allows any bytes in a name; Python stands in for those that are no UTF-8 with
    signs that no file and no database can hold.
    """
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError("file_name", path=str(path)) from error
