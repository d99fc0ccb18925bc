"""Calls over HTTP: why a platform is not reached, for the room's health and for a post's fate."""

from __future__ import annotations

import socket
import ssl

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey

from livebot.errors import PlatformError
from livebot.platforms.web_api import WebApi, unsent

KEY = ConnectionKey("platform.example", 443, True, True, None, None, None)
ERRORS = {
    "no_tls": aiohttp.ClientConnectorCertificateError(KEY, ssl.SSLCertVerificationError("expired")),
    "no_host": aiohttp.ClientConnectorDNSError(KEY, socket.gaierror(-2, "Name or service not known")),
    "nothing_listens": aiohttp.ClientConnectorError(KEY, ConnectionRefusedError(111, "refused")),
    "unreachable": aiohttp.ClientConnectorError(KEY, OSError(101, "Network is unreachable")),
}


async def token(refused: bool) -> str:
    return "good"


@pytest.mark.parametrize("code", ERRORS)
async def test_why_a_platform_is_not_reached_is_told(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """A wrong clock, a wrong address and a dead server are told apart; a post then was not written, in words that posts have."""

    def refuse(*_: object, **__: object) -> None:
        raise ERRORS[code]

    monkeypatch.setattr(aiohttp.ClientSession, "request", refuse)
    async with WebApi("https://platform.example", token) as api:
        with pytest.raises(PlatformError) as caught:
            await api.call("GET", "/chat")
    assert caught.value.state == code
    assert (unsent(caught.value).fate, unsent(caught.value).why) == ("dropped", "unreachable")
