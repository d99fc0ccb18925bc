"""Builds the web application: every address, behind one door.

`create_app` gives an aiohttp application; `serve.serve` listens with it and carries the show's changes to the pages.
"""

from __future__ import annotations

import secrets
from functools import partial

from aiohttp import web
from prometheus_client import CollectorRegistry

from livebot.web.access import Access
from livebot.web.api import ROUTES, Api
from livebot.web.board import BoardDocument
from livebot.web.bridge import PATH, BridgePort, BridgeRoutes
from livebot.web.captions import add_captions
from livebot.web.documents import OverlayDocument, StaffDocument
from livebot.web.door import Door, json_response
from livebot.web.help import ADDRESS, HelpPage
from livebot.web.hub import Document, Hub
from livebot.web.live import Live
from livebot.web.metrics import Monitoring, ShowMetrics
from livebot.web.mirror import Mirror
from livebot.web.openapi import document
from livebot.web.pages import ADDRESSES, Pages
from livebot.web.settings import Scope, WebSettings
from livebot.web.sockets import OpenSockets, Sockets

HUB = web.AppKey("hub", Hub)


def create_app(
    live: Live,
    access: Access,
    settings: WebSettings,
    registry: CollectorRegistry | None = None,
    bridge: BridgePort | None = None,
    captions: BridgePort | None = None,
) -> web.Application:
    """Return the application of one show. `registry` takes the show's figures.

    `bridge` stands behind `/bridge/v1/messages`, `captions` behind `/captions/v1/segments`.
    """
    registry = CollectorRegistry() if registry is None else registry
    door, mirror = Door(settings, access), Mirror(live)
    documents: dict[Scope, Document] = {
        "staff": StaffDocument(live),
        "board": BoardDocument(live, mirror),
        "overlay": OverlayDocument(live, mirror),
    }
    hub = Hub(live, mirror, documents, secrets.token_hex(4))
    metrics = ShowMetrics(live, mirror, hub)
    registry.register(metrics)
    pages = Pages(settings.help)
    app = web.Application(middlewares=[door.middleware, pages.missing])
    app.on_response_prepare.append(door.add_headers)
    app[HUB] = hub
    opened = OpenSockets()
    app.on_shutdown.append(opened.close)
    monitoring = Monitoring(registry, metrics, mirror)
    app.router.add_get("/metrics", monitoring.metrics)
    app.router.add_get("/healthz", monitoring.health)
    app.router.add_post("/api/csp", monitoring.csp)
    app.router.add_get("/ws", Sockets(door, hub, opened).handle)
    if bridge is not None:
        routes = BridgeRoutes(bridge, access, opened)
        app.router.add_post(PATH, routes.post)
        app.router.add_get(PATH, routes.connect)
    if captions is not None:
        add_captions(app, captions, access, opened)
    _add_api(app, Api(live, mirror, door))
    _add_pages(app, pages)
    if settings.help:
        app.router.add_get(ADDRESS, HelpPage(live, mirror, hub, proxied=settings.https).get)
    return app


def _add_api(app: web.Application, api: Api) -> None:
    for route in ROUTES:
        app.router.add_route(route.method, route.path, partial(route.handle, api))
    described = document(ROUTES)

    async def openapi(request: web.Request) -> web.StreamResponse:
        return json_response(described)

    app.router.add_get("/api/openapi.json", openapi)


def _add_pages(app: web.Application, pages: Pages) -> None:
    for address in ADDRESSES:
        app.router.add_get(address, pages.page)
    app.router.add_get("/static/{name:.+}", pages.static)
