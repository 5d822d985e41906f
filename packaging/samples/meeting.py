"""The spoken sample: a short project meeting of two flite voices, and its script."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np

RATE = 16_000
# Of flite's voices, the draft recogniser hears these two best.
VOICES = {"Robert": "awb", "David": "rms"}
PAUSE_SAME, PAUSE_OTHER = 0.35, 0.55  # seconds between lines
LEVEL = 0.6  # of full scale, per line
TITLE = "Telephone system and training day"

LINES = (
    ("Robert", "Good morning, David. Let us start the project meeting. "
     "Today is Tuesday, the third of March."),
    ("Robert", "We have two topics today. The first is the new telephone system, "
     "and the second is the training day."),
    ("David", "Good morning, Robert. The new telephone system was tested last week. "
     "The sound was clear, and every call at the front desk was answered."),
    ("Robert", "That is good news. Were there any problems with the test?"),
    ("David", "Yes, there was one problem. The old numbers were not moved, "
     "so some people heard a busy signal."),
    ("Robert", "On which day can the company move the old numbers?"),
    ("David", "The company can move the numbers on Monday, the ninth of March. "
     "It takes about two hours."),
    ("Robert", "Then we decided to move the old numbers on Monday, the ninth of March."),
    ("David", "Good. I will call the company and confirm the time by Thursday."),
    ("Robert", "I will write a letter to all customers by Friday, "
     "so that they know about the change."),
    ("David", "How much will the new system cost each month?"),
    ("Robert", "It will cost two hundred and forty dollars each month. "
     "That is thirty dollars less than the old system."),
    ("David", "We also agreed to keep one old telephone in the office until the end of April."),
    ("Robert", "The second topic is the training day. "
     "How many people will come to the training?"),
    ("David", "Twelve people will come to the training. "
     "The small room is not big enough for twelve people."),
    ("Robert", "Then we decided to hold the training day in the large room on Wednesday, "
     "the eighteenth of March."),
    ("David", "I will reserve the large room by the end of this week."),
    ("Robert", "Maria from the support team will teach the class. "
     "Maria will prepare the pictures by Monday, the sixteenth of March."),
    ("Robert", "David, can you order food for twelve people by the twelfth of March?"),
    ("David", "Yes, I will order the food. One question is still open. "
     "Who will train the people on the night shift?"),
    ("Robert", "We do not know that yet. Let us talk about the night shift next week."),
    ("David", "The next meeting is on Tuesday, the tenth of March, at nine in the morning."),
    ("Robert", "Thank you, David. That is all for today."),
)  # fmt: skip


def make(folder: Path) -> Iterator[Path]:
    """Write ``meeting.ogg`` and ``meeting.script.json`` into ``folder``."""
    flite = shutil.which("flite")
    if flite is None:
        raise SystemExit("The spoken sample needs flite (Debian, Ubuntu: apt install flite).")
    folder.mkdir(parents=True, exist_ok=True)
    sound, segments = _speak(flite)
    target = folder / "meeting.ogg"
    _encode(sound, target)
    yield target
    script = folder / "meeting.script.json"
    whole = {"title": TITLE, "language": "en", "duration": round(len(sound) / RATE, 2),
             "segments": segments}  # fmt: skip
    script.write_text(json.dumps(whole, indent=2) + "\n", encoding="utf-8")
    yield script


def _speak(flite: str) -> tuple[np.ndarray, list[dict[str, object]]]:
    pieces = [_silence(0.5)]
    segments: list[dict[str, object]] = []
    at, before = len(pieces[0]), ""
    for speaker, text in LINES:
        if before:
            pieces.append(_silence(PAUSE_SAME if speaker == before else PAUSE_OTHER))
            at += len(pieces[-1])
        line = _line(flite, VOICES[speaker], text)
        pieces.append(line)
        segments.append({"start": round(at / RATE, 2), "end": round((at + len(line)) / RATE, 2),
                         "speaker": speaker, "text": text})  # fmt: skip
        at, before = at + len(line), speaker
    pieces.append(_silence(0.7))
    return np.concatenate(pieces), segments


def _silence(seconds: float) -> np.ndarray:
    return np.zeros(int(seconds * RATE), dtype=np.int16)


def _line(flite: str, voice: str, text: str) -> np.ndarray:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "line.wav"
        subprocess.run(
            [flite, "-voice", voice, "-t", text, "-o", str(path)],
            check=True,
            stderr=subprocess.DEVNULL,  # a voice complains about units it does not need
        )
        with wave.open(str(path)) as sound:
            if (sound.getframerate(), sound.getnchannels()) != (RATE, 1):
                raise SystemExit(f"The voice {voice} does not speak at {RATE} Hz.")
            samples = np.frombuffer(sound.readframes(sound.getnframes()), dtype=np.int16)
    heard = samples.astype(np.float64)
    return (heard * (LEVEL * 32767 / max(1.0, np.abs(heard).max()))).astype(np.int16)


def _encode(sound: np.ndarray, target: Path) -> None:
    import av

    # "bitexact" keeps encoder names and random serial numbers out of the file.
    with av.open(str(target), "w", format="ogg", options={"fflags": "+bitexact"}) as output:
        stream = output.add_stream("libopus", rate=RATE)
        stream.layout = "mono"
        stream.bit_rate = 32_000
        stream.codec_context.options = {"application": "voip", "flags": "+bitexact"}
        step = RATE // 10
        for start in range(0, len(sound), step):
            frame = av.AudioFrame.from_ndarray(
                sound[None, start : start + step], format="s16", layout="mono"
            )
            frame.sample_rate = RATE
            frame.pts = start
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
