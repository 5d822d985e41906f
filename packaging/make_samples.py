"""Make the samples that every tab offers: ``python packaging/make_samples.py [PART…]``.

Parts: meeting, manuals, pictures; all of them without an argument. The same machine
gives the same bytes each time. Needs flite (the two voices), PyAV, NumPy and Pillow
with the DejaVu fonts; the results are committed, so nobody else needs them.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from samples import manuals, meeting, pictures

PARTS = {"meeting": meeting.make, "manuals": manuals.make, "pictures": pictures.make}
SAMPLES = Path(__file__).resolve().parents[1] / "resources" / "samples"


def main() -> int:
    """Make the named parts, or all of them, and say what was written."""
    parser = argparse.ArgumentParser(description="Make the samples.")
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], metavar="PART")
    parser.add_argument("--into", type=Path, default=SAMPLES, help="another folder")
    args = parser.parse_args()
    for name in args.parts or PARTS:
        for path in PARTS[name](args.into):
            print(f"{path.stat().st_size:8d}  {path}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
