"""What the Kick tests share: the Kick-like server, and clients of it that are called by it."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from servers.kick import KickServer

from livebot.platforms.kick.client import Kick
from livebot.platforms.kick.hook import HOST, PATH, Hook

from ..stage import Ear, FakeTime, running


async def good_token(refused: bool) -> str:
    return "good"


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


@pytest.fixture
async def server(time: FakeTime) -> AsyncIterator[KickServer]:
    async with KickServer(time.clock) as started:
        yield started


@pytest.fixture
def client(server: KickServer, time: FakeTime) -> Callable[..., Kick]:
    """Make a client of that server, on its clock."""

    def make(room: str = "shop", **settings: Any) -> Kick:
        defaults = {
            "token": good_token,
            "clock": time.clock,
            "sleep": time.sleep,
            "wall": time.clock,
            "rng": random.Random(5),
            "hook": Hook(0),
        }
        return Kick(room, url=f"{server.url}/public/v1", **{**defaults, **settings})

    return make


@pytest.fixture
def joined(client: Callable[..., Kick], server: KickServer, time: FakeTime) -> Callable[..., Any]:
    """Run a client that has joined and is called: `async with joined() as ear`."""

    @asynccontextmanager
    async def run(**settings: Any) -> AsyncIterator[Ear[Kick]]:
        async with running(client(**settings)) as ear:
            await time.advance_until(lambda: "joined" in ear.states, 0.05)
            server.hook = f"http://{HOST}:{ear.client.hook.port}{PATH}"
            yield ear

    return run
