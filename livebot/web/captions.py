"""The address for the host's captions: carries bodies, headers and frames as the bridge's does, to another port behind it.

Must not know what a caption is; its token and its limits are checked behind the port (`voice.endpoint.CaptionEndpoint`).
"""

from __future__ import annotations

from aiohttp import web

from livebot.web.access import Access
from livebot.web.bridge import BridgePort, BridgeRoutes
from livebot.web.sockets import OpenSockets

PATH = "/captions/v1/segments"
PROTOCOL = "livebot.captions.v1"


def add_captions(app: web.Application, port: BridgePort, access: Access, opened: OpenSockets) -> None:
    """Give the application the address, for POST and WebSocket."""
    routes = BridgeRoutes(port, access, opened, PROTOCOL)
    app.router.add_post(PATH, routes.post)
    app.router.add_get(PATH, routes.connect)
