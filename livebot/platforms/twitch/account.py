"""A Twitch account by its login: what `livebot login twitch` asks for, and whether Twitch still takes the token. Knows no chat.

Source: dev.twitch.tv/docs/authentication: device flow, refresh, validate (at the start of every session and hourly).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from livebot.errors import PlatformError
from livebot.platforms.login import Provider
from livebot.platforms.web_api import WebApi, said
from livebot.timing import Sleep

ID_URL = "https://id.twitch.tv/oauth2"
IDLE_DAYS = 30  # a refresh token of a public app that was not used for so long is gone
VALIDATE_EVERY = 55 * 60.0
IRC_SCOPES = {"read": ("chat:read",), "write": ("chat:edit",)}
"""What an account must allow to chat over IRC."""


def provider(url: str = ID_URL) -> Provider:
    """Return where Twitch's logins come from."""
    return Provider("twitch", f"{url}/device", f"{url}/token", "scopes")


@dataclass(frozen=True, slots=True)
class Standing:
    """Whose token it is, and what it may."""

    user: str
    login: str
    scopes: frozenset[str]
    client_id: str = ""


async def validate(token: Callable[[bool], Awaitable[str]], url: str = ID_URL, sleep: Sleep = asyncio.sleep) -> Standing:
    """Ask Twitch about the token; it is renewed once if Twitch does not take it.

    PlatformError `auth_failed`, or why nobody could be asked.
    """
    async with WebApi(url, token, scheme="OAuth", sleep=sleep) as api:
        answer = await api.call("GET", "/validate")
    values = answer.content
    if answer.status != 200:
        raise PlatformError(said(answer), state="server_error")
    return Standing(_text(values.get("user_id")), _text(values.get("login")), _scopes(values.get("scopes")), _text(values.get("client_id")))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _scopes(value: Any) -> frozenset[str]:
    return frozenset(scope for scope in value if isinstance(scope, str)) if isinstance(value, list) else frozenset()
