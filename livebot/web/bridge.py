"""The addresses of the bridge: carries bodies, headers and frames between the web server and what the runtime passes in.

Must not know what a bridge says; its tokens and its limits are checked behind `BridgePort`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any, Protocol

from aiohttp import WSMsgType, web

from livebot.web.access import Access, TooManyGuesses
from livebot.web.door import Refusal, json_response, read_body, refusal_response
from livebot.web.sockets import CLOSE_SECONDS, HEARTBEAT, OpenSockets

PATH = "/bridge/v1/messages"
PROTOCOL = "livebot.bridge.v1"
BODY_LIMIT = 256 * 1024
CLOSE_WHY = {  # a close frame holds 123 bytes of it
    4401: b'no right token in time: send it as header, subprotocol "token.TOKEN" or first frame {"type":"auth","token":"TOKEN"}',
    4409: b"a newer connection took this place",
    1009: b"too big: send less in one frame",
    1013: b"read too slowly: connect again",
}
"""What the close codes of a `BridgePort` mean, for the person whose program is turned away."""


class BridgePeer(Protocol):
    """One connected bridge. `close_code` is what its socket is closed with."""

    close_code: int

    def take(self, frame: str | bytes) -> None:
        """Take one frame from it."""
        ...

    def frames(self) -> AsyncIterator[str]:
        """Yield frames for it until it is closed."""
        ...

    def close(self, code: int = 1000) -> None:
        """End it."""
        ...


class BridgePort(Protocol):
    """What stands behind the bridge's address (`platforms.bridge.client.Bridge`, or a choice between several)."""

    async def receive(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        """Take a POST; return status and answer."""
        ...

    def connect(self, headers: Mapping[str, str]) -> BridgePeer | tuple[int, dict[str, Any]]:
        """Return a peer for a socket that is to be opened, or status and answer of a refusal."""
        ...


class BridgeRoutes:
    """POST and WebSocket at one address."""

    def __init__(self, port: BridgePort, access: Access, opened: OpenSockets, protocol: str = PROTOCOL) -> None:
        self._port = port
        self._protocol = protocol
        self._opened = opened
        self._access = access

    async def post(self, request: web.Request) -> web.StreamResponse:
        """Hand a body over and give the answer back."""
        status, answer = await self._port.receive(await read_body(request, BODY_LIMIT), request.headers)
        return await self._answer(request, status, answer)

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Carry frames both ways until one side goes."""
        ws = web.WebSocketResponse(
            protocols=[self._protocol], heartbeat=HEARTBEAT, timeout=CLOSE_SECONDS, max_msg_size=BODY_LIMIT, compress=False
        )
        if not ws.can_prepare(request):
            raise Refusal(426, "upgrade", "This address takes POST or a WebSocket.", "Send events by POST, or open a WebSocket.")
        peer = self._port.connect(request.headers)
        if isinstance(peer, tuple):
            return await self._answer(request, *peer)
        try:
            await ws.prepare(request)
            with self._opened.holding(ws):
                await _carry(ws, peer)
        finally:
            peer.close()
        return ws

    async def _answer(self, request: web.Request, status: int, answer: dict[str, Any]) -> web.StreamResponse:
        if status < 400:
            return json_response(answer, status=status)
        if status == 401:
            try:
                await self._access.slow_down(request.remote or "")
            except TooManyGuesses:
                status = 429
        what = answer.get("error", "refused")
        next_step = "Check the token." if status in (401, 429) else "Correct it, or try again later."
        return refusal_response(Refusal(status, "bridge", str(what), next_step))


async def _carry(ws: web.WebSocketResponse, peer: BridgePeer) -> None:
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_write(ws, peer))
        async for message in ws:
            if message.type in (WSMsgType.TEXT, WSMsgType.BINARY):
                peer.take(message.data)
        peer.close()


async def _write(ws: web.WebSocketResponse, peer: BridgePeer) -> None:
    try:
        async for frame in peer.frames():
            await ws.send_str(frame)
        await ws.close(code=peer.close_code, message=CLOSE_WHY.get(peer.close_code, b""))
    except ConnectionError:  # the bridge is gone: reading from it ends as well
        peer.close()
