"""Set-up for real: copies of the checkout's scripts, a real environment, real pip, no network."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from support.scripts import FOLDER, script

pythons = script("pythons")
BASE = os.path.realpath(sys._base_executable)
VERSION = "{}.{}".format(*sys.version_info[:2])
SYSTEM = pythons.system_of(pythons.probe((BASE,)))[0]
SCRIPTS = ("alcove_setup.py", "environment.py", "pythons.py", "system_packages.py")
PROGRAM = "import sys, pebble\nprint('alcove', *(sys.argv[1:] or [pebble.SIZE]))\n"


def wheel(folder: Path, name: str, size: int) -> str:
    """Make a wheel of one module and return the sha256 of its file."""
    info = f"{name}-1.0.dist-info"
    members = {
        f"{name}.py": f"SIZE = {size}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    members[f"{info}/RECORD"] = "".join(f"{member},,\n" for member in members)
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for member, text in members.items():
            archive.writestr(member, text)
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Checkout:
    """A checkout in a temporary folder whose program needs one small package."""

    def __init__(self, root: Path) -> None:
        self.root, self.wheels = root, root.parent / "wheels"
        (root / "packaging" / "locks").mkdir(parents=True)
        for name in (*SCRIPTS, "system-packages.txt"):
            (root / "packaging" / name).write_bytes((FOLDER / name).read_bytes())
        (root / "main.py").write_text(PROGRAM, encoding="utf-8")
        self.pin("run", "pebble", wheel(self.wheels, "pebble", 1))
        self.pin("test", "gravel", wheel(self.wheels, "gravel", 2))

    def pin(self, group: str, name: str, digest: str, megabytes: int = 1) -> None:
        """Write the lock of one group: one package."""
        head = f"# packages: 1\n# download: {megabytes} MB\n"
        text = f"{head}{name}==1.0 \\\n    --hash=sha256:{digest}\n"
        place = self.root / "packaging" / "locks"
        file = f"{SYSTEM}-py{VERSION.replace('.', '')}-{group}.txt"
        (place / file).write_text(text, encoding="utf-8")

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start set-up with a PATH without apt and with no package server to ask."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "DISPLAY"))}
        kept |= {"PATH": str(self.root / "empty"), "PIP_NO_INDEX": "1"}
        kept |= {"PIP_FIND_LINKS": str(self.wheels), "PIP_CONFIG_FILE": os.devnull}
        return subprocess.Popen(
            [BASE, str(self.root / "packaging" / "alcove_setup.py"), *arguments],
            env={**kept, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def call(self, *arguments: str, **environment: str) -> tuple[int, str, str]:
        """Run set-up and return its exit status, standard output and standard error."""
        process = self.start(*arguments, **environment)
        out, err = process.communicate(timeout=110)
        return process.returncode, out, err

    def stamp(self) -> dict:
        """Return the stamp of the environment."""
        return json.loads((self.root / ".venv" / "alcove.json").read_text(encoding="utf-8"))

    def write_stamp(self, **changes: object) -> None:
        """Change the stamp as a killed or older set-up would have left it."""
        path = self.root / ".venv" / "alcove.json"
        path.write_text(json.dumps({**self.stamp(), **changes}), encoding="utf-8")


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """Make a checkout that was never set up."""
    return Checkout(tmp_path / "a checkout")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """Make a checkout that is set up; tests that use it leave it whole."""
    done = Checkout(tmp_path_factory.mktemp("finished") / "alcove")
    code, _, err = done.call("setup")
    assert code == 0, err
    return done


def test_one_command_sets_up_and_runs_the_program(checkout: Checkout) -> None:
    code, out, err = checkout.call("run", "--", "a b", "--json")
    assert (code, out) == (0, "alcove a b --json\n"), err
    assert "about 1.8 GB of disk and 1 MB to download" in err
    assert "[1/1] pebble" in err


def test_the_second_start_needs_no_packages_and_says_nothing(finished: Checkout) -> None:
    assert finished.call("run", "again", PIP_FIND_LINKS="") == (0, "alcove again\n", "")


def test_without_a_display_the_tour_is_taken(finished: Checkout) -> None:
    if sys.platform != "linux":
        pytest.skip("windows and macos always have a display")
    code, out, err = finished.call("run", DISPLAY="", WAYLAND_DISPLAY="", QT_QPA_PLATFORM="")
    assert (code, out) == (0, "alcove tour\n")
    assert "no display" in err


def test_an_environment_that_a_kill_left_half_made_is_made_anew(finished: Checkout) -> None:
    finished.write_stamp(pending="run")
    rubbish = finished.root / ".venv" / "rubbish"
    rubbish.touch()
    assert finished.call("run", "x")[1] == "alcove x\n"
    assert not rubbish.exists()


SETTINGS = """
[global]
target = {elsewhere}
constraint = {elsewhere}/none.txt
progress-bar = nonsense
quiet = 3
[install]
root = {elsewhere}
dry-run = true
requirement = {elsewhere}/none.txt
find-links = {wheels}
"""


@pytest.mark.parametrize("place", ["file", "environment"])
def test_of_a_persons_pip_only_the_sources_of_packages_are_taken_over(
    checkout: Checkout, place: str
) -> None:
    elsewhere = checkout.root.parent / "elsewhere"
    if place == "file":
        text = SETTINGS.format(elsewhere=elsewhere, wheels=checkout.wheels)
        file = checkout.root.parent / "pip.conf"
        file.write_text(text, encoding="utf-8")
        changes = {"PIP_CONFIG_FILE": str(file), "PIP_FIND_LINKS": ""}
    else:
        changes = {"PIP_TARGET": str(elsewhere), "PIP_ROOT": str(elsewhere)}
        changes |= {"PIP_REQUIREMENT": str(elsewhere / "none.txt"), "PIP_DRY_RUN": "1"}
    code, out, err = checkout.call("run", "x", **changes)
    assert (code, out) == (0, "alcove x\n"), err
    assert not elsewhere.exists()


def test_a_settings_file_that_pip_cannot_read_does_not_stop_the_set_up(checkout: Checkout) -> None:
    file = checkout.root.parent / "pip.conf"
    file.write_text("no settings\n", encoding="utf-8")
    assert checkout.call("run", "x", PIP_CONFIG_FILE=str(file))[1] == "alcove x\n"


def test_another_pin_makes_the_environment_anew(finished: Checkout) -> None:
    finished.pin("run", "pebble", wheel(finished.wheels, "pebble", 7))
    assert finished.call("run", QT_QPA_PLATFORM="offscreen")[1] == "alcove 7\n"


def test_a_second_group_is_added_to_what_is_there(finished: Checkout) -> None:
    mark = finished.root / ".venv" / "mark"
    mark.touch()
    assert finished.call("setup", "run", "test")[0] == 0
    assert mark.exists()
    assert set(finished.stamp()["groups"]) == {"run", "test"}


def test_a_kill_while_the_second_group_is_added_costs_only_that_group(finished: Checkout) -> None:
    mark = finished.root / ".venv" / "mark"
    mark.touch()
    finished.call("setup", "run", "test")
    run = finished.stamp()["groups"]["run"]
    finished.write_stamp(pending="test", groups={"run": run})
    code, _, err = finished.call("setup", "run", "test")
    assert code == 0, err
    assert mark.exists()
    assert finished.stamp()["pending"] == ""


@pytest.mark.skipif(os.name == "nt", reason="windows: an environment there is no link")
def test_an_environment_whose_python_is_gone_is_made_anew(finished: Checkout) -> None:
    python = finished.root / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python")
    assert finished.call("run", "x")[1] == "alcove x\n"


def test_two_at_once_set_up_once_and_both_run(checkout: Checkout) -> None:
    both = [checkout.start("run", str(number)) for number in (1, 2)]
    ends = [process.communicate(timeout=110) for process in both]
    assert [process.returncode for process in both] == [0, 0], ends
    assert sorted(out for out, _ in ends) == ["alcove 1\n", "alcove 2\n"]
    assert sum("setting up in" in err for _, err in ends) == 1


def test_a_set_up_killed_in_its_middle_is_repaired_by_the_next(checkout: Checkout) -> None:
    process = checkout.start("run", "x")
    assert process.stderr and process.stdout
    line = process.stderr.readline()
    while "setting up in" not in line:
        line = process.stderr.readline()
    process.kill()
    process.wait()
    process.stdout.close()
    process.stderr.close()
    assert checkout.call("run", "x")[1] == "alcove x\n"


def test_a_package_of_another_hash_is_refused_in_one_sentence(checkout: Checkout) -> None:
    checkout.pin("run", "pebble", "0" * 64)
    code, out, err = checkout.call("run")
    assert (code, out) == (1, "")
    assert "Traceback" not in err
    assert "not the one that was pinned" in err or "could not be downloaded" in err


def test_no_package_server_is_said_in_one_sentence(checkout: Checkout) -> None:
    code, _, err = checkout.call("run", PIP_FIND_LINKS="")
    assert code == 1
    assert "no connection to the package server" in err
    assert "Check the network" in err
    assert "Traceback" not in err


def test_a_full_disk_is_said_before_anything_is_made(checkout: Checkout) -> None:
    checkout.pin("run", "pebble", "0" * 64, megabytes=10**9)
    code, _, err = checkout.call("run")
    assert code == 1
    assert "The disk is too full" in err
    assert not (checkout.root / ".venv").exists()


def test_an_environment_of_somebody_else_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    environment = script("environment")
    venv = tmp_path / ".venv"
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "VENV", venv)
    monkeypatch.setattr(environment, "STAMP", venv / "alcove.json")
    (tmp_path / ".venv-1").mkdir()
    venv.mkdir()
    (venv / "precious").write_text("work", encoding="utf-8")
    environment.set_aside_foreign()
    assert (tmp_path / ".venv-2" / "precious").read_text(encoding="utf-8") == "work"
    assert "kept as .venv-2" in capsys.readouterr().err


def test_no_usable_python_is_said_with_what_was_tried(checkout: Checkout) -> None:
    code, _, err = checkout.call("run", ALCOVE_PYTHON=str(checkout.root / "main.py"))
    assert code == 1
    assert "No usable Python 3.11, 3.12 or 3.13 was found." in err
    assert "not taken:" in err


def test_an_unknown_command_shows_how_it_is_used(checkout: Checkout) -> None:
    code, _, err = checkout.call("dance")
    assert code == 2
    assert "python packaging/alcove_setup.py run" in err


@pytest.mark.parametrize(
    ("log", "sentence"),
    [
        ("ERROR: [Errno 28] No space left on device\n", "The disk filled up"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM\n", "not the one that was pinned"),
        ("NewConnectionError: Temporary failure in name resolution\n", "no connection"),
        ("something\nError: strange\n", "Set-up could not install: Error: strange"),
        ("", "Set-up could not install: no message"),
    ],
)
def test_every_complaint_of_pip_becomes_one_sentence(log: str, sentence: str) -> None:
    error = script("environment").explain(log, "install")
    assert sentence in str(error)
    assert error.hint
