"""Waiting for a while, and waiting before the next try. Sleep, clock and randomness are passed in; knows no socket and no other module."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine
from typing import TypeVar

STABLE_AFTER = 30.0  # seconds after which a connection counts as good, and the next try comes at once
FIRST_WITHIN = 0.05
GROW_FROM, GROWTH = 0.25, 1.5
TURNS = 10  # of the event loop: enough for what lies in a socket to reach who waits for it
CAPS = ((12, 1.0), (26, 5.0), (None, 25.0))  # up to so many failures: about 10 s, the first minute, later; under 40 tries in 5 minutes

Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[object]]
T = TypeVar("T")


async def within(wanted: Coroutine[object, object, T], seconds: float, sleep: Sleep) -> T | None:
    """Return what `wanted` gives, or None when it takes longer than `seconds` of the given sleep; `wanted` must not raise."""

    async def alarm() -> None:
        await sleep(seconds)
        await catch_up()

    async with asyncio.TaskGroup() as group:
        work, limit = group.create_task(wanted), group.create_task(alarm())
        await asyncio.wait({work, limit}, return_when=asyncio.FIRST_COMPLETED)
        work.cancel()
        limit.cancel()
    return None if work.cancelled() else work.result()


async def catch_up() -> None:
    """Have what has arrived read before silence is judged: while a program stands still its deadlines pass, and answers lie unread."""
    for _ in range(TURNS):
        await asyncio.sleep(0)


class Retry:
    """How long to wait before the next try: almost nothing after a good connection, then longer, never in step with others."""

    def __init__(self, clock: Clock, rng: random.Random) -> None:
        self._clock, self._rng = clock, rng
        self.failures = 0

    def failed(self) -> None:
        """Note that a try led to nothing."""
        self.failures += 1

    def lost(self, since: float) -> None:
        """Note that a connection that was good from `since` on is over."""
        self.failures = 0 if self._clock() - since >= STABLE_AFTER else self.failures + 1

    def delay(self) -> float:
        """Return the seconds to wait before the next try."""
        if self.failures <= 1:
            return self._rng.uniform(0.0, FIRST_WITHIN)
        cap = next(cap for until, cap in CAPS if until is None or self.failures <= until)
        return float(min(cap, GROW_FROM * GROWTH ** min(self.failures - 2, 30)) * self._rng.uniform(0.8, 1.0))
