"""The Kick client, called by a Kick-like server: what only Kick does. What every platform keeps is in `test_contract`."""

import asyncio
import json
import re
import socket

import aiohttp
import pytest
from servers.kick import BROADCASTER, SECOND

from livebot.core.events import AuthorBanned, ChatMessage, Notice
from livebot.errors import UserError
from livebot.platforms.kick.client import Kick
from livebot.platforms.kick.hook import HOST, PATH, Hook

from ..stage import running, send
from .conftest import good_token


async def test_subscribes_once_and_again_when_dropped(joined, server, time):
    """It subscribes to what it needs, once; a subscription that Kick has dropped is made again within minutes."""
    async with joined():
        assert set(server.subscriptions) == {"chat.message.sent", "moderation.banned", "livestream.status.updated"}
        numbers = dict(server.subscriptions)
        await time.advance(301)
        assert server.subscriptions == numbers
        server.subscriptions.clear()
        await time.advance_until(lambda: len(server.subscriptions) == 3, 10)


async def test_takes_no_call_that_kick_did_not_sign(joined, server):
    """Without a signature, with another key's, or over another body a call is refused and nothing comes of it."""
    async with joined() as ear:
        body = json.dumps(
            {"message_id": "m", "content": "가짜", "sender": {"user_id": 1}, "broadcaster": {"user_id": BROADCASTER}}
        ).encode()
        good = server.signed("chat.message.sent", body, "call1", server.stamp())
        unsigned = {name: value for name, value in good.items() if name != "Kick-Event-Signature"}
        assert await server.call(body, unsigned) == 401
        assert await server.call(body + b" ", good) == 401
        assert await server.call(body, {**good, "Kick-Event-Message-Id": "call2"}) == 401
        key = server.key
        server.new_key()
        forged = server.signed("chat.message.sent", body, "call3", server.stamp())
        server.key = key
        assert await server.call(body, forged) == 401
        assert ear.texts == []
        assert await server.call(body, good) == 200
        await ear.until(lambda: ear.texts == ["가짜"])


async def test_takes_no_call_again(joined, server, time):
    """A call that was overheard is taken once; an old one, or one of the future, not at all."""
    async with joined() as ear:
        body = json.dumps({"message_id": "m", "content": "네", "sender": {"user_id": 1}, "broadcaster": {"user_id": BROADCASTER}}).encode()
        good = server.signed("chat.message.sent", body, "call1", server.stamp())
        assert [await server.call(body, good) for _ in range(3)] == [200, 200, 200]
        await time.advance(1801)
        assert await server.call(body, good) == 401
        for number, ago in enumerate((1900.0, -400.0)):
            assert await server.call(body, server.signed("chat.message.sent", body, f"late{number}", server.stamp(ago))) == 401
        assert await server.call(body, server.signed("chat.message.sent", body, "timeless", "gestern")) == 401
        assert ear.texts == ["네"]


async def test_follows_kick_to_a_new_key(joined, server, time):
    """When signatures stop to fit, the key is fetched anew, but not more often than every five minutes."""
    async with joined() as ear:
        server.new_key()
        await server.say("하나")
        assert ear.texts == []
        await time.advance(300)
        await server.say("둘")
        assert ear.texts == ["둘"]


async def test_takes_only_its_own_channels_calls(joined, server):
    """An app may be subscribed to other channels: their lines are not this room's."""
    async with joined() as ear:
        await server.say("남의 방", broadcaster=server.person(7, "other"))
        await server.say("우리 방")
        assert ear.texts == ["우리 방"]
        assert set(server.statuses) == {200}


async def test_late_lines_are_backlog(joined, server):
    """Kick can deliver many minutes late: such a line is not acted on; out of order is no fault."""
    async with joined() as ear:
        await server.say("열 분 전", ago=700)
        await server.say("지금")
        await server.say("조금 전", ago=5)
        assert [(m.text, m.backlog) for m in ear.of(ChatMessage)] == [("열 분 전", True), ("지금", False), ("조금 전", False)]


async def test_a_wrong_clock_of_ours_harms_nothing(joined, server, time):
    """Age is judged by Kick's clock, as its answers tell it."""
    async with joined(wall=lambda: time.now + 7200) as ear:
        await server.say("지금")
        assert [(m.text, m.backlog) for m in ear.of(ChatMessage)] == [("지금", False)]


async def test_reads_roles_replies_bans_and_the_end(joined, server):
    """Badges are roles, a reply names its line, a ban names the person, and the stream's end is told."""
    async with joined() as ear:
        badges = [{"text": "Moderator", "type": "moderator"}, {"text": "Subscriber", "type": "subscriber", "count": 3}]
        asked = await server.say("이거 얼마예요?")
        await server.say("2만 9천원", "도우미", 5002, badges=badges, replies_to={"message_id": asked, "content": "이거 얼마예요?"})
        who = {"broadcaster": server.person(BROADCASTER, "shop"), "banned_user": server.person(5001, "하늘")}
        until = {"created_at": "2025-01-14T16:08:05Z", "expires_at": "2025-01-14T16:10:05Z"}
        await server.event("moderation.banned", {**who, "metadata": until})
        await server.event(
            "livestream.status.updated", {"broadcaster": who["broadcaster"], "is_live": False, "title": "오늘", "ended_at": "x"}
        )
        answer = ear.of(ChatMessage)[1]
        assert (answer.author.roles, answer.author.months, answer.reply_to) == (("staff", "subscriber"), 3, f"kick:{asked}")
        assert [(ban.author, ban.seconds) for ban in ear.of(AuthorBanned)] == [("5001", 120.0)]
        assert [notice.kind for notice in ear.of(Notice)] == ["stream_ended"]


async def test_writes_replies(joined, server, time):
    """A reply names the line it answers by Kick's own id; what comes back is the bot's and has the id that was told."""
    async with joined() as ear:
        asked = await server.say("이거 얼마예요?")
        result = await send(time, ear.client, "2만 9천원이에요", reply_to=f"kick:{asked}")
        own = ear.of(ChatMessage)[-1]
        assert (result.fate, result.message, own.author.roles) == ("sent", own.id, ("bot",))
        assert server.replies == [asked]


async def test_a_bot_with_the_streamers_account_is_no_host(joined, server, time):
    """Where livebot writes as the streamer, its own lines are the bot's, and those that the streamer types are the host's."""
    server.account = BROADCASTER
    async with joined() as ear:
        await send(time, ear.client, "배송은 내일이에요")
        await server.say("특가 시작", "shop", BROADCASTER, badges=[{"text": "Broadcaster", "type": "broadcaster"}])
        assert [m.author.roles for m in ear.of(ChatMessage)] == [("bot",), ("host",)]


@pytest.mark.parametrize(
    ("switch", "value", "fate", "why"),
    [
        ("not_sent", True, "dropped", "not_sent"),
        ("refuse_send", 400, "dropped", "rejected"),
        ("refuse_send", 403, "dropped", "forbidden"),
        ("refuse_send", 500, "unknown", "server_error"),
    ],
)
async def test_tells_why_a_line_was_refused(joined, server, time, switch, value, fate, why):
    """Each refusal has its reason, also one that comes with a 200; after an error of the server nobody knows."""
    async with joined() as ear:
        setattr(server.switches, switch, value)
        result = await send(time, ear.client, "안녕하세요")
        assert (result.fate, result.why) == (fate, why)


async def test_waits_when_told_that_it_writes_too_fast(joined, server, time):
    """A 429 with a pause is waited out and the line is written."""
    async with joined() as ear:
        server._sent_at.append(time.now)
        before = time.now
        assert (await send(time, ear.client, "안녕하세요")).fate == "sent"
        assert time.now - before >= 3


async def test_stops_where_there_is_no_such_channel(client, time):
    """A channel that Kick does not have ends the run with words for it."""
    async with running(client("nobody")) as ear:
        await time.advance_until(lambda: "stopped" in ear.states, 0.05)
        assert ear.reports[-1].code == "no_such_room"


async def test_stops_without_the_permission(client, server, time):
    """A login that may not subscribe ends the run; a 429 is waited out, an error tried again."""
    server.switches.refuse_subscriptions = 429
    async with running(client()) as ear:
        await time.advance_until(lambda: "rate_limited" in ear.codes)
        server.switches.refuse_subscriptions = 500
        await time.advance_until(lambda: "server_error" in ear.codes)
        server.switches.refuse_subscriptions = 403
        await time.advance_until(lambda: "stopped" in ear.states)
        assert ear.reports[-1].code == "scope_missing"


async def test_a_token_that_ends_during_the_show_ends_the_room(joined, server, time):
    """Posts are dropped with the reason at once, and at the next look the run stops and says what to do."""
    async with joined() as ear:
        server.tokens.clear()
        result = await send(time, ear.client, "안녕하세요")
        assert (result.fate, result.why) == ("dropped", "auth_failed")
        await time.advance_until(lambda: "stopped" in ear.states, 10)
        assert ear.reports[-1].code == "auth_failed"


async def test_goes_on_when_kick_cannot_be_asked(joined, server, time):
    """An interface that is down does not end the room: calls still come in; and when it is back the subscription is looked at again."""
    async with joined() as ear:
        await server.stop()
        await time.advance(400)
        assert ear.states == ["connecting", "joined"]
        await server.start()
        server.subscriptions.clear()
        await time.advance_until(lambda: len(server.subscriptions) == 3, 5)
        await server.say("다시")
        assert ear.texts == ["다시"]


async def test_says_that_the_port_is_taken(client, server):
    """A port that another program has ends the run with words for it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        async with running(client(hook=Hook(taken.getsockname()[1]))) as ear:
            await ear.until(lambda: "stopped" in ear.states)
            assert ear.reports[-1].code == "hook_port"


async def test_only_the_webhook_is_there(joined, server):
    """The port serves one address and nothing else; a body that is too long is refused."""
    async with joined(), aiohttp.ClientSession() as session:
        for method, path, status in (("GET", "/", 404), ("GET", "/kick", 405), ("POST", "/desk", 404)):
            async with session.request(method, server.hook.replace("/kick", path)) as response:
                assert response.status == status
        assert await server.call(b"x" * 300_000, {}) == 413


async def test_takes_a_thousand_lines_at_once(joined, server):
    """A burst of calls at once comes in whole, each once."""
    async with joined() as ear:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=50)) as session:

            async def call(number):
                body = json.dumps(
                    {
                        "message_id": f"m{number}",
                        "content": f"줄 {number}",
                        "sender": {"user_id": 1, "username": "하늘"},
                        "broadcaster": {"user_id": BROADCASTER},
                    }
                ).encode()
                headers = server.signed("chat.message.sent", body, f"call{number}", server.stamp())
                async with session.post(server.hook, data=body, headers=headers) as response:
                    return response.status

            assert set(await asyncio.gather(*(call(number) for number in range(1000)))) == {200}
        assert sorted(ear.texts, key=lambda text: int(text.split()[1])) == [f"줄 {number}" for number in range(1000)]


def test_a_room_is_a_channel_name():
    """What is no channel's name, or an address that is not encrypted, is refused at once."""
    for room in ("", "a b", "https://kick.com/x", "가게"):
        with pytest.raises(UserError):
            Kick(room, token=good_token, clock=lambda: 0.0)
    with pytest.raises(UserError):
        Kick("shop", token=good_token, clock=lambda: 0.0, url="http://api.kick.com")


async def test_says_when_a_live_channel_is_never_called(joined, server, time):
    """After a quarter of an hour without a call, with how long; a line ends it; a channel that is not live may be quiet."""
    async with joined() as ear:
        for live in (False, True):
            server.live = live
            for _ in range(8 if not live else 2):
                await time.advance(301)
        assert "no_calls" not in ear.codes
        await time.advance_until(lambda: "no_calls" in ear.codes, 10)
        assert ear.reports[-1].state == "joined"
        assert re.fullmatch(r"1[5-9] min", ear.reports[-1].detail)
        await server.say("여기 있어요")
        assert (ear.reports[-1].state, ear.reports[-1].code) == ("joined", "")
        await time.advance(800)
        assert ear.reports[-1].code == ""


async def test_says_when_kick_gave_up_calling(joined, server, time):
    """Where its calls fail for long Kick drops the subscription: it is made again, and doubtful until a call comes."""
    async with joined() as ear:
        hook, server.hook = server.hook, "http://127.0.0.1:9/kick"
        await server.say("하나")
        await server.say("둘")
        assert server.subscriptions == {}
        await time.advance_until(lambda: "calls_dropped" in ear.codes, 10)
        assert len(server.subscriptions) == 3
        server.hook = hook
        await server.say("셋")
        assert (ear.texts, ear.reports[-1].state, ear.reports[-1].code) == (["셋"], "joined", "")


async def test_two_channels_share_a_port(client, server, time):
    """Each gets its own lines; when one leaves, the other is still called; the last one closes the port."""
    hook = Hook(0)
    async with running(client(hook=hook)) as ear:
        async with running(client("second", hook=hook)) as other:
            await time.advance_until(lambda: "joined" in ear.states and "joined" in other.states, 0.05)
            server.hook = f"http://{HOST}:{hook.port}{PATH}"
            await server.say("첫 방")
            await server.say("둘째 방", broadcaster=server.person(SECOND, "second"))
            await server.say("남의 방", broadcaster=server.person(7, "third"))
            assert (ear.texts, other.texts, set(server.statuses)) == (["첫 방"], ["둘째 방"], {200})
        await server.say("아직 있어요")
        assert ear.texts == ["첫 방", "아직 있어요"]
    assert not hook.listens
