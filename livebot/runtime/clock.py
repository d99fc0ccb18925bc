"""The show's clock: seconds since the show's start, on the monotonic clock so that a changed wall clock moves nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable


class ShowClock:
    """`started` is the UTC second at which the show's clock said 0; `speed` lets a recorded show run faster than it was."""

    def __init__(
        self,
        started: float | None = None,
        speed: float = 1.0,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.started = wall() if started is None else started
        self.speed = speed
        self._monotonic = monotonic
        self._zero = monotonic() - (wall() - self.started) / speed

    def now(self) -> float:
        """Return seconds since the show's start, to the millisecond as the log keeps them."""
        return round((self._monotonic() - self._zero) * self.speed, 3)

    def until(self, at: float) -> float:
        """Return how many real seconds there are until the show's clock says `at`; 0 if it is past."""
        return max(0.0, (at - self.now()) / self.speed)

    async def sleep_until(self, at: float) -> None:
        """Return when the show's clock says `at`."""
        await asyncio.sleep(self.until(at))
