"""The contract of all platforms, kept by the JSON bridge: its peers come to it, so that nothing is tried or found here."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from livebot.platforms.base import Platform
from livebot.platforms.bridge import Bridge, Peer

from ..contract import PlatformContract
from ..stage import Ear, FakeTime, Stage
from .conftest import BEARER, CHANNEL, TOKEN, WALL


class BridgeStage(Stage):
    """A bridge and a seller's program that brings lines and writes what it is asked to, and comes back when it was cut off."""

    client: Bridge

    def __init__(self, time: FakeTime) -> None:
        self.time = time
        self.client = Bridge(CHANNEL, token=TOKEN, clock=time.clock, wall=lambda: WALL, send_seconds=0.05)
        self._peer: Peer | None = None
        self._carrying: asyncio.Task[None] | None = None
        self._taken: list[str] = []
        self._said = 0
        self._refuses = self._swallows = False

    async def enter(self, ear: Ear[Platform]) -> None:
        await asyncio.sleep(0)
        self._connect()
        await super().enter(ear)

    def _connect(self) -> None:
        peer = self.client.connect(BEARER)
        assert isinstance(peer, Peer)
        self._peer, self._carrying = peer, asyncio.ensure_future(self._carry(peer))

    async def _carry(self, peer: Peer) -> None:
        async for text in peer.frames():
            frame = json.loads(text)
            if frame["type"] == "send" and not self._refuses:
                self._taken.append(frame["text"])
            if frame["type"] == "send" and not self._swallows:
                answer = {"ok": False, "reason": "slow mode"} if self._refuses else {"ok": True, "id": f"own{len(self._taken)}"}
                peer.take(json.dumps({"type": "sent", "req": frame["req"], **answer}))

    async def say(self, text: str) -> str:
        self._said += 1
        await self._bring({"type": "chat", "id": str(self._said), "author": {"id": "u1", "name": "하늘"}, "text": text})
        return f"{CHANNEL}:{self._said}"

    async def _bring(self, line: dict[str, Any]) -> None:
        self._line = line
        await self.client.receive(json.dumps(line).encode(), BEARER)

    async def repeat(self) -> None:
        await self._bring(self._line)

    async def cut(self) -> None:
        assert self._peer is not None
        self._peer.close()
        await self.time.advance(0.5)
        self._connect()

    async def garbage(self) -> None:
        assert self._peer is not None
        for frame in ("{", '{"type": 1}', '{"type":"chat"}', "x" * 300_000, "[" * 100_000, '"\\ud800"'):
            await self.client.receive(frame.encode(), BEARER)
            self._peer.take(frame)
        if not self.connected():
            self._connect()

    async def freeze(self) -> None:
        self.cannot("its peers keep themselves connected")

    async def go_down(self) -> None:
        self.cannot("its peers come to it")

    async def come_up(self) -> None:
        self.cannot("its peers come to it")

    def refuse_token(self) -> None:
        self.cannot("it is who asks for a token")

    def tries(self) -> int:
        return 0

    def accepted(self) -> list[str]:
        return self._taken

    async def refuse_lines(self) -> str:
        self._refuses = True
        return "slow_mode"

    async def swallow_lines(self) -> None:
        self._swallows = True

    def connected(self) -> int:
        return int(self._carrying is not None and not self._carrying.done())


class TestBridge(PlatformContract):
    """The JSON bridge."""

    @pytest.fixture
    async def stage(self) -> AsyncIterator[BridgeStage]:
        yield BridgeStage(FakeTime())
