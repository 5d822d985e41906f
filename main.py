"""Double-click, ``python main.py``, and the frozen program."""

import os
import sys


def go_on_in_venv() -> None:
    """Hand the call of a bare Python over to `.venv`, where the packages are.

    A double click, and `python main.py` as everyone types it, start the Python of the system.
    """
    if getattr(sys, "frozen", False) or sys.prefix != sys.base_prefix:
        return
    venv = os.path.join(os.path.dirname(os.path.abspath(__file__)), ".venv")
    inside = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    python = os.path.join(venv, *inside)
    if os.path.exists(python):
        if os.name != "nt":
            os.execv(python, [python, *sys.argv])
        import signal
        import subprocess

        signal.signal(signal.SIGINT, signal.SIG_IGN)  # both hear Ctrl-C: it is the other's
        raise SystemExit(subprocess.call([python, *sys.argv]))
    from importlib.util import find_spec

    if find_spec("rapidfuzz") is None:  # one of the packages, for all of them
        sys.stderr.write(
            "Alcove is not set up here. Run `make run` once, or: "
            "python packaging/alcove_setup.py run\n"
        )
        raise SystemExit(1)


if __name__ == "__main__":
    try:
        import multiprocessing

        multiprocessing.freeze_support()
        go_on_in_venv()

        from app.__main__ import main
    except KeyboardInterrupt:  # Ctrl-C before anything was begun
        raise SystemExit(130) from None
    raise SystemExit(main())
