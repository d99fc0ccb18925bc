"""The contract of all platforms, kept by Chzzk."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator

import pytest
from servers.chzzk import CHANNEL, ChzzkServer

from livebot.platforms.chzzk.client import Chzzk

from ..contract import PlatformContract
from ..stage import FakeTime, Stage


class ChzzkStage(Stage):
    """A Chzzk-like server and its channel's client."""

    silent_within = 12.5
    pace = (10, 10.0)
    makes_up_ids = True

    def __init__(self, server: ChzzkServer, time: FakeTime) -> None:
        self.server, self.time = server, time
        settings = {"clock": time.clock, "sleep": time.sleep, "rng": random.Random(5), "wall": time.clock}
        self.client = Chzzk(CHANNEL, token=self._token, url=server.url, **settings)

    async def _token(self, refused: bool) -> str:
        return "good"

    async def say(self, text: str) -> str:
        await self.server.say(text)
        return ""

    async def repeat(self) -> None:
        await self.server.repeat()

    async def cut(self) -> None:
        await self.server.fault("rst")

    async def freeze(self) -> None:
        await self.server.fault("half_open")

    async def garbage(self) -> None:
        knocks = self.server.knocks
        await self.server.garbage("42", '42["CHAT"]', '42["CHAT","{"]', '42["NOPE","{}"]', '42{"a":1}', '42["CHAT",[]]', "9", "4x")
        await self.until(lambda: self.server.knocks > knocks)  # the huge frame costs the connection

    async def go_down(self) -> None:
        await self.server.stop()

    async def come_up(self) -> None:
        await self.server.start()

    def refuse_token(self) -> None:
        self.server.tokens.clear()

    def tries(self) -> int:
        return self.server.knocks

    def accepted(self) -> list[str]:
        return self.server.accepted

    async def refuse_lines(self) -> str:
        self.server.switches.refuse_send = 403
        return "forbidden"

    async def swallow_lines(self) -> None:
        self.server.switches.swallow_send = True

    def connected(self) -> int:
        return len(self.server.sockets)


class TestChzzk(PlatformContract):
    """Chzzk's official interface."""

    @pytest.fixture
    async def stage(self) -> AsyncIterator[ChzzkStage]:
        time = FakeTime()
        async with ChzzkServer(time.clock) as server:
            yield ChzzkStage(server, time)
