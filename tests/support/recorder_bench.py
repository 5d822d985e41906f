"""The recorder's engine on a fake microphone and a clock of the test's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.fake_microphones import Bench, FakeMicrophones

from app.core.meetings import recording as rec
from app.core.meetings import recording_wav as wav
from app.workers.recorder_engine import Engine


class Recorder(Bench):
    """An engine to be driven."""

    def __init__(self, microphones: FakeMicrophones, root: Path) -> None:
        super().__init__(microphones)
        self.root = root
        self.engine = Engine(microphones, self.tell, self.audio, clock=self.clock)
        self.step = self.engine.step

    def ask(self, op: str, **args):
        """Run a command and return its answer."""
        future = self.engine.call(op, args)
        self.step()
        self.step()
        return future.result(0)

    def start(self, **args) -> Path:
        """Start a recording and return its folder."""
        return Path(self.ask("start", folder=str(self.root), **{"floor": 0, **args})["folder"])

    def sound(self, folder: Path, number: int = 1) -> np.ndarray:
        """Return the samples of a part."""
        data = (folder / rec.part_name(number)).read_bytes()[wav.HEADER_BYTES :]
        return np.frombuffer(data[: len(data) // 2 * 2], "<i2").astype(int)


@pytest.fixture
def microphones() -> FakeMicrophones:
    return FakeMicrophones()


@pytest.fixture
def recorder(microphones, tmp_path) -> Recorder:
    return Recorder(microphones, tmp_path / "recordings")
