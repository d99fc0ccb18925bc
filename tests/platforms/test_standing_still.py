"""A program that stood still (a model was loaded, the machine was busy) takes no platform for dead whose answer lies in the socket."""

from __future__ import annotations

import asyncio
import random
import select
from collections.abc import Callable
from typing import Any

import pytest
from servers.chzzk import CHANNEL, ChzzkServer
from servers.local import LocalServer, apart
from servers.twitch_irc import Room, TwitchServer

from livebot.platforms import socket_room
from livebot.platforms.chzzk.client import Chzzk
from livebot.platforms.twitch import link
from livebot.platforms.twitch.client import TwitchIrc
from livebot.timing import within

from .stage import running

ROUNDS = 5


class Stalls:
    """Time in which the loop stands still whenever an answer to a ping is waited for, until the answer lies unread in the socket."""

    def __init__(self, pong_within: float) -> None:
        self.now, self.left = 1000.0, ROUNDS
        self.socket: Callable[[], Any] = lambda: None
        self.joined = asyncio.Event()
        self._pong_within = pong_within

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        if seconds >= 10 or (seconds == self._pong_within and not self.left):
            await asyncio.get_running_loop().create_future()
        if seconds >= 1:
            await self.joined.wait()
        self.now += seconds
        if seconds == self._pong_within:
            self.left -= 1
            select.select([self.socket()], [], [], 10)
        else:
            await asyncio.sleep(0)


async def token(refused: bool) -> str:
    return "good"


def chzzk(time: Stalls, server: LocalServer) -> Chzzk:
    client = Chzzk(CHANNEL, token=token, url=server.url, clock=time.clock, sleep=time.sleep, rng=random.Random(5))
    time.socket = lambda: client._socket.transport.get_extra_info("socket")
    return client


def irc(time: Stalls, server: LocalServer) -> TwitchIrc:
    client = TwitchIrc("shop", url=server.url, clock=time.clock, sleep=time.sleep, rng=random.Random(5))
    time.socket = lambda: client._link._socket.get_extra_info("socket")
    return client


@pytest.mark.parametrize(
    ("client_of", "server", "pong_within"),
    [(chzzk, ChzzkServer, socket_room.PONG_WITHIN), (irc, lambda: TwitchServer(Room("shop")), link.PONG_WITHIN)],
    ids=["chzzk", "irc"],
)
async def test_an_unread_answer_is_no_silence(
    monkeypatch: pytest.MonkeyPatch, client_of: Callable[..., Any], server: Callable[[], LocalServer], pong_within: float
) -> None:
    """The answer to each ping came while the loop stood still: the room stays joined."""
    monkeypatch.setattr(socket_room, "PING_EVERY", socket_room.PONG_WITHIN + 5.0)  # else both of its waits are equally long
    time, other = Stalls(pong_within), server()
    async with apart(other.__aenter__, other.__aexit__), running(client_of(time, other)) as ear:
        await ear.joined()
        time.joined.set()
        await ear.until(lambda: not time.left or "reconnecting" in ear.states)
        assert ear.states == ["connecting", "joined"]


async def test_an_answer_that_lies_there_is_taken() -> None:
    """A deadline that passed while the loop stood still does not outweigh the answer that came meanwhile."""
    answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def asked() -> str:
        await asyncio.sleep(0)  # what reads the socket, and what waits for it, each take a turn
        return await answer

    async def stand_still(seconds: float) -> None:
        asyncio.get_running_loop().call_soon(answer.set_result, "there")

    assert await within(asked(), 5.0, stand_still) == "there"
