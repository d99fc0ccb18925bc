"""What the YouTube tests share: the YouTube-like server, and clients of it that stream or poll."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from servers.youtube import VIDEO, YouTubeServer

from livebot.platforms.login import Login, Provider, Tokens, save
from livebot.platforms.youtube.client import Addresses, YouTube

from ..stage import Ear, FakeTime, running


@pytest.fixture
def fake_time() -> FakeTime:
    return FakeTime()


@pytest.fixture
async def youtube(fake_time: FakeTime) -> AsyncIterator[YouTubeServer]:
    async with YouTubeServer(fake_time.clock) as server:
        yield server


@pytest.fixture
def login_file(tmp_path: Path) -> Path:
    """A login that the YouTube-like server takes."""
    path = tmp_path / "youtube-login.json"
    save(path, Tokens("cid", "good", "refresh"))
    return path


@pytest.fixture
def make(youtube: YouTubeServer, fake_time: FakeTime, login_file: Path) -> Callable[..., YouTube]:
    """Make a client of that server, on the fake clock."""

    def client(room: str = VIDEO, *, stream: bool = True, key: str = "", **settings: Any) -> YouTube:
        provider = Provider("youtube", f"{youtube.url}/device", f"{youtube.url}/token")
        login = None if key else Login(provider, login_file, sleep=fake_time.sleep, wall=fake_time.clock)
        times: dict[str, Any] = {"clock": fake_time.clock, "sleep": fake_time.sleep, "wall": fake_time.clock, "rng": random.Random(5)}
        at = Addresses(youtube.api, youtube.stream_at)
        return YouTube(room, login=login, key=key, send=not key, stream=stream, addresses=at, **times, **settings)

    return client


@pytest.fixture
def joined(make: Callable[..., YouTube], fake_time: FakeTime) -> Callable[..., Any]:
    """Run a client that has joined: `async with joined() as ear`."""

    @asynccontextmanager
    async def run(**settings: Any) -> AsyncIterator[Ear[YouTube]]:
        async with running(make(**settings)) as ear:
            await fake_time.advance_until(lambda: "joined" in ear.states, 0.05)
            yield ear

    return run
