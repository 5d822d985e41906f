"""`make bench` runs measurements, and nothing silently."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

_PATH = Path(__file__).with_name("__main__.py")
_SPEC = importlib.util.spec_from_file_location("bench_main", _PATH)
assert _SPEC and _SPEC.loader
bench = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(bench)


def test_every_measurement_runs_and_no_test_is_taken_for_one() -> None:
    names = [path.stem for path in bench.measurements([])]
    assert {"cancel", "memory", "recording", "stall", "window_start"} <= set(names)
    assert not [name for name in names if name.startswith(("_", "test_"))]


def test_measurements_are_picked_by_name() -> None:
    assert [path.stem for path in bench.measurements(["stall", "cancel"])] == ["cancel", "stall"]


def test_a_name_that_no_measurement_has_is_a_wrong_call(capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit) as ended:
        bench.main(["nonsense"])
    assert ended.value.code == 2
    assert "no measurement is called nonsense; there are: cancel, " in capsys.readouterr().err
