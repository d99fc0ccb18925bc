"""Listens for the web application, and holds back what only wants to use up connections.

A connection that has not sent a whole request within ten seconds is closed (aiohttp's keep-alive clock does that). An address has a bounded
number of connections; when it is full, the oldest one that has not sent a whole request makes room, else one that does nothing now, so that
a thousand idle sockets from one machine do not keep the desk on that machine out. Must not know what is served.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from livebot.errors import UserError
from livebot.web.access import network_of
from livebot.web.app import HUB
from livebot.web.door import HEADERS, Refusal, refusal_response
from livebot.web.settings import WebSettings

log = logging.getLogger(__name__)

HEADER_SECONDS = 10.0
CONNECTIONS_PER_ADDRESS = 128
CONNECTIONS = 1024
SHUTDOWN_SECONDS = 2.0


class Crowd:
    """The open connections by address."""

    def __init__(self, per_address: int = CONNECTIONS_PER_ADDRESS, together: int = CONNECTIONS) -> None:
        self._of: dict[str, dict[Connection, None]] = {}
        self._per_address, self._together, self._count = per_address, together, 0

    def admit(self, connection: Connection, address: str) -> bool:
        """Take a new connection in, if need be by closing an idle one of its address; False if there is no room."""
        here = self._of.setdefault(address, {})
        if len(here) >= self._per_address or self._count >= self._together:
            idle = next((other for other in here if other.is_new()), None) or next((other for other in here if other.is_idle()), None)
            if idle is None:
                return False
            self.leave(idle, address)
            idle.drop()
        self._of.setdefault(address, {})[connection] = None
        self._count += 1
        return True

    def leave(self, connection: Connection, address: str) -> None:
        """Forget a connection."""
        here = self._of.get(address, {})
        if connection in here:
            del here[connection]
            self._count -= 1
        if not here:
            self._of.pop(address, None)


class Connection(RequestHandler):
    """One connection: aiohttp's, counted, and with plain words for what is no HTTP."""

    def __init__(self, crowd: Crowd, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._crowd = crowd
        self._address = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count the connection, or close it at once."""
        peer = transport.get_extra_info("peername")
        self._address = network_of(str(peer[0])) if peer else ""
        super().connection_made(transport)
        if not self._crowd.admit(self, self._address):
            self.drop()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Make room."""
        self._crowd.leave(self, self._address)
        super().connection_lost(exc)

    def is_new(self) -> bool:
        """Whether not one whole request has come yet."""
        return self._request_count == 0

    def is_idle(self) -> bool:
        """Whether no request is being answered, nor a socket open."""
        return self._current_request is None and not self._messages

    def drop(self) -> None:
        """Close without a word."""
        transport = self.transport
        self.force_close()
        if isinstance(transport, asyncio.Transport):
            transport.abort()

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        """Answer what is no HTTP (everything else is answered by the door) without repeating any of it."""
        log.info("a request that is no HTTP: %s", type(exc).__name__)
        if request.writer.output_size > 0:
            raise ConnectionError("an answer had begun")
        response = refusal_response(
            Refusal(status, "http", "This is not HTTP as livebot speaks it.", "Use a browser, or see /api/openapi.json.")
        )
        response.headers.update(HEADERS | {"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'"})
        response.force_close()
        return response


@asynccontextmanager
async def listening(app: web.Application, settings: WebSettings) -> AsyncIterator[None]:
    """Listen while the block runs. UserError: the address is taken or not ours."""
    runner = web.AppRunner(app, handle_signals=False, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        loop = asyncio.get_running_loop()
        try:
            server = await loop.create_server(_connections(runner, loop), settings.bind, settings.port)
        except OSError as error:
            raise UserError(
                f"cannot listen on {settings.bind}:{settings.port}: {error.strerror}", "web", "choose another [web] port"
            ) from None
        try:
            yield
        finally:
            server.close()
    finally:
        await runner.cleanup()


async def serve(app: web.Application, settings: WebSettings, ready: Callable[[], None] = lambda: None) -> None:
    """Serve until cancelled, carrying the show's changes to the pages; `ready` is called once it listens."""
    async with listening(app, settings):
        ready()
        await app[HUB].run()


def _connections(runner: web.AppRunner, loop: asyncio.AbstractEventLoop) -> Callable[[], Connection]:
    crowd, server = Crowd(), runner.server
    assert server is not None
    return lambda: Connection(crowd, server, loop=loop, keepalive_timeout=HEADER_SECONDS, access_log=None, lingering_time=2.0)
