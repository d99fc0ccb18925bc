"""The YouTube client against the YouTube-like server: how a chat is found, read both ways, ended and refused, and how lines fare."""

from __future__ import annotations

import asyncio
import re

import pytest
from servers.youtube import SHOP, VIDEO

from livebot.core.events import AuthorBanned, ChatMessage, MessageDeleted, Notice
from livebot.errors import UserError
from livebot.platforms.base import Post
from livebot.platforms.login import load
from livebot.platforms.youtube.client import YouTube
from livebot.platforms.youtube.quota import Quota

from ..stage import running

BOTH = pytest.mark.parametrize("stream", [True, False], ids=["streamed", "polled"])


async def sent(ear, time, text="네, 있어요", **post):
    """Write a line, moving the clock until its fate is known."""
    task = asyncio.ensure_future(ear.client.send(Post("p", text, **post)))
    await time.advance_until(task.done, 0.1)
    return task.result()


async def stopped(client, time):
    """Run a client until it ends by itself; return what it told last."""
    async with running(client) as ear:
        await time.advance_until(lambda: ear.states[-1:] in (["stopped"], ["ended"]), 0.05)
        return ear.reports[-1]


# finding and reading


@BOTH
async def test_reads_every_kind_of_message(youtube, joined, fake_time, stream):
    """Lines, paid lines, members' lines, deletions, bans and notices arrive the same way streamed and polled."""
    async with joined(stream=stream) as ear:
        await youtube.say("이거 얼마예요?")
        paid = {"amountMicros": "5000000000", "currency": "KRW", "amountDisplayString": "₩5,000", "userComment": "재입고?", "tier": 2}
        await youtube.add("superChatEvent", paid)
        await youtube.add("memberMilestoneChatEvent", {"userComment": "오래 봤어요", "memberMonth": 14}, isChatSponsor=True)
        await youtube.add("tombstone", id="LCC.1")
        banned = {"bannedUserDetails": {"channelId": "UCtroll"}, "banType": "temporary", "banDurationSeconds": "300"}
        youtube.items[-1]["snippet"]["type"] = "tombstone"
        await youtube.add("userBannedEvent", None, by=SHOP)
        youtube.items[-1]["snippet"]["userBannedDetails"] = banned
        await youtube.say("끝", by=SHOP)
        await fake_time.advance_until(lambda: "끝" in ear.texts, 0.05)
        assert ear.texts == ["이거 얼마예요?", "재입고?", "오래 봤어요", "끝"]
        milestone, last = ear.of(ChatMessage)[2:]
        assert (milestone.author.months, milestone.author.roles) == (14, ("subscriber",))
        assert last.author.roles == ("host",)
        assert [gone.message for gone in ear.of(MessageDeleted)] == ["youtube:LCC.1"]
        assert [(ban.author, ban.seconds) for ban in ear.of(AuthorBanned)] == [("UCtroll", 300.0)]
        assert [notice.kind for notice in ear.of(Notice)] == ["super_chat", "member_milestone"]


@BOTH
async def test_a_key_reads_a_video(youtube, joined, fake_time, stream):
    """Without an account, an API key reads; nothing can be written."""
    async with joined(stream=stream, key="key") as ear:
        await youtube.say("hello")
        await fake_time.advance_until(lambda: ear.texts == ["hello"], 0.05)
        assert (await sent(ear, fake_time)).why == "read_only"


@BOTH
async def test_mine_is_the_broadcast_that_is_on(youtube, make, fake_time, stream):
    """The login's own broadcast is found without its id, once it is on air."""
    youtube.chat = None
    async with running(make("mine", stream=stream)) as ear:
        await fake_time.advance_until(lambda: "no_chat" in ear.codes, 0.05)
        youtube.chat = "chat-1"
        await fake_time.advance_until(lambda: "joined" in ear.states, 0.05)
        assert ear.client.channel == "youtube:mine"


@BOTH
async def test_backlog_is_marked_and_told_in_order(youtube, joined, fake_time, stream):
    """What was written before the first connection comes first, as backlog; after a broken connection nothing is backlog."""
    for number in range(5):
        await youtube.say(f"before {number}", at=youtube.stamp(fake_time.now - 60))
    async with joined(stream=stream) as ear:
        await youtube.say("now")
        await fake_time.advance_until(lambda: "now" in ear.texts, 0.05)
        assert [message.backlog for message in ear.of(ChatMessage)] == [True] * 5 + [False]


async def test_lines_written_while_away_still_come(youtube, joined, fake_time):
    """A stream is opened again where it was: what was written in between is handed on, once."""
    async with joined() as ear:
        await youtube.say("before")
        await fake_time.advance_until(lambda: ear.texts == ["before"], 0.05)
        youtube.road.cut()
        await youtube.say("meanwhile")
        await fake_time.advance_until(lambda: "meanwhile" in ear.texts, 0.05)
        assert [(m.text, m.backlog) for m in ear.of(ChatMessage)] == [("before", False), ("meanwhile", False)]


async def test_a_line_that_came_ten_minutes_late_is_backlog(youtube, joined, fake_time):
    """An answer to it would come too late."""
    async with joined(stream=False) as ear:
        await fake_time.advance_until(lambda end=fake_time.now + 700: fake_time.now >= end, 5.0, most=800)
        await youtube.say("late", at=youtube.stamp(fake_time.now - 650))
        await fake_time.advance_until(lambda: ear.texts == ["late"], 0.5)
        assert ear.of(ChatMessage)[0].backlog


async def test_a_stream_that_youtube_ends_is_opened_again_without_a_word(youtube, joined, fake_time):
    """Streams end now and then: the next one goes on where the last was, and nobody is alarmed."""
    async with joined() as ear:
        for number in range(3):
            await youtube.say(f"line {number}")
            youtube.close_streams()
            await fake_time.advance_until(lambda number=number: len(ear.texts) == number + 1, 0.05)
        await youtube.say("last")
        await fake_time.advance_until(lambda: "last" in ear.texts, 0.05)
        assert ear.texts == ["line 0", "line 1", "line 2", "last"]
        assert "reconnecting" not in ear.states


@BOTH
async def test_a_lost_place_is_read_again_without_a_line_twice(youtube, joined, fake_time, stream):
    """When page tokens become invalid the chat is read from its history, and known lines are not told again."""
    async with joined(stream=stream) as ear:
        await youtube.say("one")
        await fake_time.advance_until(lambda: ear.texts == ["one"], 0.05)
        youtube.token_epoch += 1
        youtube.close_streams()
        await youtube.say("two")
        await fake_time.advance_until(lambda: "two" in ear.texts, 0.05)
        assert ear.texts == ["one", "two"]


async def test_without_streams_it_polls(youtube, joined, fake_time):
    """Where YouTube grants no stream, the chat is polled from then on, and how long the quota lasts is told."""
    youtube.stream_error = ("UNIMPLEMENTED", "no such method")
    async with joined() as ear:
        await youtube.say("hello")
        await fake_time.advance_until(lambda: ear.texts == ["hello"], 0.05)
        told = next(health for health in ear.reports if health.code == "quota_left")
        assert told.state == "joined"
        assert re.fullmatch(r"9,9\d\d/10,000 · 3\.0 h", told.detail)


async def test_without_grpc_it_polls(youtube, joined, fake_time, monkeypatch):
    """Where the extra is not installed, the chat is polled."""
    monkeypatch.setattr("livebot.platforms.youtube.client.find_spec", lambda name: None)
    async with joined() as ear:
        await youtube.say("hello")
        await fake_time.advance_until(lambda: ear.texts == ["hello"], 0.05)
        assert youtube.streams == []
        assert ear.client.counts["no gRPC"] == 1


async def test_polls_wait_as_long_as_youtube_wants(youtube, joined, fake_time):
    """No poll comes earlier than the last answer allowed, also when that changes."""
    youtube.wait_ms = 8000
    async with joined(stream=False, quota=Quota(10_000_000)) as ear:
        await fake_time.advance_until(lambda: len(youtube.polled_at) == 4)
        youtube.wait_ms = 2000
        await fake_time.advance_until(lambda: len(youtube.polled_at) == 12)
        assert youtube.early == []
        assert ear.states[0] == "connecting"


async def test_a_page_of_two_thousand(youtube, joined, fake_time):
    """A burst arrives whole and in order, also when a page has all of it."""
    async with joined(stream=False) as ear:
        for number in range(2000):
            await youtube.say(f"line {number}")
        await fake_time.advance_until(lambda: len(ear.texts) == 2000)
        assert ear.texts == [f"line {number}" for number in range(2000)]


# ends and refusals


@BOTH
async def test_the_end_of_the_chat_ends_the_run(youtube, make, fake_time, stream):
    """When the chat has ended the run is over, as ended and not as failed."""
    async with running(make(stream=stream)) as ear:
        await fake_time.advance_until(lambda: "joined" in ear.states, 0.05)
        await youtube.end()
        await fake_time.advance_until(lambda: ear.states[-1] == "ended", 0.05)
        assert ear.reports[-1].code == "chat_ended"


@BOTH
async def test_an_ended_broadcast_is_not_waited_for(youtube, make, fake_time, stream):
    """A video whose broadcast is over ends the run at once."""
    youtube.chat, youtube.ended_at = None, youtube.stamp()
    told = await stopped(make(stream=stream), fake_time)
    assert (told.state, told.code) == ("ended", "chat_ended")


async def test_going_off_air_ends_the_run(youtube, make, fake_time):
    """`offlineAt` on a page is the end."""
    youtube.offline_at = youtube.stamp()
    assert (await stopped(make(stream=False), fake_time)).state == "ended"


async def test_a_video_that_does_not_exist_stops(youtube, make, fake_time):
    """Nothing is waited for that cannot come."""
    assert (await stopped(make("x" * 11), fake_time)).code == "no_such_room"


async def test_a_stream_refused_for_a_live_chat_means_that_it_is_off(youtube, make, fake_time):
    """gRPC does not tell ended from disabled: the broadcast is asked, and the run stops with the right cause."""
    youtube.stream_error = ("FAILED_PRECONDITION", "The live chat is disabled or ended.")
    assert (await stopped(make(), fake_time)).code == "chat_disabled"
    youtube.chat, youtube.ended_at = None, youtube.stamp()
    assert (await stopped(make(), fake_time)).code == "chat_ended"


@pytest.mark.parametrize(
    ("reason", "code"), [("liveChatDisabled", "chat_disabled"), ("forbidden", "forbidden"), ("liveChatEnded", "chat_ended")]
)
async def test_a_refusal_for_good_stops(youtube, make, fake_time, reason, code):
    """Reasons that trying again cannot help end the run."""
    youtube.refuse = (403, reason, "…")
    assert (await stopped(make(stream=False), fake_time)).code == code


@BOTH
async def test_no_quota_stops_until_tomorrow(youtube, make, fake_time, stream):
    """When YouTube says that the day's quota is used, the run stops, says for how long, and asks no more."""
    youtube.quota_left = 3
    told = await stopped(make(stream=stream), fake_time)
    left = youtube.quota_left
    assert (told.state, told.code) == ("stopped", "quota")
    assert told.detail.endswith(" h")
    await fake_time.advance(600)
    assert youtube.quota_left == left


async def test_the_own_budget_stops_too(youtube, make, fake_time):
    """The units that the config allows are kept to, with a fifth left for writing."""
    client = make(stream=False, quota=Quota(60))
    assert (await stopped(client, fake_time)).code == "quota"
    assert len(youtube.polled_at) == 9


async def test_too_many_polls_wait(youtube, make, fake_time):
    """`rateLimitExceeded` is waited out and read on."""
    async with running(make(stream=False)) as ear:
        await fake_time.advance_until(lambda: "joined" in ear.states, 0.05)
        youtube.refuse = (403, "rateLimitExceeded", "slow down")
        await fake_time.advance_until(lambda: "rate_limited" in ear.codes)
        youtube.refuse = None
        since = fake_time.now
        await youtube.say("after")
        await fake_time.advance_until(lambda: ear.texts == ["after"])
        assert 9 <= fake_time.now - since <= 20


@BOTH
async def test_a_token_that_ran_out_is_renewed(youtube, joined, fake_time, login_file, stream):
    """After an hour the access token is refused: it is renewed and reading goes on."""
    async with joined(stream=stream) as ear:
        youtube.tokens = {"newer"}
        youtube.refreshes = {"refresh": "newer"}
        youtube.close_streams()
        await youtube.say("after")
        await fake_time.advance_until(lambda: ear.texts == ["after"], 0.05)
        kept = load(login_file)
        assert (kept.access_token, kept.refresh_token) == ("newer", "refresh")
        assert "stopped" not in ear.states


@BOTH
async def test_a_bad_key_stops(youtube, make, fake_time, stream):
    """A key that YouTube does not know is told as such."""
    assert (await stopped(make(stream=stream, key="wrong"), fake_time)).code == "auth_failed"


# writing


async def test_a_line_comes_back_as_the_bots(youtube, joined, fake_time):
    """The shop's own account writes: what comes back with the id that was told is the bot's, what the host types is the host's."""
    async with joined() as ear:
        result = await sent(ear, fake_time)
        assert result.message == "youtube:LCC.own1"
        await youtube.say("제가 직접 썼어요", by=SHOP)
        await fake_time.advance_until(lambda: len(ear.texts) == 2, 0.05)
        assert [m.author.roles for m in ear.of(ChatMessage)] == [("bot",), ("host",)]


async def test_a_line_that_youtube_takes_and_never_shows_is_its_word(youtube, joined, fake_time):
    """YouTube can give a line an id and show it to nobody: nothing tells, and the fate is YouTube's word, with that id."""
    youtube.unlisted = True
    async with joined() as ear:
        result = await sent(ear, fake_time)
        assert (result.fate, len(youtube.accepted)) == ("sent", 1)
        await youtube.say("그럼 살게요")
        await fake_time.advance_until(lambda: ear.texts, 0.05)
        assert ear.texts == ["그럼 살게요"]


@pytest.mark.parametrize(
    ("refuse", "fate", "why"),
    [
        ((403, "quotaExceeded", "…"), "dropped", "quota"),
        ((403, "liveChatEnded", "…"), "dropped", "chat_ended"),
        ((403, "insufficientPermissions", "…"), "dropped", "scope_missing"),
        ((400, "messageTextInvalid", "…"), "dropped", "rejected"),
        ((503, "backendError", "…"), "unknown", "server_error"),
    ],
)
async def test_each_refusal_of_a_line_is_told(youtube, joined, fake_time, refuse, fate, why):
    """Why a line was not written is told, and where it may have been, that."""
    youtube.refuse_lines = refuse
    async with joined() as ear:
        result = await sent(ear, fake_time)
        assert (result.fate, result.why) == (fate, why)


async def test_too_many_lines_wait(youtube, joined, fake_time):
    """`rateLimitExceeded` for a line is waited out, then it is written."""
    async with joined() as ear:
        youtube.refuse_lines = (403, "rateLimitExceeded", "slow down")
        task = asyncio.ensure_future(ear.client.send(Post("p", "hello")))
        await fake_time.advance_until(lambda end=fake_time.now + 5: fake_time.now >= end, 0.1)
        youtube.refuse_lines = None
        await fake_time.advance_until(task.done, 0.1)
        assert task.result().fate == "sent"


async def test_a_line_is_paid_from_the_quota(youtube, joined, fake_time):
    """A line that the day's units do not pay is not written."""
    async with joined(quota=Quota(30)) as ear:
        assert (await sent(ear, fake_time, "one")).fate == "sent"
        assert (await sent(ear, fake_time, "two")).why == "quota"
        assert youtube.accepted == ["one"]


@pytest.mark.parametrize(
    ("room", "settings"), [("shop", {"key": "k"}), (VIDEO, {}), (VIDEO, {"key": "k", "send": True}), ("mine", {"key": "k"})]
)
def test_refuses_what_cannot_work(room, settings):
    """A room that is no video, or that needs a login and has none, is a user's error."""
    with pytest.raises(UserError):
        YouTube(room, clock=lambda: 0.0, **settings)
