"""A hundred kills and an hour of sound: what `make soak` asks of a recording."""

from __future__ import annotations

import random

import numpy as np
import pytest
from support import recording_rig as rig
from support.pulse import RATE, jumps, ramp
from support.recording_rig import Events, pulse  # noqa: F401 - a fixture

from app.adapters.recorder import RecorderClient
from app.core import paths
from app.core.meetings import recording as rec
from app.core.meetings.recording_port import IDLE

pytestmark = [pytest.mark.display, pytest.mark.timeout(0)]

KILLS = 50
HOUR = 3600


@pytest.mark.parametrize("number", range(KILLS))
def test_a_killed_recorder_loses_at_most_600_milliseconds(pulse, number):  # noqa: F811
    after = random.Random(number).uniform(0.5, 4.0)
    loss = rig.kill_recorder(pulse, paths.recordings(), after)
    assert loss.lost <= 0.6
    assert loss.gap == pytest.approx(loss.away, abs=0.3)


@pytest.mark.parametrize("number", range(KILLS))
def test_a_killed_window_loses_nothing(pulse, number):  # noqa: F811
    after = random.Random(number).uniform(0.2, 3.0)
    assert len(jumps(rig.kill_client(pulse, paths.recordings(), after))) == 0


def test_an_hour_is_recorded_without_a_jump(pulse):  # noqa: F811
    pulse.play(ramp(HOUR + 60))
    client = RecorderClient()
    events = Events(client)
    client.start(paths.recordings(), seconds=HOUR)
    events.phase(IDLE, HOUR + 120)
    folder = client.stop().folder
    client.close()
    recording = rec.load(folder)
    sound = np.concatenate([rig.samples(folder / part.file) for part in recording.parts])
    assert len(sound) == HOUR * RATE
    assert recording.gaps == ()
    assert len(jumps(sound)) == 0
