"""Run every measurement beside this file, each in a process of its own (`make bench`).

    python tests/bench [--meetings DIR] [NAME…]

NAME picks measurements by file name. The quotes of meetings are measured on transcripts with
marked turns, so only where `--meetings` says where those lie.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
MEETINGS = "meetings_bench"


def measurements(names: list[str]) -> list[Path]:
    """Return the scripts to run, in order of name; helpers begin with an underscore.

    Raises ValueError for a name that none of them has.
    """
    aside = ("_", "test_")
    found = [path for path in sorted(HERE.glob("*.py")) if not path.name.startswith(aside)]
    known = [path.stem for path in found]
    for name in names:
        if name not in known:
            raise ValueError(f"no measurement is called {name}; there are: {', '.join(known)}")
    return [path for path in found if not names or path.stem in names]


def main(argv: list[str] | None = None) -> int:
    """Run the chosen measurements one after the other; 1 when one of them failed."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--meetings", type=Path)
    parser.add_argument("names", nargs="*")
    chosen = parser.parse_args(argv)
    failed = 0
    try:
        scripts = measurements(chosen.names)
    except ValueError as error:
        parser.error(str(error))
    for script in scripts:
        arguments = []
        if script.stem == MEETINGS:
            if chosen.meetings is None:
                print(
                    f"\n== {script.stem}: left out, make bench MEETINGS=DIR names its transcripts"
                )
                continue
            arguments = [str(chosen.meetings)]
        print(f"\n== {script.stem}", flush=True)
        failed |= subprocess.call([sys.executable, str(script), *arguments], cwd=ROOT) != 0
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
