"""Message and hint of every error code: what happened, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.errors import AppError
from app.words import tr
from app.words.names import engine_in_words
from app.words.settings import SETTINGS, title

# code: (what happened, what to do)
ERRORS: dict[str, tuple[str, str]] = {
    "usage": ("{detail}", "Run it with --help to see what it takes."),
    "file_missing": ("There is no file {path}.", "Check the name and the folder."),
    "file_is_folder": ("{path} is a folder, not a file.", "Name a file inside it."),
    "file_unreadable": (
        "{path} cannot be read.",
        "Check that you may open it and that its disk is connected.",
    ),
    "file_empty": ("{path} is empty.", "Choose another file, or copy it again."),
    "file_too_large": ("{path} is larger than {limit}.", "Split it, or choose a smaller file."),
    "file_name": (
        "The name of {path} holds signs that are no letters of any alphabet.",
        "Rename the file or its folder and try again.",
    ),
    "sound_none": ("There is no sound in {path}.", "Choose a file with a sound track."),
    "sound_undecodable": (
        "{path} is not sound or video that can be played.",
        "Check that it plays elsewhere, or export it as WAV, FLAC or MP3.",
    ),
    "sound_protected": (
        "{path} is copy-protected.",
        "Choose a recording without protection.",
    ),
    "picture_undecodable": (
        "{path} is not a picture that can be opened.",
        "Save it again as PNG or JPEG.",
    ),
    "picture_too_large": ("The picture {path} is too large.", "Make it smaller and try again."),
    "document_undecodable": (
        "{path} cannot be read as a document.",
        "Open it in its own program and save it again.",
    ),
    "document_encrypted": (
        "{path} is protected by a password.",
        "Save a copy without the password and add that.",
    ),
    "document_type": ("{path} is of a type that is not read yet.", "Use .txt, .md or .pdf."),
    "transcript_empty": ("The transcript {path} is empty.", "Choose one with text in it."),
    "transcript_undecodable": (
        "{path} is not a transcript that can be read.",
        "Use txt, vtt, srt, or the JSON of the transcribe command.",
    ),
    "output_not_writable": (
        "{path} cannot be written.",
        "Choose another folder, or free some space.",
    ),
    "export_no_times": (
        "Captions ({format}) need times, and this transcript has none.",
        "Export it as text or Markdown.",
    ),
    "unknown_setting": ("There is no setting {key}.", "Run the settings command to see them all."),
    "bad_setting": ("{value} is not possible for the setting {key}.", "Choose one of its values."),
    "engine_missing": (
        "What is needed is not here: {engine}.",
        "Open Engines to see how to get it.",
    ),
    "engine_language": (
        "The draft recogniser understands English only, and this is not English.",
        "Add a Whisper model: open Engines and choose a folder or a ZIP from disk or USB.",
    ),
    "language_needed": (
        "The language that is spoken was not said yet.",
        "Choose it above: without a Whisper model only English can be written down.",
    ),
    "sound_lost": (
        "The sound of {path} is no longer on this disk.",
        "Do the step Sound again, with the original file in its place.",
    ),
    "engine_broken": (
        "The model in {path} is damaged or not complete.",
        "Copy its folder again, or choose another model.",
    ),
    "engine_failed": (
        "The work failed in {engine}.",
        "Try again. If it stays, choose another one.",
    ),
    "whisper_folder_bad": (
        "{path} is not a Whisper model for this program.",
        "Choose a folder with model.bin, config.json and tokenizer.json in it.",
    ),
    "ollama_not_installed": (
        "Ollama is not installed on this laptop.",
        "Install it from a file or USB stick, then choose Look again in Engines.",
    ),
    "ollama_not_running": (
        "Ollama does not answer at {host}.",
        "Start Ollama, then try again.",
    ),
    "ollama_no_model": (
        "Ollama is running but has no model that can do this.",
        "Open Engines and copy the line that gets one.",
    ),
    "ollama_model_missing": (
        "Ollama does not have the model {model}.",
        "Choose another model in Engines.",
    ),
    "ollama_busy": ("Ollama is busy with other work.", "Wait a moment and try again."),
    "ollama_memory": (
        "There is not enough free memory for the model {model}.",
        "Close other programs, or choose a smaller model in Engines.",
    ),
    "ollama_failed": ("Ollama could not answer.", "Try again, or choose a smaller model."),
    "ollama_too_long": (
        "The text needs {needed} tokens, and the model reads {limit}.",
        "Choose a model with a longer context, or less text.",
    ),
    "ollama_cloud_refused": (
        "{model} runs in the cloud, so it was not used.",
        "Choose a model that lies on this laptop.",
    ),
    "ollama_unconfirmed": (
        "{host} is another machine and was not confirmed, so nothing was sent to it.",
        "Confirm it in Settings, Engines, or use the Ollama on this laptop.",
    ),
    "ollama_redirected": (
        "The server {host} wanted to send the request elsewhere, so it was stopped.",
        "Check the address of Ollama in Settings, Engines.",
    ),
    "answer_malformed": (
        "The model's answer could not be used.",
        "Try again, or choose another model in Engines.",
    ),
    "answer_only_thought": (
        "The model only thought to itself until its answer was at its longest.",
        "Choose a model in Engines that does not think first.",
    ),
    "answer_cut": (
        "The answer was cut off. What had arrived is kept.",
        "Check that Ollama still runs, then try again.",
    ),
    "answer_empty": (
        "The model answered nothing.",
        "Try again, or choose another model in Engines.",
    ),
    "ollama_old": (
        "This Ollama is too old for the model {model}.",
        "Install a newer Ollama, or choose another model in Engines.",
    ),
    "ability_missing": (
        "The model {model} cannot do this.",
        "Choose a model with this ability in Engines.",
    ),
    "microphone_none": ("No microphone was found.", "Plug one in and try again."),
    "microphone_missing": (
        "The microphone {device} is not here.",
        "Plug it in, or choose another one.",
    ),
    "microphone_lost": (
        "The microphone {device} stopped. What was recorded is kept.",
        "Plug it in again, or choose another one.",
    ),
    "microphone_failed": (
        "The microphone {device} could not be opened.",
        "Try again, or choose another one.",
    ),
    "sound_stuck": (
        "The sound system of this computer does not answer.",
        "Log out and in again, or restart the computer, and try again.",
    ),
    "microphone_library": (
        "The sound system of this machine cannot be used.",
        "Install PortAudio (Debian, Ubuntu: libportaudio2).",
    ),
    "recording_running": ("A recording is already running.", "Stop it first."),
    "recording_held": (
        "Another window or command of Alcove is still writing the recording in {path}.",
        "It comes into the list when that is done, at the latest at the next start.",
    ),
    "recording_elsewhere": (
        "The recording is no longer in {path}: the command that made it put it elsewhere.",
        "Its file can be imported from there.",
    ),
    "recording_none": ("No recording is running.", "Start one first."),
    "recording_empty": (
        "Nothing was recorded: the microphone {device} gave no sound.",
        "Check that it is switched on, or choose another one.",
    ),
    "loudspeaker_none": (
        "No loudspeaker was found.",
        "Connect one, or headphones, and try again.",
    ),
    "camera_none": ("No camera was found.", "Plug one in, or choose a picture file."),
    "camera_failed": ("The camera gave no picture.", "Close other programs that use it."),
    "voice_none": (
        "There is no voice on this machine.",
        "Install one (Debian, Ubuntu: espeak-ng), or use a screen reader.",
    ),
    "child_unstartable": (
        "A part of Alcove ({child}) could not be started.",
        "Start Alcove again. If it stays, install it again.",
    ),
    "child_died": (
        "A part of Alcove ({child}) stopped unexpectedly. Nothing finished is lost.",
        "Try again.",
    ),
    "child_time": (
        "The work took longer than {seconds} s and was stopped.",
        "Try a smaller file.",
    ),
    "child_memory": (
        "The work needed more than {megabytes} MB of memory and was stopped.",
        "Try a smaller file.",
    ),
    "child_mismatch": (
        "A part of Alcove ({child}) is of another version.",
        "Close Alcove everywhere and start it again.",
    ),
    "disk_full": ("The disk is full: {path} could not be written.", "Free some space, try again."),
    "disk_low": (
        "Only {free} is free on the disk of {path}.",
        "Free some space before you record.",
    ),
    "disk_low_stopped": (
        "The recording stopped, because only {free} is free on its disk. "
        "What was recorded is kept.",
        "Free some space before you record again.",
    ),
    "folder_not_writable": (
        "{path} cannot be written.",
        "Check that the folder exists and belongs to you.",
    ),
    "library_newer": (
        "The library was made by a newer Alcove and was left untouched.",
        "Start the newer Alcove.",
    ),
    "library_damaged": (
        "The library {path} is damaged and was left untouched.",
        "Put back a copy of it, or move it away to start with an empty one.",
    ),
    "index_damaged": (
        "The index of meanings is damaged.",
        "It is made again from the library; nothing is lost.",
    ),
    "library_busy": ("The library is in use by another program.", "Try again in a moment."),
    "meeting_missing": ("This meeting is no longer there.", "Choose another one."),
    "step_taken": (
        "Another window or command took over this step ({step}).",
        "Wait until it is done there.",
    ),
    "glossary_damaged": (
        "The glossary {path} cannot be used: {why}.",
        "Install Alcove again; your own files are not touched.",
    ),
    "chat_missing": ("This chat is no longer there.", "Begin a new one."),
    "unforeseen": (
        "Alcove met an error it did not foresee: {place}",
        "Try again. If it stays, report this line; it holds nothing of your files.",
    ),
    "document_missing": ("This document is no longer there.", "Add it again."),
}


_POSSIBLE = "It takes {possible}."
_ENDS = (".", "!", "?", ":", "…", "”", ")")


@dataclass(frozen=True)
class ErrorWords:
    """An error as people meet it."""

    code: str
    message: str
    hint: str

    def sentence(self) -> str:
        """Return message and hint as one line, as two sentences."""
        ended = self.message if self.message.endswith(_ENDS) else f"{self.message}."
        return f"{ended} {self.hint}" if self.hint else self.message


def error_words(error: AppError) -> ErrorWords:
    """Return the words of ``error`` with its parameters filled in."""
    message, hint = ERRORS[error.code]
    params = _Known(error.params)
    if params.get("possible"):
        hint = _POSSIBLE
    if "engine" in params:
        params["engine"] = engine_in_words(str(params["engine"]))
    if params.get("key") in SETTINGS:
        params["key"] = title(str(params["key"]))
    told = tr(hint).format_map(params)
    if error.code == "answer_cut" and params.get("why") in ERRORS:
        told = " ".join(tr(text).format_map(params) for text in ERRORS[str(params["why"])])
    return ErrorWords(error.code, tr(message).format_map(params), told)


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"
