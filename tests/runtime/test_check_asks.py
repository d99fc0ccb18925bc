"""`livebot check` asks each platform, by its own client, whether it would let livebot in: what is right, and what is wrong."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))  # for `servers`

from servers.chzzk import CHANNEL, ChzzkServer
from servers.kick import KickServer
from servers.restream import RestreamServer
from servers.ssn import SESSION, SsnRelay
from servers.twitch_eventsub import EventSubServer
from servers.twitch_irc import Room, TwitchServer
from servers.youtube import VIDEO, YouTubeServer

from livebot.config import load_config
from livebot.platforms.login import Tokens, save
from livebot.platforms.twitch import link
from livebot.platforms.twitch.client import Account, TwitchIrc
from livebot.runtime import check as looking
from livebot.runtime.check import check

LOGIN = 'login_file = "login.json"\nclient_id = "cid"\nclient_secret_env = "SECRET"\n'
TOKEN = 'token_env = "TOKEN"\n'
GRANTED = {
    "eventsub": ("user:read:chat", "user:write:chat"),
    "youtube": ("https://www.googleapis.com/auth/youtube",),
    "kick": ("user:read", "channel:read", "events:subscribe", "chat:write"),
}


@dataclass
class Side:
    """One platform: its local server, what the config says of its room, and the secret that the room needs."""

    server: Callable[[], Any]
    text: str
    secret: str = "good"
    url: Callable[[Any], str] = lambda server: server.url


SIDES = {
    "irc": Side(lambda: TwitchServer(Room("shop")), f'platform = "twitch"\nroom = "shop"\nsend = true\nlogin = "bot"\n{TOKEN}'),
    "eventsub": Side(
        lambda: EventSubServer(time.time, asyncio.sleep), f'platform = "twitch"\nroom = "shop"\nsend = true\nreader = "eventsub"\n{LOGIN}'
    ),
    "youtube": Side(YouTubeServer, f'platform = "youtube"\nroom = "{VIDEO}"\nsend = true\n{LOGIN}'),
    "chzzk": Side(ChzzkServer, f'platform = "chzzk"\nroom = "{CHANNEL}"\nsend = true\n{LOGIN}'),
    "kick": Side(
        KickServer, f'platform = "kick"\nroom = "shop"\nsend = true\nport = 0\n{LOGIN}', url=lambda server: f"{server.url}/public/v1"
    ),
    "ssn": Side(
        SsnRelay, f'platform = "ssn"\nroom = "tiktok"\nsend = true\n{TOKEN}', SESSION, lambda server: server.url.replace("http", "ws")
    ),
    "restream": Side(
        RestreamServer, f'platform = "restream"\nroom = "all"\n{TOKEN}', url=lambda server: f"{server.url.replace('http', 'ws')}/ws"
    ),
}


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Check a config of these platforms, in a thread while their servers run here; give the faults and what was said."""
    monkeypatch.setenv("SECRET", "secret")
    monkeypatch.setattr(link, "JOIN_WITHIN", 0.3)
    monkeypatch.setattr(looking, "ANSWER_WITHIN", 2.0)

    async def look(*servers: tuple[str, Any], token: str = "", online: bool = True, lang: str = "en") -> tuple[list[str], str]:
        text = f'[show]\nlanguage = "{lang}"\n[web]\nport = 0\n'
        for name, server in servers:
            side = SIDES[name]
            monkeypatch.setenv(f"TOKEN_{name}", token or side.secret)
            save(tmp_path / f"{name}.json", Tokens("cid", token or side.secret, "spent", GRANTED.get(name, ())))
            more = side.text.replace("login.json", f"{name}.json").replace('"TOKEN"', f'"TOKEN_{name}"')
            text += f'[[channel]]\n{more}url = "{side.url(server)}"\n'
        (tmp_path / "livebot.toml").write_text(text)
        config, path = load_config(tmp_path / "livebot.toml")
        return await asyncio.to_thread(check, config, path, online=online), capsys.readouterr().out

    return look


@pytest.fixture(params=SIDES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_a_room_that_lets_livebot_in_is_told_as_right(asked: Callable[..., Any], name: str) -> None:
    """With a good token and a room that is there nothing is wrong, and that it was asked is said; no line was written."""
    async with SIDES[name].server() as server:
        faults, said = await asked((name, server))
        assert (faults, "(asked: it lets livebot in)" in said) == ([], True)
        if name != "restream":  # nothing can be written there
            assert server.accepted == []


async def test_a_wrong_token_is_told(asked: Callable[..., Any], name: str) -> None:
    """A token that the platform does not take, and that cannot be renewed, is told with what to do."""
    async with SIDES[name].server() as server:
        (fault,), said = await asked((name, server), token="b4d-t0k3n")
    assert ("the server gives no answer in time" if name == "ssn" else "the token is wrong or has expired") in fault  # a session is silent
    assert "b4d-t0k3n" not in fault + said and "lets livebot in" not in said


async def test_a_platform_that_is_away_is_told_and_not_asked_offline(asked: Callable[..., Any], name: str) -> None:
    """A server that is down is told as such, in the show's language; offline it is not asked and nothing is wrong."""
    async with SIDES[name].server() as server:
        pass
    (fault,), _ = await asked((name, server))
    assert "nothing listens at that address" in fault
    (fault,), _ = await asked((name, server), lang="ko")
    assert "그 주소에서 받는 프로그램이 없어요" in fault
    faults, said = await asked((name, server), online=False)
    assert (faults, "asked" in said) == ([], False)


def no_room(server: Any) -> None:
    server.rooms.clear()


def less_granted(server: Any) -> None:
    server.tokens["good"]["scopes"] = ["user:read:chat"]


def not_approved(server: Any) -> None:
    server.switches.refuse_session = 500


def chat_forbidden(server: Any) -> None:
    server.switches.forbidden = {"chat"}


def of_another(server: Any) -> None:
    server.switches.other_channel = "other"


def used_up(server: Any) -> None:
    server.quota_left = 0


def over(server: Any) -> None:
    server.chat, server.ended_at = None, server.stamp()


def nobody_there(server: Any) -> None:
    server.switches.absent = True


@pytest.mark.parametrize(
    ("name", "spoil", "told"),
    [
        ("irc", no_room, "is there such a room? See room in the config"),
        ("eventsub", less_granted, "this login lacks a permission: log in again with `livebot login` and allow all: user:write:chat"),
        ("youtube", used_up, "today's YouTube API quota is used up"),
        ("youtube", over, "the broadcast's chat has ended"),
        ("chzzk", not_approved, "see in its developer centre whether the app may read chat"),
        ("chzzk", chat_forbidden, "this login lacks a permission"),
        ("chzzk", of_another, "the token is of another channel"),
        ("ssn", nobody_there, "no Social Stream Ninja in this session"),
    ],
)
async def test_what_a_platform_says_is_missing_is_told(
    asked: Callable[..., Any], name: str, spoil: Callable[[Any], None], told: str
) -> None:
    """What only the platform knows is told in words, with what to do."""
    async with SIDES[name].server() as server:
        spoil(server)
        (fault,), _ = await asked((name, server))
    assert fault.startswith("[[channel]] ") and told in fault


async def test_a_broadcast_that_has_not_begun_is_no_fault(asked: Callable[..., Any]) -> None:
    """Before the broadcast YouTube has no chat: that is said, and nothing is wrong."""
    async with YouTubeServer() as server:
        server.chat = None
        faults, said = await asked(("youtube", server))
    assert (faults, "no live chat yet" in said) == ([], True)


async def test_nothing_is_changed_by_asking(asked: Callable[..., Any]) -> None:
    """No session is opened on Twitch and nothing subscribed at Kick: a show that runs meanwhile keeps what it has."""
    async with EventSubServer(time.time, asyncio.sleep) as twitch, KickServer() as kick:
        faults, _ = await asked(("eventsub", twitch), ("kick", kick))
        assert (faults, twitch.sessions, kick.subscriptions) == ([], {}, {})


async def test_all_are_asked_at_the_same_time(asked: Callable[..., Any]) -> None:
    """Servers that take a connection and say nothing cost the time of one, and each is told."""

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    deaf = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    address = type("Deaf", (), {"url": f"http://127.0.0.1:{deaf.sockets[0].getsockname()[1]}"})()
    began = time.monotonic()
    faults, _ = await asked(*((name, address) for name in SIDES if name != "irc"))
    assert time.monotonic() - began < 3 * looking.ANSWER_WITHIN
    assert len(faults) == 6
    assert all("the server gives no answer in time" in fault for fault in faults)
    deaf.close()


@pytest.mark.parametrize(
    ("standing", "send", "code", "detail"),
    [
        ({"login": "bot", "scopes": ["chat:read", "chat:edit"]}, True, "", "bot"),
        ({"login": "bot", "scopes": ["chat:read"]}, True, "scope_missing", "chat:edit"),
        ({"login": "bot", "scopes": ["chat:read"]}, False, "", "bot"),
        ({"login": "other", "scopes": ["chat:read", "chat:edit"]}, True, "other_account", "other"),
    ],
)
async def test_what_an_irc_token_may_is_asked(standing: dict[str, Any], send: bool, code: str, detail: str) -> None:
    """IRC itself does not say that a token may not write, or whose it is: Twitch is asked."""

    async def token(refused: bool) -> str:
        return "oauth:good"

    async with TwitchServer(Room("shop")) as irc, EventSubServer(time.time, asyncio.sleep) as twitch:
        twitch.tokens["good"].update(standing)
        account, tokens_at = Account("bot", token), f"{twitch.url}/oauth2"
        room = TwitchIrc("shop", clock=time.monotonic, account=account, send=send, url=irc.url, tokens_at=tokens_at)
        health = await room.try_once()
    assert (health.state, health.code, health.detail) == ("stopped" if code else "joined", code, detail)
