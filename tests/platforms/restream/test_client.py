"""The Restream client: what only it does. What every platform keeps is in `test_contract`."""

import random
from contextlib import asynccontextmanager

import pytest
from servers.restream import RestreamServer

from livebot.core.events import ChatMessage, Notice
from livebot.errors import UserError
from livebot.platforms.base import Post
from livebot.platforms.restream.client import Restream

from ..stage import FakeTime, running


async def good_token(refused):
    return "good"


@pytest.fixture
def time():
    return FakeTime()


@pytest.fixture
async def server(time):
    async with RestreamServer(time.clock) as started:
        yield started


@pytest.fixture
def joined(server, time):
    """Run a client that has joined: `async with joined() as ear`."""

    @asynccontextmanager
    async def run(room="all", **settings):
        defaults = {"token": good_token, "clock": time.clock, "sleep": time.sleep, "rng": random.Random(5)}
        async with running(Restream(room, url=f"{server.url.replace('http', 'ws')}/ws", **{**defaults, **settings})) as ear:
            await time.advance_until(lambda: "joined" in ear.states, 0.05)
            await time.advance_until(lambda: server.sockets, 0.05)
            yield ear

    return run


async def test_one_room_is_one_platform(joined, server, time):
    """A room takes the lines of its platform and what the seller writes in Restream; `all` takes every line."""
    async with joined("youtube") as one, joined("all") as every:
        await server.say("유튜브에서")
        await server.say("트위치에서", source=2)
        await server.emit("reply_created", {"replyUuid": "r1", "eventSourceId": 1, "text": "2만 9천원이에요"})
        await time.advance_until(lambda: len(every.texts) == 3)
        assert one.texts == ["유튜브에서", "2만 9천원이에요"]
        assert [m.author.roles for m in every.of(ChatMessage)] == [(), (), ("host",)]
        assert {m.author.id for m in every.of(ChatMessage)} == {"youtube:id-하늘", "twitch:id-하늘", "restream:seller"}


async def test_a_line_that_is_carried_over_counts_once(joined, server, time):
    """Restream can write one chat's lines into another: the copy that is read there is a bot's."""
    async with joined() as ear:
        await server.say("이거 얼마예요?")
        await server.emit("relay_accepted", {"relayUuid": "x", "text": "[YouTube: 하늘] 이거 얼마예요?"})
        await server.say("[YouTube: 하늘] 이거 얼마예요?", source=2, name="RestreamBot")
        await time.advance_until(lambda: len(ear.texts) == 2)
        assert [m.author.roles for m in ear.of(ChatMessage)] == [(), ("bot",)]


async def test_says_when_restream_cannot_read_a_chat(joined, server, time):
    """A connection of Restream's own that failed is told."""
    async with joined("youtube") as ear:
        failed = {"connectionUuid": "u1", "status": "error", "reason": "event_not_found"}
        await server.emit("connection_info", {**failed, "eventSourceId": 2})
        await server.emit("connection_info", {**failed, "eventSourceId": 13})
        await time.advance_until(lambda: ear.of(Notice))
        assert [(notice.kind, notice.text) for notice in ear.of(Notice)] == [("connection_error", "youtube: event_not_found")]


async def test_a_heartbeat_that_stays_out_is_an_end(joined, server, time):
    """A stream that still answers pings but sends no heartbeat is left for a new one; lines count as one."""
    async with joined() as ear:
        for _ in range(4):
            await server.heartbeat()
            await time.advance(45)
        assert ear.states == ["connecting", "joined"]
        await time.advance_until(lambda: "silent" in ear.codes)
        await time.advance_until(lambda: ear.states.count("joined") == 2)


async def test_renews_a_refused_token_once(joined, server, time):
    """A refused token is asked for anew, and the address with it is told nobody."""

    async def token(refused):
        return "fresh" if refused else "stale"

    server.tokens = {"fresh"}
    async with joined(token=token) as ear:
        assert ear.codes == ["auth_failed"]
        assert server.knocks == 2
        assert "fresh" not in repr(ear.reports)


async def test_it_is_read_only(joined, server, time):
    """Nothing is written, and that is said."""
    async with joined() as ear:
        assert not ear.client.capabilities.send
        result = await ear.client.send(Post("p", "안녕하세요"))
        assert (result.fate, result.why) == ("dropped", "read_only")
        assert server.heard == []


def test_a_room_is_a_platform_of_restream():
    """A name that Restream does not have, or an address that is not encrypted, is refused at once."""
    with pytest.raises(UserError, match="youtube"):
        Restream("navertv", token=good_token, clock=lambda: 0.0)
    with pytest.raises(UserError):
        Restream("all", token=good_token, clock=lambda: 0.0, url="ws://chat.api.restream.io/ws")
