"""The client against the Twitch-like server: what it hands on, and that it comes back from every fault."""

import asyncio
import random
import time

import pytest
from servers.twitch_irc import Room, TwitchServer

from livebot.core.events import AuthorBanned, ChatCleared, ChatMessage, Gap, MessageDeleted, Notice
from livebot.errors import PlatformError, UserError
from livebot.platforms.base import Health
from livebot.platforms.twitch.client import Account, TwitchIrc


async def test_reads_a_room_anonymously(server, connect):
    """Without an account, chat lines come with author, roles, months, text, reply and Twitch's time."""
    async with connect() as ear:
        await ear.joined()
        first = await server.say("mina", "이거 얼마예요?", name="미나")
        await server.say("shop", "@미나 29,900원이에요", extra={"reply-parent-msg-id": first})
        await ear.until(lambda: len(ear.texts) == 2)
        asked, answered = ear.of(ChatMessage)
        assert asked.author.name == "미나"
        assert (asked.author.roles, asked.author.months) == (("subscriber",), 14)
        assert asked.channel == ear.client.channel == "twitch:shop"
        assert asked.at == pytest.approx(time.time(), abs=5)
        assert answered.reply_to == asked.id == f"twitch:{first}"
        assert answered.author.roles == ("host",)
        assert not ear.client.capabilities.send


async def test_hands_on_moderation(server, connect):
    """Deleted lines, timeouts, bans, a cleared room and room modes arrive as events."""
    async with connect() as ear:
        await ear.joined()
        said = await server.say("troll", "…")
        await server.delete(said, "troll", "…")
        await server.ban("troll", 600)
        await server.ban("troll")
        await server.clear()
        await server.mode(slow="5")
        await ear.until(lambda: "slow=5" in [n.text for n in ear.of(Notice)])
        troll = ear.of(ChatMessage)[0].author.id
        assert [d.message for d in ear.of(MessageDeleted)] == [f"twitch:{said}"]
        assert [(b.author, b.seconds) for b in ear.of(AuthorBanned)] == [(troll, 600.0), (troll, None)]
        assert len(ear.of(ChatCleared)) == 1


@pytest.mark.parametrize("fault", ["rst", "fin", "close1001", "garbage"])
async def test_comes_back_after_a_broken_connection(server, connect, fault):
    """After a reset, a silent end, a going-away or bytes that are no frame, the room is joined again and the gap is told."""
    async with connect() as ear:
        await ear.joined()
        await server.say("mina", "before")
        await ear.until(lambda: ear.texts == ["before"])
        start = time.monotonic()
        await server.fault(fault)
        await ear.joined(2)
        assert time.monotonic() - start < 1.0
        await server.until(lambda: len(server.in_room()) == 1)
        await server.say("mina", "after")
        await ear.until(lambda: ear.texts == ["before", "after"])
        assert ear.states == ["connecting", "joined", "reconnecting", "joined"]
        assert [gap.channel for gap in ear.of(Gap)] == ["twitch:shop"]


@pytest.mark.parametrize("fault", ["reconnect", "bad_utf8"])
async def test_moves_to_a_new_connection_before_it_drops_the_old(server, connect, fault):
    """When Twitch asks to reconnect or sends broken text, no line that it delivers is lost or comes twice, and no gap is told."""
    async with connect() as ear:
        await ear.joined()
        said: list[str] = []

        async def chat() -> None:
            while server.opened == 1 or len(server.clients) == 2:  # until the old connection is gone
                said.append(await server.say("mina", f"line {len(said)}"))
                await asyncio.sleep(0.001)

        await server.fault(fault)
        await asyncio.wait_for(chat(), 20)
        said.append(await server.say("mina", "last"))
        await ear.until(lambda: "last" in ear.texts)
        assert [m.id for m in ear.of(ChatMessage) if m.author.name == "mina"] == [f"twitch:{one}" for one in said]
        assert not ear.of(Gap)
        assert "reconnecting" not in ear.states


async def test_reads_the_good_lines_of_a_frame_with_broken_bytes(server, connect):
    """Broken UTF-8 becomes U+FFFD and is counted; the other lines of that frame are read."""
    async with connect() as ear:
        await ear.joined()
        await server.fault("bad_utf8")
        await ear.until(lambda: len(ear.texts) == 2)
        assert ear.texts == ["\ufffd\ufffd broken \ufffd\ufffd", "whole"]
        assert ear.client.counts["unknown:frame:broken UTF-8"] == 1


async def test_finds_a_half_open_connection(server, connect, fake_time):
    """A peer that vanished without a word is found 11 s after its last sign of life, and the gap is counted from there."""
    async with connect(clock=fake_time.clock, sleep=fake_time.sleep) as ear:
        await fake_time.advance_until(lambda: "joined" in ear.states)
        await fake_time.advance_until(lambda: fake_time.now >= 1020)
        await server.until(lambda: "PING :livebot" in server.clients[0].received)
        assert ear.states == ["connecting", "joined"]  # a quiet room that answers pings is well
        await server.say("mina", "still here")
        await ear.until(lambda: ear.texts == ["still here"])
        await server.fault("half_open")
        heard = fake_time.now
        await fake_time.advance_until(lambda: "silent" in ear.codes)
        assert fake_time.now - heard <= 12
        await fake_time.advance_until(lambda: ear.states.count("joined") == 2)
        assert ear.of(Gap)[0].seconds == pytest.approx(11, abs=1)


async def test_answers_the_servers_pings(connect):
    """A server that asks for a sign of life gets it and keeps the connection."""
    async with TwitchServer(ping_every=0.02, pong_within=0.5) as server, connect(url=server.url) as ear:
        await ear.joined()
        await server.until(lambda: sum(line.startswith("PONG") for line in server.clients[0].received) >= 2)
        assert server.opened == 1


@pytest.mark.parametrize("switch", ["duplicate", "shuffle_tags", "split_bursts"])
async def test_reads_however_twitch_sends(server, connect, switch):
    """Repeated lines, tags in any order and bursts cut into single frames change nothing in what is handed on."""
    setattr(server.switches, switch, True)
    async with connect() as ear:
        await ear.joined()
        said = await server.burst(100)
        await server.say("mina", "last")
        await ear.until(lambda: "last" in ear.texts)
        assert [m.id for m in ear.of(ChatMessage)][:-1] == [f"twitch:{one}" for one in said]
        assert len({m.author.id for m in ear.of(ChatMessage)}) == 98
        assert ear.client.counts["duplicate"] == (101 if switch == "duplicate" else 0)


async def test_reads_a_burst(server, connect):
    """A thousand lines at once all arrive, once and in order."""
    async with connect() as ear:
        await ear.joined()
        said = await server.burst(1000)
        await ear.until(lambda: len(ear.texts) == 1000)
        assert [m.id for m in ear.of(ChatMessage)] == [f"twitch:{one}" for one in said]


async def test_tells_that_a_room_gives_no_answer(server, connect, fake_time):
    """A room that does not exist is silent: after 10 s that is reported, and tried again without hurry."""
    async with connect("nobody", clock=fake_time.clock, sleep=fake_time.sleep) as ear:
        await fake_time.advance_until(lambda: "join_timeout" in ear.codes)
        assert fake_time.now < 1012
        server.rooms["nobody"] = Room("nobody")
        await fake_time.advance_until(lambda: "joined" in ear.states)


async def test_a_refused_token_is_refreshed_once(server, connect, account):
    """When Twitch refuses the token, a fresh one is asked for; with it the room is joined."""
    asked: list[bool] = []

    async def token(refused: bool) -> str:
        asked.append(refused)
        return "good" if refused else "expired"

    async with connect(account=account(token)) as ear:
        await ear.joined()
        assert asked == [False, True]
        await server.fault("rst")
        await ear.joined(2)
        assert server.in_room()[0].nick == "bot"


async def test_stops_when_the_fresh_token_is_refused_too(server, connect, account):
    """A token that stays bad ends the run with the reason, after two tries and no more."""

    async def token(refused: bool) -> str:
        return "bad"

    client = TwitchIrc("shop", account=account(token), url=server.url, clock=time.monotonic)
    reports: list[Health] = []
    await asyncio.wait_for(client.run(lambda event: None, reports.append), 10)
    assert (reports[-1].state, reports[-1].code, reports[-1].detail) == ("stopped", "auth_failed", "Login authentication failed")
    assert server.opened == 2


@pytest.mark.parametrize(("next_token", "state"), [("fresh", "joined"), ("bad", "stopped")])
async def test_a_login_that_ends_during_the_show(server, connect, account, next_token, state):
    """Twitch may say in the middle of a show that the login is no good any more: a fresh token goes on, none ends the run with words."""
    asked = []

    async def token(refused: bool) -> str:
        asked.append(refused)
        return next_token if refused else "good"

    async with connect(account=account(token)) as ear:
        await ear.joined()
        server.tokens = {"fresh": "bot"}
        await server.clients[0].send(":tmi.twitch.tv NOTICE * :Login authentication failed")
        await ear.until(lambda: len(ear.states) > 3 and ear.states[-1] == state)
        assert ear.reports[2].code == "auth_failed"
        assert (asked.count(True), server.opened <= 3) == (1, True)


async def test_a_line_that_came_ten_minutes_late_is_backlog(server, connect):
    """What Twitch hands on much later is read, but not to be answered; that our clock is wrong makes no line late."""
    async with connect() as ear:
        await ear.joined()
        for skew, text in ((86_400.0, "in time"), (86_400.0 - 660.0, "late"), (86_400.0 + 3.0, "in time again")):
            server.switches.skew = skew
            await server.say("mina", text)
        await ear.until(lambda: len(ear.texts) == 3)
        assert [line.backlog for line in ear.of(ChatMessage)] == [False, True, False]


async def test_a_token_that_cannot_be_had_is_waited_for(server, connect, account):
    """While the token's source is down it is asked again; when it says that there is none, the run ends."""
    answers = iter([PlatformError("the token server is down"), "good"])

    async def token(refused: bool) -> str:
        answer = next(answers)
        if isinstance(answer, PlatformError):
            raise answer
        return answer

    async with connect(account=account(token)) as ear:
        await ear.joined()
        assert ear.codes == ["token_unavailable"]

    async def none(refused: bool) -> str:
        return "with space"

    client = TwitchIrc("shop", account=account(none), url=server.url, clock=time.monotonic)
    reports: list[Health] = []
    await asyncio.wait_for(client.run(lambda event: None, reports.append), 10)
    assert reports[-1].code == "auth_failed"


@pytest.mark.parametrize(("what", "code"), [("banned", "banned"), ("suspended", "room_suspended")])
async def test_stops_when_the_room_is_closed_to_us(server, account, what, code):
    """Banned from the room, or the room suspended: the run ends and says so, without another try."""
    server.rooms["shop"].banned = {"bot"}
    server.rooms["shop"].suspended = what == "suspended"
    client = TwitchIrc("shop", account=account(), url=server.url, clock=time.monotonic)
    reports: list[Health] = []
    await asyncio.wait_for(client.run(lambda event: None, reports.append), 10)
    assert (reports[-1].state, reports[-1].code) == ("stopped", code)
    assert server.opened == 1


async def test_a_long_outage_is_tried_seldom_and_ended_soon(server, connect, fake_time):
    """In five minutes without a server there are at most 40 tries; after 3 s or 60 s it is back within 1 s or 5 s of the server."""
    async with connect(clock=fake_time.clock, sleep=fake_time.sleep) as ear:
        await fake_time.advance_until(lambda: "joined" in ear.states, 0.05)
        for outage, back_within, joins in ((3.0, 1.05, 2), (60.0, 5.1, 3)):
            await fake_time.advance(31)
            await server.stop()
            await ear.until(lambda: ear.reports[-1].state == "reconnecting")
            gone = fake_time.now
            await fake_time.advance_until(lambda gone=gone, outage=outage: fake_time.now >= gone + outage, 0.05)
            await server.start()
            up = fake_time.now
            await fake_time.advance_until(lambda joins=joins: ear.states.count("joined") == joins, 0.05)
            assert fake_time.now - up <= back_within
        await fake_time.advance(31)
        await server.stop()
        tries = len(ear.reports)
        gone = fake_time.now
        await fake_time.advance_until(lambda: fake_time.now >= gone + 300, 0.25)
        assert 10 < len(ear.reports) - tries <= 40


async def test_a_server_that_throws_us_out_each_time_is_not_hammered(server, connect, fake_time):
    """Joined and dropped again and again, the client slows down and never trips the join limit."""
    async with connect(clock=fake_time.clock, sleep=fake_time.sleep) as ear:
        start = fake_time.now
        for times in range(1, 30):
            await fake_time.advance_until(lambda times=times: ear.states.count("joined") == times, 0.1)
            await server.until(lambda: server.in_room())
            await server.fault("rst")
            await ear.until(lambda times=times: ear.states.count("reconnecting") >= times)
        assert fake_time.now - start > 60
        assert set(ear.codes) <= {"lost", "closed"}


async def test_rooms_of_one_account_join_at_twitchs_pace(fake_time, account):
    """Thirty rooms of one account are joined without exceeding 20 logins in 10 s, which would cost the connection."""
    rooms = [Room(f"shop{n}") for n in range(30)]
    async with TwitchServer(*rooms, clock=fake_time.clock) as server, asyncio.TaskGroup() as group:
        shared = account()
        reports: list[Health] = []
        tasks = [
            group.create_task(
                TwitchIrc(
                    room.login, account=shared, url=server.url, clock=fake_time.clock, sleep=fake_time.sleep, rng=random.Random(n)
                ).run(lambda event: None, reports.append)
            )
            for n, room in enumerate(rooms)
        ]
        await fake_time.advance_until(lambda: sum(health.state == "joined" for health in reports) == 30)
        assert fake_time.now - 1000 > 10
        assert server.opened == 30
        assert not [health for health in reports if health.state == "reconnecting"]
        for task in tasks:
            task.cancel()


async def test_leaves_no_task_behind(server, connect):
    """After many faults and the end of the run, no task of the client is left."""
    before = len(asyncio.all_tasks())
    async with connect() as ear:
        for times, fault in enumerate(["rst", "fin", "garbage"], 1):
            await ear.joined(times)
            await server.until(lambda: server.in_room())
            await server.fault(fault)
        await ear.joined(4)
    await server.until(lambda: not server.clients)
    assert len(asyncio.all_tasks()) <= before


@pytest.mark.parametrize("room", ["", "shop\r\nPRIVMSG #shop :hi", "쇼핑", "two words", "#"])
def test_refuses_what_is_no_room(room):
    """A room's name that could not be one, or that would smuggle in a line, is a user's error."""
    with pytest.raises(UserError):
        TwitchIrc(room, clock=time.monotonic)


def test_does_not_send_a_token_in_the_clear(account):
    """A token goes only over wss, or to this machine."""
    with pytest.raises(UserError):
        TwitchIrc("shop", account=account(), url="ws://irc.example.com/", clock=time.monotonic)
    with pytest.raises(UserError):
        Account("bot")
