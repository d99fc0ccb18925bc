"""The Chzzk client on a Chzzk-like server: what only Chzzk does. What every platform keeps is in `test_contract`."""

from contextlib import asynccontextmanager

import pytest

from livebot.core.events import ChatMessage, Gap, Notice
from livebot.errors import PlatformError, UserError
from livebot.platforms.chzzk.client import Chzzk, socket_address

from ..stage import running, send


@pytest.fixture
def joined(client, time):
    """Run a client that has joined: `async with joined() as ear`."""

    @asynccontextmanager
    async def run(**settings):
        async with running(client(**settings)) as ear:
            await time.advance_until(lambda: "joined" in ear.states, 0.05)
            yield ear

    return run


async def test_a_session_is_used_once(joined, server, time):
    """Each connection asks for a session of its own: the address before is dead."""
    async with joined() as ear:
        for times, fault in enumerate(("rst", "fin", "close"), 2):
            await server.fault(fault)
            await time.advance_until(lambda times=times: ear.states.count("joined") == times, 0.05)
        assert server.knocks == 4
        assert [gap.why for gap in ear.of(Gap)] == ["lost", "lost", "closed"]


async def test_pings_as_engine_io_3_wants(joined, server, time):
    """The client asks for a sign of life, far more often than every 25 s; without an answer it leaves."""
    async with joined() as ear:
        await time.advance_until(lambda: server.pings >= 3)
        assert time.now < 1000 + 30
        server.switches.no_pong = True
        since = time.now
        await time.advance_until(lambda: "silent" in ear.codes)
        assert time.now - since <= 12.5


async def test_a_copy_after_a_reconnect_is_known(joined, server, time):
    """Lines have no id, and yet a second copy is told apart over connections; the same words later are another line."""
    async with joined() as ear:
        await server.say("네")
        await server.repeat()
        await server.fault("rst")
        await time.advance_until(lambda: ear.states.count("joined") == 2, 0.05)
        await server.repeat()
        await time.advance(1)
        await server.say("네")
        await server.say("끝")
        await time.advance_until(lambda: "끝" in ear.texts)
        assert ear.texts == ["네", "네", "끝"]


async def test_follows_the_channel_into_its_next_broadcast(joined, server, time):
    """A broadcast's chat has an id of its own; the next one's lines come in as well."""
    async with joined() as ear:
        await server.say("첫 방송")
        server.chat = "N1zzzz"
        await server.say("다음 방송")
        await time.advance_until(lambda: len(ear.texts) == 2)


async def test_late_lines_are_backlog(joined, server, time):
    """A line that reached us minutes after it was written is not acted on; out of order is no fault."""
    async with joined() as ear:
        now = int(time.now * 1000)
        await server.say("열 분 전", messageTime=now - 700_000)
        await server.say("지금", messageTime=now)
        await server.say("조금 전", messageTime=now - 3_000)
        await time.advance_until(lambda: len(ear.texts) == 3)
        assert [(m.text, m.backlog) for m in ear.of(ChatMessage)] == [("열 분 전", True), ("지금", False), ("조금 전", False)]


async def test_a_wrong_clock_of_ours_makes_nothing_late(client, server, time):
    """Lateness is judged by Chzzk's clock, as its answers tell it."""
    async with running(client(wall=lambda: time.now + 3600)) as ear:
        await time.advance_until(lambda: "joined" in ear.states, 0.05)
        await server.say("지금")
        await time.advance_until(lambda: ear.texts)
        assert [m.backlog for m in ear.of(ChatMessage)] == [False]


async def test_own_lines_are_the_bots_and_the_hosts_are_not(joined, server, time):
    """The bot writes as the streamer: what it wrote comes back as a bot's line, what the streamer types is the host's."""
    async with joined() as ear:
        assert (await send(time, ear.client, "  배송은   내일 출발해요 ")).fate == "sent"
        await server.say("오늘 특가예요", sender=server.channel, role="streamer")
        await time.advance_until(lambda: len(ear.texts) == 2)
        assert [(m.text, m.author.roles) for m in ear.of(ChatMessage)] == [("배송은 내일 출발해요", ("bot",)), ("오늘 특가예요", ("host",))]


async def test_waits_when_told_that_it_writes_too_fast(joined, server, time):
    """A 429 with a pause is waited out and the line is written, if its time has not passed by then."""
    async with joined() as ear:
        server._sent_at.append(time.now)  # somebody else wrote as this account
        before = time.now
        assert (await send(time, ear.client, "안녕하세요")).fate == "sent"
        assert time.now - before >= 3
        server._sent_at.append(time.now + 30)
        late = await send(time, ear.client, "늦은 답", expires=time.now + 2)
        assert (late.fate, late.why) == ("dropped", "rate_limited")
        assert server.accepted == ["안녕하세요"]


@pytest.mark.parametrize(
    ("status", "fate", "why"),
    [(400, "dropped", "rejected"), (403, "dropped", "forbidden"), (413, "dropped", "too_long"), (500, "unknown", "server_error")],
)
async def test_tells_why_a_line_was_refused(joined, server, time, status, fate, why):
    """Each refusal has its reason; after an error of the server nobody knows."""
    async with joined() as ear:
        server.switches.refuse_send = status
        result = await send(time, ear.client, "안녕하세요")
        assert (result.fate, result.why) == (fate, why)


async def test_reads_on_without_leave_for_donations(joined, server, time):
    """An app that may read chat but no donations reads chat."""
    server.switches.forbidden = {"donation", "subscription"}
    async with joined() as ear:
        await time.advance_until(lambda: {"not subscribed:donation", "not subscribed:subscription"} <= set(ear.client.counts), 0.05)
        assert ear.reports[-1].state == "joined"


async def test_stops_without_leave_for_chat(client, server, time):
    """Without the permission for chat it stops and says so; there is nothing to try again."""
    server.switches.forbidden = {"chat"}
    async with running(client()) as ear:
        await time.advance_until(lambda: "stopped" in ear.states, 0.05)
        assert ear.reports[-1].code == "scope_missing"


async def test_stops_when_the_permission_is_taken_back(joined, server, time):
    """A user who takes the permission back ends the run."""
    async with joined() as ear:
        await server.revoke()
        await time.advance_until(lambda: "stopped" in ear.states)
        assert ear.reports[-1].code == "scope_missing"


async def test_stops_in_another_channel(client, server, time):
    """A token of another channel than the config's is refused: livebot would write where nobody wants it."""
    server.switches.other_channel = "0000"
    async with running(client()) as ear:
        await time.advance_until(lambda: "stopped" in ear.states, 0.05)
        assert (ear.reports[-1].code, ear.reports[-1].detail) == ("other_room", "0000")


async def test_goes_on_trying_when_no_session_is_opened(client, server, time):
    """A 500 at the session is often an app that is not approved: it is said, and tried on; a 429 is waited out."""
    server.switches.refuse_session = 500
    async with running(client()) as ear:
        await time.advance_until(lambda: "session_refused" in ear.codes)
        server.switches.refuse_session = 429
        await time.advance_until(lambda: "rate_limited" in ear.codes)
        tries = server.knocks
        await time.advance(25)
        assert server.knocks == tries
        server.switches.refuse_session = 0
        await time.advance_until(lambda: "joined" in ear.states)


async def test_renews_a_token_once_when_it_is_refused(client, server, time):
    """A refused token is asked for anew, and the run goes on with it; the stop comes only when that one is refused too."""
    asked = []

    async def token(refused):
        asked.append(refused)
        return "fresh" if refused or "fresh" in server.tokens else "good"

    async with running(client(token=token)) as ear:
        await time.advance_until(lambda: "joined" in ear.states, 0.05)
        server.tokens = {"new", "fresh"}
        assert (await send(time, ear.client, "안녕하세요")).fate == "sent"
    server.tokens.clear()
    async with running(client(token=token)) as ear:
        await time.advance_until(lambda: "stopped" in ear.states, 0.05)
    assert ear.reports[-1].code == "auth_failed"


async def test_a_token_that_ends_during_the_show_is_told_with_the_post(joined, server, time):
    """Lines still come in on the open session, posts are dropped with the reason; the next session cannot be had, and the run stops."""
    async with joined() as ear:
        server.tokens.clear()
        await server.say("아직 들려요")
        await time.advance_until(lambda: ear.texts)
        result = await send(time, ear.client, "안녕하세요")
        assert (result.fate, result.why) == ("dropped", "auth_failed")
        await server.fault("close")
        await time.advance_until(lambda: "stopped" in ear.states, 0.05)
        assert ear.reports[-1].code == "auth_failed"


async def test_a_line_that_chzzk_drops_silently_is_its_word(joined, server, time):
    """Chzzk can take a line and show it to nobody: nothing tells, and the fate is Chzzk's word."""
    server.switches.drop_silently = True
    async with joined() as ear:
        assert (await send(time, ear.client, "안녕하세요")).fate == "sent"
        assert ear.texts == []


async def test_says_when_there_is_no_token(client, time):
    """A token that cannot be read is tried again: somebody may put the file there."""

    async def none(refused):
        raise PlatformError("no file", state="token_unavailable")

    async with running(client(token=none)) as ear:
        await time.advance_until(lambda: len(ear.codes) >= 3)
        assert set(ear.codes) == {"token_unavailable"}


async def test_takes_a_thousand_lines_at_once(joined, server, time):
    """A burst comes in whole and in order, donations and subscriptions between."""
    async with joined() as ear:
        await time.advance_until(lambda: max(map(len, server.subscribed.values())) == 3, 0.05)
        for number in range(1000):
            await server.say(f"줄 {number}")
        await server.emit("DONATION", {"donatorChannelId": "v", "donatorNickname": "하늘", "payAmount": "1000", "donationText": "힘내세요"})
        await server.emit("SUBSCRIPTION", {"subscriberChannelId": "v", "subscriberNickname": "하늘", "month": 3})
        await time.advance_until(lambda: len(ear.of(Notice)) == 2, 0.05)
        assert ear.texts == [*(f"줄 {number}" for number in range(1000)), "힘내세요"]
        assert [notice.kind for notice in ear.of(Notice)] == ["donation", "subscription"]


def test_a_room_is_a_channel_id():
    """What is no channel id, or an address that is not encrypted, is refused at once."""
    for room in ("", "a b", "https://chzzk.naver.com/live/x", "가게"):
        with pytest.raises(UserError):
            Chzzk(room, token=None, clock=lambda: 0.0)
    with pytest.raises(UserError):
        Chzzk("abc", token=None, clock=lambda: 0.0, url="http://openapi.chzzk.naver.com")


@pytest.mark.parametrize(
    ("url", "address"),
    [
        (
            "https://ssio09.nchat.naver.com:443?auth=T%2Bx",
            "wss://ssio09.nchat.naver.com:443/socket.io/?auth=T%2Bx&EIO=3&transport=websocket",
        ),
        ("http://127.0.0.1:80?auth=a", "ws://127.0.0.1:80/socket.io/?auth=a&EIO=3&transport=websocket"),
        ("http://[::1]:80", "ws://[::1]:80/socket.io/?EIO=3&transport=websocket"),
        ("ftp://x", None),
        ("https://x:99999999", None),
        ("", None),
        (None, None),
        (7, None),
    ],
)
def test_finds_the_sessions_address(url, address):
    """A session's address becomes that of its WebSocket; anything else becomes none."""
    assert socket_address(url) == address
