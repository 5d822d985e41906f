"""Hooks for every test run: names what was left out, and skips what lacks its system packages."""

from __future__ import annotations

import functools
import shutil

import pytest
from _pytest.junitxml import xml_key
from support.scripts import script

# Where there is no dpkg to ask: programs that come with the packages of the list "test".
PROGRAMS = ("Xvfb", "xdotool", "openbox", "pulseaudio", "parec", "flite", "espeak-ng", "orca")


@functools.cache
def apt_command() -> str:
    """Return what to type for the missing packages of "run" and "test", "" when none is missing."""
    packages = script("system_packages")
    apt = packages.Apt()
    if apt.present():
        missing = packages.missing(["run", "test"], apt)
        return packages.command_here(missing, apt) if missing else ""
    absent = [name for name in PROGRAMS if not shutil.which(name)]
    return f"install {' '.join(absent)}" if absent else ""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip tests marked `display` by name, with the command that would let them run."""
    marked = [item for item in items if item.get_closest_marker("display")]
    if marked and apt_command():
        skip = pytest.mark.skip(reason=f"needs system packages: {apt_command()}")
        for item in marked:
            item.add_marker(skip)


def pytest_deselected(items: list[pytest.Item]) -> None:
    """Write into the JUnit file what was deselected, which JUnit itself does not tell."""
    for item in items:
        xml = item.config.stash.get(xml_key, None)
        if xml is not None:
            xml.add_global_property("deselected", item.nodeid)
