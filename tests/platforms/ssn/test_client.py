"""The client of Social Stream Ninja's relay: what only it does. What every platform keeps is in `test_contract`."""

import random
from contextlib import asynccontextmanager

import pytest
from servers.ssn import SESSION, SsnRelay

from livebot.core.events import ChatMessage, Gap, Notice
from livebot.errors import UserError
from livebot.platforms.ssn.client import SocialStream

from ..stage import FakeTime, running, send


async def session(refused):
    return SESSION


@pytest.fixture
def time():
    return FakeTime()


@pytest.fixture
async def server(time):
    async with SsnRelay(time.clock) as started:
        yield started


@pytest.fixture
def listen(server, time):
    """Run a client for the length of the block."""

    @asynccontextmanager
    async def run(room="tiktok", **settings):
        defaults = {"token": session, "clock": time.clock, "sleep": time.sleep, "rng": random.Random(5)}
        async with running(SocialStream(room, url=server.url.replace("http", "ws"), **{**defaults, **settings})) as ear:
            yield ear

    return run


@pytest.fixture
def joined(listen, time):
    """Run a client that has joined."""

    @asynccontextmanager
    async def run(*args, **settings):
        async with listen(*args, **settings) as ear:
            await time.advance_until(lambda: "joined" in ear.states, 0.05)
            yield ear

    return run


async def test_says_that_no_ssn_is_there(listen, server, time):
    """The relay answers also when the seller's browser is closed: that is said, and over when it is opened."""
    server.switches.absent = True
    async with listen() as ear:
        await time.advance_until(lambda: "ssn_absent" in ear.codes)
        await time.advance(60)
        assert "joined" not in ear.states
        assert server.knocks == 1
        server.switches.absent = False
        await time.advance_until(lambda: "joined" in ear.states)


async def test_notices_that_ssn_went_away(joined, server, time):
    """An SSN that goes away during the show is found, its lines in between are told as a gap, and posts are dropped with that reason."""
    async with joined() as ear:
        server.switches.absent = True
        await time.advance_until(lambda: "ssn_absent" in ear.codes)
        result = await send(time, ear.client, "안녕하세요")
        assert (result.fate, result.why) == ("dropped", "ssn_absent")
        server.switches.absent = False
        await time.advance_until(lambda: ear.states.count("joined") == 2)
        assert [gap.why for gap in ear.of(Gap)] == ["ssn_absent"]


async def test_a_line_outweighs_what_was_answered_before(listen, server, time, monkeypatch):
    """An SSN that is opened while the relay still looks for one is not taken for absent by the answer that comes after its first line."""
    server.switches.absent = True
    answer, opened = server._answer, []

    async def open_then_answer(client, data, result):
        if not opened:
            opened.append(await server.say("열었어요"))
        await answer(client, data, result)

    monkeypatch.setattr(server, "_answer", open_then_answer)
    async with listen() as ear:
        await time.advance_until(lambda: ear.texts)
        await server.say("또 왔어요")  # after the answer
        await time.advance_until(lambda: "또 왔어요" in ear.texts)
        assert ear.states == ["connecting", "joined"]


async def test_a_line_shows_that_ssn_is_there(listen, server, time):
    """An SSN too old to answer questions is there all the same; so is one whose line comes in."""
    server.switches.old = True
    async with listen() as ear:
        await time.advance_until(lambda: "joined" in ear.states)
        await server.say("안녕")
        await time.advance_until(lambda: ear.texts)


async def test_one_room_is_one_site(joined, server, time):
    """A room takes the lines of its site, and posts go to that site; the room `all` takes every line and writes everywhere."""
    async with joined("tiktok") as one, joined("all") as every:
        await server.say("틱톡에서")
        await server.say("숲에서", type="sooplive")
        await server.say("팔로우", type="sooplive", event="followed")
        await time.advance_until(lambda: every.of(Notice))
        assert (one.texts, every.texts) == (["틱톡에서"], ["틱톡에서", "숲에서"])
        assert [m.author.id for m in every.of(ChatMessage)] == ["tiktok:id-하늘", "sooplive:id-하늘"]
        await send(time, one.client, "하나")
        await send(time, every.client, "모두")
        assert server.targets == ["tiktok", None]


async def test_own_lines_are_the_bots_and_the_hosts_are_not(joined, server, time):
    """What livebot wrote comes back as a bot's line, though it bears the seller's name; what the seller types is the host's."""
    async with joined(host="shop") as ear:
        await send(time, ear.client, "A&B <세트>는 내일 출발해요")
        await server.say("오늘 특가예요", name="우리가게", userid="shop")
        await server.say("저도 주인이에요", name="우리가게", userid="troll")
        await server.say("제가 주인이에요", name="shop", userid="troll")
        await time.advance_until(lambda: len(ear.texts) == 4)
        told = ear.of(ChatMessage)
        assert [m.author.roles for m in told] == [("bot",), ("host",), (), ()]


async def test_where_a_site_has_no_ids_the_name_is_the_host(joined, server, time):
    """On a site that knows people by their names alone, the seller's name is what there is."""
    async with joined(host="우리가게") as ear:
        await server.say("오늘 특가예요", name="우리가게", userid=None)
        await time.advance_until(lambda: ear.texts)
        assert [m.author.roles for m in ear.of(ChatMessage)] == [("host",)]


async def test_a_written_line_is_known_by_the_id_it_came_back_with(joined, server, time):
    """The fate of a post bears the id of the line that it became."""
    async with joined() as ear:
        result = await send(time, ear.client, "안녕하세요")
        told = ear.of(ChatMessage)
        assert (result.fate, result.message) == ("sent", told[0].id)


async def test_a_line_that_comes_back_is_sent(joined, server, time):
    """Where SSN says nothing, its own sight of the line is the proof; without either nobody knows."""
    server.switches.silent_send = True
    async with joined() as ear:
        assert (await send(time, ear.client, "하나")).fate == "sent"
        server.switches.no_echo = True
        result = await send(time, ear.client, "둘")
        assert (result.fate, result.why) == ("unknown", "no_answer")


async def test_numbers_that_begin_anew_hide_no_line(joined, server, time):
    """When SSN is started anew its numbers begin again: new lines with old numbers come in all the same."""
    async with joined() as ear:
        await server.say("첫 줄")
        server.restart()
        await server.say("새 줄")
        await server.repeat()
        await server.say("첫 줄", id=9)
        await time.advance_until(lambda: len(ear.texts) == 3)
        assert ear.texts == ["첫 줄", "새 줄", "첫 줄"]


async def test_the_session_is_told_to_nobody(listen, server, time):
    """The session's id is the only secret: it is in no address, and in nothing that is told."""
    await server.stop()
    async with listen() as ear:
        await time.advance_until(lambda: len(ear.reports) >= 3)
        assert SESSION not in repr(ear.reports)
        assert await ear.client._find() == server.url.replace("http", "ws")


async def test_stops_at_a_session_that_cannot_be_one(listen, time):
    """What cannot be a session's id is not tried."""

    async def wrong(refused):
        return "a b/c"

    async with listen(token=wrong) as ear:
        await time.advance_until(lambda: "stopped" in ear.states)
        assert ear.reports[-1].code == "ssn_session"


def test_an_address_must_be_private():
    """An address that is not encrypted is refused at once."""
    with pytest.raises(UserError):
        SocialStream("tiktok", token=session, clock=lambda: 0.0, url="ws://io.socialstream.ninja")
