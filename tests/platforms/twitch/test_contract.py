"""The contract of all platforms, kept by Twitch over IRC."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator

import pytest
from servers.twitch_irc import Room, TwitchServer, text_frame

from livebot.platforms.twitch.client import Account, TwitchIrc

from ..contract import PlatformContract
from ..stage import FakeTime, Stage


class IrcStage(Stage):
    """A Twitch-like IRC server and a bot's client of it."""

    silent_within = 12.0
    pace = (20, 30.0)

    def __init__(self, server: TwitchServer, time: FakeTime) -> None:
        self.server, self.time = server, time
        account = Account("bot", self._token)
        settings = {"clock": time.clock, "sleep": time.sleep, "rng": random.Random(5)}
        self.client = TwitchIrc("shop", account=account, url=server.url, **settings)
        self._last = ("", "")

    async def _token(self, refused: bool) -> str:
        return "good"

    async def say(self, text: str) -> str:
        self._last = (await self.server.say("mina", text), text)
        return f"twitch:{self._last[0]}"

    async def repeat(self) -> None:
        await self.server.say("mina", self._last[1], message=self._last[0])

    async def cut(self) -> None:
        await self.server.fault("rst")

    async def freeze(self) -> None:
        await self.server.fault("half_open")

    async def garbage(self) -> None:
        for payload in (b"@;;;= :\r\n", b":a!a@a PRIVMSG\r\n", b"@" + b"x=1;" * 4000 + b" :a NOPE #shop :x\r\n", b"\xff\xfe\r\n"):
            for client in self.server.clients:
                client.raw(text_frame(payload))

    async def go_down(self) -> None:
        await self.server.stop()

    async def come_up(self) -> None:
        await self.server.start()

    def refuse_token(self) -> None:
        self.server.tokens.clear()

    def tries(self) -> int:
        return self.server.opened

    def accepted(self) -> list[str]:
        return self.server.accepted

    async def refuse_lines(self) -> str:
        await self.server.mode(subs_only="1")
        return "subscribers_only"

    async def swallow_lines(self) -> None:
        self.server.switches.no_userstate = True

    def connected(self) -> int:
        return len(self.server.clients)


class TestTwitchIrc(PlatformContract):
    """Twitch over IRC."""

    @pytest.fixture
    async def stage(self, fake_time: FakeTime) -> AsyncIterator[IrcStage]:
        async with TwitchServer(Room("shop"), clock=fake_time.clock) as server:
            yield IrcStage(server, fake_time)
