"""Hears sound an utterance at a time: cuts it at the pauses and has each piece transcribed, by a whisper.cpp server or by a subprocess.

The transcriber is one place with two ways to it; both are told the product names. Must not load a model: that is the subprocess's work.
"""

from __future__ import annotations

import asyncio
import importlib.util
import io
import json
import random
import sys
import wave
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import aiohttp

from livebot.errors import why_unreachable
from livebot.voice import wire
from livebot.voice.base import Clock, Hear, Segment, Sleep, Tell
from livebot.voice.cutting import Cutter
from livebot.voice.redial import Ended, redial
from livebot.voice.sound import Ear, Sound

KEPT_UTTERANCES = 3  # more wait for nothing: what was said longer ago is no news
ANSWER_WITHIN = 30.0
START_WITHIN = 120.0
LINE_LIMIT = 1 << 20
WORKER = ("-m", "livebot.voice.worker")
PACKAGE = "faster_whisper"
MODEL_FILES = ("model.bin", "config.json")


class TranscriberLost(Exception):
    """The transcriber does not answer. `code` as in `Status`; `retry`: opening it again can help."""

    def __init__(self, code: str, detail: str = "", *, retry: bool = True) -> None:
        super().__init__(code, detail)
        self.code, self.detail, self.retry = code, detail, retry


class Transcriber(Protocol):
    """Makes text of an utterance."""

    async def open(self) -> None:
        """Get ready; TranscriberLost."""
        ...

    async def transcribe(self, pcm: bytes) -> list[Segment]:
        """Return what was said in an utterance; TranscriberLost."""
        ...

    async def close(self) -> None:
        """Let go; it can be opened again."""
        ...


class Listener:
    """Sound and who transcribes it (`base.Source`). Codes: `sound_over`, those of `SoundError` and `TranscriberLost`."""

    def __init__(
        self, sound: Sound, transcriber: Transcriber, *, clock: Clock, sleep: Sleep = asyncio.sleep, rng: random.Random | None = None
    ) -> None:
        self._transcriber, self._clock, self._sleep = transcriber, clock, sleep
        self._ear = Ear(sound, sleep)
        self._rng = rng or random.Random()  # noqa: S311 - spreads reconnects, protects nothing
        self._cutter = Cutter()
        self._utterances: deque[bytes] = deque(maxlen=KEPT_UTTERANCES)
        self._more = asyncio.Event()
        self._tried: bytes | None = None
        self.skipped = 0
        """Utterances that were not transcribed, as speech came faster than text."""

    async def run(self, hear: Hear, tell: Tell) -> None:
        """Listen until cancelled, or until the sound is over."""

        async def visit(joined: Callable[[], None]) -> Ended:
            return await self._visit(joined, hear)

        async with asyncio.TaskGroup() as group:
            listening = group.create_task(self._listen(tell))
            await redial(visit, tell, clock=self._clock, sleep=self._sleep, rng=self._rng)
            listening.cancel()

    async def _listen(self, tell: Tell) -> None:
        await self._ear.listen(lambda chunk: self._put(self._cutter.take(chunk)), tell)
        self._put(self._cutter.end())
        self._more.set()

    def _put(self, utterance: bytes) -> None:
        if utterance:
            self.skipped += len(self._utterances) == KEPT_UTTERANCES
            self._utterances.append(utterance)
            self._more.set()

    async def try_once(self) -> Ended | None:
        """See once whether the transcriber is there; return what is wrong, or None."""
        try:
            await self._transcriber.open()
        except TranscriberLost as error:
            return Ended(error.code, error.detail)
        finally:
            await self._transcriber.close()
        return None

    async def _visit(self, joined: Callable[[], None], hear: Hear) -> Ended:
        try:
            await self._transcriber.open()
            joined()
            while (utterance := await self._next()) is not None:
                for segment in await self._transcriber.transcribe(utterance):
                    hear(segment)
                self._tried = None
        except TranscriberLost as error:
            return Ended(error.code, error.detail, retry=error.retry)
        finally:
            await self._transcriber.close()
        assert self._ear.ended is not None
        return self._ear.ended

    async def _next(self) -> bytes | None:
        """Return the next utterance: one that was tried once in vain is tried once more. None when the sound is over."""
        if self._tried is not None:
            again, self._tried = self._tried, None
            return again
        while not self._utterances:
            if self._ear.ended is not None:
                return None
            self._more.clear()
            await self._more.wait()
        self._tried = self._utterances.popleft()
        return self._tried


class WhisperCpp:
    """A whisper.cpp server (`POST /inference`, one WAV a request)."""

    def __init__(self, url: str, language: str, hotwords: Sequence[str] = (), answer_within: float = ANSWER_WITHIN) -> None:
        self._url, self._language, self._hotwords = url.rstrip("/"), language, hotwords
        self._within = aiohttp.ClientTimeout(total=answer_within)
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """See whether the server is there; an old one has no /health."""
        self._session = aiohttp.ClientSession(timeout=self._within)
        try:
            async with self._session.get(f"{self._url}/health") as answer:
                if answer.status == 503:
                    raise TranscriberLost("not_ready")
        except TimeoutError:
            raise TranscriberLost("silent") from None
        except aiohttp.ClientResponseError:
            raise TranscriberLost("other_program") from None
        except (aiohttp.ClientError, OSError) as error:
            raise TranscriberLost(why_unreachable(error)) from None

    async def transcribe(self, pcm: bytes) -> list[Segment]:
        """Have the server transcribe an utterance."""
        assert self._session is not None
        form = aiohttp.FormData()
        form.add_field("file", _wav(pcm), filename="utterance.wav", content_type="audio/wav")
        for name, value in (("response_format", "verbose_json"), ("language", self._language), ("prompt", ", ".join(self._hotwords))):
            form.add_field(name, value)
        try:
            async with self._session.post(f"{self._url}/inference", data=form) as answer:
                status, said = answer.status, wire.read_whispercpp(await answer.read())
        except TimeoutError:
            raise TranscriberLost("silent") from None
        except (aiohttp.ClientError, OSError):
            raise TranscriberLost("lost") from None
        if isinstance(said, wire.Refused) or status != 200:
            raise TranscriberLost("server_error", said.detail if isinstance(said, wire.Refused) else f"HTTP {status}")
        return said

    async def close(self) -> None:
        """End the session."""
        if self._session is not None:
            await self._session.close()


def _wav(pcm: bytes) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(wire.RATE)
        file.writeframes(pcm)
    return out.getvalue()


class Local:
    """faster-whisper in a process of its own, with a model folder that is configured; `worker.py` is that process."""

    def __init__(self, model: Path, language: str, hotwords: Sequence[str] = (), command: Sequence[str] = ()) -> None:
        self._options = {"model": str(model), "language": language, "hotwords": " ".join(hotwords)}
        self._command = command or (sys.executable, *WORKER)
        self._process: asyncio.subprocess.Process | None = None

    async def open(self) -> None:
        """Start the process and wait until it has loaded the model."""
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                limit=LINE_LIMIT,
            )
        except OSError:
            raise TranscriberLost("worker_lost") from None
        await self._ask(json.dumps(self._options).encode() + b"\n", START_WITHIN)

    async def transcribe(self, pcm: bytes) -> list[Segment]:
        """Have the process transcribe an utterance."""
        answer = await self._ask(len(pcm).to_bytes(4, "little") + pcm, ANSWER_WITHIN)
        return [Segment(text) for text in answer.get("said", ()) if isinstance(text, str)]

    async def close(self) -> None:
        """End the process."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
            self._process = None

    async def _ask(self, data: bytes, seconds: float) -> dict[str, Any]:
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            async with asyncio.timeout(seconds):
                self._process.stdin.write(data)
                await self._process.stdin.drain()
                line = await self._process.stdout.readline()
        except TimeoutError:
            raise TranscriberLost("silent") from None
        except (OSError, ValueError):
            raise TranscriberLost("worker_lost") from None
        answer = wire.decoded(line)
        if not isinstance(answer, dict):
            raise TranscriberLost("worker_lost")
        if "error" in answer:
            raise TranscriberLost(str(answer["error"]), str(answer.get("detail", ""))[:200], retry=False)
        return answer


def missing_for_local(model: Path | None) -> str:
    """Return what is missing to transcribe here, in words; '' if nothing is."""
    extra = "" if importlib.util.find_spec(PACKAGE) else "the extra is not installed: pip install 'livebot[voice]'"
    return "; ".join(missing for missing in (extra, _missing_of_model(model)) if missing)


def _missing_of_model(model: Path | None) -> str:
    if model is None:
        return "no model folder is named: set model to a folder with a faster-whisper (CTranslate2) model"
    lacking = [name for name in MODEL_FILES if not (model / name).is_file()]
    return f"{model} is no faster-whisper model: {', '.join(lacking)} is missing" if lacking else ""
