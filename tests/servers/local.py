"""What the local servers of the platforms share: they listen, go down and come up where they were, and break connections as asked."""

from __future__ import annotations

import asyncio
import email.utils
import socket
import struct
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from threading import Thread
from typing import Any, Self

from aiohttp import WSMsgType, web


@asynccontextmanager
async def apart(start: Callable[[], Coroutine[Any, Any, object]], stop: Callable[..., Coroutine[Any, Any, object]]) -> AsyncIterator[None]:
    """Run a server in a thread, so that it answers while the client's loop stands still."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever)
    thread.start()
    try:
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(start(), loop))
        yield
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(stop(), loop))
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


class Socket:
    """One open WebSocket of a client."""

    def __init__(self, request: web.Request, ws: web.WebSocketResponse) -> None:
        self.request, self.ws = request, ws
        self.name = ""
        self.frozen = asyncio.Event()
        """Set: nothing is read or written any more, not even an answer to a ping."""

    async def send(self, text: str) -> None:
        if not self.frozen.is_set() and not self.ws.closed:
            await self.ws.send_str(text)

    def abort(self, linger: bool = True) -> None:
        """Break the connection: with a reset, or (without `linger`) as if the program had ended."""
        transport = self.request.transport
        if transport is not None:
            if linger:
                with suppress(OSError):  # the client may have closed first
                    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            transport.abort()

    def raw(self, data: bytes) -> None:
        """Write bytes as they are, frame or no frame."""
        assert self.request.transport is not None
        self.request.transport.write(data)


class LocalServer:
    """An HTTP and WebSocket server on loopback that keeps its port. A platform adds its routes."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.port = 0
        self.sockets: list[Socket] = []
        self.knocks = 0
        """How often a client asked for a connection."""
        self._runner: web.AppRunner | None = None
        self._hanging: set[asyncio.Task[Any]] = set()

    def routes(self) -> list[web.RouteDef]:
        raise NotImplementedError

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        app = web.Application(client_max_size=4 << 20)
        app.add_routes(self.routes())
        app.on_response_prepare.append(self._date)
        self._runner = web.AppRunner(app, shutdown_timeout=0.05, handler_cancellation=True)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Go away at once, with every connection."""
        for open_one in self.sockets:
            open_one.abort()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _date(self, request: web.Request, response: web.StreamResponse) -> None:
        response.headers["Date"] = email.utils.formatdate(self.clock(), usegmt=True)

    async def serve(
        self, request: web.Request, hear: Callable[[Socket, str], Awaitable[None]], greet: Callable[[Socket], Awaitable[None]] | None = None
    ) -> web.StreamResponse:
        """Carry one WebSocket until it ends."""
        ws = web.WebSocketResponse(autoping=True, max_msg_size=1 << 20)
        await ws.prepare(request)
        client = Socket(request, ws)
        self.sockets.append(client)
        try:
            if greet is not None:
                await greet(client)
            async for message in ws:
                if client.frozen.is_set():
                    await asyncio.get_running_loop().create_future()
                if message.type is WSMsgType.TEXT:
                    await hear(client, message.data)
        finally:
            self.sockets.remove(client)
        return ws

    async def hang(self) -> web.StreamResponse:
        """Never answer."""
        return await asyncio.get_running_loop().create_future()

    async def fault(self, kind: str) -> None:
        """Break every open connection: `rst`, `fin`, `close` (with a farewell), `half_open`."""
        for client in list(self.sockets):
            match kind:
                case "rst":
                    client.abort()
                case "fin":
                    client.abort(linger=False)
                case "close":
                    await client.ws.close(code=1001)
                case "half_open":
                    client.frozen.set()
                    assert client.request.transport is not None
                    client.request.transport.pause_reading()
                case _:
                    raise ValueError(kind)

    async def garbage(self, *frames: str) -> None:
        """Send what none should: the given frames, a deep one, a lone surrogate, broken UTF-8; a huge frame last."""
        for client in list(self.sockets):
            for frame in (*frames, "", "\u0000", "[" * 5_000, '"\\ud800"', "{}", "null", "🙂" * 2_000):
                await client.send(frame)
            client.raw(b"\x81\x02\xff\xfe")
            client.raw(b"\x81\x7f" + (2 << 20).to_bytes(8) + b"x" * (2 << 20))
