"""What the platforms' tests share: a clock that moves when told, a running client with what it told, and the other side of its room."""

from __future__ import annotations

import asyncio
import heapq
import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Generic, TypeVar

import pytest

from livebot.core.events import ChatMessage, Event
from livebot.platforms.base import Health, Platform, Post, SendResult
from livebot.runtime.hints import HINTS

P = TypeVar("P", bound=Platform)
SYSTEM_TEXT = re.compile(r"Errno|Error\b|Exception|Connect|connect|no answer|close frame|timeout")
"""What is neither the platform's own text nor a name or number."""


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

    async def stand_still(self, seconds: float) -> None:
        """Move the clock at once, as when the loop was blocked meanwhile: all who are due wake together."""
        self.now += seconds
        while (due := self.due()) is not None and due <= self.now:
            heapq.heappop(self._sleepers)[2].set_result(None)
        for _ in range(40):
            await asyncio.sleep(0)

    async def advance_until(self, holds: Callable[[], object], step: float = 0.5, most: float = 600.0) -> None:
        """Move the clock step by step, with real time for the sockets between, until `holds()`."""
        end = self.now + most
        while not holds():
            assert self.now < end, f"not within {most} s of the fake clock"
            await self.advance(step)
            await asyncio.sleep(0.002)


class Ear(Generic[P]):
    """What a running client told: events, health, and a way to wait for them."""

    def __init__(self, client: P) -> None:
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
                    with suppress(TimeoutError):  # what is counted without being told comes to light by looking again
                        await asyncio.wait_for(self._pulse.wait(), 0.05)
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
async def running(client: P) -> AsyncIterator[Ear[P]]:
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


async def send(time: FakeTime, client: Platform, text: str, **post: Any) -> SendResult:
    """Write a line, letting time pass until its fate is known."""
    task = asyncio.ensure_future(client.send(Post(post.pop("id", "p1"), text, **post)))
    await time.advance_until(task.done, 0.1)
    return task.result()


class Stage(ABC):
    """The other side of one platform's room, as the contract needs it: a viewer who writes, a server that breaks, a clock that is told.

    `client` is made and not yet running. Where a platform cannot do a thing, its method calls `cannot`.
    """

    client: Platform
    time: FakeTime
    silent_within = 25.0
    """Seconds (of the fake clock) within which a connection that says nothing more must be found."""
    pace: tuple[int, float] | None = None
    """So many posts in so many seconds are the most that the platform takes; None where it has no limit of its own."""
    makes_up_ids = False
    """Whether the platform gives lines no ids, so that the same line of another time is another line."""

    def cannot(self, what: str) -> Any:
        """Leave a test out, saying what the platform does not have."""
        pytest.skip(f"{type(self.client).__name__}: {what}")

    @asynccontextmanager
    async def joined(self) -> AsyncIterator[Ear[Platform]]:
        """Run the client, joined, for the length of the block; whatever it told as a cause has words for the desk."""
        async with running(self.client) as ear:
            await self.enter(ear)
            yield ear
        assert set(ear.codes) <= set(HINTS), "a cause without words"
        assert not [health for health in ear.reports if SYSTEM_TEXT.search(health.detail)], "what the system says is of one language"

    async def enter(self, ear: Ear[Platform]) -> None:
        """Wait until the client has joined."""
        await self.until(lambda: "joined" in ear.states)

    async def until(self, holds: Callable[[], object], step: float = 0.25, most: float = 600.0) -> None:
        """Let time pass until `holds()`."""
        await self.time.advance_until(holds, step, most)

    async def send(self, text: str, **post: Any) -> SendResult:
        """Write a line, letting time pass until its fate is known."""
        return await send(self.time, self.client, text, **post)

    @abstractmethod
    async def say(self, text: str) -> str:
        """Have a viewer write a line; return the id that its event must have, or '' where the platform gives none."""

    @abstractmethod
    async def repeat(self) -> None:
        """Deliver the last line once more, as it was."""

    @abstractmethod
    async def cut(self) -> None:
        """Break the connection without a word."""

    @abstractmethod
    async def freeze(self) -> None:
        """Say nothing more on the connection, and leave it open."""

    @abstractmethod
    async def garbage(self) -> None:
        """Send what no platform should: broken, unknown and huge frames."""

    @abstractmethod
    async def go_down(self) -> None:
        """Take the server away."""

    @abstractmethod
    async def come_up(self) -> None:
        """Bring the server back where it was."""

    @abstractmethod
    def refuse_token(self) -> None:
        """Take no token of the client any more."""

    @abstractmethod
    def tries(self) -> int:
        """Return how often the client knocked until now."""

    @abstractmethod
    def accepted(self) -> list[str]:
        """Return the texts that the platform took from the client."""

    @abstractmethod
    async def refuse_lines(self) -> str:
        """Refuse what the client writes from now on; return the `why` that it must tell."""

    @abstractmethod
    async def swallow_lines(self) -> None:
        """Take what the client writes from now on and never answer."""

    @abstractmethod
    def connected(self) -> int:
        """Return how many connections of the client are open."""
