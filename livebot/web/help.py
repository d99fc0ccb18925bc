"""Serves the viewers' page at `/help`: public, read only, made anew at most every two seconds, and only so often for one guest.

Must not know how the page is drawn, nor what is in it.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import ip_address

from aiohttp import web

from livebot.web.access import network_of
from livebot.web.help_page import Asked, render, render_slow
from livebot.web.help_view import HelpView, view_help, way_of_number, ways_of_name
from livebot.web.help_words import LANGS, choose_lang
from livebot.web.hub import Hub
from livebot.web.live import Live
from livebot.web.mirror import Mirror

ADDRESS = "/help"
KEPT_FOR = 2.0
KEPT_PAGES = 512
NAME_LIMIT = 80
BURST, A_SECOND = 60.0, 4.0  # pages that one guest may open: a household or a phone network shares one address
REMEMBERED = 4096
RETRY_AFTER = 6


class Guests:
    """Who opened how many pages, by network, for the last networks only."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def admit(self, address: str) -> bool:
        """Count one more page; False if these were too many."""
        now, key = self._clock(), network_of(address)
        left, at = self._left.pop(key, (BURST, now))
        left = min(BURST, left + (now - at) * A_SECOND)
        self._left[key] = (left - 1 if left >= 1 else left, now)
        if len(self._left) > REMEMBERED:
            self._left.popitem(last=False)
        return left >= 1


class HelpPage:
    """The page and its cache. `proxied`: a proxy on this machine says who asks."""

    def __init__(self, live: Live, mirror: Mirror, hub: Hub, *, proxied: bool = False, clock: Callable[[], float] = time.monotonic) -> None:
        self._live = live
        self._mirror = mirror
        self._hub = hub
        self._proxied = proxied
        self._clock = clock
        self._guests = Guests(clock)
        self._view: HelpView | None = None
        self._looked = 0.0
        self._pages: dict[tuple[str, str, str, str], bytes] = {}

    async def get(self, request: web.Request) -> web.StreamResponse:
        """Answer with the page in the visitor's language."""
        chosen = request.query.get("lang", "")
        lang = choose_lang(chosen, request.headers.get("Accept-Language", ""))
        if not self._guests.admit(self._address(request)):
            headers = {"Retry-After": str(RETRY_AFTER)}
            return web.Response(body=render_slow(lang), status=429, content_type="text/html", charset="utf-8", headers=headers)
        body = self._page(
            lang,
            chosen if chosen in LANGS else "",
            request.query.get("name", "").strip()[:NAME_LIMIT],
            request.query.get("q", "")[:8],
        )
        headers = {
            "Cache-Control": f"public, max-age={KEPT_FOR:.0f}",
            "Vary": "Accept-Language",
            "ETag": f'"{hashlib.sha256(body).hexdigest()[:20]}"',
        }
        if request.headers.get("If-None-Match") == headers["ETag"]:
            return web.Response(status=304, headers=headers)
        return web.Response(body=body, content_type="text/html", charset="utf-8", headers=headers)

    def _page(self, lang: str, chosen: str, name: str, number: str) -> bytes:
        view = self._look()
        key = (lang, chosen, name, number)
        page = self._pages.get(key)
        if page is None:
            questions = self._mirror.questions
            ways = ways_of_name(self._live, view, questions, name) if name else way_of_number(self._live, view, questions, number)
            page = render(view, Asked(lang, chosen, name, number, ways), self._live.settings.people.show_names == "short")
            if len(self._pages) < KEPT_PAGES:
                self._pages[key] = page
        return page

    def _look(self) -> HelpView:
        """Return the show as it was at most two seconds ago; pages made before that are let go."""
        now = self._clock()
        if self._view is None or now - self._looked >= KEPT_FOR:
            if not self._mirror.base:
                self._hub.flush()
            self._view, self._looked = view_help(self._live, self._mirror.base, self._mirror.questions), now
            self._pages.clear()
        return self._view

    def _address(self, request: web.Request) -> str:
        """Return who asks: the connection's address, or what a proxy on this machine put last into the header that proxies write."""
        peer = request.remote or ""
        told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        return told if self._proxied and told and _is_here(peer) else peer


def _is_here(address: str) -> bool:
    try:
        return ip_address(address.partition("%")[0]).is_loopback
    except ValueError:
        return False
