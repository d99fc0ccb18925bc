"""Why a connection could not be opened, read off what the system and libraries say of it."""

from __future__ import annotations

import asyncio
import socket
import ssl

import aiohttp
import pytest

from livebot.errors import why_unreachable
from livebot.runtime.hints import HINTS


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConnectionRefusedError(111, "Connect call failed"), "nothing_listens"),
        (
            OSError("Multiple exceptions: [Errno 111] Connect call failed ('::1'), [Errno 111] Connect call failed ('127.0.0.1')"),
            "nothing_listens",
        ),
        (OSError("Multiple exceptions: [Errno 111] Connect call failed ('::1'), [Errno 113] No route to host"), "unreachable"),
        (socket.gaierror(-2, "Name or service not known"), "no_host"),
        (UnicodeError("label empty or too long"), "no_host"),
        (ssl.SSLCertVerificationError(1, "certificate has expired"), "no_tls"),
        (OSError(101, "Network is unreachable"), "unreachable"),
        (TimeoutError(), "unreachable"),
    ],
)
def test_each_cause_has_a_code_with_words(error: Exception, code: str) -> None:
    """The code is told, and both languages have words for it."""
    assert why_unreachable(error) == code
    assert all(HINTS[code])


@pytest.mark.parametrize(("host", "code"), [("127.0.0.1:9", "nothing_listens"), ("no-such-host.invalid", "no_host"), ("tls", "no_tls")])
async def test_aiohttp_s_wrapping_is_seen_through(host: str, code: str) -> None:
    """Real connections that fail, as aiohttp tells of them."""
    plain = await asyncio.start_server(lambda reader, writer: writer.write(b"220 no TLS here\r\n"), "127.0.0.1", 0)
    address = f"127.0.0.1:{plain.sockets[0].getsockname()[1]}" if host == "tls" else host
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientError) as caught:
            await session.get(f"https://{address}/")
    assert why_unreachable(caught.value) == code
    plain.close()
