"""The EventSub client against the Twitch-like server: moved sessions, revocation, leftovers, the login, and every way a line may fare."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from servers.twitch_eventsub import GRACE, SCOPES

from livebot.core.events import ChatMessage, Gap, MessageDeleted, Notice
from livebot.errors import UserError
from livebot.platforms.base import Post
from livebot.platforms.login import load
from livebot.platforms.twitch.eventsub import wire
from livebot.platforms.twitch.eventsub.client import Addresses, TwitchEventSub
from livebot.platforms.twitch.helix import Helix

from ..stage import running


@pytest.fixture
def joined(over_eventsub, fake_time):
    """Run a client that has joined and subscribed to everything: `async with joined() as ear`."""

    @asynccontextmanager
    async def run(**settings):
        async with running(over_eventsub(**settings)) as ear:
            await fake_time.advance_until(lambda: "joined" in ear.states, 0.05)
            yield ear

    return run


async def sent(ear, time, text="네, 있어요", **post):
    """Write a line, moving the clock until its fate is known."""
    task = asyncio.ensure_future(ear.client.send(Post("p", text, **post)))
    await time.advance_until(task.done, 0.1)
    return task.result()


async def test_a_moved_session_loses_nothing(eventsub, joined, fake_time):
    """While the session moves, lines on the old and the new connection are each handed on once; nothing is subscribed again."""
    async with joined() as ear:
        await eventsub.reached(lambda: len(next(iter(eventsub.sessions.values())).subscriptions) == len(wire.SUBSCRIPTIONS))
        session = next(iter(eventsub.sessions.values()))
        before = dict(session.subscriptions)
        await eventsub.order_reconnect()
        said = [await eventsub.say(f"line {number}") for number in range(20)]
        await eventsub.repeat()
        await fake_time.advance_until(lambda: eventsub.knocks == 2 and len(eventsub.sockets) == 1, 0.05)
        said.append(await eventsub.say("after"))
        await ear.until(lambda: "after" in ear.texts)
        await fake_time.advance(GRACE + 5)
        assert [message.id for message in ear.of(ChatMessage)] == [f"twitch:{one}" for one in said]
        assert session.subscriptions == before
        assert not ear.of(Gap)
        assert ear.states == ["connecting", "joined"]


async def test_a_move_that_fails_begins_anew(eventsub, joined, fake_time):
    """When the address of a moved session is dead, a fresh session is opened and subscribed, and the gap is told."""
    async with joined() as ear:
        for session in list(eventsub.sessions.values()):
            await eventsub._tell(session, "session_reconnect", {"session": {"id": session.id, "reconnect_url": "ws://127.0.0.1:9/ws"}})
        await fake_time.advance_until(lambda: ear.states.count("joined") == 2, 0.05)
        await eventsub.say("after")
        await ear.until(lambda: ear.texts == ["after"])
        assert len(ear.of(Gap)) == 1


@pytest.mark.parametrize("code", [4000, 4002, 4003, 4004, 4005, 4006, 4007])
async def test_comes_back_after_each_close_code(eventsub, joined, fake_time, code):
    """Whatever EventSub closes with, a fresh session reads the room again."""
    async with joined() as ear:
        await eventsub.close(code)
        await fake_time.advance_until(lambda: ear.states.count("joined") == 2, 0.05)
        assert ear.reports[-2].detail == f"WebSocket {code}"


async def test_nothing_is_ever_written_on_the_socket(eventsub, joined, fake_time):
    """EventSub closes with 4001 whoever writes: a quiet hour passes without a word of ours, and with hourly validation."""
    async with joined() as ear:
        checked = eventsub.validated
        for _ in range(70):
            await fake_time.advance_until(lambda end=fake_time.now + 60: fake_time.now >= end, 5.0)
        assert ear.states == ["connecting", "joined"]
        assert eventsub.validated == checked + 1


@pytest.mark.parametrize(
    ("status", "code"), [("authorization_revoked", "auth_failed"), ("user_removed", "room_suspended"), ("chat_user_banned", "banned")]
)
async def test_a_revocation_stops(eventsub, joined, fake_time, status, code):
    """When Twitch takes the chat away for good, the run ends and says why, without another try."""
    async with joined() as ear:
        await eventsub.revoke(status)
        await ear.until(lambda: ear.states[-1] == "stopped")
        await fake_time.advance(120)
        assert (ear.reports[-1].code, eventsub.knocks) == (code, 1)


async def test_an_unknown_revocation_is_subscribed_again(eventsub, joined, fake_time):
    """A status that nobody documented costs the session, not the room."""
    async with joined() as ear:
        await eventsub.revoke("websocket_failed_to_reconnect")
        await fake_time.advance_until(lambda: ear.states.count("joined") == 2, 0.05)
        await eventsub.say("after")
        await ear.until(lambda: ear.texts == ["after"])


async def test_leftovers_of_a_dead_session_are_taken_away(eventsub, joined):
    """A subscription that a dead session still holds is refused with 409: it is deleted and made anew."""
    asked = wire.subscription(wire.CHAT, "100", "900", "dead")
    eventsub.leftovers = [eventsub.subscription(asked)]
    async with joined() as ear:
        assert eventsub.leftovers == []
        await eventsub.say("read")
        await ear.until(lambda: ear.texts == ["read"])


async def test_what_may_not_be_subscribed_is_left_out(eventsub, joined):
    """Without the right to hear of deletions the chat is read all the same; without the right to the chat the run ends."""
    eventsub.refused_kinds = {"channel.chat.message_delete"}
    async with joined() as ear:
        await ear.until(lambda: ear.client.counts["not subscribed:channel.chat.message_delete"] == 1)
        await eventsub.say("read")
        await ear.until(lambda: ear.texts == ["read"])
        eventsub.refused_kinds = {wire.CHAT}
        await eventsub.fault("rst")
        await ear.until(lambda: ear.states[-1] == "reconnecting")


async def test_tells_deletions_and_notices(eventsub, joined):
    """What a moderator takes away, and what a chatter writes with a resubscription, are handed on."""
    async with joined() as ear:
        room = {"broadcaster_user_id": "100", "broadcaster_user_login": "shop", "broadcaster_user_name": "Shop"}
        await eventsub.reached(lambda: len(next(iter(eventsub.sessions.values())).subscriptions) == len(wire.SUBSCRIPTIONS))
        said = await eventsub.say("나쁜 말")
        await eventsub.notify("channel.chat.message_delete", {**room, "target_user_id": "5001", "message_id": said})
        resub = {"notice_type": "resub", "system_message": "mina subscribed"}
        await eventsub.notify("channel.chat.notification", eventsub.chat("오늘 뭐 나와요?", **resub))
        await ear.until(lambda: "오늘 뭐 나와요?" in ear.texts)
        assert [deleted.message for deleted in ear.of(MessageDeleted)] == [f"twitch:{said}"]
        assert [notice.kind for notice in ear.of(Notice)] == ["resub"]


async def test_a_line_that_came_ten_minutes_late_is_backlog(eventsub, joined, fake_time):
    """What Twitch hands on much later is read, but not to be answered."""
    async with joined() as ear:
        now, eventsub.clock = eventsub.clock, lambda: fake_time.now - 650
        await eventsub.say("late")
        eventsub.clock = now
        await eventsub.say("now")
        await ear.until(lambda: len(ear.texts) == 2)
        assert [(line.text, line.backlog) for line in ear.of(ChatMessage)] == [("late", True), ("now", False)]


# the login


async def test_an_expired_token_is_renewed_and_kept_first(eventsub, joined, login_file):
    """A refused token is renewed with the refresh token, which is good once: the new pair is in the file."""
    eventsub.tokens["newer"] = eventsub.tokens.pop("good")
    eventsub.refreshes = {"once": "newer"}
    async with joined() as ear:
        kept = load(login_file)
        assert (kept.access_token, kept.refresh_token) == ("newer", "newer-once")
        assert login_file.stat().st_mode & 0o777 == 0o600
        assert ear.states == ["connecting", "joined"]


async def test_a_token_that_expires_during_the_show_is_renewed_for_a_line(eventsub, joined, fake_time):
    """A line that Helix answers with 401 goes out with a fresh token, once."""
    async with joined() as ear:
        eventsub.tokens["newer"] = eventsub.tokens.pop("good")
        eventsub.refreshes = {"once": "newer"}
        assert (await sent(ear, fake_time)).fate == "sent"
        assert eventsub.accepted == ["네, 있어요"]


async def test_hourly_validation_finds_a_dead_login(eventsub, joined, fake_time):
    """When the login is dead for good, the next hourly validation ends the run and says so."""
    async with joined() as ear:
        eventsub.tokens, eventsub.refreshes = {}, {}
        soon = fake_time.now + 3590
        await fake_time.advance_until(lambda: "stopped" in ear.states or fake_time.now > soon, 5.0, most=4000)
        await fake_time.advance_until(lambda: "stopped" in ear.states, 0.05)  # slowly: the login's server answers in real time
        assert (ear.reports[-1].state, ear.reports[-1].code) == ("stopped", "auth_failed")


async def test_a_login_server_that_is_away_does_not_keep_the_room_closed(eventsub, joined, fake_time):
    """Once a token was found good, a broken connection comes back also while nobody can be asked about it."""
    async with joined() as ear:
        ear.client._at = replace(ear.client._at, login="http://127.0.0.1:9/oauth2")
        await eventsub.fault("rst")
        await fake_time.advance_until(lambda: ear.states.count("joined") == 2, 0.05)


async def test_a_missing_permission_stops_with_its_name(eventsub, over_eventsub, fake_time):
    """A login without the right to write is not used half: the run ends and names what is missing."""
    eventsub.tokens["good"]["scopes"] = [scope for scope in SCOPES if scope != "user:write:chat"]
    async with running(over_eventsub()) as ear:
        await fake_time.advance_until(lambda: "stopped" in ear.states)
        assert (ear.reports[-1].code, ear.reports[-1].detail) == ("scope_missing", "user:write:chat")


async def test_reading_alone_needs_no_right_to_write(eventsub, joined, fake_time):
    """A room that is only read asks only for the right to read."""
    eventsub.tokens["good"]["scopes"] = ["user:read:chat"]
    async with joined(send=False) as ear:
        assert (await sent(ear, fake_time)).why == "read_only"


async def test_a_room_that_does_not_exist_stops(eventsub, over_eventsub, fake_time):
    """A login nobody has is told at once."""
    async with running(over_eventsub("nobody")) as ear:
        await fake_time.advance_until(lambda: "stopped" in ear.states)
        assert ear.reports[-1].code == "no_such_room"


# writing


async def test_a_reply_names_its_line(eventsub, joined, fake_time):
    """A post that answers a line is written as Twitch's reply to it; its id comes back."""
    async with joined() as ear:
        result = await sent(ear, fake_time, reply_to="twitch:m-1")
        assert eventsub.replies == ["m-1"]
        assert result.message is not None
        await ear.until(lambda: ear.of(ChatMessage))
        assert (ear.of(ChatMessage)[0].id, ear.of(ChatMessage)[0].author.roles) == (result.message, ("bot",))


async def test_announcements_and_pins(eventsub, joined, fake_time):
    """Where the config says so, posts stand out or are pinned; a reply stays a plain line."""
    async with joined(post_as="announcement") as ear:
        assert (await sent(ear, fake_time, "공지")).fate == "sent"
        assert (await sent(ear, fake_time, "답글", reply_to="m-1")).fate == "sent"
    assert (eventsub.announced, eventsub.accepted) == (["공지"], ["답글"])
    async with joined(post_as="pin") as ear:
        assert (await sent(ear, fake_time, "시카 세럼 29,900원")).fate == "sent"
    assert eventsub.pinned == ["시카 세럼 29,900원"]


async def test_a_line_can_be_pinned_and_taken_down(eventsub, joined):
    """A line that is there can be kept on top, and taken from there."""
    async with joined() as ear:
        helix: Helix = ear.client._helix
        await helix.pin("100", "900", "twitch:m-1", 60)
        assert eventsub.pinned == ["m-1"]
        await helix.unpin("100", "900", "twitch:m-1")
        assert eventsub.pinned == []


@pytest.mark.parametrize(
    ("code", "why"),
    [("msg_duplicate", "duplicate"), ("msg_rejected", "held_by_automod"), ("followers_only", "followers_only_mode"), ("", "refused")],
)
async def test_each_drop_reason_is_told(eventsub, joined, fake_time, code, why):
    """Twitch answers 200 to what it does not write: the reason becomes livebot's word, an unknown one its own."""
    eventsub.drop = (code if why != "followers_only_mode" else why, "…")
    async with joined() as ear:
        result = await sent(ear, fake_time)
        assert (result.fate, result.why) == ("dropped", why)


@pytest.mark.parametrize(
    ("fail", "fate", "why"),
    [
        ((403, "The user is banned from the channel", {}), "dropped", "banned"),
        ((403, "not allowed", {}), "dropped", "no_permission"),
        ((400, "bad", {}), "dropped", "refused"),
        ((422, "too large", {}), "dropped", "too_long"),
        ((503, "down", {}), "unknown", "server_error"),
    ],
)
async def test_each_refusal_is_told(eventsub, joined, fake_time, fail, fate, why):
    """Every status that Helix may answer with has its meaning."""
    eventsub.fail = fail
    async with joined() as ear:
        result = await sent(ear, fake_time)
        assert (result.fate, result.why) == (fate, why)


async def test_too_many_waits_until_the_bucket_is_full(eventsub, joined, fake_time):
    """A 429 is waited out until the second that Twitch names, then the line goes out."""
    async with joined() as ear:
        eventsub.fail = (429, "too many", {"Ratelimit-Reset": str(int(fake_time.now) + 20)})
        task = asyncio.ensure_future(ear.client.send(Post("p", "hello")))
        await fake_time.advance_until(lambda end=fake_time.now + 10: fake_time.now >= end, 0.1)
        eventsub.fail = None
        start = fake_time.now
        await fake_time.advance_until(task.done, 0.1)
        assert task.result().fate == "sent"
        assert 5 <= fake_time.now - start <= 12


async def test_commands_and_repeats_do_not_leave(eventsub, joined, fake_time):
    """What Twitch would take for a command, or refuse as said before, is not asked."""
    async with joined() as ear:
        assert (await sent(ear, fake_time, "/ban mina")).why == "command"
        assert (await sent(ear, fake_time, "hello")).fate == "sent"
        assert (await sent(ear, fake_time, "hello")).why == "duplicate"
        assert eventsub.accepted == ["hello"]


async def test_a_thousand_lines_at_once(eventsub, joined):
    """A burst arrives whole, once and in order."""
    async with joined() as ear:
        said = [await eventsub.say(f"line {number}") for number in range(1000)]
        await ear.until(lambda: len(ear.texts) == 1000)
        assert [message.id for message in ear.of(ChatMessage)] == [f"twitch:{one}" for one in said]


def test_a_token_does_not_leave_in_the_clear(over_eventsub):
    """An address that is not encrypted and not this machine is refused."""
    client = over_eventsub()
    addresses = Addresses(api="http://api.example.com")
    with pytest.raises(UserError):
        TwitchEventSub("shop", login=client._login, clock=lambda: 0.0, addresses=addresses)


async def test_a_program_that_stood_still_takes_no_session_for_dead(eventsub, joined, fake_time):
    """Keepalives that came while the loop stood still are read before silence is judged: the session goes on."""
    async with joined() as ear:
        for _ in range(5):
            await fake_time.stand_still(30)
        await eventsub.say("after")
        await ear.until(lambda: "after" in ear.texts)
        assert ear.states == ["connecting", "joined"]
