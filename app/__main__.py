"""The one door: window, command line, or a child (``--child NAME``).

Nothing heavy is imported here, and the egress guard stands before anything else.
"""

from __future__ import annotations

import gc
import os
import sys

from app.core import egress


def main(argv: list[str] | None = None) -> int:
    """Run what the arguments ask for and return the exit status."""
    egress.install()
    args = list(sys.argv[1:] if argv is None else argv)
    try:
        return _run(args)
    except KeyboardInterrupt:  # Ctrl-C while the modules of a command still load
        from app.cli.output import Output

        Output("--json" in args).cancelled()
        return 130


def _is_file(word: str) -> bool:
    """Return whether an argument names a file that is there; no command looks like a path."""
    return not word.startswith("-") and not word.isalpha() and os.path.isfile(word)


def _has_window() -> bool:
    """Return whether a window can open: the frozen command line has no Qt, a server no screen."""
    from importlib.util import find_spec

    from app.ui.display import has_display

    return has_display() and find_spec("PySide6") is not None


def _run(args: list[str]) -> int:
    if args[:1] == ["--child"]:
        from app.bootstrap import run_child

        return run_child(args[1:])
    if args[:1] == ["--json"] and args[1:]:
        args = [args[1], "--json", *args[2:]]  # in front of the command it means the same
    if args and all(_is_file(word) for word in args) and _has_window():
        args = ["--files", *args]  # "open with", or files dropped on the icon
    if not args or args[0] in ("--smoke-test", "--first-key", "--files", "tour", "pictures"):
        gc.disable()  # a start makes objects and drops hardly any: looking for them takes its time
        try:
            from app.bootstrap import run_window

            return run_window(args)
        finally:
            gc.enable()
    from app.bootstrap import run_cli

    return run_cli(args)


if __name__ == "__main__":
    raise SystemExit(main())
