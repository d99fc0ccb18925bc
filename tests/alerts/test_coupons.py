"""Coupons against a real server of the shop's: signed, once, again after a failure."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from livebot.alerts.coupons import Coupons
from livebot.core.decisions import Award
from livebot.core.events import ShowStarted
from livebot.store.records import ShowRow
from livebot.store.store import Store

from .conftest import Receiver

KEY = "shared key"
NOW = 1_790_000_000.0


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """A store in which somebody earned a badge with a coupon, and one without."""
    opened = await Store.open(str(tmp_path / "livebot.db"), clock=lambda: NOW)
    await opened.begin(ShowRow("금요일", NOW, date="2026-11-22"))
    awards = [
        Award(f"w{i}", 5.0, "twitch:u7", "봄날", badge, coupon) for i, (badge, coupon) in enumerate([("한정", True), ("도움왕", False)])
    ]
    opened.put("금요일", ShowStarted("start", 0.0), awards)
    await opened.flush()
    yield opened
    await opened.close()


@asynccontextmanager
async def telling(store: Store, shop: Receiver) -> AsyncIterator[tuple[Coupons, aiohttp.ClientSession]]:
    """Coupons that tell a running shop."""
    async with shop.listening() as url, aiohttp.ClientSession() as session:
        yield Coupons(store, url, KEY, clock=lambda: NOW), session


async def test_the_shop_is_told_once_and_can_tell_by_whom(store: Store) -> None:
    """One POST with who earned what, signed over time and body; another look tells nothing."""
    shop = Receiver()
    async with telling(store, shop) as (coupons, session):
        assert await coupons.tell_waiting(session)
        assert await coupons.tell_waiting(session)
    ((headers, body),) = shop.told
    said = json.loads(body)
    assert (said["badge"], said["show"], said["viewer"]) == ("한정", "금요일", {"platform": "twitch", "id": "u7", "name": "봄날"})
    assert (said["award"], headers["Idempotency-Key"]) == ("금요일/w0", "%EA%B8%88%EC%9A%94%EC%9D%BC/w0")  # another show's in another store
    expected = hmac.new(KEY.encode(), f"{int(NOW)}.".encode() + body, hashlib.sha256).hexdigest()
    assert headers["X-Livebot-Signature"] == f"t={int(NOW)},v1={expected}"


async def test_what_failed_is_told_again_under_the_same_name(store: Store) -> None:
    """A shop that is down for a while is told later; the key by which it knows a second copy stays."""
    shop = Receiver([503, 429, 204])
    async with telling(store, shop) as (coupons, session):
        assert [await coupons.tell_waiting(session) for _ in range(4)] == [False, False, True, True]
    assert len(shop.told) == 3 and len({headers["Idempotency-Key"] for headers, _ in shop.told}) == 1


@pytest.mark.parametrize("status", [302, 400, 404])
async def test_a_refusal_is_not_repeated(store: Store, status: int) -> None:
    """What the shop's system does not want, or wants to send elsewhere, is not told again."""
    shop = Receiver([status])
    async with telling(store, shop) as (coupons, session):
        assert await coupons.tell_waiting(session)
        assert await coupons.tell_waiting(session)
    assert len(shop.told) == 1


async def test_a_shop_that_is_not_there_is_waited_for(store: Store) -> None:
    """Nothing listens: it stays queued, and after each failure the next look comes later."""
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 4:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        await Coupons(store, "http://127.0.0.1:9/", KEY, sleep=sleep).run()
    assert waits == [15.0, 60.0, 300.0, 300.0]
    assert [award.tries for award in await store.queued_awards()] == [4]
