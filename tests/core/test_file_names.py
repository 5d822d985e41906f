from __future__ import annotations

from pathlib import Path

import pytest

from app.core.errors import InputError
from app.core.file_names import check_name


def test_names_of_any_alphabet_are_text():
    check_name(Path("größe/会议 🎤.wav"))


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(InputError, match="file_name"):
        check_name(Path("said\udcff.wav"))
