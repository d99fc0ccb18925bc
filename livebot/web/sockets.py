"""The live socket of the pages, `/ws?role=…&epoch=…&since=…`: carries a hub's frames to one browser. Must not know what is in them.

A page sends `{"t":"ping"}` and nothing else; it is answered with the time and the last frame's id, by which it knows that it is alive.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from aiohttp import WSCloseCode, WSMsgType, web

from livebot.web.access import network_of
from livebot.web.door import Door, Refusal
from livebot.web.hub import Hub, Reader
from livebot.web.settings import SCOPES, Scope

HEARTBEAT = 15.0
CLOSE_SECONDS = 1.0
FRAME_LIMIT = 1024
SOCKETS_PER_SESSION = 8
SOCKETS_PER_ADDRESS = 64


class OpenSockets:
    """Every socket that is open, so that all can be told when livebot goes."""

    def __init__(self) -> None:
        self._all: set[web.WebSocketResponse] = set()

    @contextmanager
    def holding(self, ws: web.WebSocketResponse) -> Iterator[None]:
        """Count a socket among the open ones while the block runs."""
        self._all.add(ws)
        try:
            yield
        finally:
            self._all.discard(ws)

    async def close(self, app: web.Application) -> None:
        """Tell all of them that livebot goes; one that does not read is not waited for (a signal of the application)."""
        await asyncio.gather(*(_say_goodbye(ws) for ws in self._all))


class Sockets:
    """Opens live sockets, a bounded number for each session and address."""

    def __init__(self, door: Door, hub: Hub, opened: OpenSockets) -> None:
        self._door = door
        self._hub = hub
        self._opened = opened
        self._open: Counter[str] = Counter()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Check who asks, then carry frames until the page or the show goes."""
        self._door.check_origin(request)
        scope = self._scope(request)
        session = self._door.session(request, scope)
        with self._counted(f"s{session.id}", SOCKETS_PER_SESSION), self._counted(network_of(request.remote or ""), SOCKETS_PER_ADDRESS):
            ws = web.WebSocketResponse(heartbeat=HEARTBEAT, timeout=CLOSE_SECONDS, max_msg_size=FRAME_LIMIT, compress=False)
            if not ws.can_prepare(request):
                raise Refusal(426, "upgrade", "This address is a WebSocket.", "Open it as one.")
            await ws.prepare(request)
            reader = self._hub.join(scope, request.query.get("epoch", ""), _number(request.query.get("since")))
            try:
                with self._opened.holding(ws):
                    await self._carry(ws, scope, reader)
            finally:
                self._hub.leave(scope, reader)
        return ws

    async def _carry(self, ws: web.WebSocketResponse, scope: Scope, reader: Reader) -> None:
        async with asyncio.TaskGroup() as tasks:
            writing = tasks.create_task(_write(ws, reader))
            async for message in ws:
                if message.type is not WSMsgType.TEXT or message.data != '{"t":"ping"}':
                    await ws.close(code=1008, message=b"only pings")
                    break
                reader.offer(self._hub.tell_now(scope))
            writing.cancel()

    def _scope(self, request: web.Request) -> Scope:
        role = request.query.get("role", "")
        scope = next((scope for scope in SCOPES if scope == role and self._hub.reads(scope)), None)
        if scope is None:
            raise Refusal(404, "role", "There is no such role.", "Open livebot's own page by the address it printed.")
        return scope

    @contextmanager
    def _counted(self, key: str, limit: int) -> Iterator[None]:
        if self._open[key] >= limit:
            raise Refusal(429, "sockets", "Too many pages are open here.", "Close some of them.", retry_after=10)
        self._open[key] += 1
        try:
            yield
        finally:
            self._open[key] -= 1
            if not self._open[key]:
                del self._open[key]


async def _say_goodbye(ws: web.WebSocketResponse) -> None:
    with suppress(TimeoutError, ConnectionError):
        async with asyncio.timeout(CLOSE_SECONDS):
            await ws.close(code=WSCloseCode.GOING_AWAY)


async def _write(ws: web.WebSocketResponse, reader: Reader) -> None:
    try:
        while True:
            await ws.send_frame(await reader.next(), WSMsgType.TEXT)
    except ConnectionError:  # the page is gone: reading from it ends as well
        return


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 16 else None
