"""A login: got by the device flow, kept for its owner only, renewed with a refresh token that is good once."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator

import pytest
from servers.twitch_eventsub import EventSubServer

from livebot.errors import PlatformError, UserError, WorkError
from livebot.platforms.login import Login, Provider, Tokens, begin, finish, load, save
from livebot.platforms.twitch.account import provider, validate

from .stage import FakeTime

SCOPES = ("user:read:chat", "user:write:chat")


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


@pytest.fixture
async def twitch(time: FakeTime) -> AsyncIterator[EventSubServer]:
    async with EventSubServer(time.clock, time.sleep) as server:
        yield server


@pytest.fixture
def at(twitch: EventSubServer) -> Provider:
    return provider(f"{twitch.url}/oauth2")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "login.json"


def login(at: Provider, path, time: FakeTime, **tokens: object) -> Login:
    save(path, Tokens(**{"client_id": "cid", "access_token": "good", "refresh_token": "once", **tokens}))
    return Login(at, path, sleep=time.sleep, wall=time.clock)


async def test_the_device_flow_ends_in_a_file_of_its_owner(twitch, at, path, time):
    """A person enters the code while livebot asks; then the pair is in a file that others cannot read, and Twitch takes its token."""
    code = await begin(at, "cid", SCOPES, time.sleep)
    assert (code.user_code, code.address.startswith("https://www.twitch.tv/activate")) == ("ABCDEFGH", True)
    waiting = asyncio.ensure_future(finish(at, "cid", SCOPES, code, path, sleep=time.sleep, wall=time.clock))
    await time.advance_until(lambda end=time.now + 20: time.now >= end)
    assert not waiting.done()
    twitch.device["grants"] = "good"
    await time.advance_until(waiting.done)
    assert load(path) == waiting.result()
    assert path.stat().st_mode & 0o777 == 0o600
    standing = await validate(Login(at, path, sleep=time.sleep, wall=time.clock).token, f"{twitch.url}/oauth2", time.sleep)
    assert (standing.login, standing.user) == ("bot", "900")


async def test_a_code_that_nobody_enters_is_given_up(twitch, at, path, time):
    """After the time that the provider gives, the work has failed and says what to do."""
    code = await begin(at, "cid", SCOPES, time.sleep)
    waiting = asyncio.ensure_future(finish(at, "cid", SCOPES, code, path, sleep=time.sleep, wall=time.clock))
    await time.advance_until(waiting.done, 5.0, most=2000)
    with pytest.raises(WorkError, match="not entered in time"):
        waiting.result()
    assert not path.exists()


async def test_a_denied_code_is_told(twitch, at, path, time):
    """A code that the provider no longer knows ends the wait at once."""
    code = await begin(at, "cid", SCOPES, time.sleep)
    twitch.device = {}
    waiting = asyncio.ensure_future(finish(at, "cid", SCOPES, code, path, sleep=time.sleep, wall=time.clock))
    await time.advance_until(waiting.done)
    with pytest.raises(WorkError, match="invalid device code"):
        waiting.result()


async def test_an_unknown_app_gets_no_code(at, time):
    """A wrong client id is told as such."""
    with pytest.raises(WorkError, match="invalid client"):
        await begin(at, "nobody", SCOPES, time.sleep)


async def test_many_who_are_refused_at_once_renew_once(twitch, at, path, time):
    """A refresh token is good once: ten callers that were refused together make one request."""
    account = login(at, path, time)
    twitch.refreshes = {"once": "newer"}
    assert set(await asyncio.gather(*(account.token(True) for _ in range(10)))) == {"newer"}
    assert load(path).refresh_token == "newer-once"


async def test_a_token_about_to_expire_is_renewed_unasked(twitch, at, path, time):
    """Two minutes before its end the token is renewed."""
    account = login(at, path, time, expires_at=time.now + 60)
    twitch.refreshes = {"once": "newer"}
    assert await account.token() == "newer"
    assert load(path).expires_at == time.now + 14_000


async def test_a_dead_login_says_to_log_in_again(twitch, at, path, time):
    """When the refresh token is used up, trying again cannot help."""
    account = login(at, path, time)
    twitch.refreshes = {}
    with pytest.raises(PlatformError) as told:
        await account.token(True)
    assert (told.value.state, told.value.retry) == ("auth_failed", False)


async def test_who_logged_in_anew_needs_no_restart(twitch, at, path, time):
    """A file that another `livebot login` wrote is taken instead of a renewal."""
    account = login(at, path, time)
    save(path, Tokens("cid", "fresh", "fresh-once"))
    assert await account.token(True) == "fresh"
    assert twitch.refreshes == {"once": "good"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
async def test_what_cannot_be_kept_is_not_asked_for(twitch, at, path, time):
    """While the file cannot be written the refresh token is not used up."""
    account = login(at, path, time)
    path.parent.chmod(0o500)
    with pytest.raises(PlatformError) as told:
        await account.token(True)
    path.parent.chmod(0o700)
    assert (told.value.state, told.value.retry, twitch.refreshes) == ("token_unavailable", True, {"once": "good"})


async def test_a_file_that_cannot_be_written_keeps_the_refresh_token(twitch, at, path, time, monkeypatch):
    """A full disk is found before the request that would use the refresh token up."""
    account = login(at, path, time)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("livebot.platforms.login.save", full)
    with pytest.raises(PlatformError, match=r"login\.json"):
        await account.token(True)
    assert twitch.refreshes == {"once": "good"}


async def test_a_server_that_is_away_is_asked_again_later(twitch, at, path, time):
    """Without an answer the login is not dead."""
    account = login(at, path, time)
    await twitch.stop()
    with pytest.raises(PlatformError) as told:
        await account.token(True)
    assert (told.value.state, told.value.retry) == ("token_unavailable", True)


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"client_id": "cid"}', '{"client_id":1,"access_token":"a","expires_at":"x"}'])
def test_what_is_no_login_is_told(path, content):
    """A broken file is a user's error that names the next step."""
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(UserError, match="livebot login"):
        load(path)


def test_a_login_that_others_can_read_is_refused(path):
    """The file holds the account: it must be its owner's alone."""
    save(path, Tokens("cid", "a", "r"))
    path.chmod(0o644)
    with pytest.raises(UserError, match="chmod 600"):
        load(path)
    path.unlink()
    with pytest.raises(UserError, match="no login yet"):
        load(path)


def test_a_login_does_not_show_its_tokens():
    """What is printed or logged by mistake holds no secret."""
    assert "secret" not in repr(Tokens("cid", "secret-a", "secret-r"))
