"""The process that transcribes with faster-whisper: options and utterances in on its input, one line of JSON out for each.

In: a line of JSON `{model, language, hotwords}`, then for each utterance its length (4 bytes, little endian) and 16 kHz 16-bit sound.
Out: `{"ready": true}`, `{"said": ["…"]}`, or `{"error": code, "detail"}`. Loads the model from its folder; asks no network for anything.
"""

from __future__ import annotations

import json
import sys
from typing import Any, BinaryIO

import numpy as np

from livebot.voice.wire import said

MOST_TOKENS = 120  # of six seconds; a loop ends there


def main(inp: BinaryIO, out: BinaryIO) -> None:
    """Serve until the input ends."""
    options = json.loads(inp.readline())
    model = _load(options, out)
    if model is None:
        return
    _tell(out, ready=True)
    while len(size := inp.read(4)) == 4:
        pcm = inp.read(int.from_bytes(size, "little"))
        _tell(out, said=_transcribe(model, options, pcm))


def _load(options: dict[str, Any], out: BinaryIO) -> Any:
    try:
        from faster_whisper import WhisperModel  # type: ignore[import-not-found,unused-ignore]
    except ImportError as error:
        return _tell(out, error="no_extra", detail=str(error))
    try:
        return WhisperModel(options["model"], device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True)
    except Exception as error:  # whatever is wrong with a model, it cannot be used: the other side says so
        return _tell(out, error="no_model", detail=str(error))


def _transcribe(model: Any, options: dict[str, Any], pcm: bytes) -> list[str]:
    samples = np.frombuffer(pcm, "<i2").astype(np.float32) / 32768.0
    segments, _ = model.transcribe(
        samples,
        language=options["language"] or None,
        beam_size=1,
        condition_on_previous_text=False,
        vad_filter=True,
        temperature=0.0,  # hearing it five times over would take longer than it took to say
        max_new_tokens=MOST_TOKENS,
        hotwords=options["hotwords"] or None,
    )
    heard = ({"no_speech_prob": s.no_speech_prob, "avg_logprob": s.avg_logprob, "text": s.text.strip()} for s in segments)
    return [str(one["text"]) for one in heard if said(one)]


def _tell(out: BinaryIO, **answer: Any) -> None:
    out.write(json.dumps(answer, ensure_ascii=False).encode("utf-8") + b"\n")
    out.flush()


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
