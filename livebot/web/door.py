"""What every request passes: Host, origin and kind of fetch are checked, answers get their security headers, errors become plain words.

Must not know what the pages and the API do. Nothing that a request carried is ever written to a log here, except by its repr and cut.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from aiohttp import web

from livebot.errors import LivebotError, UserError
from livebot.web.access import Access, Session
from livebot.web.settings import Scope, WebSettings

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

BODY_LIMIT = 64 * 1024
BODY_SECONDS = 10.0
# The public face of the bridge and of monitoring is used by programs: they send no Origin and no Sec-Fetch headers.
PROGRAMS = ("/bridge/", "/captions/", "/metrics", "/healthz")


@dataclass
class Refusal(Exception):
    """An answer other than yes. `code` is stable, for the pages' own wording; `what` and `next_step` are for people."""

    status: int
    code: str
    what: str
    next_step: str
    retry_after: int | None = None


def refusal_response(refusal: Refusal) -> web.Response:
    """Return a refusal as JSON."""
    headers = {"Retry-After": str(refusal.retry_after)} if refusal.retry_after is not None else None
    error = {"code": refusal.code, "what": refusal.what, "next_step": refusal.next_step}
    return json_response({"error": error}, status=refusal.status, headers=headers)


def json_response(data: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """Return `data` as JSON; a lone surrogate becomes a question mark instead of an error."""
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return web.Response(body=body, status=status, content_type="application/json", charset="utf-8", headers=headers)


class Door:
    """The checks and headers of one server."""

    def __init__(self, settings: WebSettings, access: Access) -> None:
        self._hosts = settings.hosts()
        self._origins = settings.origins()
        self._settings = settings
        self.access = access
        self._policy = _policy(self._hosts, "'none'")
        self._help_policy = _policy(self._hosts, "'none'", forms="'self'")
        frames = " ".join(settings.overlay_frames) or "'none'"
        self._overlay_policy = _policy(self._hosts, frames)
        self._overlay_framed = bool(settings.overlay_frames)

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse what comes from elsewhere; turn every error into an answer."""
        try:
            self._check(request)
            return await handler(request)
        except Refusal as refusal:
            return refusal_response(refusal)
        except web.HTTPException as error:
            return _http_error(error)
        except LivebotError as error:
            status, code = (400, "refused") if isinstance(error, UserError) else (503, "unable")
            return refusal_response(Refusal(status, code, error.what, error.next_step or "Change it and try again."))
        except (ConnectionError, asyncio.CancelledError):
            raise
        except Exception:
            log.exception("a request failed: %s %.80r", request.method, request.path)
            return refusal_response(Refusal(500, "failed", "livebot failed at this.", "Try again; the log on livebot's machine says why."))

    async def add_headers(self, request: web.BaseRequest, response: web.StreamResponse) -> None:
        """Put the security headers on an answer (a signal of the application)."""
        overlay = request.path == "/overlay"
        headers = response.headers
        headers.update(HEADERS)
        own = {"/overlay": self._overlay_policy, "/help": self._help_policy}
        headers["Content-Security-Policy"] = own.get(request.path, self._policy)
        headers.setdefault("Cache-Control", "no-store")
        if overlay and self._overlay_framed:
            headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        else:
            headers["X-Frame-Options"] = "DENY"

    def check_origin(self, request: web.BaseRequest, *, browser: bool = True) -> None:
        """Refuse an Origin that is not on the list; a browser always sends one with a POST or a socket."""
        origin = request.headers.get("Origin")
        if origin is None and not browser:
            return
        if origin is None or origin.lower() not in self._origins:
            log.warning("refused an origin: %.120r", origin)
            raise Refusal(403, "origin", "This page is not one of livebot's.", "Open livebot's own page by the address it printed.")

    def session(self, request: web.BaseRequest, *scopes: Scope) -> Session:
        """Return the session of the first of `scopes` for which the browser has one; else refuse."""
        for scope in scopes:
            cookie = request.cookies.get(self.cookie_name(scope))
            session = self.access.session(scope, cookie) if cookie else None
            if session is not None:
                return session
        raise Refusal(
            401, "session", "You are not signed in here, or it was too long ago.", "Open the page by the address livebot printed."
        )

    def set_cookie(self, request: web.Request, response: web.Response, scope: Scope, value: str) -> None:
        """Give the browser its session: readable by no script, sent from this site only."""
        secure = request.secure or (self._settings.https and request.host.lower() in self._settings.names())
        response.set_cookie(self.cookie_name(scope), value, path="/", httponly=True, samesite="Strict", secure=secure)

    def cookie_name(self, scope: Scope) -> str:
        """Return the name of a role's cookie. Cookies do not tell ports apart, so the name does."""
        return f"livebot_{scope}_{self._settings.port}"

    def _check(self, request: web.Request) -> None:
        host = request.headers.get("Host", "")
        if host.lower() not in self._hosts:
            log.warning("refused a host: %.120r", host)
            raise Refusal(421, "host", "livebot does not go by that name.", "Use the address livebot printed, or set [web] name.")
        if request.path.startswith(PROGRAMS):
            self.check_origin(request, browser=False)
            return
        changes = request.method not in ("GET", "HEAD")
        site = request.headers.get("Sec-Fetch-Site")
        guarded = changes or request.path == "/ws" or request.path.startswith("/api/")
        allowed = ("same-origin", None) if changes or request.path == "/ws" else ("same-origin", "none", None)
        if guarded and site not in allowed:
            log.warning("refused a fetch from another site: %s %.80r", request.method, request.path)
            raise Refusal(403, "fetch", "Another site asked for this.", "Open livebot's own page by the address it printed.")
        if changes and request.path != "/api/csp":
            self.check_origin(request)


HEADERS = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Reporting-Endpoints": 'csp="/api/csp"',
    "Server": "livebot",
}


def _policy(hosts: frozenset[str], frame_ancestors: str, forms: str = "'none'") -> str:
    sockets = " ".join(f"{scheme}://{host}" for host in sorted(hosts) for scheme in ("ws", "wss") if not host.startswith("["))
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"connect-src 'self' {sockets}",
            "img-src 'self' data:",
            "font-src 'self'",
            f"frame-ancestors {frame_ancestors}",
            "base-uri 'none'",
            f"form-action {forms}",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
            "report-uri /api/csp",
            "report-to csp",
        )
    )


def _http_error(error: web.HTTPException) -> web.StreamResponse:
    if error.status < 400:
        raise error
    code, what, next_step = _HTTP.get(error.status, ("request", "livebot cannot answer this request.", "Check the address and the method."))
    response = refusal_response(Refusal(error.status, code, what, next_step))
    if "Allow" in error.headers:
        response.headers["Allow"] = error.headers["Allow"]
    return response


_HTTP = {
    404: ("missing", "There is nothing at this address.", "Check the address, or start at /."),
    405: ("method", "This address does not take that method.", "See /api/openapi.json for what it takes."),
    413: ("too_large", "That is too much at once.", "Send less in one request."),
}


async def read_body(request: web.BaseRequest, limit: int = BODY_LIMIT) -> bytes:
    """Return a request's body of at most `limit` bytes that comes within ten seconds; refuse any other."""
    if (request.content_length or 0) > limit:
        _too_large(limit)
    parts, size = [], 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in request.content.iter_any():
                size += len(part)
                if size > limit:
                    _too_large(limit)
                parts.append(part)
    except TimeoutError:
        raise Refusal(408, "slow", "The request took too long to arrive.", "Send it again.") from None
    return b"".join(parts)


def _too_large(limit: int) -> NoReturn:
    raise Refusal(413, "too_large", f"That is more than {limit // 1024} kB.", "Send less in one request.")


async def read_json(request: web.Request, limit: int = BODY_LIMIT) -> Any:
    """Return a request's JSON body; refuse another content type and what is no JSON."""
    if request.content_type != "application/json":
        raise Refusal(415, "content_type", "This takes application/json only.", "Send the body as JSON, with its content type.")
    try:
        return json.loads(await read_body(request, limit), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Refusal(400, "json", "The body is not JSON.", "Send one JSON object in UTF-8.") from None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
