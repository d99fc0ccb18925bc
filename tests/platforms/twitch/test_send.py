"""Writing: what leaves, what never does, and what is told about its fate."""

import asyncio

import pytest
from servers.twitch_irc import Room

from livebot.platforms.base import Post, SendResult
from livebot.platforms.twitch.client import MAX_WAITING
from livebot.platforms.twitch.limits import PastSend


async def test_an_accepted_line_is_sent(bots):
    """Twitch answers with our standing and refuses nothing: the line counts as sent, with its id, and others read it."""
    async with bots() as bot:
        result = await bot.send("🤖 배송은 내일 출발해요", reply_to="twitch:a-1")
        assert result.fate == "sent"
        assert result.message
        assert bot.server.accepted == ["🤖 배송은 내일 출발해요"]
        assert bot.server.clients[0].received[-1] == "@reply-parent-msg-id=a-1 PRIVMSG #shop :🤖 배송은 내일 출발해요"
        assert bot.ear.texts == []  # Twitch does not echo


@pytest.mark.parametrize(
    ("room", "why", "retry_after"),
    [
        (Room("shop", modes={"slow": "0", "subs-only": "1", "emote-only": "0"}), "subscribers_only", None),
        (Room("shop", modes={"slow": "0", "subs-only": "0", "emote-only": "1"}), "emote_only", None),
        (Room("shop", timeouts={"bot": 1600.0}), "timed_out", pytest.approx(600, abs=5)),
    ],
    ids=["subs_only", "emote_only", "timed_out"],
)
async def test_a_refused_line_is_dropped_with_the_reason(bots, room, why, retry_after):
    """A NOTICE after the line tells why it was not written, and for how long we may not write where it says so."""
    async with bots(room) as bot:
        result = await bot.send("hello")
        assert result == SendResult("dropped", why, retry_after=retry_after)
        assert bot.ear.client.counts[f"dropped:{why}"] == 1


async def test_banned_while_reading_drops_the_line_and_reads_on(bots):
    """A ban during the show refuses what we write; the room is still read."""
    async with bots() as bot:
        bot.server.rooms["shop"].banned.add("bot")
        assert (await bot.send("hello")).why == "banned"
        await bot.server.say("mina", "still read")
        await bot.ear.until(lambda: bot.ear.texts == ["still read"])


@pytest.mark.parametrize("how", ["silent_drops", "shadow"])
async def test_a_line_that_twitch_drops_without_a_word_is_unknown(bots, how):
    """Twitch can refuse a line, or ignore an account for half an hour, and say nothing: nobody knows, and that is told."""
    async with bots() as bot:
        setattr(bot.server.switches, how, True)
        bot.server.rooms["shop"].banned.update({"bot"} if how == "silent_drops" else ())
        bot.server.accounts["bot"].shadowed_until = bot.time.now + 60 if how == "shadow" else 0.0
        assert await bot.send("hello") == SendResult("unknown", "no_answer")
        assert bot.server.accepted == []


async def test_a_line_that_nobody_answers_is_unknown(bots):
    """Without a USERSTATE nothing tells whether the line arrived, and that is what is told."""
    async with bots() as bot:
        bot.server.switches.no_userstate = True
        assert await bot.send("hello") == SendResult("unknown", "no_answer")


async def test_a_line_into_a_breaking_connection_is_unknown(bots):
    """When the connection breaks before the answer, the line may have arrived or not."""
    async with bots() as bot:
        bot.server.switches.no_userstate = True
        task = await bot.leaves("hello")
        await bot.server.fault("rst")
        assert await asyncio.wait_for(task, 5) == SendResult("unknown", "connection_lost")


async def test_a_connection_that_breaks_after_the_answer_leaves_it_unknown(bots):
    """A refusal could still have come: a line is sent only when none came in time."""
    async with bots() as bot:
        task = await bot.leaves("hello")
        await bot.server.fault("fin")
        await bot.time.advance_until(task.done, 0.01)
        assert task.result() == SendResult("unknown", "connection_lost")


async def test_an_answer_on_the_connection_that_is_being_left_counts(bots):
    """A post made just before a RECONNECT gets its answer on the old connection while the new one is already joined."""
    async with bots() as bot:
        bot.server.switches.no_userstate = True
        task = await bot.leaves("hello")
        await bot.server.fault("reconnect")
        await bot.time.advance_until(lambda: bot.ear.states.count("joined") == 2, 0.02)
        old, shop = bot.server.clients[0], bot.server.rooms["shop"]
        await old.send(bot.server.userstate(old, shop, "m-1"))
        await bot.time.advance_until(task.done, 0.1)
        assert task.result() == SendResult("sent", message="twitch:m-1")


async def test_the_standing_told_at_joining_is_no_answer(bots):
    """A post right after joining leaves only when our standing was told, which would pass for Twitch's answer."""
    async with bots() as bot:
        bot.server.switches.no_userstate = bot.server.switches.no_standing = True
        await bot.server.fault("rst")
        await bot.ear.until(lambda: bot.ear.reports[-1].state == "reconnecting")
        await bot.time.advance_until(lambda: bot.ear.states.count("joined") == 2, 0.01)
        task = bot.start("hello")
        await bot.time.advance(0.5)
        again = bot.server.clients[0]
        await again.send(bot.server.userstate(again, bot.server.rooms["shop"]))
        await bot.time.advance_until(task.done, 0.1)
        assert task.result() == SendResult("unknown", "no_answer")


async def test_a_refused_text_may_be_written_again(bots):
    """What Twitch refused was not read by anyone: the same text is no repetition."""
    async with bots() as bot:
        await bot.server.mode(subs_only="1")
        assert (await bot.send("배송은 내일")).why == "subscribers_only"
        await bot.server.mode(subs_only="0")
        assert (await bot.send("배송은 내일")).fate == "sent"


async def test_the_same_text_again_is_dropped_and_counted(bots):
    """A repetition within half a minute stays here, unchanged and without a trick; later it may leave again."""
    async with bots() as bot:
        assert (await bot.send("배송은 내일")).fate == "sent"
        assert await bot.send("배송은  내일 ") == SendResult("dropped", "duplicate")
        assert bot.ear.client.counts["dropped:duplicate"] == 1
        await bot.time.advance(31)
        assert (await bot.send("배송은 내일")).fate == "sent"
        assert sum("PRIVMSG" in line for line in bot.server.clients[0].received) == 2


@pytest.mark.parametrize("text", ["/ban mina", " .timeout mina 1", "／ban mina", "\U000e0000/ban mina", "\u200b/w mina 비밀번호"])
async def test_no_command_ever_leaves(bots, text):
    """What Twitch could take for a command is dropped here, however it is dressed."""
    async with bots() as bot:
        assert await bot.send(text) == SendResult("dropped", "command")
        assert bot.server.commands == bot.server.accepted == []
        assert not [line for line in bot.server.clients[0].received if "PRIVMSG" in line]


async def test_a_text_with_line_breaks_leaves_as_one_line(bots):
    """CR, LF and NUL become spaces: nothing after them is a line of its own."""
    async with bots() as bot:
        assert (await bot.send("배송 내일이요\r\nPRIVMSG #shop :/ban host\x00\nQUIT")).fate == "sent"
        assert bot.server.accepted == ["배송 내일이요 PRIVMSG #shop :/ban host QUIT"]


async def test_a_long_text_is_cut_before_twitch_eats_it(bots):
    """What is too long arrives cut at a word instead of not at all."""
    async with bots() as bot:
        assert (await bot.send("배송은 내일 출발해요 " * 60)).fate == "sent"
        assert len(bot.server.accepted[0]) <= 500


async def test_what_is_empty_or_expired_does_not_leave(bots):
    """Nothing visible, or a post whose time is over, is dropped at once."""
    async with bots() as bot:
        assert (await bot.send(" \r\n ")).why == "empty"
        assert (await bot.send("late", expires=bot.time.now - 1)).why == "expired"
        assert bot.server.accepted == []


async def test_a_post_that_waits_longer_than_it_is_worth_is_dropped(bots):
    """Behind the limits, and without a connection, a post is dropped when its time is over, with what held it."""
    async with bots() as bot:
        for number in range(20):
            assert (await bot.send(f"line {number}")).fate == "sent"
        assert await bot.send("too late", expires=bot.time.now + 3) == SendResult("dropped", "rate_limited")
        await bot.server.stop()
        await bot.ear.until(lambda: bot.ear.reports[-1].state == "reconnecting")
        assert await bot.send("no line", expires=bot.time.now + 3) == SendResult("dropped", "not_connected")


async def test_a_post_waits_for_the_connection(bots):
    """A post made during an outage leaves when the room is joined again."""
    async with bots() as bot:
        await bot.server.stop()
        await bot.ear.until(lambda: bot.ear.reports[-1].state == "reconnecting")
        task = bot.start("held")
        await bot.time.advance_until(lambda: bot.ear.reports[-1].attempt >= 2, 0.1)
        await bot.server.start()
        await bot.time.advance_until(task.done, 0.1)
        assert (task.result().fate, bot.server.accepted) == ("sent", ["held"])


async def test_the_most_important_post_goes_first(bots):
    """When posts wait for their turn, importance goes before age; when too many wait, the oldest unimportant one is dropped."""
    async with bots() as bot:
        await bot.send("first")
        low = [bot.start(f"low {number}", priority=1) for number in range(MAX_WAITING)]
        high = bot.start("high", priority=9)
        await bot.time.advance_until(lambda: high.done() and low[0].done(), 0.1)
        assert low[0].result() == SendResult("dropped", "crowded")
        assert bot.server.accepted[:2] == ["first", "high"]
        await bot.time.advance_until(low[1].done, 0.1)
        assert bot.server.accepted[2] == "low 1"
        for task in low:
            task.cancel()


async def test_two_hundred_posts_with_a_restart_between_never_break_the_limits(bots, most_within):
    """A flood of posts over a restart: never more than 20 in 30 s leave, Twitch refuses none, and what waits too long is dropped."""
    kept: list[PastSend] = []
    results: list[SendResult] = []
    for half in range(2):
        async with bots(past=list(kept), keep=kept.append) as bot:
            tasks = []
            for number in range(100):
                tasks.append(bot.start(f"boost {half}-{number}", expires=bot.time.now + 15, priority=number % 3))
                await bot.time.advance(0.15)
            await bot.time.advance_until(lambda tasks=tasks: all(task.done() for task in tasks), 0.5)
            results += [task.result() for task in tasks]
    assert len(kept) == sum(result.fate == "sent" for result in results) >= 15
    assert most_within([send.at for send in kept], 30.0) <= 20
    assert {result.why for result in results if result.fate == "dropped"} <= {"rate_limited", "crowded", "expired"}
    assert len(results) == 200


async def test_a_moderator_may_write_more(bots):
    """As a moderator of the room more than 20 lines leave in half a minute, and Twitch refuses none."""
    async with bots(Room("shop", mods={"bot"})) as bot:
        start = bot.time.now
        for number in range(25):
            assert (await bot.send(f"line {number}")).fate == "sent"
        assert bot.time.now - start < 32


async def test_slow_mode_is_kept(bots):
    """When staff turn on slow mode, we wait that long between lines instead of being refused."""
    async with bots() as bot:
        await bot.server.mode(slow="10")
        await bot.ear.until(lambda: any("slow=10" in getattr(event, "text", "") for event in bot.ear.events))
        start = bot.time.now
        assert [(await bot.send(f"line {number}")).fate for number in range(3)] == ["sent"] * 3
        assert bot.time.now - start >= 20


async def test_without_an_account_nothing_is_written(connect):
    """An anonymous client refuses to write, and one that does not run says so."""
    async with connect() as ear:
        await ear.joined()
        assert await ear.client.send(Post("p", "hello")) == SendResult("dropped", "read_only")


async def test_posts_that_wait_at_the_end_are_dropped(bots):
    """When the run ends, who waits for a fate gets one."""
    async with bots() as bot:
        await bot.send("first")
        task = bot.start("second")
        await asyncio.sleep(0)
    assert await task == SendResult("dropped", "stopped")
    assert await bot.ear.client.send(Post("p", "third")) == SendResult("dropped", "stopped")
