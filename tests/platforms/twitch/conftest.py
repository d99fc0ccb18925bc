"""What the Twitch tests share: the Twitch-like server, and clients of it."""

from __future__ import annotations

import asyncio
import random
import time
from bisect import bisect_left
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from servers.twitch_eventsub import EventSubServer
from servers.twitch_irc import Room, TwitchServer

from livebot.platforms.base import Post, SendResult
from livebot.platforms.login import Login, Tokens, save
from livebot.platforms.twitch.account import provider
from livebot.platforms.twitch.client import Account, TwitchIrc
from livebot.platforms.twitch.eventsub.client import Addresses, TwitchEventSub

from ..stage import Ear, FakeTime, running


class Bot:
    """An account's client that has joined, on a clock that it shares with the server."""

    def __init__(self, server: TwitchServer, ear: Ear[TwitchIrc], fake_time: FakeTime) -> None:
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


@pytest.fixture
async def eventsub(fake_time: FakeTime) -> AsyncIterator[EventSubServer]:
    async with EventSubServer(fake_time.clock, fake_time.sleep) as started:
        yield started


@pytest.fixture
def login_file(tmp_path: Path) -> Path:
    """A login of the bot's that the Twitch-like server takes."""
    path = tmp_path / "twitch-login.json"
    save(path, Tokens("cid", "good", "once"))
    return path


@pytest.fixture
def over_eventsub(eventsub: EventSubServer, fake_time: FakeTime, login_file: Path) -> Callable[..., TwitchEventSub]:
    """Make a client of the EventSub server, on the fake clock."""

    def make(room: str = "shop", **settings: Any) -> TwitchEventSub:
        at = f"{eventsub.url}/oauth2"
        login = Login(provider(at), login_file, sleep=fake_time.sleep, wall=fake_time.clock)
        addresses = Addresses(eventsub.socket_url, f"{eventsub.url}/helix", at)
        times: dict[str, Any] = {"clock": fake_time.clock, "sleep": fake_time.sleep, "wall": fake_time.clock}
        return TwitchEventSub(room, login=login, addresses=addresses, rng=random.Random(5), **times, **settings)

    return make


@pytest.fixture(scope="session")
def most_within() -> Callable[[list[float], float], int]:
    """Tell the largest number of times in any window of that length."""

    def most(times: list[float], seconds: float) -> int:
        return max((index + 1 - bisect_left(times, at - seconds + 1e-6) for index, at in enumerate(times)), default=0)

    return most
