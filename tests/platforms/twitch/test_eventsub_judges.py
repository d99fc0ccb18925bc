"""Real clients of EventSub and Helix judge the Twitch-like server: what they read, how they follow it, what they write."""

import asyncio
import importlib.util
import sys
import time
from collections.abc import AsyncIterator

import pytest
from servers.twitch_eventsub import EventSubServer

from ..judging import judge

JUDGES = [
    pytest.param(script, marks=pytest.mark.skipif(importlib.util.find_spec(package) is None, reason=f"needs {package}"))
    for script, package in (("twitchapi_eventsub.py", "twitchAPI"), ("twitchio_eventsub.py", "twitchio"))
]


@pytest.fixture
async def twitch() -> AsyncIterator[EventSubServer]:
    async with EventSubServer(time.time, asyncio.sleep) as server:
        yield server


@pytest.mark.parametrize("script", JUDGES)
async def test_real_clients_read_write_and_follow(twitch, script):
    """They subscribe, read a chatter with their months, write a line, and read on after a session was moved and after it broke."""
    async with judge(sys.executable, script, str(twitch.port), "good") as client:
        await client.tells("ready")
        assert (await client.tells("sent"))["is_sent"] is True
        assert twitch.accepted == ["네, 있어요"]
        said = await twitch.say("이거 얼마예요?")
        read = await client.reads("이거 얼마예요?")
        assert (read["id"], read["name"], read["user"], read["badges"]) == (said, "미나", "5001", {"subscriber": "14"})
        await twitch.order_reconnect()
        await twitch.reached(lambda: twitch.knocks == 2 and len(twitch.sockets) == 1)
        await twitch.say("still here?")
        await client.reads("still here?")
        await twitch.fault("rst")
        await twitch.reached(
            lambda: twitch.knocks == 3 and any("channel.chat.message" in session.subscriptions for session in twitch.sessions.values())
        )
        await twitch.say("again")
        await client.reads("again")
