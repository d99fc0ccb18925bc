"""What every platform keeps: a platform's `test_contract.py` derives from `PlatformContract` and gives a fixture `stage`.

class TestTwitch(PlatformContract):
    @pytest.fixture
    async def stage(self): ...  # yields a `stage.Stage`
"""

from __future__ import annotations

import asyncio
import inspect

from livebot.core.events import ChatMessage, Gap
from livebot.platforms.base import Post
from livebot.runtime.hints import HINTS

from .stage import Stage, running

OUTAGES = ((3.0, 5.0), (60.0, 5.0))
"""Seconds for which a server is away, and seconds within which a client must be back after it is up again."""


class PlatformContract:
    """The contract. Bounds of time are those of the project's own targets, on the fake clock."""

    async def test_every_line_comes_once_and_in_order(self, stage: Stage) -> None:
        """Two hundred lines are handed on as they were written, each once, with the platform's id and the room's name."""
        async with stage.joined() as ear:
            ids = [await stage.say(f"line {number}") for number in range(200)]
            await stage.until(lambda: len(ear.texts) >= 200)
            assert ear.texts == [f"line {number}" for number in range(200)]
            told = ear.of(ChatMessage)
            assert [message.id for message in told] == ids or stage.makes_up_ids
            assert len({message.id for message in told}) == 200
            assert {message.channel for message in told} == {stage.client.channel}

    async def test_a_second_copy_changes_nothing(self, stage: Stage) -> None:
        """A line that is delivered again is not handed on again, also after the connection broke in between."""
        async with stage.joined() as ear:
            await stage.say("once")
            await stage.repeat()
            await stage.cut()
            await stage.until(lambda: ear.states.count("joined") == 2)
            await stage.repeat()
            await stage.say("last")
            await stage.until(lambda: "last" in ear.texts)
            assert ear.texts == ["once", "last"]

    async def test_lines_from_before_are_marked(self, stage: Stage) -> None:
        """A line that was written before livebot came is backlog or not told at all; a line written after is none."""
        await stage.say("before")
        await stage.time.advance(60)
        async with stage.joined() as ear:
            await stage.say("after")
            await stage.until(lambda: "after" in ear.texts)
            assert [(m.text, m.backlog) for m in ear.of(ChatMessage)] in ([("after", False)], [("before", True), ("after", False)])

    async def test_comes_back_by_itself(self, stage: Stage) -> None:
        """After a broken connection the room is read again within a second, and the cause was told."""
        async with stage.joined() as ear:
            await stage.say("before")
            await stage.until(lambda: ear.texts == ["before"])
            await stage.cut()
            await stage.until(lambda: "reconnecting" in ear.states)
            broken = stage.time.now
            await stage.until(lambda: ear.states.count("joined") == 2, 0.05)
            assert stage.time.now - broken <= 1.0
            await stage.say("after")
            await stage.until(lambda: "after" in ear.texts)
            assert ear.texts == ["before", "after"]
            assert ear.states[-2:] == ["reconnecting", "joined"]
            assert ear.codes
            assert all(gap.channel == stage.client.channel for gap in ear.of(Gap))

    async def test_finds_a_connection_that_is_dead(self, stage: Stage) -> None:
        """A peer that vanished without a word is found within the platform's bound, and the room is read again."""
        async with stage.joined() as ear:
            await stage.freeze()
            since, tries = stage.time.now, stage.tries()
            await stage.until(lambda: "reconnecting" in ear.states or stage.tries() > tries)
            assert stage.time.now - since <= stage.silent_within
            await stage.until(lambda: ear.reports[-1].state == "joined" and stage.tries() > tries)
            await stage.say("after")
            await stage.until(lambda: ear.texts == ["after"])

    async def test_an_outage_is_tried_seldom_and_ended_soon(self, stage: Stage) -> None:
        """After an outage of 3 s or 60 s the room is read within 5 s of the server; in five minutes there are at most 40 tries."""
        async with stage.joined() as ear:
            for times, (away, back_within) in enumerate(OUTAGES, 2):
                await stage.time.advance(31)
                await stage.go_down()
                await stage.until(lambda: ear.reports[-1].state == "reconnecting")
                await stage.time.advance(away)
                await stage.come_up()
                up = stage.time.now
                await stage.until(lambda times=times: ear.states.count("joined") == times, 0.05)
                assert stage.time.now - up <= back_within
            await stage.time.advance(31)
            await stage.go_down()
            await stage.until(lambda: ear.reports[-1].state == "reconnecting")
            told, gone = len(ear.reports), stage.time.now
            await stage.until(lambda: stage.time.now >= gone + 300)
            assert 5 < len(ear.reports) - told <= 40

    async def test_reads_on_after_garbage(self, stage: Stage) -> None:
        """Broken, unknown and huge frames cost at most the connection, never the reader."""
        async with stage.joined() as ear:
            await stage.garbage()
            await stage.until(lambda: ear.reports[-1].state == "joined" and stage.connected())
            await stage.say("after")
            await stage.until(lambda: "after" in ear.texts)

    async def test_stops_when_the_token_is_refused(self, stage: Stage) -> None:
        """A token that stays refused ends the run with a cause that has words, after few tries."""
        stage.refuse_token()
        async with running(stage.client) as ear:
            await stage.until(lambda: "stopped" in ear.states)
            assert (ear.reports[-1].state, ear.reports[-1].code) == ("stopped", "auth_failed")
            assert ear.reports[-1].code in HINTS
            tries = stage.tries()
            await stage.time.advance(300)
            assert stage.tries() == tries <= 3

    async def test_a_written_line_is_sent(self, stage: Stage) -> None:
        """A line that the platform takes is `sent`; if it comes back, it is a bot's, or has the id that was told."""
        async with stage.joined() as ear:
            result = await stage.send("배송은 내일 출발해요")
            assert (result.fate, result.why) == ("sent", "")
            assert stage.accepted() == ["배송은 내일 출발해요"]
            await stage.say("last")
            await stage.until(lambda: "last" in ear.texts)
            own = [m for m in ear.of(ChatMessage) if m.text != "last"]
            assert all("bot" in m.author.roles or m.id == result.message for m in own)

    async def test_a_refused_line_is_dropped_with_its_reason(self, stage: Stage) -> None:
        """What the platform does not write is `dropped`, and why is told."""
        async with stage.joined():
            why = await stage.refuse_lines()
            result = await stage.send("hello")
            assert (result.fate, result.why) == ("dropped", why)
            assert stage.accepted() == []

    async def test_a_line_without_an_answer_is_unknown(self, stage: Stage) -> None:
        """When nothing tells whether a line arrived, that is what is told."""
        async with stage.joined():
            await stage.swallow_lines()
            result = await stage.send("hello")
            assert result.fate == "unknown"
            assert result.why

    async def test_a_stale_line_is_not_written(self, stage: Stage) -> None:
        """A post past its time is dropped as expired."""
        async with stage.joined():
            result = await stage.send("too late", expires=stage.time.now - 1)
            assert (result.fate, result.why) == ("dropped", "expired")
            assert stage.accepted() == []

    async def test_no_line_is_longer_than_allowed(self, stage: Stage) -> None:
        """A text over the platform's length leaves cut at a word, or not at all."""
        async with stage.joined():
            result = await stage.send("가격 " * 400)
            assert all(len(text) <= stage.client.capabilities.max_length for text in stage.accepted())
            assert result.fate == "sent" or (result.fate, result.why) == ("dropped", "too_long")

    async def test_writes_within_the_platforms_pace(self, stage: Stage) -> None:
        """Many posts at once all leave, and none faster than the platform takes them."""
        if stage.pace is None:
            stage.cannot("has no limit of its own")
        count, seconds = stage.pace
        async with stage.joined():
            posts = [
                asyncio.ensure_future(stage.client.send(Post(f"p{number}", f"line {number}", priority=-number)))
                for number in range(count + 2)
            ]
            at: list[float] = []

            def all_left() -> bool:
                at.extend([stage.time.now] * (len(stage.accepted()) - len(at)))
                return all(post.done() for post in posts)

            await stage.until(all_left)
            assert [post.result().fate for post in posts] == ["sent"] * len(posts)
            assert at[-1] - at[0] >= seconds

    async def test_leaves_nothing_behind(self, stage: Stage) -> None:
        """When the run ends, no task and no connection is left, a waiting post is settled, and a later one is not taken."""
        before = asyncio.all_tasks()
        async with stage.joined():
            await stage.swallow_lines()
            waiting = asyncio.ensure_future(stage.client.send(Post("p1", "hello")))
            await stage.until(lambda: stage.accepted() or waiting.done())
        assert (await asyncio.wait_for(waiting, 5)).fate in ("dropped", "unknown")
        assert (await asyncio.wait_for(stage.client.send(Post("p2", "hello")), 5)).fate == "dropped"
        async with asyncio.timeout(5):
            while stage.connected() or any(inspect.iscoroutine(task.get_coro()) for task in asyncio.all_tasks() - before):
                await asyncio.sleep(0.01)  # tasks of compiled code are a server's own
