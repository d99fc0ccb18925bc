"""One OBS over obs-websocket v5: what it shows becomes the product on air, its stream the show's start and end.

OBS is asked anew whenever something changed there, a little later than it says so, since it says some things twice. Must not know other
sources, the store or the pages.
"""

from __future__ import annotations

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Subprotocol

from livebot.core.events import Event, ShowEnded, ShowStarted
from livebot.voice import obs_wire as wire
from livebot.voice.base import Clock, Sleep, Tell
from livebot.voice.onair import OnAir, Sight
from livebot.voice.redial import Ended, Silent, next_frame, not_opened, redial

OPEN_WITHIN = 10.0
ANSWER_WITHIN = 5.0
HELLO_WITHIN = 10.0
PING_EVERY, PONG_WITHIN = 5.0, 5.0
DEBOUNCE = 0.3
TEXT_EVERY = 2.0  # before obs-websocket 5.4 no event tells that a text changed
NOT_READY_WAIT = 1.0
OVER_AFTER = 60.0  # seconds after the stream's stop at which the show counts as over: who stops by mistake starts again
MAX_FRAME = 4 << 20

Emit = Callable[[Event], None]


class Refused(Exception):
    """OBS did not do what it was asked; `code` is the request status."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Obs:
    """Watches one OBS. Codes: those of `not_opened`, `silent`, `obs_exit`, `obs_auth`, `obs_password`, `obs_version`, `obs_kicked`."""

    def __init__(
        self,
        url: str,
        onair: OnAir,
        *,
        password: str = "",
        text_source: str = "",
        clock: Clock,
        sleep: Sleep = asyncio.sleep,
        rng: random.Random | None = None,
        alive: tuple[float, float] = (PING_EVERY, PONG_WITHIN),
    ) -> None:
        self._url, self._onair, self._password, self._text_source = url, onair, password, text_source
        self._clock, self._sleep, self._alive = clock, sleep, alive
        self._rng = rng or random.Random()  # noqa: S311 - spreads reconnects, protects nothing
        self._emit: Emit = lambda event: None
        self._numbers = itertools.count(1)
        self._asked: dict[str, asyncio.Future[wire.Response]] = {}
        self._look = asyncio.Event()
        self._streaming: bool | None = None
        self._stream_told = 0
        self._stopped_at: float | None = None
        self._stream_changed = asyncio.Event()
        self.counts: Counter[str] = Counter()

    async def run(self, emit: Emit, tell: Tell) -> None:
        """Watch until cancelled, or until trying again cannot help; connect again in between."""
        self._emit = emit
        async with asyncio.TaskGroup() as group:
            ending = group.create_task(self._end_in_time())
            await redial(self._visit, tell, clock=self._clock, sleep=self._sleep, rng=self._rng)
            ending.cancel()

    # one connection

    async def try_once(self) -> Ended | None:
        """Connect and identify once; return what is wrong, or None."""

        async def leave(socket: ClientConnection) -> None:
            return None

        return await self._connected(leave)

    async def _visit(self, joined: Callable[[], None]) -> Ended:
        ended = await self._connected(lambda socket: self._stay(socket, joined))
        assert ended is not None
        return ended

    async def _connected(self, then: Callable[[ClientConnection], Awaitable[Ended | None]]) -> Ended | None:
        """Connect and identify, do `then`, and return how it ended."""
        try:
            socket = await connect(
                self._url,
                subprotocols=[Subprotocol(wire.SUBPROTOCOL)],
                open_timeout=OPEN_WITHIN,
                close_timeout=1.0,
                ping_interval=None,
                max_size=MAX_FRAME,
            )
        except (OSError, WebSocketException, ValueError) as error:  # a host name that is none is a ValueError
            return not_opened(error)
        async with socket:
            try:
                return await self._enter(socket) or await then(socket)
            except ConnectionClosed as error:
                return _closed(error)
            except TimeoutError:
                return Ended("not_ready")

    async def _enter(self, socket: ClientConnection) -> Ended | None:
        """Greet and identify; return why that cannot be done, or None."""
        async with asyncio.timeout(HELLO_WITHIN):
            while True:
                frame = wire.read(await socket.recv())
                if isinstance(frame, wire.Hello):
                    if frame.challenge and not self._password:
                        return Ended("obs_password", retry=False)
                    await socket.send(wire.identify(frame, self._password))
                elif isinstance(frame, wire.Identified):
                    return None

    async def _stay(self, socket: ClientConnection, joined: Callable[[], None]) -> Ended:
        joined()
        self._look.set()
        async with asyncio.TaskGroup() as group:
            beside = [group.create_task(self._keep_looking(socket)), group.create_task(self._keep_asking_for_text())]
            try:
                return await self._read(socket)
            except ConnectionClosed as error:
                return _closed(error)
            except Silent:
                socket.transport.abort()  # nobody would answer a farewell
                return Ended("silent")
            finally:
                for task in beside:
                    task.cancel()

    async def _read(self, socket: ClientConnection) -> Ended:
        try:
            while True:
                match wire.read(await next_frame(socket, self._alive)):
                    case wire.Response() as response:
                        asked = self._asked.pop(response.id, None)
                        if asked is not None and not asked.done():
                            asked.set_result(response)
                    case wire.Happened("ExitStarted"):
                        return Ended("obs_exit")
                    case wire.Happened("StreamStateChanged", data):
                        self._stream_told += 1
                        self._take_stream(data.get("outputActive") is True)
                    case wire.Happened(kind):
                        if kind in wire.LOOK_AT:
                            self._look.set()
                    case wire.Unknown(kind):
                        self.counts[kind] += 1
        finally:
            for asked in self._asked.values():
                asked.cancel()
            self._asked.clear()

    async def _ask(self, socket: ClientConnection, kind: str, **data: Any) -> Mapping[str, Any]:
        """Return what OBS answers; Refused, TimeoutError."""
        number = f"livebot-{next(self._numbers)}"
        answer: asyncio.Future[wire.Response] = asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        await socket.send(wire.request(kind, number, data))
        async with asyncio.timeout(ANSWER_WITHIN):
            response = await answer
        if not response.ok:
            raise Refused(response.code)
        return response.data

    # what is shown

    async def _keep_looking(self, socket: ClientConnection) -> None:
        first = True
        while True:
            await self._look.wait()
            await self._sleep(0.0 if first else DEBOUNCE)
            self._look.clear()
            try:
                if first:
                    await self._learn_stream(socket)
                    first = False
                await self._look_once(socket)
            except Refused as refused:
                self.counts[f"refused {refused.code}"] += 1
                if refused.code == wire.NOT_READY:
                    await self._sleep(NOT_READY_WAIT)
                    self._look.set()
            except TimeoutError:
                self.counts["no answer"] += 1
                self._look.set()
            except ConnectionClosed:
                return

    async def _learn_stream(self, socket: ClientConnection) -> None:
        told = self._stream_told
        active = (await self._ask(socket, "GetStreamStatus")).get("outputActive") is True
        if self._stream_told == told:  # else what OBS told meanwhile is newer
            self._take_stream(active)

    async def _look_once(self, socket: ClientConnection) -> None:
        scene = wire.scene_of(await self._ask(socket, "GetCurrentProgramScene"))
        sources: frozenset[str] = frozenset()
        if self._onair.needs_sources():
            sources = wire.shown_in(await self._ask(socket, "GetSceneItemList", sceneName=scene))
        text = await self._text(socket) if self._text_source else ""
        event = self._onair.see(Sight(scene, sources, text), self._clock())
        if event is not None:
            self._emit(event)

    async def _text(self, socket: ClientConnection) -> str:
        try:
            return wire.text_in(await self._ask(socket, "GetInputSettings", inputName=self._text_source))
        except Refused as refused:
            if refused.code == wire.NOT_READY:
                raise
            self.counts["text source"] += 1  # it may be in another scene collection
            return ""

    async def _keep_asking_for_text(self) -> None:
        while self._text_source:
            await self._sleep(TEXT_EVERY)
            self._look.set()

    # the stream

    def _take_stream(self, active: bool) -> None:
        if active and not self._streaming:
            self._emit(ShowStarted(f"obs:start:{self._clock():.3f}", self._clock()))
        if not active and self._streaming:
            self._stopped_at = self._clock()
        elif active:
            self._stopped_at = None
        self._streaming = active
        self._stream_changed.set()

    async def _end_in_time(self) -> None:
        """End the show some time after its stream has stopped, also when OBS is gone by then."""
        while True:
            await self._stream_changed.wait()
            self._stream_changed.clear()
            while self._stopped_at is not None:
                left = self._stopped_at + OVER_AFTER - self._clock()
                if left > 0:
                    await self._sleep(min(left, 1.0))
                else:
                    self._emit(ShowEnded(f"obs:end:{self._clock():.3f}", self._clock()))
                    self._stopped_at = None


def _closed(error: ConnectionClosed) -> Ended:
    code, reason = (error.rcvd.code, error.rcvd.reason) if error.rcvd else (0, "")
    return Ended(wire.FATAL[code], reason, retry=False) if code in wire.FATAL else Ended("lost")
