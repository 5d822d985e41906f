from __future__ import annotations

from pathlib import Path

import pytest
from support.fake_speech import MEGABYTE, SPAN, FakeSpeech, model

from app.core.errors import AppError, Cancelled, ChildError, EngineError, InputError
from app.core.jobs import JobContext
from app.core.meetings.model import Transcript
from app.core.meetings.ports import BrokenModel, Trial
from app.core.meetings.transcribe import DRAFT_MODEL, Request, transcribe
from app.core.work_folder import base

BROKEN = BrokenModel(
    "cut-off", Path("/models/cut-off"), EngineError("engine_broken", path="/models/cut-off")
)
FAILED = EngineError("engine_failed", engine="whisper")


@pytest.fixture
def source(tmp_path) -> Path:
    path = tmp_path / "meeting.wav"
    path.write_bytes(b"sound")
    return path


class Run:
    """One transcription with everything that it said."""

    def __init__(self, source: Path, speech: FakeSpeech, **wanted):
        self.emitted: list[tuple[str, object]] = []
        self.ctx = JobContext(on_data=lambda kind, data: self.emitted.append((kind, data)))
        self.transcript: Transcript | None = None
        self.error: AppError | None = None
        try:
            self.transcript = transcribe(source, Request(**wanted), speech, self.ctx)
        except AppError as error:
            self.error = error

    @property
    def notices(self) -> list[tuple]:
        return [
            (n.code, *(v for k, v in n.params.items() if k != "path")) for n in self.ctx.notices
        ]

    @property
    def code(self) -> str | None:
        return self.error.code if self.error else None

    @property
    def text(self) -> list[str]:
        return [s.text for s in self.transcript.segments]


def test_auto_takes_the_best_whisper_model(source):
    run = Run(source, FakeSpeech(good=[model("small"), model("tiny")]))
    assert run.text == ["by small"] and run.notices == []
    assert (run.transcript.engine, run.transcript.model) == ("whisper", "small")
    assert (run.transcript.language, run.transcript.language_confidence) == ("fr", 0.9)
    assert run.transcript.duration == 5.0


def test_working_files_are_gone_afterwards(source):
    Run(source, FakeSpeech())
    assert not base().exists()


def test_without_whisper_auto_runs_the_draft_as_english_and_says_so(source):
    run = Run(source, FakeSpeech())
    assert run.text == ["by draft"]
    assert run.notices == [("engine_stepped_down", "Whisper", "draft"), ("language_assumed",)]
    assert (run.transcript.engine, run.transcript.model) == ("draft", DRAFT_MODEL)
    assert (run.transcript.language, run.transcript.language_confidence) == ("en", None)


def test_english_that_was_named_is_not_assumed(source):
    run = Run(source, FakeSpeech(), language="en")
    assert ("language_assumed",) not in run.notices


@pytest.mark.parametrize("engine", ["auto", "draft"])
def test_the_draft_does_not_run_for_another_language(source, engine):
    speech = FakeSpeech()
    assert Run(source, speech, engine=engine, language="de").code == "engine_language"
    assert speech.calls == [], "nothing was converted for nothing"


def test_a_whisper_that_fails_for_german_ends_as_a_matter_of_language(source):
    speech = FakeSpeech(good=[model("small")], fails={"small": FAILED})
    run = Run(source, speech, language="de")
    assert run.code == "engine_language" and run.error.__cause__ is FAILED


def test_a_named_draft_that_is_not_installed_is_missing(source):
    assert Run(source, FakeSpeech(draft_here=False), engine="draft").code == "engine_missing"


def test_a_named_whisper_without_a_model_is_missing(source):
    assert Run(source, FakeSpeech(), engine="whisper").code == "engine_missing"


def test_without_any_engine_auto_says_what_is_missing(source):
    assert Run(source, FakeSpeech(draft_here=False)).code == "engine_missing"


def test_a_named_draft_runs_although_whisper_is_here(source):
    run = Run(source, FakeSpeech(good=[model("small")]), engine="draft", language="en")
    assert run.text == ["by draft"] and run.notices == []


def test_a_model_that_fails_makes_way_for_the_next_with_a_notice(source):
    speech = FakeSpeech(good=[model("small"), model("tiny")], fails={"small": FAILED})
    run = Run(source, speech, language="de")
    assert run.text == ["by tiny"]
    assert run.notices == [("engine_stepped_down", "small", "tiny")]


def test_the_pieces_of_a_failed_engine_are_taken_back(source):
    speech = FakeSpeech(good=[model("small"), model("tiny")], fails={"small": FAILED})
    kinds = [kind for kind, _ in Run(source, speech, language="de").emitted]
    assert kinds == ["segment", "restart", "segment"]


def test_a_child_that_died_makes_way_as_well(source):
    died = ChildError("child_died", child="transcriber")
    run = Run(source, FakeSpeech(good=[model("small")], fails={"small": died}), language="en")
    assert run.text == ["by draft"]


def test_a_child_that_cannot_be_started_is_not_started_again(source):
    dead = ChildError("child_unstartable", child="transcriber")
    speech = FakeSpeech(good=[model("small")], fails={"small": dead})
    assert Run(source, speech).code == "child_unstartable"
    assert "draft" not in speech.calls


@pytest.mark.parametrize("language", ["en", "de"])
def test_without_a_recogniser_the_last_error_is_told(source, language):
    speech = FakeSpeech(good=[model("small")], fails={"small": FAILED}, draft_here=False)
    run = Run(source, speech, language=language)
    assert run.code == ("engine_failed" if language == "en" else "engine_language")


def test_a_named_whisper_never_steps_down(source):
    speech = FakeSpeech(good=[model("small"), model("tiny")], fails={"small": FAILED})
    run = Run(source, speech, engine="whisper", language="en")
    assert run.error is FAILED and run.error.__cause__ is None
    assert speech.calls == ["decode", "gate", "small"]


def test_a_broken_folder_is_a_notice_and_a_step_down(source):
    run = Run(source, FakeSpeech(broken=[BROKEN]), language="en")
    assert run.text == ["by draft"]
    assert run.notices == [("engine_stepped_down", "cut-off", "draft")]


def test_a_broken_folder_is_an_error_when_whisper_was_named(source):
    assert Run(source, FakeSpeech(broken=[BROKEN]), engine="whisper").code == "engine_broken"


def test_a_broken_folder_beside_a_good_one_is_a_notice(source):
    run = Run(source, FakeSpeech(good=[model("tiny")], broken=[BROKEN]), engine="whisper")
    assert run.text == ["by tiny"]
    assert run.notices == [("engine_stepped_down", "cut-off", "tiny")]


def test_a_chosen_model_that_is_broken_is_an_error_when_whisper_was_named(source):
    speech = FakeSpeech(good=[model("tiny")], broken=[BROKEN])
    assert Run(source, speech, engine="whisper", model="cut-off").code == "engine_broken"


def test_a_chosen_model_that_is_gone_is_missing_or_a_notice(source):
    speech = FakeSpeech(good=[model("tiny")], broken=[BROKEN])
    assert Run(source, speech, engine="whisper", model="gone").code == "engine_missing"
    run = Run(source, speech, model="gone")
    assert run.notices == [("engine_stepped_down", "gone", "tiny")]


def test_a_chosen_model_is_used_and_other_broken_ones_are_not_mentioned(source):
    speech = FakeSpeech(good=[model("small"), model("tiny")], broken=[BROKEN])
    run = Run(source, speech, model="tiny")
    assert run.text == ["by tiny"] and run.notices == []


def test_english_models_cannot_hear_german(source):
    speech = FakeSpeech(good=[model("small.en", multilingual=False)])
    assert Run(source, speech, engine="whisper", language="de").code == "engine_language"


def test_an_english_model_that_must_guess_says_so(source):
    speech = FakeSpeech(good=[model("small.en", multilingual=False)])
    run = Run(source, speech)
    assert ("language_assumed",) in run.notices and speech.asked == ["en"]


def test_a_model_beyond_all_memory_makes_way_for_the_draft(source):
    large = model("large", 8000 * MEGABYTE)
    run = Run(source, FakeSpeech(good=[large], free=4000 * MEGABYTE), language="en")
    assert run.text == ["by draft"]
    assert run.notices == [("engine_stepped_down", "large", "draft")]


def test_where_nothing_else_can_do_it_a_large_model_is_tried(source):
    large = model("large", 8000 * MEGABYTE)
    run = Run(source, FakeSpeech(good=[large], free=4000 * MEGABYTE), language="de")
    assert run.text == ["by large"]


@pytest.mark.parametrize("good", [[], [model("small")]])
def test_silence_is_a_success_without_segments(source, good):
    speech = FakeSpeech(good=good, spans=())
    run = Run(source, speech)
    assert run.text == [] and run.notices == [("no_speech",)]
    assert speech.calls == ["decode", "gate"], "no engine is loaded for silence"
    assert run.transcript.engine == ("whisper" if good else "draft")


def test_a_broken_folder_is_told_in_silence_too(source):
    run = Run(source, FakeSpeech(broken=[BROKEN], spans=()))
    assert run.notices == [("engine_stepped_down", "cut-off", "draft"), ("no_speech",)]


def test_an_engine_that_hears_nothing_in_noise_says_no_speech(source):
    run = Run(source, FakeSpeech(good=[model("small")], silent=True))
    assert run.text == [] and ("no_speech",) in run.notices


def test_speech_that_was_not_understood_is_no_silence(source):
    run = Run(source, FakeSpeech(silent=True, lost=(SPAN,)), language="en")
    assert run.transcript.not_understood == (SPAN,)
    assert ("no_speech",) not in run.notices


def test_a_file_that_broke_off_is_told(source):
    run = Run(source, FakeSpeech(truncated=True), language="en")
    assert ("file_truncated",) in run.notices and run.text == ["by draft"]


def test_bad_files_are_refused_before_anything_starts(tmp_path):
    speech = FakeSpeech()
    run = Run(tmp_path / "gone.wav", speech)
    assert isinstance(run.error, InputError) and run.code == "file_missing"
    assert speech.calls == []


def test_cancel_is_no_step_down(source):
    speech = FakeSpeech(good=[model("small")])
    ctx = JobContext()
    ctx.cancel()
    with pytest.raises(Cancelled):
        transcribe(source, Request(), speech, ctx)
    assert "draft" not in speech.calls and not base().exists()


def test_progress_of_the_transcription_passes_through(source):
    seen = []
    ctx = JobContext(on_progress=lambda p: seen.append((p.step, p.done)))
    transcribe(source, Request(language="en"), FakeSpeech(), ctx)
    assert seen == [("load_model", 0.0), ("transcribe", 4.0)]


def test_a_trial_tells_how_long_a_meeting_takes():
    assert Trial(load=2.0, factor=0.25).estimate(3600) == pytest.approx(902.0)
