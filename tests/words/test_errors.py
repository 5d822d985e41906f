"""The wording of errors."""

from __future__ import annotations

from app.core.errors import AnswerCut, UsageError
from app.words.errors import ErrorWords, error_words


def test_a_message_without_a_full_stop_does_not_run_into_its_hint():
    words = error_words(UsageError("usage", detail="alcove look: what is missing: IMAGE"))
    assert words.sentence().startswith("alcove look: what is missing: IMAGE. Run it")
    assert ErrorWords("x", "Gone.", "Look again.").sentence() == "Gone. Look again."
    assert ErrorWords("x", "Gone", "").sentence() == "Gone"


def test_an_answer_that_ended_with_an_error_says_with_which():
    cut = error_words(AnswerCut(why="ollama_model_missing", model="tiny"))
    assert cut.message == "The answer was cut off. What had arrived is kept."
    assert cut.hint == "Ollama does not have the model tiny. Choose another model in Engines."
    assert "still runs" in error_words(AnswerCut(why="lost")).hint
