"""What a recording loses: while all is well, and when somebody kills something.

    python tests/bench/recording.py [SECONDS]

A private sound server plays a ramp whose samples say which they are; SECONDS (60)
of it are recorded and searched for jumps, then recorder and window are killed ten
times each at random moments. Lost is what a second ear had heard at the moment of
the kill and the disk does not hold.
"""

from __future__ import annotations

# ruff: noqa: E402 - the checkout is put on the path first
import logging
import os
import random
import sys
import tempfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[n]) for n in (1, 2)]

import numpy as np
from support import pulse as sound
from support import recording_rig as rig

from app.adapters.recorder import RecorderClient
from app.core import paths
from app.core.meetings import recording as rec

KILLS = 10


def steady(server: sound.Pulse, seconds: float) -> str:
    """Record a ramp and count what does not follow on."""
    server.play(sound.ramp(seconds + 10))
    client = RecorderClient()
    events = rig.Events(client)
    client.start(paths.recordings(), seconds=seconds)
    events.phase("idle", seconds + 30)
    folder = client.stop().folder
    client.close()
    recording = rec.load(folder)
    server.hush()
    samples = np.concatenate([rig.samples(folder / part.file) for part in recording.parts])
    jumps = sound.jumps(samples)
    return (
        f"{'recorded without misfortune':<34} {len(samples) / sound.RATE:.2f} s, "
        f"{len(jumps)} jumps, {len(recording.gaps)} gaps"
    )


def table(seconds: float = 60.0) -> list[str]:
    """Return the rows of the bench."""
    reason = sound.missing()
    if reason:
        return [f"recording: left out, {reason}"]
    draw = random.Random(1)
    server = sound.Pulse()
    try:
        with rig.use(server):
            rows = [steady(server, seconds)]
            root = paths.recordings()
            kills = [rig.kill_recorder(server, root, draw.uniform(1, 3)) for _ in range(KILLS)]
            lost = [kill.lost * 1000 for kill in kills]
            off = max(abs(kill.gap - kill.away) for kill in kills) * 1000
            rows.append(
                f"{f'kill -9 of the recorder, {KILLS} times':<34} lost "
                f"{', '.join(f'{ms:.0f}' for ms in sorted(lost))} ms (most {max(lost):.0f}, "
                f"allowed 600); gaps told within {off:.0f} ms"
            )
            jumps = [
                len(sound.jumps(rig.kill_client(server, root, draw.uniform(0.3, 2))))
                for _ in range(KILLS)
            ]
            rows.append(
                f"{f'kill -9 of the window, {KILLS} times':<34} jumps {sum(jumps)}, "
                "the recorder went on each time"
            )
            return rows
    finally:
        server.close()


def main(arguments: list[str]) -> int:
    """Print the rows."""
    logging.disable()  # the recorder's deaths are what is measured here
    with tempfile.TemporaryDirectory() as home:
        os.environ["ALCOVE_HOME"] = home
        print("\n".join(table(float(arguments[0]) if arguments else 60.0)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
