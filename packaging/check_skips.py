"""Fail when a test did not run, unless it needs what this machine cannot have.

    python packaging/check_skips.py reports/junit.xml [reports/junit-frozen.xml …]

Reads the JUnit files of one state of the tree. A test that one run deselects and another one
runs counts as run. `tests/allowed_skips.txt` names what may be missing: `NEED FILE::TEST`, where
`*` stands for anything.
"""

from __future__ import annotations

import fnmatch
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path

ALLOWED = Path(__file__).resolve().parent.parent / "tests" / "allowed_skips.txt"
NEEDS = ("ollama", "camera", "gpu", "windows", "macos")


@dataclass
class Runs:
    """What the JUnit files tell: tests that ran, and those that did not with the reason."""

    ran: set[str] = field(default_factory=set)
    missing: dict[str, str] = field(default_factory=dict)

    def read(self, path: Path) -> None:
        """Add one JUnit file. Raises ParseError or OSError when there is none."""
        # The file was written by our own test run a moment ago.
        root = ElementTree.parse(path).getroot()
        for case in root.iter("testcase"):
            name = f"{case.get('classname', '')}::{case.get('name', '')}"
            skipped = case.find("skipped")
            if skipped is None:
                self.ran.add(name)
            else:
                self.missing[name] = skipped.get("message") or "skipped"
        for entry in root.iter("property"):
            if entry.get("name") == "deselected":
                self.missing.setdefault(as_junit(entry.get("value", "")), "deselected")

    def not_run(self) -> dict[str, str]:
        """Return the tests that ran in none of the files, with the reason."""
        return {name: why for name, why in sorted(self.missing.items()) if name not in self.ran}


def as_junit(node: str) -> str:
    """Turn `tests/core/test_x.py::Class::test_y[a/b]` into JUnit's `tests.core.test_x.Class::…`."""
    bare, bracket, parameters = node.partition("[")
    path, *rest = bare.split("::")
    parts = [path.removesuffix(".py").replace("/", "."), *rest]
    return f"{'.'.join(parts[:-1])}::{parts[-1]}{bracket}{parameters}"


def allowed() -> list[str]:
    """Return the patterns of tests that may be missing. Raises ValueError for an unknown need."""
    patterns = []
    for raw in ALLOWED.read_text(encoding="utf-8").splitlines():
        line = raw.split("#")[0].split()
        if line:
            if len(line) != 2 or line[0] not in NEEDS or "::" not in line[1]:
                told = "not 'NEED FILE::TEST' with a known need"
                raise ValueError(f"{ALLOWED.name}: {told}: {raw}")
            patterns.append(as_junit(line[1]))
    return patterns


def matches(name: str, patterns: list[str]) -> bool:
    """Tell whether a pattern covers a test; only `*` is special."""
    return any(fnmatch.fnmatchcase(name, pattern.replace("[", "[[]")) for pattern in patterns)


def main(argv: list[str]) -> int:
    """Check the given JUnit files and say what did not run."""
    runs = Runs()
    try:
        patterns = allowed()
        for name in argv:
            runs.read(Path(name))
    except (OSError, ValueError, ElementTree.ParseError) as error:
        print(f"check_skips: {error}")
        return 1
    not_run = runs.not_run()
    refused = {name: why for name, why in not_run.items() if not matches(name, patterns)}
    for name, why in refused.items():
        print(f"check_skips: not run: {name}: {why}")
    tail = f"{len(not_run) - len(refused)} left out as allowed, {len(refused)} not allowed"
    print(f"check_skips: {len(runs.ran)} tests ran, {tail}.")
    return 1 if refused or not runs.ran else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
