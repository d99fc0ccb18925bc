"""Tells the shop's own system who earned a coupon: one signed POST for each, tried again until it is taken.

The body is JSON. `X-Livebot-Signature: t=SECONDS,v1=HEX` is the HMAC-SHA256 of `SECONDS.BODY` under the shared key, `Idempotency-Key` the
award's own name, percent-encoded: the same one comes again only where an answer was lost, and the shop's system then does nothing twice.
Must not know what a coupon is worth, nor follow anybody elsewhere: a redirect is a refusal.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Literal, Protocol
from urllib.parse import quote

import aiohttp

AGAIN = (5.0, 15.0, 60.0, 300.0)
"""Seconds between two looks at what waits: the first while all goes well, the others after as many failures in a row."""

TIMEOUT = 10.0
LATER = frozenset({408, 425, 429})
Fate = Literal["sent", "refused", "queued"]


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
        body = json.dumps(
            {
                "type": "coupon",
                "award": award.award,
                "show": award.show,
                "badge": award.badge,
                "viewer": {"platform": award.platform, "id": award.id, "name": award.name},
                "earned": award.earned,
            },
            ensure_ascii=False,
        ).encode()
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": quote(award.award),
            "X-Livebot-Signature": signature(self._key, int(self._clock()), body),
        }
        try:
            async with session.post(self._url, data=body, headers=headers, allow_redirects=False) as answer:
                status = answer.status
        except (aiohttp.ClientError, TimeoutError, OSError):
            return "queued"
        if 200 <= status < 300:
            return "sent"
        return "queued" if status >= 500 or status in LATER else "refused"


def signature(key: bytes, seconds: int, body: bytes) -> str:
    """Return the signature of a body: whoever holds the key can tell that livebot sent it, and when."""
    return f"t={seconds},v1={hmac.new(key, str(seconds).encode() + b'.' + body, hashlib.sha256).hexdigest()}"
