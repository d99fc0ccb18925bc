"""A chat room that is read over a WebSocket: opened again and again, found dead when it says nothing, its gaps told.

A platform derives from `SocketRoom` and says where to connect, what frames mean and when the room is joined. Time, sleep and
randomness are passed in. Must not know any platform, the core's state, the store or the pages.
"""

from __future__ import annotations

import asyncio
import logging
import random
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from livebot.core.events import Event, Gap
from livebot.errors import PlatformError, why_unreachable
from livebot.platforms.base import Clock, Emit, Health
from livebot.platforms.seen import Seen, count
from livebot.timing import Retry, Sleep, catch_up, within

OPEN_WITHIN = 10.0
JOIN_WITHIN = 15.0
PING_EVERY = 8.0
PONG_WITHIN = 4.0
CLOSE_WITHIN = 1.0
MAX_FRAME = 1 << 20

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ended:
    """A connection is over, or was none. From `since` on lines may be missing; the next try waits `wait` seconds at least."""

    code: str
    detail: str = ""
    since: float = 0.0
    retry: bool = True
    wait: float = 0.0


class SocketRoom(ABC):
    """One room on one platform that speaks over a WebSocket; `run` is the reading half of `base.Platform`."""

    channel: str
    _must_join = True
    """Whether a connection that has not joined in time is given up."""

    def __init__(self, channel: str, clock: Clock, sleep: Sleep, rng: random.Random | None) -> None:
        self.channel = channel
        self.counts: Counter[str] = Counter()
        self._clock, self._sleep = clock, sleep
        self._retry = Retry(clock, rng or random.Random())  # noqa: S311 - spreads reconnects, protects nothing
        self._seen = Seen()
        self._emit: Emit = lambda event: None
        self._report: Callable[[Health], None] = lambda health: None
        self._running = False
        self._socket: ClientConnection | None = None
        self._over: asyncio.Future[Ended] | None = None
        self._frames = 0
        self._heard_at = 0.0
        self._joined = asyncio.Event()
        self._joined_at = 0.0
        self._lost: Ended | None = None

    # what a platform gives

    @abstractmethod
    async def _find(self) -> str:
        """Return the address to connect to; PlatformError (its `state` becomes the health's code) where there is none."""

    @abstractmethod
    def _take(self, frame: str) -> None:
        """Take one frame: hand on what it means (`_hand_on`), join (`_join`) or end the connection (`_end`). Must not raise."""

    def _first(self) -> tuple[str, ...]:
        """Return what is written as soon as the connection is open."""
        return ()

    async def _beside(self) -> None:  # noqa: B027 - most platforms have nothing to do there
        """Do what must be done beside reading, once a connection. Must not raise."""

    async def _ping(self, socket: ClientConnection) -> None:
        """Ask for a sign of life: any frame is one, and so is the answer to the protocol's own ping."""
        answer = await socket.ping()
        asyncio.ensure_future(answer).add_done_callback(self._pong)

    def _refusal(self, status: int) -> Ended:
        """Return what it means that the connection was refused with an HTTP status."""
        if status in (401, 403):
            return Ended("auth_failed", f"HTTP {status}", retry=False)
        return Ended("rate_limited" if status == 429 else "server_error" if status >= 500 else "unreachable", f"HTTP {status}")

    # what a platform calls

    def _hand_on(self, event: Event) -> None:
        """Hand on an event unless its id was handed on before."""
        if self._seen.is_new(f"{type(event).__name__}:{getattr(event, 'id', '')}"):
            self._emit(event)

    def _note(self, kind: str, detail: str = "") -> None:
        """Count what could not be used; it is logged the first time."""
        if count(self.counts, kind):
            _log.info("%s: %s %.200r", self.channel, kind, detail)

    def _join(self) -> None:
        """Lines of the room come in from now on."""
        if self._joined.is_set():
            return
        self._joined.set()
        now = self._joined_at = self._clock()
        if self._lost is not None:  # told before it is said that lines come in again: nobody then has to guess how long none came
            gone = max(0.0, now - self._lost.since)
            self._emit(Gap(f"{self.channel}:gap:{now:.3f}", now, self.channel, gone, self._lost.code))
            self._lost = None
        self._report(Health("joined"))

    def _end(self, ended: Ended) -> None:
        """End the connection; only the first reason counts."""
        if self._over is not None and not self._over.done():
            self._over.set_result(ended)

    async def _write(self, frame: str) -> bool:
        """Write a frame; return whether it was handed to the network."""
        if self._socket is None:
            return False
        try:
            await self._socket.send(frame)
        except (ConnectionClosed, OSError) as error:
            _log.info("%s: a line could not be written: %s", self.channel, error)
            self._end(Ended("lost", since=self._clock()))
            return False
        return True

    # how it is done

    async def run(self, emit: Emit, report: Callable[[Health], None]) -> None:
        """Read until cancelled or until trying again cannot help (then the last report says why); reconnect in between."""
        self._emit, self._report, self._running = emit, report, True
        try:
            report(Health("connecting"))
            await self._stay()
        finally:
            self._running = False

    async def try_once(self) -> Health:
        """Connect as a show would, until the first word of how it went (`base.Platform`); a refused token is renewed meanwhile."""
        told: asyncio.Future[Health] = asyncio.get_running_loop().create_future()

        def report(health: Health) -> None:
            renews = health.state == "reconnecting" and health.code == "auth_failed"
            if not told.done() and not renews and (health.code or health.state == "joined"):
                told.set_result(health)

        async with asyncio.TaskGroup() as group:
            running = group.create_task(self.run(lambda event: None, report))
            health = await told
            running.cancel()
        return health if health.state == "joined" else replace(health, state="stopped")

    async def _stay(self) -> None:
        wait = 0.0
        while True:
            await self._sleep(max(wait, self._retry.delay()))
            self._joined.clear()
            ended = await self._visit()
            wait = ended.wait
            if not ended.retry:
                return self._report(Health("stopped", ended.code, ended.detail))
            if self._joined.is_set():
                self._lost = ended
                self._retry.lost(self._joined_at)
                self._report(Health("reconnecting", ended.code, ended.detail))
            else:
                self._retry.failed()
                self._report(Health("reconnecting", ended.code, ended.detail, self._retry.failures))

    async def _visit(self) -> Ended:
        """Open one connection and read it until it is over."""
        try:
            url = await self._find()
        except PlatformError as error:
            return Ended(error.state, error.what, retry=error.retry, wait=error.retry_after)
        opened = await within(self._dial(url), OPEN_WITHIN, self._sleep) or Ended("no_answer")
        if isinstance(opened, Ended):
            return opened
        self._socket, self._over = opened, asyncio.get_running_loop().create_future()
        try:
            return await self._hold(opened, self._over)
        finally:
            self._socket = None
            await _close(opened)

    async def _dial(self, url: str) -> ClientConnection | Ended:
        try:
            return await connect(url, open_timeout=None, ping_interval=None, close_timeout=CLOSE_WITHIN, max_size=MAX_FRAME, proxy=None)
        except InvalidStatus as error:
            return self._refusal(error.response.status_code)
        except (OSError, WebSocketException, ValueError, EOFError) as error:
            return Ended(why_unreachable(error))

    async def _hold(self, socket: ClientConnection, over: asyncio.Future[Ended]) -> Ended:
        self._heard_at = self._clock()
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(work) for work in (self._read(socket), self._watch(socket), self._beside())]
            ended = await asyncio.shield(over)
            for task in tasks:
                task.cancel()
        if ended.code == "silent":
            socket.transport.abort()  # nobody would answer a farewell
        return ended

    async def _read(self, socket: ClientConnection) -> None:
        try:
            for frame in self._first():
                await socket.send(frame)
            while True:
                data = await socket.recv(decode=False)  # broken UTF-8 must not cost the connection
                self._hear()
                self._take(data.decode("utf-8", "replace") if isinstance(data, bytes) else data)
        except ConnectionClosed as error:
            code = error.rcvd.code if error.rcvd else None
            broken = error.sent is not None and error.sent.code in (1002, 1007, 1009)
            detail = f"WebSocket {code}" if code else ""
            if socket is self._socket:  # and not one that was moved away from
                self._end(Ended("protocol_error" if broken else "closed" if code else "lost", detail, self._clock()))

    async def _watch(self, socket: ClientConnection) -> None:
        """Find out that the other side does not let us in, or is gone without a word."""
        opened = self._clock()
        while True:
            await self._sleep(PING_EVERY - PONG_WITHIN)
            frames, since = self._frames, self._heard_at
            try:
                await self._ping(socket)
            except ConnectionClosed:
                return  # the reader tells how it ended
            await self._sleep(PONG_WITHIN)
            await catch_up()
            if self._frames == frames:
                return self._end(Ended("silent", since=since))
            if self._must_join and not self._joined.is_set() and self._clock() - opened >= JOIN_WITHIN:
                return self._end(Ended("join_timeout", since=self._clock()))

    def _hear(self) -> None:
        self._frames += 1
        self._heard_at = self._clock()

    def _pong(self, answer: asyncio.Future[float]) -> None:
        if not answer.cancelled() and answer.exception() is None:
            self._hear()


async def _close(socket: ClientConnection) -> None:
    """Say goodbye, for at most `CLOSE_WITHIN` seconds."""
    try:
        await socket.close()
    finally:
        socket.transport.abort()
