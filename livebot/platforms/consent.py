"""A login by way of the browser: a person allows an app on the platform's page, which sends the browser back to this machine with a code.

For platforms without the device flow (`login.py`). The code is exchanged for tokens at once; PKCE and a state of chance keep others from
slipping a code in. Knows no platform's chat. Sources: RFC 6749 section 4.1, RFC 7636 (PKCE), RFC 8252 (native apps, loopback).
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from livebot.errors import PlatformError, UserError, WorkError
from livebot.platforms.login import Provider, Tokens, ask, keep, tokens_of, unanswered
from livebot.timing import Sleep, within

HOST, PORT = "127.0.0.1", 8767
WITHIN = 600.0
DONE = "livebot: 이 창을 닫아도 돼요. You may close this window."
WRONG = "livebot: 이 주소로는 로그인할 수 없어요. This address does not belong to the login under way."


@dataclass(frozen=True, slots=True)
class Consent:
    """A login under way: the person opens `address`; what comes back must bear `state`."""

    address: str
    redirect: str
    state: str
    verifier: str

    def __repr__(self) -> str:
        return f"Consent({self.redirect!r})"


def begin(provider: Provider, client_id: str, scopes: Sequence[str], port: int = PORT) -> Consent:
    """Return what the person opens. The app must know the address to come back to: `http://localhost:PORT/`."""
    assert provider.authorize is not None, "the platform has the device flow"
    redirect, state, verifier = f"http://localhost:{port}/", secrets.token_urlsafe(24), secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return Consent(provider.authorize(client_id, redirect, state, scopes, challenge), redirect, state, verifier)


async def wait(consent: Consent, port: int = PORT, *, sleep: Sleep = asyncio.sleep) -> str:
    """Listen until the browser comes back; return the code. UserError when the port is taken, WorkError when nobody allows it."""
    told: asyncio.Future[tuple[str, str]] = asyncio.get_running_loop().create_future()

    async def come(request: web.Request) -> web.Response:
        query = request.query
        if not hmac.compare_digest(query.get("state", "").encode(), consent.state.encode()) or told.done():
            return web.Response(status=400, text=WRONG)
        told.set_result((query.get("code", ""), query.get("error_description") or query.get("error", "")))
        return web.Response(text=DONE, headers={"Referrer-Policy": "no-referrer"})

    app = web.Application()
    app.router.add_get("/", come)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, HOST, port).start()
        except OSError:
            raise UserError(f"port {port} is taken", "login", "Stop the program that listens there, then try again.") from None

        async def answer() -> tuple[str, str]:
            return await told

        code, why = await within(answer(), WITHIN, sleep) or ("", "nobody allowed it in time")
    finally:
        await runner.cleanup()
    if not code:
        raise WorkError(f"did not log in: {why[:100] or 'it was not allowed'}", "login", "Start again and allow it in the browser.")
    return code


async def finish(
    provider: Provider,
    client_id: str,
    scopes: Sequence[str],
    consent: Consent,
    code: str,
    path: Path,
    *,
    secret: str = "",
    sleep: Sleep = asyncio.sleep,
    wall: Callable[[], float] = time.time,
) -> Tokens:
    """Exchange the code, keep the tokens in `path` and return them. WorkError when the provider gives none."""
    form = {
        "grant_type": "authorization_code",
        "client_id": client_id,
        "client_secret": secret,
        "code": code,
        "redirect_uri": consent.redirect,
        "code_verifier": consent.verifier,
        "state": consent.state,
    }
    try:
        status, values = await (provider.ask or ask)(provider.token_url, {key: value for key, value in form.items() if value}, sleep)
    except PlatformError as error:
        raise unanswered(provider, error) from None
    tokens = tokens_of(values, Tokens(client_id, "", "", tuple(scopes)), wall()) if status == 200 else None
    if tokens is None:
        step = "Are client_id and client_secret_env of the app that knows this address to come back to?"
        raise WorkError(f"gives no login: HTTP {status}", provider.name, f"{step} ({consent.redirect})")
    keep(path, tokens)
    return tokens
