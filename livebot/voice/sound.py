"""Sound as bytes: 16 kHz, one channel, 16 bit, a tenth of a second at a time, from a WAV file, a stream or a microphone.

Only a WAV of just that form is read here; everything else goes through the `ffmpeg` program. Must not know what becomes of the sound.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import wave
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from livebot.voice.base import Clock, Sleep, Status, Tell
from livebot.voice.redial import Ended
from livebot.voice.wire import BYTES_A_SECOND, RATE

CHUNK = BYTES_A_SECOND // 10
MICROPHONE = "microphone"
AGAIN_AFTER = 1.0
SILENT_AFTER = 15.0  # seconds without a byte after which ffmpeg is taken for dead
INPUT_OF = {"linux": ("pulse", "default"), "darwin": ("avfoundation", ":0"), "win32": ("dshow", "audio=default")}


class SoundError(Exception):
    """There is no sound. `code` as in `Status`; `retry`: it may come back."""

    def __init__(self, code: str, detail: str = "", *, retry: bool = True) -> None:
        super().__init__(code, detail)
        self.code, self.detail, self.retry = code, detail, retry


class Sound(Protocol):
    """Where sound comes from."""

    def chunks(self) -> AsyncIterator[bytes]:
        """Yield chunks as they are spoken, until the sound is over; SoundError where it breaks off."""
        ...


class Ear:
    """Listens to a sound, and again when it broke off, until it is over. `ended` says how, once it is."""

    def __init__(self, sound: Sound, sleep: Sleep) -> None:
        self._sound, self._sleep = sound, sleep
        self.ended: Ended | None = None

    async def listen(self, take: Callable[[bytes], None], tell: Tell) -> None:
        """Hand each chunk on, and tell when there is no sound and when it is back."""
        broken = False
        while self.ended is None:
            try:
                async for chunk in self._sound.chunks():
                    if broken:
                        broken = False
                        tell(Status("joined"))
                    take(chunk)
                self.ended = Ended("sound_over", over=True)
            except SoundError as error:
                broken = error.retry
                if not error.retry:
                    self.ended = Ended(error.code, error.detail, retry=False)
                else:
                    tell(Status("reconnecting", error.code, error.detail))
                    await self._sleep(AGAIN_AFTER)


class WavFile:
    """A WAV file, at the speed at which it was spoken."""

    def __init__(self, path: Path, *, clock: Clock, sleep: Sleep = asyncio.sleep) -> None:
        self._path, self._clock, self._sleep = path, clock, sleep

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the file's sound, a chunk each tenth of a second."""
        try:
            with wave.open(str(self._path), "rb") as file:
                started, sent = self._clock(), 0.0
                while chunk := file.readframes(CHUNK // 2):
                    yield chunk
                    sent += len(chunk) / BYTES_A_SECOND
                    await self._sleep(max(0.0, started + sent - self._clock()))
        except (OSError, wave.Error, EOFError):
            raise SoundError("no_sound", str(self._path), retry=False) from None


class Ffmpeg:
    """What ffmpeg makes of a file, a stream or a microphone."""

    def __init__(self, arguments: tuple[str, ...], program: str = "ffmpeg") -> None:
        self._command = (program, "-nostdin", "-loglevel", "error", *arguments, "-ac", "1", "-ar", str(RATE), "-f", "s16le", "-")

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield what the program gives; it is ended when nobody wants more."""
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
            )
        except OSError:
            raise SoundError("no_ffmpeg", retry=False) from None
        assert process.stdout is not None
        assert process.stderr is not None
        complaint = asyncio.ensure_future(_last_of(process.stderr))
        try:
            while chunk := await _chunk(process.stdout):
                yield chunk
            if await process.wait():
                raise SoundError("no_sound", (await complaint).decode("utf-8", "replace").strip()[-200:])
        finally:
            complaint.cancel()
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _last_of(stream: asyncio.StreamReader) -> bytes:
    last = b""
    while part := await stream.read(4096):
        last = (last + part)[-4096:]
    return last


async def _chunk(stream: asyncio.StreamReader) -> bytes:
    try:
        async with asyncio.timeout(SILENT_AFTER):
            return await stream.readexactly(CHUNK)
    except asyncio.IncompleteReadError as error:
        return error.partial[: len(error.partial) // 2 * 2]
    except TimeoutError:
        raise SoundError("no_sound") from None


def open_sound(audio: str, *, clock: Clock, sleep: Sleep = asyncio.sleep) -> Sound:
    """Return the sound of a `.wav` file, a stream's address, `microphone`, or `microphone:DEVICE`."""
    if audio.partition(":")[0] == MICROPHONE:
        kind, device = INPUT_OF.get(sys.platform, INPUT_OF["linux"])
        return Ffmpeg(("-f", kind, "-i", audio.partition(":")[2] or device))
    if "://" in audio:
        return Ffmpeg(("-i", audio, "-vn"))
    path = Path(audio)
    return WavFile(path, clock=clock, sleep=sleep) if is_plain_wav(path) else Ffmpeg(("-re", "-i", audio, "-vn"))


def is_plain_wav(path: Path) -> bool:
    """Whether a file is a WAV that needs no ffmpeg."""
    try:
        with wave.open(str(path), "rb") as file:
            return (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2)
    except (OSError, wave.Error, EOFError):
        return False


def missing_for(audio: str) -> str:
    """Return what is missing to hear that sound, in words; '' if nothing is."""
    local = audio.partition(":")[0] != MICROPHONE and "://" not in audio
    if local and not Path(audio).exists():
        return f"the file {audio} is not there"
    if not (local and is_plain_wav(Path(audio))) and shutil.which("ffmpeg") is None:
        return "the program ffmpeg is not installed (only a WAV file of 16 kHz, mono, 16 bit does without it)"
    return ""
