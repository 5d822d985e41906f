from __future__ import annotations

import sys

import pytest

from app.cli import target
from app.core.errors import InputError


def test_a_link_stays_a_link_and_what_it_names_is_written(tmp_path):
    link = tmp_path / "link.txt"
    try:
        link.symlink_to("real.txt")
    except OSError:
        pytest.skip("this system lets nobody make links")
    target.check(link, [])
    target.write(link, "minutes")
    assert link.is_symlink() and (tmp_path / "real.txt").read_text("utf-8") == "minutes"


def test_a_source_is_never_the_target(tmp_path):
    source = tmp_path / "meeting.txt"
    source.write_text("words", "utf-8")
    with pytest.raises(InputError, match="output_not_writable"):
        target.check(source, [source])


def test_a_folder_that_is_not_there_is_said_before_any_work(tmp_path):
    with pytest.raises(InputError, match="output_not_writable"):
        target.check(tmp_path / "none" / "x.txt", [])


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has /proc")
def test_a_folder_that_takes_no_files_is_said_before_any_work():
    from pathlib import Path

    with pytest.raises(InputError, match="output_not_writable"):
        target.check(Path("/proc/x.txt"), [])


def test_a_check_leaves_nothing(tmp_path):
    target.check(tmp_path / "x.txt", [])
    assert list(tmp_path.iterdir()) == []
