"""A program that stood still (a model was loaded, the machine was busy) takes nobody for dead whose answer lies unread in the socket."""

from __future__ import annotations

import asyncio
import random
import select
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection

from livebot.voice.base import Source
from livebot.voice.obs import Obs
from livebot.voice.onair import OnAir
from livebot.voice.servers import WhisperLive

from ..servers.local import apart
from ..servers.obs import ObsServer
from ..servers.speech import SocketServer, WhisperLiveServer
from .stage import Ear, until
from .test_servers import Talking

ALIVE = (0.05, 0.1)
ROUNDS = 4


def obs(url: str) -> Any:
    return Obs(url, OnAir(()), clock=time.monotonic, rng=random.Random(1), alive=ALIVE)


def whisperlive(url: str) -> Source:
    return WhisperLive(url, Talking(), "ko", clock=time.monotonic, rng=random.Random(1), alive=ALIVE)


@pytest.mark.parametrize(("made", "server"), [(whisperlive, WhisperLiveServer), (obs, ObsServer)], ids=["whisperlive", "obs"])
async def test_an_unread_answer_is_no_silence(
    monkeypatch: pytest.MonkeyPatch, made: Callable[[str], Any], server: Callable[[], SocketServer]
) -> None:
    """The answer to each ping came while the program stood still beyond its deadline: the connection stays."""
    pings = 0
    ping = ClientConnection.ping

    async def stand_still(socket: ClientConnection, *data: Any) -> Awaitable[float]:
        nonlocal pings
        pings += 1
        answer = await ping(socket, *data)
        select.select([socket.transport.get_extra_info("socket")], [], [], 10)
        time.sleep(ALIVE[1])
        return answer

    monkeypatch.setattr(ClientConnection, "ping", stand_still)
    other, ear = server(), Ear()
    async with apart(other.start, other.stop):
        running = asyncio.create_task(made(other.url).run(lambda heard: None, ear.tell))
        await until(lambda: pings >= ROUNDS or "reconnecting" in ear.states)
        states = ear.states
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert states == ["connecting", "joined"]
