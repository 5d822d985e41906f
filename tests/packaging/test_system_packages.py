"""System packages: only what is missing, only where it asks nobody, and never removing anything."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.scripts import program, script

packages = script("system_packages")
environment = script("environment")
pytestmark = pytest.mark.skipif(os.name == "nt", reason="windows: there is no apt")

LISTS = """
# a comment
[run]
libnew|libold   # either
libplain
[test]
pulseaudio
"""
# A system in a folder: what is installed, what apt knows, what an installation would remove.
DPKG = """shift 2
for name in "$@"; do grep -qx "$name" {0}/installed && echo "$name installed"; done; true"""
CACHE = """shift
for name in "$@"; do echo "$name:"; echo "  Installed: (none)"
if grep -qx "$name" {0}/known; then echo "  Candidate: 1.0"; else echo "  Candidate: (none)"; fi
done"""
GET = """echo "$@" >> {0}/calls
names=""
for word in "$@"; do case "$word" in -*|*=*|install|update) ;; *) names="$names $word";; esac; done
case "$*" in
*update*) cat {0}/after-update >> {0}/known 2>/dev/null; exit 0;;
*--simulate*) for name in $names; do grep "^$name removes" {0}/removals 2>/dev/null \\
  | while read -r _ _ victim; do echo "Remv $victim [1.0]"; done; done; exit 0;;
esac
[ "$DEBIAN_FRONTEND" = noninteractive ] || exit 9
for name in $names; do echo "$name" >> {0}/installed; done"""


class Debian:
    """A small Debian on PATH, made of shell scripts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name, text in (("dpkg-query", DPKG), ("apt-cache", CACHE), ("apt-get", GET)):
            program(folder, name, text.format(folder))
        self.has()
        self.knows()
        self.said: list[str] = []
        self.lists = folder / "lists.txt"
        self.lists.write_text(LISTS, encoding="utf-8")

    def _write(self, name: str, lines: tuple[str, ...]) -> None:
        text = "".join(f"{line}\n" for line in lines)
        (self.folder / name).write_text(text, encoding="utf-8")

    def has(self, *names: str) -> None:
        self._write("installed", names)

    def knows(self, *names: str) -> None:
        self._write("known", names)

    def learns(self, *names: str) -> None:
        self._write("after-update", names)

    def removes(self, *lines: str) -> None:
        self._write("removals", lines)

    def calls(self) -> list[str]:
        log = self.folder / "calls"
        return log.read_text(encoding="utf-8").splitlines() if log.exists() else []

    def installed_now(self) -> set[str]:
        return set((self.folder / "installed").read_text(encoding="utf-8").split())

    def install(self, *names: str) -> list[list[str]]:
        apt = packages.Apt()
        return packages.install_missing(names, apt, self.said.append, self.lists)


@pytest.fixture
def debian(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Debian:
    """Stand in a Debian as root."""
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.setattr(packages.os, "geteuid", lambda: 0)
    return Debian(tmp_path / "bin")


def somebody(debian: Debian, monkeypatch: pytest.MonkeyPatch, sudo: str) -> None:
    """Be a person without root, with the given sudo."""
    monkeypatch.setattr(packages.os, "geteuid", lambda: 1000)
    program(debian.folder, "sudo", sudo)


def test_a_system_that_has_everything_is_left_alone(debian: Debian) -> None:
    debian.has("libold", "libplain")
    assert debian.install("run") == []
    assert debian.calls() == []
    assert debian.said == []


def test_the_alternative_that_the_system_knows_is_installed(debian: Debian) -> None:
    debian.knows("libold", "libplain")
    assert debian.install("run") == []
    assert debian.installed_now() == {"libold", "libplain"}


def test_the_first_known_alternative_wins(debian: Debian) -> None:
    debian.knows("libnew", "libold", "libplain")
    debian.install("run")
    assert debian.installed_now() == {"libnew", "libplain"}


def test_installing_asks_nothing_recommends_nothing_and_removes_nothing(debian: Debian) -> None:
    debian.knows("libnew", "libplain")
    debian.install("run")
    (real,) = [call for call in debian.calls() if "--simulate" not in call]
    assert {"--yes", "--no-install-recommends", "--no-remove"} <= set(real.split())


def test_a_package_that_would_remove_another_is_left_and_its_command_shown(debian: Debian) -> None:
    debian.knows("libold", "libplain", "pulseaudio")
    debian.removes("pulseaudio removes pipewire-audio")
    assert debian.install("run", "test") == [["pulseaudio"]]
    assert debian.installed_now() == {"libold", "libplain"}
    assert debian.said[-1] == (
        "Some system packages are still missing (pulseaudio would remove others). "
        "To install them: sudo apt-get install --no-install-recommends pulseaudio"
    )


def test_lists_that_were_never_fetched_are_fetched_once(debian: Debian) -> None:
    debian.learns("libnew", "libplain")
    assert debian.install("run") == []
    assert sum("update" in call for call in debian.calls()) == 1


def test_a_package_that_nobody_knows_is_said_and_the_rest_installed(debian: Debian) -> None:
    debian.knows("libold")
    assert debian.install("run") == [["libplain"]]
    assert debian.installed_now() == {"libold"}


def test_without_root_the_command_is_shown_with_the_names_of_this_system(
    debian: Debian, monkeypatch: pytest.MonkeyPatch
) -> None:
    somebody(debian, monkeypatch, "exit 1")
    debian.knows("libold", "libplain")
    assert debian.install("run") == [["libnew", "libold"], ["libplain"]]
    assert debian.calls() == []
    assert debian.said[0].endswith("apt-get install --no-install-recommends libold libplain")


def test_sudo_that_asks_nothing_is_used(debian: Debian, monkeypatch: pytest.MonkeyPatch) -> None:
    somebody(debian, monkeypatch, '[ "$1" = -n ] || exit 1; shift; exec "$@"')
    debian.knows("libold", "libplain")
    assert debian.install("run") == []
    assert debian.installed_now() == {"libold", "libplain"}


def test_a_system_without_apt_is_none_of_our_business(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not packages.Apt().present()


@pytest.fixture
def set_up(debian: Debian, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Debian:
    """Be a checkout that is set up, on a Debian that lacks one package of the real list "run"."""
    for name, place in (("VENV", ".venv"), ("WORK", "build")):
        monkeypatch.setattr(environment, name, tmp_path / place)
    monkeypatch.setattr(environment, "STAMP", tmp_path / ".venv" / "alcove.json")
    monkeypatch.setattr(environment, "LOG", tmp_path / "build" / "setup.log")
    monkeypatch.setattr(environment, "say", debian.said.append)
    (tmp_path / ".venv").mkdir()
    environment.write_stamp({"groups": {}})
    debian.has(*(entry[-1] for entry in packages.read()["run"] if "libasound2" not in entry))
    return debian


def test_a_checkout_that_another_person_set_up_runs_without_writing_to_it(
    set_up: Debian, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    access = os.access
    ours = {environment.VENV, environment.WORK}
    monkeypatch.setattr(os, "access", lambda path, mode: path not in ours and access(path, mode))
    environment.ensure_system(["run"])
    assert len(set_up.said) == 1 and "apt-get install" in set_up.said[0]
    assert set_up.calls() == []
    assert not (tmp_path / "build").exists()


def test_where_no_python_fits_the_one_that_this_system_knows_is_named(
    set_up: Debian, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment.pythons, "find", lambda inside: (None, []))
    somebody(set_up, monkeypatch, "exit 1")
    set_up.knows("python3.11-venv")  # as Ubuntu 22.04 does, whose python3-venv is Python 3.10
    with pytest.raises(environment.SetupError) as caught:
        environment.find_python()
    assert "apt-get install --no-install-recommends python3.11-venv" in caught.value.hint


def test_what_is_still_missing_later_is_told_by_the_names_of_this_system(set_up: Debian) -> None:
    set_up.knows("libasound2")
    environment.write_stamp({"system_packages": [["libasound2t64", "libasound2"]]})
    environment.ensure_system(["run"])
    assert set_up.said[-1].endswith("apt-get install --no-install-recommends libasound2")


def test_the_real_lists_name_each_package_once() -> None:
    lists = packages.read()
    names = [name for entries in lists.values() for entry in entries for name in entry]
    assert set(lists) == {"python", "run", "test"}
    assert len(names) == len(set(names))
    assert all(name == name.strip().lower() for name in names)
