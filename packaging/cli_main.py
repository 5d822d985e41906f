"""The console program of the frozen folder: command line and children, without Qt."""

import multiprocessing
import sys


def start(argv: list[str]) -> int:
    """Run a child or a command; the window and its tools are the other program's."""
    from app.core import egress

    egress.install()
    if argv[:1] == ["--child"]:
        from app.bootstrap import run_child

        return run_child(argv[1:])
    if argv[:1] == ["--json"] and argv[1:]:
        argv = [argv[1], "--json", *argv[2:]]  # as in app/__main__.py
    from app.bootstrap import run_cli

    return run_cli(argv or ["--help"])


if __name__ == "__main__":
    multiprocessing.freeze_support()
    raise SystemExit(start(sys.argv[1:]))
