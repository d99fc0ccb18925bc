"""A running Bridge with clocks that stand still, and a real aiohttp server whose routes do what the Bridge's docstring asks of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from livebot.core.events import Event
from livebot.platforms.base import Health
from livebot.platforms.bridge import Bridge, Peer
from livebot.platforms.bridge.wire import MAX_BODY, PROTOCOL

TOKEN = "t0k3n-of-the-bridge"
CHANNEL = "naver:shop"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
NOW = 100.0
WALL = 1_800_000_000.0


@dataclass
class Stage:
    """A bridge together with all that it emitted and reported."""

    bridge: Bridge
    events: list[Event] = field(default_factory=list)
    health: list[Health] = field(default_factory=list)

    def peer(self, headers: dict[str, str] | None = None) -> Peer:
        peer = self.bridge.connect(BEARER if headers is None else headers)
        assert isinstance(peer, Peer)
        return peer


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """A bridge that runs, with short time-outs."""
    bridge = Bridge(CHANNEL, token=TOKEN, clock=lambda: NOW, wall=lambda: WALL, send_seconds=0.05, auth_seconds=0.05)
    made = Stage(bridge)
    task = asyncio.create_task(bridge.run(made.events.append, made.health.append))
    await asyncio.sleep(0)
    yield made
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def server(stage: Stage) -> AsyncIterator[TestServer]:
    """A web server on a real port with the bridge's two routes."""

    async def post(request: web.Request) -> web.Response:
        status, answer = await stage.bridge.receive(await request.read(), request.headers)
        return web.json_response(answer, status=status)

    async def socket(request: web.Request) -> web.StreamResponse:
        peer = stage.bridge.connect(request.headers)
        if not isinstance(peer, Peer):
            return web.json_response(peer[1], status=peer[0])
        ws = web.WebSocketResponse(protocols=[PROTOCOL], max_msg_size=MAX_BODY)
        await ws.prepare(request)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(carry(ws, peer))
            try:
                async for message in ws:
                    peer.take(message.data)
            finally:
                peer.close()
        return ws

    async def carry(ws: web.WebSocketResponse, peer: Peer) -> None:
        async for frame in peer.frames():
            await ws.send_str(frame)
        await ws.close(code=peer.close_code)

    app = web.Application()
    app.add_routes([web.post("/bridge/v1/messages", post), web.get("/bridge/v1/messages", socket)])
    made = TestServer(app)
    await made.start_server()
    yield made
    await made.close()
