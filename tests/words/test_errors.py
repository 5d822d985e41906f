"""The wording of errors."""

from __future__ import annotations

from app.core.errors import UsageError
from app.words.errors import ErrorWords, error_words


def test_a_message_without_a_full_stop_does_not_run_into_its_hint():
    words = error_words(UsageError("usage", detail="alcove look: what is missing: IMAGE"))
    assert words.sentence().startswith("alcove look: what is missing: IMAGE. Run it")
    assert ErrorWords("x", "Gone.", "Look again.").sentence() == "Gone. Look again."
    assert ErrorWords("x", "Gone", "").sentence() == "Gone"
