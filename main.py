"""Double-click, ``python main.py``, and the frozen program."""

import multiprocessing

if __name__ == "__main__":
    multiprocessing.freeze_support()

    from app.__main__ import main

    raise SystemExit(main())
