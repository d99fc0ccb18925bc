"""The contract of all platforms, kept by Kick: it is called, so that nothing is tried or found here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
from servers.kick import KickServer

from livebot.platforms.base import Platform
from livebot.platforms.kick.client import Kick
from livebot.platforms.kick.hook import HOST, PATH

from ..contract import PlatformContract
from ..stage import Ear, FakeTime, Stage


class KickStage(Stage):
    """A Kick-like server and its channel's client, which it calls."""

    pace = (10, 10.0)
    client: Kick

    def __init__(self, server: KickServer, client: Kick, time: FakeTime) -> None:
        self.server, self.client, self.time = server, client, time

    async def enter(self, ear: Ear[Platform]) -> None:
        await super().enter(ear)
        self.server.hook = f"http://{HOST}:{self.client.hook.port}{PATH}"

    async def say(self, text: str) -> str:
        return f"kick:{await self.server.say(text)}"

    async def repeat(self) -> None:
        await self.server.repeat()

    async def cut(self) -> None:
        self.cannot("has no connection: it is called")

    async def freeze(self) -> None:
        self.cannot("has no connection: it is called")

    async def garbage(self) -> None:
        """Signed garbage, as if Kick had gone mad, and what anybody could send."""
        for body in (b"", b"{", b"[" * 5_000, b"null", b'"\\ud800"', b'{"message_id": 7}', b"\xff\xfe", b"x" * 300_000):
            await self.server.call(body, self.server.signed("chat.message.sent", body, f"id{len(body)}", self.server.stamp()))
            await self.server.call(body, {})
            await self.server.call(
                body, {"Kick-Event-Signature": "=" * 900, "Kick-Event-Message-Id": "\u00e9", "Kick-Event-Type": "x" * 2000}
            )

    async def go_down(self) -> None:
        self.cannot("has no connection: it is called")

    async def come_up(self) -> None:
        self.cannot("has no connection: it is called")

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
        return int(self.client.hook.listens)


class TestKick(PlatformContract):
    """Kick."""

    @pytest.fixture
    async def stage(self, server: KickServer, client: Callable[..., Kick], time: FakeTime) -> AsyncIterator[KickStage]:
        yield KickStage(server, client(), time)
