"""Steps: one living owner, and nothing finished is ever lost."""

from __future__ import annotations

import pytest

from app.core.errors import EngineError, StorageError
from app.core.jobs import Notice


@pytest.fixture
def meetings(library):
    return library.meetings


@pytest.fixture
def meeting(meetings):
    return meetings.create("Harbour").id


def state(meetings, meeting, step="transcript"):
    return meetings.get(meeting).step(step)


def test_a_claimed_step_runs_with_what_it_was_given(meetings, meeting):
    claim = meetings.claim(meeting, "transcript", input_digest="abc", engine="whisper")
    step = state(meetings, meeting)
    assert (step.state, step.attempt, step.input_digest, step.engine) == (
        "running", 1, "abc", "whisper",
    )  # fmt: skip
    assert step.started is not None
    assert claim.attempt == 1


def test_a_step_is_claimed_only_once(meetings, meeting, open_library):
    assert meetings.claim(meeting, "transcript") is not None
    assert meetings.claim(meeting, "transcript") is None
    assert open_library().meetings.claim(meeting, "transcript") is None


def test_a_finished_step_is_claimed_again_only_when_asked(meetings, meeting):
    meetings.finish(meetings.claim(meeting, "sound"))
    assert meetings.claim(meeting, "sound") is None
    assert meetings.claim(meeting, "sound", again=True).attempt == 2


def test_progress_is_kept_and_a_flood_of_it_is_not(meetings, meeting):
    claim = meetings.claim(meeting, "transcript")
    meetings.progress(claim, 10.0, 60.0)
    meetings.progress(claim, 11.0, 60.0)
    assert (state(meetings, meeting).done, state(meetings, meeting).total) == (10.0, 60.0)


def test_a_finished_step_is_all_done(meetings, meeting):
    claim = meetings.claim(meeting, "transcript")
    meetings.progress(claim, 10.0, 60.0)
    meetings.finish(claim)
    step = state(meetings, meeting)
    assert (step.state, step.done, step.error) == ("done", 60.0, None)
    assert step.finished >= step.started


def test_a_failure_keeps_its_code_and_parameters(meetings, meeting):
    claim = meetings.claim(meeting, "transcript")
    meetings.fail(claim, EngineError("engine_broken", engine="whisper", path="/m/ü"))
    step = state(meetings, meeting)
    assert (step.state, step.error) == ("failed", "engine_broken")
    assert step.error_params == {"engine": "whisper", "path": "/m/ü"}


def test_a_blocked_step_is_told_from_a_failed_one(meetings, meeting):
    claim = meetings.claim(meeting, "transcript")
    meetings.fail(claim, EngineError("engine_language", language="de"), blocked=True)
    assert state(meetings, meeting).state == "blocked"
    assert meetings.claim(meeting, "transcript").attempt == 2
    assert state(meetings, meeting).error is None


@pytest.mark.parametrize(("cancelled", "expected"), [(True, "cancelled"), (False, "waiting")])
def test_a_step_is_given_back(meetings, meeting, cancelled, expected):
    meetings.stop(meetings.claim(meeting, "transcript"), cancelled=cancelled)
    assert state(meetings, meeting).state == expected


def test_an_old_claim_has_no_say_any_more(meetings, meeting):
    old = meetings.claim(meeting, "transcript")
    meetings.stop(old)
    meetings.claim(meeting, "transcript")
    for call in (meetings.finish, meetings.stop, lambda c: meetings.progress(c, 1.0)):
        with pytest.raises(StorageError) as caught:
            call(old)
        assert caught.value.code == "step_taken"
    assert state(meetings, meeting).state == "running"


def test_a_claim_on_a_deleted_meeting_says_so(meetings, meeting):
    claim = meetings.claim(meeting, "transcript")
    meetings.delete(meeting)
    with pytest.raises(StorageError) as caught:
        meetings.finish(claim)
    assert caught.value.code == "meeting_missing"


def test_the_step_of_a_process_that_ended_waits_again(meetings, meeting, open_library):
    other = open_library()
    other.meetings.claim(meeting, "transcript")
    assert meetings.recover() == 0
    other.close()
    assert meetings.recover() == 1
    assert state(meetings, meeting).state == "waiting"


def test_opening_lets_the_steps_of_the_dead_wait_again(meetings, meeting, open_library):
    other = open_library()
    other.meetings.claim(meeting, "transcript")
    other.close()
    assert open_library().meetings.get(meeting).step("transcript").state == "waiting"


def test_a_step_of_the_dead_can_be_claimed_without_waiting_for_a_start(
    meetings, meeting, open_library
):
    other = open_library()
    old = other.meetings.claim(meeting, "transcript")
    other.close()
    claim = meetings.claim(meeting, "transcript")
    assert claim.attempt == 2
    assert claim.owner != old.owner


def test_what_waits_is_listed_oldest_meeting_first(meetings):
    young = meetings.create("young", created=2000.0).id
    old = meetings.create("old", created=1000.0).id
    meetings.finish(meetings.claim(old, "sound"))
    waiting = meetings.waiting()
    assert waiting[:3] == ((old, "transcript"), (old, "minutes"), (old, "export"))
    assert waiting[3] == (young, "sound")


def test_reset_lets_a_step_and_those_after_it_wait(meetings, meeting):
    for name in ("sound", "transcript", "minutes"):
        meetings.finish(meetings.claim(meeting, name))
    meetings.reset(meeting, "transcript")
    assert [s.state for s in meetings.get(meeting).steps] == [
        "done", "waiting", "waiting", "waiting",
    ]  # fmt: skip


def test_reset_of_one_step_leaves_the_rest_and_what_runs(meetings, meeting):
    meetings.finish(meetings.claim(meeting, "sound"))
    meetings.finish(meetings.claim(meeting, "minutes"))
    meetings.claim(meeting, "transcript")
    meetings.reset(meeting, "sound", following=False)
    assert [s.state for s in meetings.get(meeting).steps] == [
        "waiting", "running", "done", "waiting",
    ]  # fmt: skip


def _fill_disk(library) -> None:
    (pages,) = library._database.write(lambda c: c.execute("PRAGMA page_count").fetchone())
    library._database.write(lambda c: c.execute(f"PRAGMA max_page_count = {pages}").fetchone())


def _empty_disk(library) -> None:
    library._database.write(lambda c: c.execute("PRAGMA max_page_count = 1000000").fetchone())


LONG = EngineError("engine_failed", engine="x" * 1_000_000)  # no page of the library takes it


def test_a_step_whose_end_a_full_disk_did_not_take_has_failed_for_everyone_here(
    library, meetings, meeting
):
    claim = meetings.claim(meeting, "transcript")
    _fill_disk(library)
    meetings.fail(claim, LONG)
    step = state(meetings, meeting)
    assert (step.state, step.error) == ("failed", "engine_failed")
    assert meetings.list()[0].step("transcript").state == "failed"


def test_a_retry_while_the_disk_is_full_says_so_and_works_when_it_has_room(
    library, meetings, meeting
):
    claim = meetings.claim(meeting, "transcript")
    _fill_disk(library)
    meetings.fail(claim, LONG)
    with pytest.raises(StorageError) as caught:
        meetings.reset(meeting, "transcript")
    assert caught.value.code == "disk_full"
    _empty_disk(library)
    meetings.reset(meeting, "transcript")
    assert state(meetings, meeting).state == "waiting"
    assert meetings.claim(meeting, "transcript").attempt == claim.attempt + 1


def test_an_end_that_was_not_written_is_written_with_the_next_change(
    library, meetings, meeting, open_library
):
    claim = meetings.claim(meeting, "transcript")
    _fill_disk(library)
    meetings.fail(claim, LONG)
    _empty_disk(library)
    assert open_library().meetings.get(meeting).step("transcript").state == "running"
    meetings.waiting()
    assert open_library().meetings.get(meeting).step("transcript").state == "failed"


def test_the_end_of_a_step_of_a_deleted_meeting_is_let_go(library, meetings, meeting):
    claim = meetings.claim(meeting, "transcript")
    _fill_disk(library)
    meetings.fail(claim, LONG)
    _empty_disk(library)
    meetings.delete(meeting)
    other = meetings.create("Other").id
    assert meetings.claim(other, "sound") is not None


CUT = Notice("file_truncated", {"path": "/m/ü.mp3"})


def test_what_was_told_of_a_step_stays_with_it(meetings, meeting, open_library):
    claim = meetings.claim(meeting, "sound")
    meetings.notice(claim, CUT)
    meetings.notice(claim, Notice("no_speech"))
    meetings.finish(claim)
    found = open_library().meetings.get(meeting).step("sound")
    assert found.notices == (CUT, Notice("no_speech"))
    assert state(meetings, meeting).notices == ()


@pytest.mark.parametrize("anew", ["claim", "reset", "forget_notices"])
def test_what_was_told_goes_when_the_step_begins_anew_or_the_person_closed_it(
    meetings, meeting, anew
):
    claim = meetings.claim(meeting, "sound")
    meetings.notice(claim, CUT)
    meetings.finish(claim)
    {
        "claim": lambda: meetings.claim(meeting, "sound", again=True),
        "reset": lambda: meetings.reset(meeting, "sound"),
        "forget_notices": lambda: meetings.forget_notices(meeting),
    }[anew]()
    assert state(meetings, meeting, "sound").notices == ()


def test_nothing_is_told_of_a_step_that_is_no_longer_held(meetings, meeting):
    claim = meetings.claim(meeting, "sound")
    meetings.finish(claim)
    with pytest.raises(StorageError, match="step_taken"):
        meetings.notice(claim, CUT)
