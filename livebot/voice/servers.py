"""Speech servers that take sound over a WebSocket and send back what they hear while it is said: WhisperLive and vosk-server.

The sound is read on while the server is away; what was said meanwhile is lost, but for the last seconds. Must not know other sources.
"""

from __future__ import annotations

import asyncio
import random
import uuid
from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import Callable, Sequence
from contextlib import suppress

import numpy as np
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from livebot.voice import wire
from livebot.voice.base import Clock, Hear, Segment, Sleep, Tell
from livebot.voice.redial import Ended, Silent, next_frame, not_opened, redial
from livebot.voice.sound import Ear, Sound

OPEN_WITHIN = 10.0
READY_WITHIN = 60.0  # the server may load its model first
PING_EVERY, PONG_WITHIN = 5.0, 5.0
END_WITHIN = 10.0
MAX_FRAME = 1 << 20
KEPT_CHUNKS = 50  # five seconds of sound wait for a server that is away


class SpeechServer(ABC):
    """One server and the sound for it (`base.Source`).

    Codes: `silent`, `server_full`, `server_error`, `closed`, `sound_over`, those of `not_opened` and of `SoundError`.
    """

    first_is_ready = False

    def __init__(
        self,
        url: str,
        sound: Sound,
        *,
        clock: Clock,
        sleep: Sleep = asyncio.sleep,
        rng: random.Random | None = None,
        alive: tuple[float, float] = (PING_EVERY, PONG_WITHIN),
    ) -> None:
        self._url, self._clock, self._sleep = url, clock, sleep
        self._ear = Ear(sound, sleep)
        self._rng = rng or random.Random()  # noqa: S311 - spreads reconnects, protects nothing
        self._alive = alive
        self._waiting: deque[bytes] = deque(maxlen=KEPT_CHUNKS)
        self._more = asyncio.Event()
        self._hear: Hear = lambda segment: None
        self.counts: Counter[str] = Counter()
        self.connections = 0
        self._heard = 0

    # what a server gives

    @abstractmethod
    def _hello(self) -> str:
        """Return the first frame."""

    @abstractmethod
    def _sound_frame(self, pcm: bytes) -> bytes:
        """Return sound as the server wants it."""

    @abstractmethod
    def _end(self) -> str | bytes:
        """Return the frame that says that no more sound comes."""

    @abstractmethod
    def _read(self, frame: str | bytes) -> list[wire.Frame]:
        """Return what a frame says."""

    # how it is done

    async def run(self, hear: Hear, tell: Tell) -> None:
        """Listen until cancelled, or until the sound is over."""
        self._hear = hear
        async with asyncio.TaskGroup() as group:
            listening = group.create_task(self._listen(tell))
            await redial(self._visit, tell, clock=self._clock, sleep=self._sleep, rng=self._rng)
            listening.cancel()

    async def _listen(self, tell: Tell) -> None:
        """Sound waits for the server, the oldest of it giving way."""

        def take(chunk: bytes) -> None:
            self._waiting.append(chunk)
            self._more.set()

        await self._ear.listen(take, tell)
        self._more.set()

    async def try_once(self) -> Ended | None:
        """Connect once; return what is wrong, or None."""
        opened = await self._dial()
        if isinstance(opened, Ended):
            return opened
        await opened.close()
        return None

    async def _visit(self, joined: Callable[[], None]) -> Ended:
        self.connections += 1
        opened = await self._dial()
        if isinstance(opened, Ended):
            return self._ear.ended or opened
        async with opened:
            return await self._talk(opened, joined)

    async def _dial(self) -> ClientConnection | Ended:
        try:
            return await connect(self._url, open_timeout=OPEN_WITHIN, close_timeout=1.0, ping_interval=None, max_size=MAX_FRAME)
        except (OSError, WebSocketException, ValueError) as error:  # a host name that is none is a ValueError
            return not_opened(error)

    async def _talk(self, socket: ClientConnection, joined: Callable[[], None]) -> Ended:
        ready = asyncio.Event()
        speaking = asyncio.ensure_future(self._speak(socket, ready))
        try:
            await socket.send(self._hello())
            if self.first_is_ready:
                joined()
                ready.set()
            return await self._hear_out(socket, ready, joined)
        except ConnectionClosed:
            return self._ear.ended or Ended("lost")
        except Silent:
            return self._ear.ended or Ended("silent")
        except TimeoutError:
            return Ended("not_ready")
        finally:
            speaking.cancel()
            with suppress(asyncio.CancelledError):
                await speaking

    async def _hear_out(self, socket: ClientConnection, ready: asyncio.Event, joined: Callable[[], None]) -> Ended:
        while True:
            async with asyncio.timeout(None if ready.is_set() else READY_WITHIN):
                frame = await next_frame(socket, self._alive)
            self._heard += 1
            for said in self._read(frame):
                if isinstance(said, Segment):
                    self._hear(said)
                elif isinstance(said, wire.Ready):
                    joined()
                    ready.set()
                elif isinstance(said, wire.Refused):
                    return self._ear.ended or Ended(said.code, said.detail)
                else:
                    self.counts[said.kind] += 1

    async def _speak(self, socket: ClientConnection, ready: asyncio.Event) -> None:
        await ready.wait()
        with suppress(ConnectionClosed):
            while self._waiting or self._ear.ended is None:
                if not self._waiting:
                    self._more.clear()
                    await self._more.wait()
                    continue
                await socket.send(self._sound_frame(self._waiting.popleft()))
            await socket.send(self._end())
            heard = -1
            while heard != self._heard:  # a slow server is still at what was said before
                heard = self._heard
                await self._sleep(END_WITHIN)
            await socket.close()


class WhisperLive(SpeechServer):
    """A WhisperLive server, which says when it is ready and sends its last segments again and again."""

    def __init__(self, url: str, sound: Sound, language: str, model: str = "", hotwords: Sequence[str] = (), **more: object) -> None:
        super().__init__(url, sound, **more)  # type: ignore[arg-type]
        self._options = (language, model, hotwords)

    def _hello(self) -> str:
        return wire.whisperlive_hello(uuid.uuid4().hex, *self._options)

    def _sound_frame(self, pcm: bytes) -> bytes:
        return (np.frombuffer(pcm, "<i2").astype("<f4") / 32768.0).tobytes()

    def _end(self) -> bytes:
        return wire.WHISPERLIVE_END

    def _read(self, frame: str | bytes) -> list[wire.Frame]:
        return wire.read_whisperlive(frame, self.connections)


class Vosk(SpeechServer):
    """A vosk-server, which answers each chunk of sound and listens from the start."""

    first_is_ready = True

    def _hello(self) -> str:
        return wire.vosk_hello()

    def _sound_frame(self, pcm: bytes) -> bytes:
        return pcm

    def _end(self) -> str:
        return wire.VOSK_END

    def _read(self, frame: str | bytes) -> list[wire.Frame]:
        return wire.read_vosk(frame)
