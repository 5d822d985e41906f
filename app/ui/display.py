"""Whether a window can be shown here; asked before anything of Qt is loaded."""

from __future__ import annotations

import os
import sys


def has_display() -> bool:
    """Return whether there is a screen: on Linux a display server, elsewhere always."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def qt_loads() -> bool:
    """Return whether Qt's own system libraries are here."""
    try:
        import PySide6.QtMultimedia
        import PySide6.QtSvg
        import PySide6.QtWidgets  # noqa: F401
    except ImportError:
        return False
    return True
