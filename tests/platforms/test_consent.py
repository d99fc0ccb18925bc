"""A login by way of the browser, for platforms without the device flow: allowed, exchanged, kept, renewed with what is good once."""

from __future__ import annotations

import asyncio
import socket
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from servers.chzzk import ChzzkServer
from servers.kick import KickServer
from servers.restream import RestreamServer

from livebot.errors import PlatformError, UserError, WorkError
from livebot.platforms import consent
from livebot.platforms.chzzk.account import provider as chzzk
from livebot.platforms.kick.account import provider as kick
from livebot.platforms.login import Login, Tokens, load, save
from livebot.platforms.restream.account import provider as restream

from .stage import FakeTime

PLATFORMS = {"chzzk": (chzzk, ChzzkServer), "kick": (kick, KickServer), "restream": (restream, RestreamServer)}
SCOPES = ("chat:write",)


@pytest.fixture
def time():
    return FakeTime()


@pytest.fixture(params=PLATFORMS)
async def place(request, time):
    """A platform's provider and the server behind it."""
    provider, server = PLATFORMS[request.param]
    async with server(time.clock) as started:
        yield provider(started.url), started


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def asked_of(address: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}


async def come_back(port: int, **query: str) -> int:
    """The browser comes back, as soon as somebody listens."""
    async with aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(f"http://127.0.0.1:{port}/", params=query) as response:
                    return response.status
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(0.01)


async def test_what_is_allowed_in_the_browser_is_kept_and_renewed(place, tmp_path, time, port):
    """The person allows the app, the code is exchanged, and the login renews itself with each new refresh token."""
    provider, server = place
    begun = consent.begin(provider, "cid", SCOPES, port)
    asked = asked_of(begun.address)
    assert (asked.get("redirect_uri") or asked["redirectUri"]) == f"http://localhost:{port}/"
    assert urlsplit(begun.address).scheme in ("https", "http")
    server.challenge = asked.get("code_challenge", "")
    server.tokens = {"the-code"}
    waiting = asyncio.ensure_future(consent.wait(begun, port))
    assert await come_back(port, code="stolen", state="guessed") == 400
    assert await come_back(port, code="the-code", state=asked["state"]) == 200
    code = await waiting
    path = tmp_path / "login.json"
    tokens = await consent.finish(provider, "cid", SCOPES, begun, code, path, secret="secret", sleep=time.sleep, wall=time.clock)
    assert load(path) == tokens
    assert path.stat().st_mode & 0o777 == 0o600
    login = Login(provider, path, secret="secret", sleep=time.sleep, wall=time.clock)
    first = await login.token()
    await time.advance(60)
    second = await login.token(refused=True)
    await time.advance(60)
    third = await login.token(refused=True)
    assert len({first, second, third}) == 3
    assert third in server.tokens


async def test_a_code_that_is_no_good_is_told(place, tmp_path, time, port):
    """A code that was used, or an app whose secret is wrong, gives no login, and nothing is written."""
    provider, server = place
    begun = consent.begin(provider, "cid", SCOPES, port)
    server.challenge, server.tokens = asked_of(begun.address).get("code_challenge", ""), {"the-code"}
    path = tmp_path / "login.json"
    for code, secret in (("another", "secret"), ("the-code", "wrong")):
        with pytest.raises(WorkError, match="gives no login"):
            await consent.finish(provider, "cid", SCOPES, begun, code, path, secret=secret)
    assert not path.exists()


async def test_a_dead_login_says_to_log_in_again(place, tmp_path, time):
    """A refresh token that is no good any more ends the login; there is nothing to try again."""
    provider, _ = place
    save(tmp_path / "login.json", Tokens("cid", "old", "dead"))
    with pytest.raises(PlatformError) as error:
        await Login(provider, tmp_path / "login.json", secret="secret", wall=time.clock).token(refused=True)
    assert (error.value.state, error.value.retry) == ("auth_failed", False)


async def test_who_does_not_allow_it_is_heard(time, port):
    """A denial, and nobody at all, end the wait in words."""
    begun = consent.begin(kick(), "cid", SCOPES, port)
    waiting = asyncio.ensure_future(consent.wait(begun, port))
    await come_back(port, error="access_denied", state=begun.state)
    with pytest.raises(WorkError, match="access_denied"):
        await waiting
    waiting = asyncio.ensure_future(consent.wait(begun, port, sleep=time.sleep))
    await time.advance_until(waiting.done, 30, 700)
    with pytest.raises(WorkError, match="in time"):
        await waiting


async def test_a_taken_port_is_told(port):
    """The browser could not come back to a port that another program has."""
    begun = consent.begin(kick(), "cid", SCOPES, port)
    with socket.create_server(("127.0.0.1", port)), pytest.raises(UserError, match=str(port)):
        await consent.wait(begun, port)


def test_each_login_is_one_of_its_own():
    """State and verifier are of chance, and neither is shown."""
    one, other = (consent.begin(kick(), "cid", SCOPES) for _ in range(2))
    assert one.state != other.state
    assert one.verifier != other.verifier
    assert one.verifier not in repr(one)
    assert one.verifier not in one.address
