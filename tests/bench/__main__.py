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
    """Return the scripts to run, in order of name; helpers begin with an underscore."""
    found = [path for path in sorted(HERE.glob("*.py")) if not path.name.startswith("_")]
    return [path for path in found if not names or path.stem in names]


def main(argv: list[str] | None = None) -> int:
    """Run the chosen measurements one after the other; 1 when one of them failed."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--meetings", type=Path)
    parser.add_argument("names", nargs="*")
    chosen = parser.parse_args(argv)
    failed = 0
    for script in measurements(chosen.names):
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
