"""The contract of all platforms, kept by Social Stream Ninja."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator

import pytest
from servers.ssn import SESSION, SsnRelay

from livebot.platforms.ssn.client import SocialStream

from ..contract import PlatformContract
from ..stage import FakeTime, Stage


class SsnStage(Stage):
    """A relay with an SSN behind it, and a client of one of its sites."""

    silent_within = 12.5
    pace = (10, 10.0)
    makes_up_ids = True

    def __init__(self, server: SsnRelay, time: FakeTime) -> None:
        self.server, self.time = server, time
        settings = {"clock": time.clock, "sleep": time.sleep, "rng": random.Random(5)}
        self.client = SocialStream("tiktok", token=self._token, url=server.url.replace("http", "ws"), **settings)

    async def _token(self, refused: bool) -> str:
        return SESSION

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
        frames = ('{"callback": 7}', '{"chatname": {}}', '{"chatmessage": ["a"]}', '{"action":"x"}', '"failed"', '{"delete": {"id": 1}}')
        await self.server.garbage(*frames)
        await self.until(lambda: self.server.knocks > knocks)  # the huge frame costs the connection

    async def go_down(self) -> None:
        await self.server.stop()

    async def come_up(self) -> None:
        await self.server.start()

    def refuse_token(self) -> None:
        self.cannot("tells nobody that a session is wrong: it is just silent")

    def tries(self) -> int:
        return self.server.knocks

    def accepted(self) -> list[str]:
        return self.server.accepted

    async def refuse_lines(self) -> str:
        self.server.switches.refuse_send = True
        return "rejected"

    async def swallow_lines(self) -> None:
        self.server.switches.swallow_send = True

    def connected(self) -> int:
        return len(self.server.sockets)


class TestSocialStream(PlatformContract):
    """Social Stream Ninja."""

    @pytest.fixture
    async def stage(self) -> AsyncIterator[SsnStage]:
        time = FakeTime()
        async with SsnRelay(time.clock) as server:
            yield SsnStage(server, time)
