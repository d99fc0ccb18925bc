"""What the Chzzk tests share: the Chzzk-like server, and clients of it."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from servers.chzzk import CHANNEL, ChzzkServer

from livebot.platforms.chzzk.client import Chzzk

from ..stage import FakeTime


async def good_token(refused: bool) -> str:
    return "good"


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


@pytest.fixture
async def server(time: FakeTime) -> AsyncIterator[ChzzkServer]:
    async with ChzzkServer(time.clock) as started:
        yield started


@pytest.fixture
def client(server: ChzzkServer, time: FakeTime) -> Callable[..., Chzzk]:
    """Make a client of that server, on its clock."""

    def make(**settings: Any) -> Chzzk:
        defaults = {"token": good_token, "clock": time.clock, "sleep": time.sleep, "wall": time.clock, "rng": random.Random(5)}
        return Chzzk(CHANNEL, url=server.url, **{**defaults, **settings})

    return make
