"""Real Twitch chat clients judge the Twitch-like server: what holds for them holds for Twitch as far as it is known."""

import importlib.util
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest
from servers.twitch_irc import Room, TwitchServer

from ..judging import judge, needs_node

needs_tmi = needs_node("tmi.js")
needs_twitchapi = pytest.mark.skipif(importlib.util.find_spec("twitchAPI") is None, reason="needs twitchAPI (the dev extra)")


@pytest.fixture
async def shop() -> AsyncIterator[TwitchServer]:
    async with TwitchServer(Room("shop", mods={"helper"}, months={"mina": 14})) as server:
        yield server


def node(script: str, server: TwitchServer, *more: str) -> Any:
    return judge("node", script, str(server.port), *more)


@needs_tmi
async def test_tmi_js_joins_reads_and_writes(shop):
    """tmi.js logs in, joins, gets its pong, reads chatters with their standing, and its own line is answered."""
    async with node("tmi.mjs", shop, "good") as tmi:
        await tmi.tells("connected")
        await tmi.tells("join")
        await tmi.tells("pong")
        said = await shop.say("mina", "이거 얼마예요?", name="미나")
        read = await tmi.reads("이거 얼마예요?")
        assert (read["id"], read["name"], read["subscriber"], read["info"]) == (said, "미나", True, {"subscriber": "14"})
        await shop.say("helper", "배송은 내일")
        assert (await tmi.reads("배송은 내일"))["mod"] is True
        await shop.say("mina", "/me 손 흔들기")
        assert (await tmi.reads("손 흔들기"))["kind"] == "action"
        await shop.say("mina", "say 안녕하세요")
        await tmi.tells("said")
        await shop.until(lambda: shop.accepted == ["안녕하세요"])


@needs_tmi
async def test_tmi_js_understands_moderation_and_notices(shop):
    """tmi.js reads deletions, timeouts, bans, a cleared room, modes, a resubscription with text, and a refusal."""
    async with node("tmi.mjs", shop, "good") as tmi:
        await tmi.tells("roomstate")
        said = await shop.say("troll", "나쁜 말")
        await shop.delete(said, "troll", "나쁜 말")
        await shop.ban("troll", 600)
        await shop.ban("troll")
        await shop.clear()
        await shop.mode(slow="5")
        await shop.notice("resub", "mina", "mina subscribed", "오늘 뭐 나와요?", extra={"msg-param-cumulative-months": "14"})
        assert await tmi.tells("deleted") == {"event": "deleted", "name": "troll", "text": "나쁜 말", "id": said}
        assert (await tmi.tells("timeout"))["seconds"] == 600
        assert (await tmi.tells("ban"))["name"] == "troll"
        await tmi.tells("clearchat")
        await tmi.tells("roomstate", lambda values: values["slow"] == "5")
        assert (await tmi.tells("resub"))["text"] == "오늘 뭐 나와요?"
        shop.rooms["shop"].banned.add("bot")
        await shop.say("mina", "say 저요")
        assert (await tmi.tells("notice"))["code"] == "msg_banned"


@needs_tmi
async def test_tmi_js_is_turned_away_with_a_bad_token(shop):
    """tmi.js recognises the refusal of its token by Twitch's very words."""
    async with node("tmi.mjs", shop, "stale") as tmi:
        assert (await tmi.tells("failed"))["reason"] == "Login authentication failed"


@needs_tmi
async def test_tmi_js_reads_anonymously_and_follows_reconnect(shop):
    """tmi.js reads without an account, and takes RECONNECT for what it is."""
    async with node("tmi.mjs", shop) as tmi:
        await tmi.tells("roomstate")
        await shop.say("mina", "hello")
        await tmi.reads("hello")
        await shop.fault("reconnect")
        await tmi.tells("disconnected")
        await shop.until(lambda: shop.opened == 2 and shop.in_room())
        await shop.say("mina", "again")
        await tmi.reads("again")


@needs_tmi
async def test_twurple_reads_a_room(shop):
    """twurple negotiates capabilities in its own way, joins anonymously and reads lines, replies, actions and moderation."""
    async with node("twurple.mjs", shop) as twurple:
        await twurple.tells("roomstate")
        first = await shop.say("mina", "이거 얼마예요?", name="미나")
        await shop.say("shop", "29,900원이에요", extra={"reply-parent-msg-id": first})
        read = await twurple.reads("이거 얼마예요?")
        assert (read["id"], read["userName"], read["name"]) == (first, "mina", "미나")
        assert (read["isSubscriber"], read["info"]) == (True, {"subscriber": "14"})
        answer = await twurple.reads("29,900원이에요")
        assert (answer["isBroadcaster"], answer["parent"]) == (True, first)
        await shop.say("mina", "/me 손 흔들기")
        assert (await twurple.tells("action"))["text"] == "손 흔들기"
        await shop.delete(first, "mina", "이거 얼마예요?")
        assert (await twurple.tells("deleted"))["id"] == first
        await shop.ban("troll", 600)
        assert (await twurple.tells("timeout"))["seconds"] == 600
        await shop.ban("troll")
        assert (await twurple.tells("ban"))["user"] == "troll"
        await shop.clear()
        await twurple.tells("clear")
        await shop.mode(slow="5")
        await twurple.tells("roomstate", lambda values: values["slow"] == "5")


@needs_tmi
@pytest.mark.parametrize("fault", ["rst", "garbage"])
async def test_twurple_comes_back_after_a_fault(shop, fault):
    """twurple sees the injected fault as a lost connection, comes back and reads on."""
    async with node("twurple.mjs", shop) as twurple:
        await twurple.tells("roomstate")
        await shop.fault(fault)
        await twurple.tells("disconnected")
        if fault == "rst":
            await shop.until(lambda: shop.opened == 2 and shop.in_room())
            await shop.say("mina", "again")
            await twurple.reads("again")


@needs_twitchapi
async def test_twitchapi_joins_reads_and_replies(shop):
    """twitchAPI's Chat logs in, joins, reads a chatter with their standing, and its reply names the parent."""
    async with judge(sys.executable, "twitchapi_chat.py", str(shop.port), "good") as chat:
        await chat.tells("ready")
        said = await shop.say("mina", "say 네", name="미나")
        read = await chat.reads("say 네")
        assert (read["id"], read["name"], read["subscriber"], read["mod"]) == (said, "미나", True, False)
        await shop.until(lambda: any(f"reply-parent-msg-id={said}" in line for line in shop.clients[0].received))
        await shop.until(lambda: shop.accepted == ["네"])
