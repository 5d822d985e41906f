"""Names of files on the command line; where ``--output`` points, and in which form.

All is checked before hours of work.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from app.core.errors import InputError, UsageError
from app.core.settings import write_atomically
from app.words import tr

# Whoever ends a name so wants such a file; "notes.v2", "talk.de" and "minutes.final" are names.
_TYPES = frozenset(
    "7z aac aiff ass avi bmp csv dfxp doc docm docx dotx epub flac gif gz htm html jpeg jpg"
    " json lrc m4a m4v md mkv mov mp3 mp4 mpeg mpg odp ods odt oga ogg opus pages pdf png ppt"
    " pptx rst rtf sbv srt ssa svg tar tex tiff tsv ttml txt vtt wav webm wma wmv xhtml xls"
    " xlsx xml yaml yml zip".split()
)
_ALSO = {"text": "txt", "markdown": "md", "webvtt": "vtt"}


def name_of(text: str) -> str:
    """Return the name of a file or folder as it is given.

    Raises ``ArgumentTypeError`` for an empty one, which a script gives whose variable was
    never set: it would be the folder that one stands in, with everything below.
    """
    if not text:
        raise argparse.ArgumentTypeError(tr("the name is empty"))
    return text


def folder_of(text: str) -> Path:
    """Return ``text`` as a path; a folder that ends in a slash is made.

    Raises ``InputError`` output_not_writable when it cannot be.
    """
    path = Path(text)
    if text.endswith(tuple(filter(None, (os.sep, os.altsep)))) and not path.exists():
        make_folder(path)
    return path


def form_of(path: Path, formats: Sequence[str], default: str, asked: str | None = None) -> str:
    """Return the form in which ``path`` is to be written: one of ``formats``.

    The ending of a name without one of its own says ``default``; ``asked`` is what
    ``--format`` says. Raises ``UsageError`` when the ending is that of something else.
    """
    ending = path.suffix.lower()
    named = _ALSO.get(ending[1:], ending[1:])
    if named in formats:
        if asked and asked != named:
            raise UsageError(
                "usage",
                detail=tr("--format {form} and the ending of {path} exclude each other.").format(
                    form=asked, path=path
                ),
            )
        return named
    if asked is None and ending[1:] in _TYPES and not is_device(path):
        raise UsageError(
            "usage",
            detail=tr("{ending} files are not written here; the name may end in {formats}.").format(
                ending=ending, formats=", ".join(f".{form}" for form in formats)
            ),
        )
    return asked or default


def check(path: Path, sources: Sequence[Path]) -> None:
    """Raise ``InputError`` unless ``path``, a file or a folder, can be written.

    None of ``sources`` may be lost to it.
    """
    if any(is_same(path, source) for source in sources):
        raise InputError("output_not_writable", path=str(path))
    if is_device(path):
        writable = os.access(path, os.W_OK)
    else:
        folder = path if path.is_dir() else path.resolve().parent
        writable = _takes_files(folder)
    if not writable:
        raise InputError("output_not_writable", path=str(path))


def make_folder(path: Path) -> None:
    """Make the folder that several files go into; raise ``InputError`` when it cannot be."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError("output_not_writable", path=str(path)) from error


def write(path: Path, text: str) -> None:
    """Write ``text``: through a link to what it names, into a device as it is.

    A file holds the old or the new text, never a mixture. Raises ``InputError`` and
    ``StorageError``.
    """
    data = text.encode("utf-8", "replace")
    if not is_device(path):
        write_atomically(path.resolve(), data)
        return
    own = own_stream(path)
    try:
        with open(path if own is None else os.dup(own), "ab") as device:
            device.write(data)
    except OSError as error:
        raise InputError("output_not_writable", path=str(path)) from error


def written(path: Path) -> str:
    """Return the line that says what was written; nothing where it is there to be read."""
    if own_stream(path) is not None:
        return ""
    return tr("Written: {path}").format(path=path) + "\n"


def own_stream(path: Path) -> int | None:
    """Return the standard stream of this process that ``path`` (/dev/stdout) names, or None.

    It may be a file that the shell has open: written anew at its end, the lines that are
    printed afterwards would go over it.
    """
    if not is_device(path):
        return None
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            number = stream.fileno()
            if os.path.samestat(os.fstat(number), path.stat()):
                stream.flush()
                return number
    return None


def is_same(path: Path, other: Path) -> bool:
    """Return whether both name one file that exists."""
    try:
        return path.samefile(other)
    except OSError:
        return False


def is_device(path: Path) -> bool:
    """Return whether ``path`` is there and is neither file nor folder, but a pipe or such.

    /dev/stdout may name a file, which the shell has open: it is never replaced.
    """
    return (path.exists() and not path.is_file() and not path.is_dir()) or (
        path.is_absolute() and path.parts[:2] == ("/", "dev") and path.exists()
    )


def _takes_files(folder: Path) -> bool:
    """Return whether a file can be made in ``folder``, by making one without a name."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
