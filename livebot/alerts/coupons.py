"""Tells the shop's own system who earned a coupon: one signed POST for each, tried again until it is taken.

The body is JSON, signed and named as `call.py` says: by the award's own name the shop's system does nothing twice. Must not know what a
coupon is worth.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

import aiohttp

from livebot.alerts.call import TIMEOUT, Fate, call

AGAIN = (5.0, 15.0, 60.0, 300.0)
"""Seconds between two looks at what waits: the first while all goes well, the others after as many failures in a row."""


class Award(Protocol):
    """A badge that was earned, as `store.records.AwardRow` has it."""

    @property
    def award(self) -> str: ...
    @property
    def show(self) -> str: ...
    @property
    def platform(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def badge(self) -> str: ...
    @property
    def earned(self) -> float: ...


class Awards(Protocol):
    """What is asked of a store."""

    async def queued_awards(self) -> Sequence[Award]:
        """Return those of which the shop is still to be told, oldest first."""
        ...

    async def settle_award(self, award: str, state: Fate) -> None:
        """Note what became of telling it."""
        ...


class Coupons:
    """Tells `url` of awards, signed with `key`. `run` until cancelled."""

    def __init__(
        self,
        awards: Awards,
        url: str,
        key: str,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._awards, self._url, self._key = awards, url, key.encode()
        self._clock, self._sleep = clock, sleep

    async def run(self) -> None:
        """Tell of what waits, again and again."""
        failures = 0
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT)) as session:
            while True:
                failures = 0 if await self.tell_waiting(session) else failures + 1
                await self._sleep(AGAIN[min(failures, len(AGAIN) - 1)])

    async def tell_waiting(self, session: aiohttp.ClientSession) -> bool:
        """Tell of all that waits, oldest first; stop at the first that could not be told and return False."""
        for award in await self._awards.queued_awards():
            fate = await self._tell(session, award)
            await self._awards.settle_award(award.award, fate)
            if fate == "queued":
                return False
        return True

    async def _tell(self, session: aiohttp.ClientSession, award: Award) -> Fate:
        what = {
            "type": "coupon",
            "award": award.award,
            "show": award.show,
            "badge": award.badge,
            "viewer": {"platform": award.platform, "id": award.id, "name": award.name},
            "earned": award.earned,
        }
        told = await call(session, self._url, what, name=award.award, key=self._key, seconds=int(self._clock()))
        return told.fate
