"""Python's own import statement, which PySide6 replaces by one that keeps every source text.

To find modules that switch its optional names on (``from __feature__ import …``, which
nothing here does), PySide6 reads the source of each module that is imported after it, and
the standard library's ``linecache`` then keeps those texts: 10 MB in a used window.
"""

from __future__ import annotations

import builtins
import linecache
from collections.abc import Callable
from typing import Any

_REPLACED, _BEFORE = "__feature_import__", "__orig_import__"


def use_plain_imports() -> bool:
    """Take PySide6's import statement away and forget the texts; return whether it was there.

    A PySide6 that does it in another way is left as it is.
    """
    before: Callable[..., Any] | None = getattr(builtins, _BEFORE, None)
    if getattr(builtins.__import__, "__name__", "") != _REPLACED or not callable(before):
        return False
    builtins.__import__ = before
    linecache.clearcache()  # what a traceback needs is read again
    return True
