"""Rooms that need a login: `livebot login` gets it, `livebot check` says what it lacks, and the room made from the config works with it."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))  # for `servers`

from servers.twitch_eventsub import EventSubServer
from servers.youtube import VIDEO, YouTubeServer

from livebot.config import load_config
from livebot.core.events import ChatMessage
from livebot.errors import UserError
from livebot.platforms.base import Post
from livebot.platforms.login import Tokens, load, save
from livebot.platforms.twitch.eventsub.client import TwitchEventSub
from livebot.platforms.youtube.client import YouTube
from livebot.runtime import login
from livebot.runtime.check import check
from livebot.runtime.clock import ShowClock
from livebot.runtime.rooms import Rooms

TWITCH = '[[channel]]\nplatform = "twitch"\nroom = "shop"\nreader = "eventsub"\nsend = true\nlogin_file = "login.json"\nclient_id = "cid"\n'
YOUTUBE = f'[[channel]]\nplatform = "youtube"\nroom = "{VIDEO}"\nsend = true\nlogin_file = "login.json"\nclient_id = "cid"\n'
YOUTUBE += 'client_secret_env = "YOUTUBE_SECRET"\n'
MAY_ALL = ("user:read:chat", "user:write:chat")


@pytest.fixture
def config(tmp_path, monkeypatch):
    """Load a config whose login, if it is to have one, allows these permissions."""
    monkeypatch.setenv("YOUTUBE_SECRET", "secret")

    def make(text, scopes=None):
        if scopes is not None:
            save(tmp_path / "login.json", Tokens("cid", "good", "once", scopes))
        (tmp_path / "livebot.toml").write_text(text)
        return load_config(tmp_path / "livebot.toml")[0]

    return make


@pytest.mark.parametrize(("text", "platform"), [(TWITCH, "twitch"), (YOUTUBE, "youtube")])
def test_check_says_that_the_login_is_missing(config, text, platform):
    """Without the file the next step is the command that makes it."""
    (fault, *_) = check(config(text), None)
    assert "login.json" in fault
    assert f"livebot login {platform}" in fault


def test_check_names_each_permission_that_is_missing(config):
    """A login that may read but not write or announce lacks exactly these."""
    faults = check(config(TWITCH + 'post_as = "announcement"\n', ("user:read:chat",)), None)
    assert "the login lacks user:write:chat, moderator:manage:announcements" in faults[0]
    assert check(config(TWITCH, MAY_ALL), None) == []


def test_a_login_without_any_permission_lacks_all(config):
    """A file that names no permission gives none."""
    (fault,) = check(config(TWITCH, ()), None)
    assert "lacks user:read:chat, user:write:chat" in fault


def test_a_login_out_of_date_is_told(config, tmp_path, capsys):
    """Offline it is said that the token will be renewed; a Twitch login that lay unused for more than its 30 days is a fault."""
    loaded = config(TWITCH)
    for days, wrong in ((1, False), (31, True)):
        save(tmp_path / "login.json", Tokens("cid", "good", "once", MAY_ALL, time.time() - days * 86_400))
        faults = check(loaded, None)
        assert [f"was not used for {days} days" in fault for fault in faults] == [True] * wrong
        assert ("renewed when it is used" in capsys.readouterr().out) is not wrong


def test_a_login_serves_irc_too(config):
    """The same command gets a login for the IRC reader, which lacks what only EventSub asks for, and the other way round."""
    irc = TWITCH.replace('reader = "eventsub"', 'login = "bot"')
    assert check(config(irc, ("chat:read", "chat:edit")), None) == []
    (fault,) = check(config(irc, MAY_ALL), None)
    assert "lacks chat:read, chat:edit" in fault
    ((room, account),) = Rooms(config(irc, ("chat:read", "chat:edit")), ShowClock()).platforms
    assert (type(room).__name__, account, room.capabilities.send) == ("TwitchIrc", "bot", True)


def test_who_may_write_in_youtube_may_read(config):
    """A login for writing serves a room that is only read; one for reading lacks the right to write."""
    write, read = ("https://www.googleapis.com/auth/youtube",), ("https://www.googleapis.com/auth/youtube.readonly",)
    only_read = YOUTUBE.replace("send = true\n", "")
    assert check(config(only_read, write), None) == check(config(only_read, read), None) == []
    (fault,) = check(config(YOUTUBE, read), None)
    assert "lacks https://www.googleapis.com/auth/youtube\n" in fault


def test_check_counts_the_sessions_of_an_account(config):
    """Twitch gives an account three sessions; a fourth room over EventSub is told before the show."""
    rooms = [TWITCH.replace('"shop"', f'"shop{number}"') for number in range(4)]
    assert check(config("".join(rooms[:3]), MAY_ALL), None) == []
    (fault,) = check(config("".join(rooms)), None)
    assert "4 rooms over EventSub" in fault


def test_check_says_how_youtube_is_read(config, capsys, monkeypatch):
    """Without gRPC the chat is polled, and what to install is said."""
    may = config(YOUTUBE, ("https://www.googleapis.com/auth/youtube",))
    assert check(may, None) == []
    assert "streamed" in capsys.readouterr().out
    monkeypatch.setattr("livebot.runtime.check.find_spec", lambda name: None)
    check(may, None)
    assert "pip install 'livebot[youtube]'" in capsys.readouterr().out


@pytest.mark.parametrize(
    "text",
    [
        '[[channel]]\nplatform = "twitch"\nroom = "shop"\nreader = "eventsub"\n',
        '[[channel]]\nplatform = "youtube"\nroom = "mine"\ntoken_env = "KEY"\n',
        '[[channel]]\nplatform = "youtube"\nroom = "dQw4w9WgXcQ"\nsend = true\ntoken_env = "KEY"\n',
    ],
)
def test_a_room_that_needs_a_login_says_so(config, text):
    """EventSub, the own broadcast, and writing in YouTube need a login."""
    with pytest.raises(UserError, match="login_file"):
        config(text)


def test_what_is_no_video_is_told(config):
    """A YouTube room is a video's id, or the account's own broadcast."""
    with pytest.raises(UserError, match="no YouTube broadcast"):
        Rooms(config(YOUTUBE.replace(VIDEO, "myshop"), ("x",)), ShowClock())


async def test_logging_in_makes_a_room_that_reads_and_writes(config, capsys):
    """The code is shown, entered, and the login kept; with it the room of the config is joined, read and written to."""
    async with EventSubServer(time.time, asyncio.sleep) as server:
        server.interval = 0.05
        loaded = config(TWITCH + f'url = "{server.url}"\n')
        file = loaded.channel[0].login_file
        waiting = asyncio.ensure_future(login._log_in(loaded.channel, file, "ko"))
        await server.reached(lambda: server.device)
        server.device["grants"] = "good"
        await asyncio.wait_for(waiting, 10)
        shown = capsys.readouterr().out
        assert "ABCDEFGH" in shown
        assert "user:write:chat" in shown
        assert load(file).access_token == "good"
        ((room, _),) = Rooms(loaded, ShowClock()).platforms
        assert isinstance(room, TwitchEventSub)
        await reads_and_writes(room, server.say)
        assert server.accepted == ["네, 있어요"]


async def test_a_youtube_room_of_the_config_reads_and_writes(config):
    """With a login the video's chat is read and written to."""
    async with YouTubeServer() as server:
        loaded = config(YOUTUBE + f'url = "{server.url}"\n', ("https://www.googleapis.com/auth/youtube",))
        ((room, _),) = Rooms(loaded, ShowClock()).platforms
        assert isinstance(room, YouTube)
        await reads_and_writes(room, server.say)
        assert server.accepted == ["네, 있어요"]


async def reads_and_writes(room, say):
    """Run a room until it has read a viewer's line, and write one."""
    events, reports = [], []
    running = asyncio.ensure_future(room.run(events.append, reports.append))
    try:
        async with asyncio.timeout(20):
            while not any(health.state == "joined" for health in reports):
                await asyncio.sleep(0.01)
            assert (await room.send(Post("p", "네, 있어요"))).fate == "sent"
            await say("이거 얼마예요?")
            while not any(isinstance(event, ChatMessage) and event.text == "이거 얼마예요?" for event in events):
                await asyncio.sleep(0.01)
    finally:
        running.cancel()
        await asyncio.wait({running})


def test_a_platform_without_logins_is_told(tmp_path, monkeypatch):
    """What cannot be logged in to, and a config without a login_file, are the caller's error."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match="no login"):
        login.run_login("naver", None)
    with pytest.raises(UserError, match="no channel of twitch has a login_file"):
        login.run_login("twitch", None)


def test_an_app_must_be_named(tmp_path, monkeypatch):
    """Without a client id nothing is asked; the next step says where one comes from."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "livebot.toml").write_text(TWITCH.replace('client_id = "cid"\n', ""))
    with pytest.raises(UserError, match="client_id is missing") as told:
        login.run_login("twitch", None)
    assert "dev.twitch.tv" in told.value.next_step
