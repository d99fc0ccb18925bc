"""The contract of all platforms, kept by Restream as far as a stream that is only read can."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from typing import Any

import pytest
from servers.restream import RestreamServer

from livebot.platforms.restream.client import Restream

from ..contract import PlatformContract
from ..stage import FakeTime, Stage


class RestreamStage(Stage):
    """A Restream-like server and a client of one of its chats."""

    silent_within = 12.5
    makes_up_ids = True

    def __init__(self, server: RestreamServer, time: FakeTime) -> None:
        self.server, self.time = server, time
        settings = {"clock": time.clock, "sleep": time.sleep, "rng": random.Random(5)}
        self.client = Restream("youtube", token=self._token, url=f"{server.url.replace('http', 'ws')}/ws", **settings)

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
        frames = ('{"action": 7}', '{"action":"event"}', '{"action":"event","payload":{}}', '{"action":"new_thing","payload":{}}')
        await self.server.garbage(*frames)
        await self.until(lambda: self.server.knocks > knocks)  # the huge frame costs the connection

    async def go_down(self) -> None:
        await self.server.stop()

    async def come_up(self) -> None:
        await self.server.start()

    def refuse_token(self) -> None:
        self.server.tokens.clear()

    def tries(self) -> int:
        return self.server.knocks

    def accepted(self) -> Any:
        return self.cannot("is read only")

    async def send(self, text: str, **post: Any) -> Any:
        return self.cannot("is read only")

    async def refuse_lines(self) -> str:
        return str(self.cannot("is read only"))

    async def swallow_lines(self) -> None:
        self.cannot("is read only")

    def connected(self) -> int:
        return len(self.server.sockets)


class TestRestream(PlatformContract):
    """Restream."""

    @pytest.fixture
    async def stage(self) -> AsyncIterator[RestreamStage]:
        time = FakeTime()
        async with RestreamServer(time.clock) as server:
            yield RestreamStage(server, time)
