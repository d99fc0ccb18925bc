"""The port on this machine that Kick's calls come to: one for all of a show's Kick channels, each call handed to the channel it is about.

It listens while a channel wants calls. Must not know what a call says beyond whose channel it is, nor whether Kick signed it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from livebot.platforms.kick import wire

HOST, PORT, PATH = "127.0.0.1", 8766, "/kick"
MAX_BODY = 256 * 1024

Take = Callable[[web.Request, bytes], Awaitable[web.Response]]
Wants = Callable[[int | None], bool]


class Hook:
    """One listening port (0: any; `port` then says which)."""

    def __init__(self, port: int = PORT) -> None:
        self.port = port
        self._takers: dict[Take, Wants] = {}
        self._runner: web.AppRunner | None = None
        self._opening = asyncio.Lock()

    @property
    def listens(self) -> bool:
        """Whether calls can come in."""
        return self._runner is not None

    async def join(self, take: Take, wants: Wants) -> bool:
        """Hand on the calls about the channels that `wants` names by their number; False where another program has the port."""
        async with self._opening:
            if self._runner is None and not await self._listen():
                return False
            self._takers[take] = wants
            return True

    async def leave(self, take: Take) -> None:
        """Hand on no more of them; the last one that leaves closes the port."""
        async with self._opening:
            self._takers.pop(take, None)
            if not self._takers and self._runner is not None:
                runner, self._runner = self._runner, None
                await runner.cleanup()

    async def _listen(self) -> bool:
        app = web.Application(client_max_size=MAX_BODY)
        app.router.add_post(PATH, self._called)
        runner = web.AppRunner(app, shutdown_timeout=1.0, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, self.port).start()
        except OSError:
            await runner.cleanup()
            return False
        self.port, self._runner = runner.addresses[0][1], runner
        return True

    async def _called(self, request: web.Request) -> web.Response:
        """Let the channel that a call is about judge it; one that is nobody's goes to any, which checks it like its own."""
        body = await request.read()
        number = wire.broadcaster(body)
        takers = [take for take, wants in self._takers.items() if wants(number)] or list(self._takers)
        return await takers[0](request, body) if takers else web.Response(status=503)
