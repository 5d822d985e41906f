"""No test is left out without a word, and the word is one of five."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.scripts import script

check = script("check_skips")

RAN = '<testcase classname="tests.core.test_a" name="test_it" />'
SKIPPED = (
    '<testcase classname="tests.core.test_a" name="test_gone[a/b.c]">'
    '<skipped type="pytest.skip" message="no time" /></testcase>'
)
EXPECTED = (
    '<testcase classname="tests.core.test_a" name="test_bad">'
    '<skipped type="pytest.xfail" message="" /></testcase>'
)
DESELECTED = (
    '<properties><property name="deselected" '
    'value="tests/packaging/test_frozen.py::test_f[av]" /></properties>'
)
FROZEN = '<testcase classname="tests.packaging.test_frozen" name="test_f[av]" />'


@pytest.fixture
def verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture):
    """Check JUnit files made of the given parts, with the given list of allowed skips."""

    def run(*files: str, allowed: str = "") -> tuple[int, str]:
        (tmp_path / "allowed.txt").write_text(allowed, encoding="utf-8")
        monkeypatch.setattr(check, "ALLOWED", tmp_path / "allowed.txt")
        paths = []
        for number, parts in enumerate(files):
            paths.append(tmp_path / f"{number}.xml")
            text = f"<testsuites><testsuite>{parts}</testsuite></testsuites>"
            paths[-1].write_text(text, encoding="utf-8")
        code = check.main([str(path) for path in paths])
        return code, capsys.readouterr().out

    return run


def test_a_run_without_gaps_passes(verdict) -> None:
    code, text = verdict(RAN)
    assert (code, text) == (0, "check_skips: 1 tests ran, 0 left out as allowed, 0 not allowed.\n")


def test_a_skip_fails_and_is_named_with_its_reason(verdict) -> None:
    code, text = verdict(RAN + SKIPPED)
    assert code == 1
    assert "not run: tests.core.test_a::test_gone[a/b.c]: no time" in text


def test_an_expected_failure_is_a_skip(verdict) -> None:
    assert verdict(RAN + EXPECTED)[0] == 1


def test_a_deselected_test_fails(verdict) -> None:
    code, text = verdict(DESELECTED + RAN)
    assert code == 1
    assert "tests.packaging.test_frozen::test_f[av]: deselected" in text


def test_a_test_that_one_run_deselects_and_the_next_runs_has_run(verdict) -> None:
    assert verdict(DESELECTED + RAN, FROZEN)[0] == 0


def test_an_allowed_skip_passes(verdict) -> None:
    assert verdict(RAN + SKIPPED, allowed="gpu tests/core/test_a.py::test_gone[a/b.c]")[0] == 0


def test_a_pattern_covers_a_file(verdict) -> None:
    assert verdict(RAN + SKIPPED, allowed="ollama tests/core/test_a.py::*")[0] == 0


def test_a_pattern_does_not_cover_its_neighbours(verdict) -> None:
    assert verdict(RAN + SKIPPED, allowed="ollama tests/core/test_ab.py::*")[0] == 1


def test_a_need_that_is_none_fails_the_run(verdict) -> None:
    code, text = verdict(RAN, allowed="patience tests/core/test_a.py::*")
    assert code == 1
    assert "known need" in text


def test_a_pattern_that_names_no_file_fails_the_run(verdict) -> None:
    assert verdict(RAN, allowed="ollama *test_gone*")[0] == 1


def test_no_tests_at_all_fail(verdict) -> None:
    assert verdict("")[0] == 1


def test_a_missing_report_fails(tmp_path: Path) -> None:
    assert check.main([str(tmp_path / "none.xml")]) == 1


def test_the_real_list_of_allowed_skips_is_well_formed() -> None:
    assert isinstance(check.allowed(), list)


@pytest.mark.parametrize(
    ("node", "name"),
    [
        ("tests/a/test_b.py::test_c", "tests.a.test_b::test_c"),
        ("tests/a/test_b.py::Group::test_c", "tests.a.test_b.Group::test_c"),
        ("tests/test_b.py::test_c[x::y.py/z]", "tests.test_b::test_c[x::y.py/z]"),
    ],
)
def test_a_test_has_one_name_in_both_files(node: str, name: str) -> None:
    assert check.as_junit(node) == name
