"""The contract of all platforms, kept by YouTube, streamed and polled."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable

import pytest
from servers.youtube import YouTubeServer

from livebot.platforms.youtube.client import YouTube

from ..contract import PlatformContract
from ..stage import FakeTime, Stage


class YouTubeStage(Stage):
    """A YouTube-like server and a shop's client of it."""

    pace = (4, 9.0)

    def __init__(self, server: YouTubeServer, time: FakeTime, client: YouTube) -> None:
        self.server, self.time, self.client = server, time, client

    async def say(self, text: str) -> str:
        return f"youtube:{await self.server.say(text)}"

    async def repeat(self) -> None:
        await self.server.repeat()

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
        self.server.refuse_lines = (403, "liveChatEnded", "The live chat is no longer live.")
        return "chat_ended"

    async def swallow_lines(self) -> None:
        self.server.swallow = True


class StreamedStage(YouTubeStage):
    """Streamed: gRPC keeps its own time, so that here the fake clock goes slower."""

    silent_within = 62.0

    async def until(self, holds: Callable[[], object], step: float = 0.25, most: float = 600.0) -> None:
        await self.time.advance_until(holds, min(step, 0.05), most)

    async def cut(self) -> None:
        self.server.road.cut()

    async def freeze(self) -> None:
        self.server.road.block()

    async def garbage(self) -> None:
        await self.server.send_raw(b"\xff", b"\x0a", b"\x0b\x00", b"", b"\xfa\x3e\x02\x0a\xff", b"\x0a" + b"\xff" * 20)

    def connected(self) -> int:
        gc.collect()  # gRPC lets a connection go when nobody holds its parts any more
        return self.server.road.travellers


class PolledStage(YouTubeStage):
    """Polled."""

    silent_within = 20.0

    async def cut(self) -> None:
        """Away for longer than the pause between two polls."""
        await self.server.stop()
        end = self.time.now + 8
        await self.time.advance_until(lambda: self.time.now >= end)
        await self.server.start()

    async def freeze(self) -> None:
        self.server.frozen = True
        asyncio.get_running_loop().call_later(0.4, setattr, self.server, "frozen", False)

    async def garbage(self) -> None:
        self.server.raw = b'{"items": [1, {}, {"snippet": []}, {"id": "x", "snippet": {"type": "newKind"}}, {"snippet": {"type": 7}}]}'
        await self.until(lambda: self.server.raw is None)
        self.server.raw = b"<html>"
        await self.until(lambda: self.server.raw is None)

    def tries(self) -> int:
        return self.server.knocks + len(self.server.polled_at)

    def connected(self) -> int:
        return 1 if self.server._runner and self.server._runner.server and self.server._runner.server.connections else 0


class TestYouTubeStreamed(PlatformContract):
    """YouTube over gRPC."""

    @pytest.fixture
    async def stage(self, youtube: YouTubeServer, make: Callable[..., YouTube], fake_time: FakeTime) -> StreamedStage:
        return StreamedStage(youtube, fake_time, make())


class TestYouTubePolled(PlatformContract):
    """YouTube, polled."""

    @pytest.fixture
    async def stage(self, youtube: YouTubeServer, make: Callable[..., YouTube], fake_time: FakeTime) -> PolledStage:
        return PolledStage(youtube, fake_time, make(stream=False))
