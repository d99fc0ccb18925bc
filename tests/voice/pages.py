"""livebot's real web server with a captions' endpoint, on a free port."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from prometheus_client import CollectorRegistry

from livebot.runtime.clock import ShowClock
from livebot.runtime.live import LiveShow, Nowhere
from livebot.voice.endpoint import CaptionEndpoint
from livebot.web.access import Access, new_token
from livebot.web.app import create_app
from livebot.web.captions import PATH
from livebot.web.serve import serve
from livebot.web.settings import WebSettings

from ..runtime.conftest import engine


@dataclass
class Pages:
    """Where the server is."""

    port: int

    @property
    def captions(self) -> str:
        return f"http://127.0.0.1:{self.port}{PATH}"


@asynccontextmanager
async def pages_of(endpoint: CaptionEndpoint) -> AsyncIterator[Pages]:
    """Serve a show that has the endpoint, until the block is left."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    live = LiveShow(engine, ShowClock(), Nowhere())
    settings = WebSettings(port=port)
    listens = asyncio.Event()

    async def pages() -> None:
        app = create_app(live, Access({"staff": new_token()}), settings, CollectorRegistry(), captions=endpoint)
        await serve(app, settings, listens.set)

    running = asyncio.create_task(live.run(pages))
    await asyncio.wait_for(listens.wait(), 10)
    try:
        yield Pages(port)
    finally:
        live.stop()
        await asyncio.wait_for(running, 10)
