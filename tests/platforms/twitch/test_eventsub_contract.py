"""The contract of all platforms, kept by Twitch over EventSub and Helix."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from servers.twitch_eventsub import EventSubServer

from livebot.platforms.twitch.eventsub.client import TwitchEventSub

from ..contract import PlatformContract
from ..stage import FakeTime, Stage


class EventSubStage(Stage):
    """A Twitch-like EventSub server and a bot's client of it."""

    silent_within = 12.5
    pace = (20, 30.0)

    def __init__(self, server: EventSubServer, time: FakeTime, client: TwitchEventSub) -> None:
        self.server, self.time, self.client = server, time, client

    async def say(self, text: str) -> str:
        return f"twitch:{await self.server.say(text)}"

    async def repeat(self) -> None:
        await self.server.repeat()
        await self.server.repeat(new_id=True)

    async def cut(self) -> None:
        await self.server.fault("rst")

    async def freeze(self) -> None:
        await self.server.fault("half_open")

    async def garbage(self) -> None:
        knocks = self.server.knocks
        await self.server.garbage('{"metadata":{"message_type":"notification"},"payload":{}}', '{"metadata":{"message_type":"new_kind"}}')
        await self.until(lambda: self.server.knocks > knocks)  # the huge frame costs the connection

    async def go_down(self) -> None:
        await self.server.stop()

    async def come_up(self) -> None:
        await self.server.start()

    def refuse_token(self) -> None:
        self.server.tokens.clear()

    def tries(self) -> int:
        return self.server.validated

    def accepted(self) -> list[str]:
        return self.server.accepted

    async def refuse_lines(self) -> str:
        self.server.drop = ("msg_duplicate", "Your message is identical to the previous one.")
        return "duplicate"

    async def swallow_lines(self) -> None:
        self.server.swallow = True

    def connected(self) -> int:
        return len(self.server.sockets)


class TestTwitchEventSub(PlatformContract):
    """Twitch over EventSub."""

    @pytest.fixture
    async def stage(self, eventsub: EventSubServer, over_eventsub: Callable[..., TwitchEventSub], fake_time: FakeTime) -> EventSubStage:
        return EventSubStage(eventsub, fake_time, over_eventsub())
