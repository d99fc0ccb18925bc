"""What the Twitch tests share: a clock that moves when told, a running client with what it told, and the Twitch-like server."""

from __future__ import annotations

import asyncio
import heapq
import random
import sys
import time
from bisect import bisect_left
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))  # for `servers`

from servers.twitch_irc import Room, TwitchServer

from livebot.core.events import ChatMessage, Event
from livebot.platforms.base import Health, Post, SendResult
from livebot.platforms.twitch.client import Account, TwitchIrc


class FakeTime:
    """A clock that moves only when told; who sleeps on it wakes when it has moved far enough."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._number = 0

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        self._number += 1
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + seconds, self._number, woken))
        await woken

    def due(self) -> float | None:
        """Return when the next sleeper wakes."""
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        return self._sleepers[0][0] if self._sleepers else None

    async def advance(self, seconds: float) -> None:
        """Move the clock, waking each sleeper at its own time."""
        end = self.now + seconds
        while (due := self.due()) is not None and due <= end:
            self.now = max(self.now, due)
            heapq.heappop(self._sleepers)[2].set_result(None)
            for _ in range(20):  # whoever woke may go to sleep again
                await asyncio.sleep(0)
        self.now = end

    async def advance_until(self, holds: Callable[[], object], step: float = 0.5, most: float = 600.0) -> None:
        """Move the clock step by step, with real time for the sockets between, until `holds()`."""
        end = self.now + most
        while not holds():
            assert self.now < end, f"not within {most} s of the fake clock"
            await self.advance(step)
            await asyncio.sleep(0.002)


class Ear:
    """What a running client told: events, health, and a way to wait for them."""

    def __init__(self, client: TwitchIrc) -> None:
        self.client = client
        self.events: list[Event] = []
        self.reports: list[Health] = []
        self._pulse = asyncio.Event()

    def emit(self, event: Event) -> None:
        self.events.append(event)
        self._pulse.set()

    def report(self, health: Health) -> None:
        self.reports.append(health)
        self._pulse.set()

    async def until(self, holds: Callable[[], object], seconds: float = 10.0) -> None:
        """Return as soon as `holds()` is true; fail with what was told when it takes too long."""
        try:
            async with asyncio.timeout(seconds):
                while not holds():
                    self._pulse.clear()
                    await self._pulse.wait()
        except TimeoutError:
            raise AssertionError(f"not within {seconds} s: {self.reports}, {self.events[-5:]}") from None

    async def joined(self, times: int = 1) -> None:
        """Wait until the client has said `joined` so many times."""
        await self.until(lambda: self.states.count("joined") >= times)

    @property
    def states(self) -> list[str]:
        return [health.state for health in self.reports]

    @property
    def codes(self) -> list[str]:
        return [health.code for health in self.reports if health.code]

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.of(ChatMessage)]


@asynccontextmanager
async def running(client: TwitchIrc) -> AsyncIterator[Ear]:
    """Run a client for the length of the block."""
    ear = Ear(client)
    task = asyncio.ensure_future(client.run(ear.emit, ear.report))
    try:
        yield ear
        if task.done():
            task.result()
    finally:
        task.cancel()
        await asyncio.wait({task})


class Bot:
    """An account's client that has joined, on a clock that it shares with the server."""

    def __init__(self, server: TwitchServer, ear: Ear, fake_time: FakeTime) -> None:
        self.server = server
        self.ear = ear
        self.time = fake_time

    def start(self, text: str, **post: Any) -> asyncio.Task[SendResult]:
        """Begin to send."""
        return asyncio.ensure_future(self.ear.client.send(Post("p", text, **post)))

    async def leaves(self, text: str) -> asyncio.Task[SendResult]:
        """Begin to send, and go on until the server has accepted the line."""
        task = self.start(text)
        await self.time.advance_until(lambda: self.server.accepted, 0.02)
        return task

    async def send(self, text: str, **post: Any) -> SendResult:
        """Send, moving the clock until the fate is known."""
        task = self.start(text, **post)
        await self.time.advance_until(task.done, 0.1)
        return task.result()


async def good_token(refused: bool) -> str:
    return "good"


@pytest.fixture
def account() -> Callable[..., Account]:
    """Make the bot's account."""
    return lambda token=good_token, **more: Account("bot", token, **more)


@pytest.fixture
def listen() -> Callable[[TwitchIrc], Any]:
    """Run a client for the length of an `async with`."""
    return running


@pytest.fixture
def fake_time() -> FakeTime:
    return FakeTime()


@pytest.fixture
async def server() -> AsyncIterator[TwitchServer]:
    async with TwitchServer(Room("shop", months={"mina": 14})) as started:
        yield started


@pytest.fixture
def connect(server: TwitchServer) -> Callable[..., Any]:
    """Run a client of that server: `async with connect(...) as ear`."""

    def make(room: str = "shop", **settings: Any) -> Any:
        defaults: dict[str, Any] = {"clock": time.monotonic, "url": server.url, "rng": random.Random(5)}
        return running(TwitchIrc(room, **{**defaults, **settings}))

    return make


@pytest.fixture
def bots(fake_time: FakeTime, account: Callable[..., Account]) -> Callable[..., Any]:
    """Run a bot in room `shop` of a server of its own: `async with bots(...) as bot`."""

    @asynccontextmanager
    async def make(room: Room | None = None, **more: Any) -> AsyncIterator[Bot]:
        async with TwitchServer(room or Room("shop"), clock=fake_time.clock) as server:
            settings = {"clock": fake_time.clock, "sleep": fake_time.sleep, "rng": random.Random(5)}
            client = TwitchIrc("shop", account=account(**more), url=server.url, **settings)
            async with running(client) as ear:
                await fake_time.advance_until(lambda: "joined" in ear.states)
                yield Bot(server, ear, fake_time)

    return make


@pytest.fixture(scope="session")
def most_within() -> Callable[[list[float], float], int]:
    """Tell the largest number of times in any window of that length."""

    def most(times: list[float], seconds: float) -> int:
        return max((index + 1 - bisect_left(times, at - seconds + 1e-6) for index, at in enumerate(times)), default=0)

    return most
