from __future__ import annotations

import sys
from pathlib import Path

import pytest

from app.cli import target
from app.core.errors import InputError, UsageError


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
    with pytest.raises(InputError, match="output_not_writable"):
        target.check(Path("/proc/x.txt"), [])


def test_a_check_leaves_nothing(tmp_path):
    target.check(tmp_path / "x.txt", [])
    assert list(tmp_path.iterdir()) == []


FORMATS = ("txt", "md", "srt")


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.md", "md"), ("a.SRT", "srt"), ("a.text", "txt"), ("a.markdown", "md"), ("a", "txt"),
        ("minutes.of.monday", "txt"), ("talk 3.5", "txt"), ("v.2024", "txt"), ("Mr. Smith", "txt"),
        (".hidden", "txt"), ("notes.v2", "txt"), ("talk.de", "txt"), ("minutes.june", "txt"),
        ("minutes.final", "txt"),
    ],
)  # fmt: skip
def test_the_ending_says_the_form(name: str, form: str):
    assert target.form_of(Path(name), FORMATS, "txt") == form


@pytest.mark.parametrize(
    "name", ["a.docx", "a.pdf", "a.HTML", "a.mp3", "a.7z", "a.vtt", "a.odt", "a.ttml", "a.ass"]
)
def test_an_ending_of_something_else_is_an_error_that_names_what_is_written(name: str):
    with pytest.raises(UsageError) as caught:
        target.form_of(Path(name), FORMATS, "txt")
    assert ".txt, .md, .srt" in caught.value.params["detail"]


def test_a_format_that_was_asked_for_holds_unless_the_name_says_another():
    assert target.form_of(Path("a.log"), FORMATS, "txt", "srt") == "srt"
    assert target.form_of(Path("a.srt"), FORMATS, "txt", "srt") == "srt"
    with pytest.raises(UsageError, match="usage"):
        target.form_of(Path("a.md"), FORMATS, "txt", "srt")


def test_a_slash_at_the_end_makes_a_folder(tmp_path):
    assert target.folder_of(f"{tmp_path / 'new'}/").is_dir()
    assert not target.folder_of(str(tmp_path / "file")).exists()
