"""The pinned packages: whole, hashed, and silent about where they come from."""

from __future__ import annotations

import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from support.scripts import ROOT, script

lock = script("lock")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
TARGETS = [lock.Target(system, version) for system in lock.SYSTEMS for version in lock.VERSIONS]
FILES = [target.file(group) for target in TARGETS for group in ("run", "test")]
PIN = re.compile(r"([a-z0-9.-]+)==(\S+)( ; [^\\]+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")


def normal(name: str) -> str:
    """Return a package's name as the locks spell it."""
    return re.sub(r"[-_.]+", "-", re.match(r"[A-Za-z0-9._-]+", name)[0]).lower()


def pinned(path: Path) -> dict[str, str]:
    """Return name and version of every package of a lock."""
    found = (PIN.fullmatch(line) for line in path.read_text(encoding="utf-8").splitlines())
    return {match[1]: match[2] for match in found if match}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_lock_holds_pins_and_hashes_and_nothing_else(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    others = [line for line in lines if not (PIN.fullmatch(line) or HASH.fullmatch(line))]
    assert [line.split()[1] for line in others[-2:]] == ["packages:", "download:"]
    assert all(line.startswith("# ") for line in others)
    assert "://" not in "".join(lines)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_head_of_a_lock_tells_the_number_of_its_packages(path: Path) -> None:
    assert script("environment").heading(path, "packages") == len(pinned(path))
    assert script("environment").heading(path, "download") > 0


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.file("run").stem)
def test_every_dependency_is_pinned_but_a_draft_recogniser_without_wheel(target) -> None:
    wanted = {normal(name) for name in PROJECT["project"]["dependencies"]}
    assert wanted - set(pinned(target.file("run"))) <= {lock.DRAFT}


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.file("run").stem)
def test_the_tools_are_pinned_beside_the_program_and_never_twice(target) -> None:
    run, test = pinned(target.file("run")), pinned(target.file("test"))
    assert {normal(name) for name in PROJECT["dependency-groups"]["dev"]} <= {*run, *test}
    assert not set(run) & set(test)


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.file("run").stem)
def test_the_draft_recogniser_is_one_of_the_two_known_versions(target) -> None:
    assert pinned(target.file("run")).get(lock.DRAFT) in (*lock.DRAFT_VERSIONS, None)


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.file("run").stem)
def test_qt_is_never_the_release_that_loses_references(target) -> None:
    assert pinned(target.file("run"))["pyside6-essentials"].startswith("6.11.")


def test_what_is_installed_here_is_what_is_pinned() -> None:
    pythons = script("pythons")
    system = pythons.system_of(pythons.probe((sys.executable,)))[0]
    version = "{}.{}".format(*sys.version_info[:2])
    wanted = pinned(lock.Target(system, version).file("run"))
    assert {name: metadata.version(name) for name in wanted} == wanted


def test_the_resolver_s_answer_becomes_sorted_pins_with_their_hashes() -> None:
    wheels = [{"hashes": {"sha256": digest}, "size": size} for digest, size in (("b", 5), ("a", 9))]
    answer = {
        "packages": [
            {"name": "zinc", "version": "2", "wheels": wheels[:1], "marker": "os_name == 'nt'"},
            {"name": "argon", "version": "1.0", "wheels": wheels},
        ]
    }
    argon, zinc = lock.pins(answer)
    assert (argon.text(), argon.size) == (
        "argon==1.0 \\\n    --hash=sha256:a \\\n    --hash=sha256:b",
        9,
    )
    assert zinc.text() == "zinc==2 ; os_name == 'nt' \\\n    --hash=sha256:b"


def test_a_package_without_a_wheel_is_refused() -> None:
    with pytest.raises(lock.LockError, match="argon 1 has no wheel"):
        lock.pins({"packages": [{"name": "argon", "version": "1", "wheels": []}]})


def test_the_draft_recogniser_steps_down_and_is_left_out_at_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    def resolve(target, requirements, constraints):
        asked.append((list(requirements), list(constraints)))
        if any(line.startswith(lock.DRAFT) for line in requirements):
            raise lock.LockError(f"{lock.DRAFT} has no usable wheels")
        return ["found"]

    monkeypatch.setattr(lock, "resolve", resolve)
    wanted = ["numpy", f"{lock.DRAFT}>=5"]
    assert lock.resolve_with_draft(TARGETS[0], wanted, ["a==1"]) == ["found"]
    assert asked == [
        (wanted, ["a==1", "pocketsphinx==5.1.1"]),
        (wanted, ["a==1", "pocketsphinx==5.0.4"]),
        (["numpy"], ["a==1"]),
    ]


def test_trouble_with_another_package_is_not_blamed_on_the_draft_recogniser(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def resolve(*_):
        raise lock.LockError("numpy has no usable wheels")

    monkeypatch.setattr(lock, "resolve", resolve)
    with pytest.raises(lock.LockError, match="numpy"):
        lock.resolve_with_draft(TARGETS[0], ["numpy"], [])


def test_what_opens_sound_is_the_same_on_every_python() -> None:
    """PyAV 19 opens files with other arguments, and has no wheel for Python 3.11."""
    files = sorted((ROOT / "packaging" / "locks").glob("*-run.txt"))
    found = {re.search(r"^av==(\S+)", file.read_text("utf-8"), re.M)[1] for file in files}
    assert len(files) == 9 and len(found) == 1
