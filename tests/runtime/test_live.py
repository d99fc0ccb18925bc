"""A running show: events in, posts out, their fates back in; lag, gaps, stop; and nothing is said twice."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from livebot.core.decisions import Send
from livebot.core.events import ChatMessage, Gap, Notice, Sent, StaffAction
from livebot.errors import UserError
from livebot.platforms.base import Health, SendResult
from livebot.runtime.intake import BATCH
from livebot.runtime.keeper import StoreKeeper, open_show
from livebot.runtime.live import LiveShow
from livebot.store.store import Store

from ..core.fakes import entry, person
from .conftest import START, Hands, Notes, engine, running

PRICE = entry("price", "price 5!")


async def test_a_question_is_posted_and_answered_when_the_post_was_sent() -> None:
    """Chat in, FAQ post out as a reply, its fate back in, the question answered."""
    async with running() as show:
        line = await show.hears("price?")
        await show.at(31.0)
        await show.told(1)
        (post,) = show.room.posts
        assert (post.reply_to, "price 5!" in post.text) == (line, True)
        assert [(sent.fate, sent.message) for sent in show.notes.of(Sent)] == [("sent", "x1")]
        assert show.live.waiting() == (1, 0)


@pytest.mark.parametrize("result", [SendResult("dropped", "rate_limited"), SendResult("unknown", "timeout")])
async def test_a_post_of_another_fate_answers_nobody(result: SendResult) -> None:
    """It waits on."""
    async with running() as show:
        show.room.result = result
        await show.hears("price?")
        await show.at(31.0)
        await show.told(1)
        assert show.live.waiting() == (1, 1)


async def test_time_alone_takes_a_step() -> None:
    """Nobody writes: the show wakes by itself when something is due."""
    async with running() as show:
        show.hands.seconds = 0.0
        await show.hears("price?")
        show.hands.seconds = 30.05  # the show sleeps until 30 by its clock; only its own waking up can notice
        await show.hears("hello", "bob")
        await show.told(1)
        assert len(show.room.posts) == 1


async def test_personal_data_goes_no_further() -> None:
    """Neither to the core nor to the store."""
    async with running() as show:
        line = await show.hears("call 010-1234-5678 price?")
        (event,) = [event for event in show.notes.of(ChatMessage) if event.id == line]
        assert "1234" not in event.text and "●●●" in event.text


async def test_lines_keep_their_order_and_their_times_never_fall() -> None:
    """However many come at once, and whatever times they bear."""
    async with running() as show:
        lines = [show.room.say(f"hello {i}", at=float((i * 7) % 50)) for i in range(3 * BATCH)]
        await show.until(lambda: len(show.notes.readings()) == len(lines))
        events = show.notes.of(ChatMessage)
        assert [event.id for event in events] == lines
        times = [event.time for event in events]
        assert times == sorted(times)


async def test_a_line_that_comes_twice_is_read_once() -> None:
    """A platform sends it again after a reconnection."""
    async with running() as show:
        show.room.say("price?", line="m1")
        show.room.say("price?", line="m1")
        await show.hears("hello")
        assert show.live.waiting() == (1, 1)


# lag


async def test_lag_is_told_and_silences_until_caught_up() -> None:
    """Lines that waited too long: noticed, and nothing is posted while they are handled; also when nobody writes after them."""
    async with running() as show:
        await show.hears("price?")
        show.hands.seconds = 40.0
        for i in range(3):
            show.room.say(f"hello {i}", at=29.0 + i)
        await show.told(1)
        lag = [notice.text for notice in show.notes.of(Notice)]
        assert float(lag[0]) > 5.0 and lag[-1] == "0"
        kinds = [type(event).__name__ for event in show.notes.events]
        assert kinds.index("Sent") > max(i for i, kind in enumerate(kinds) if kind in ("Notice", "ChatMessage"))


# connection


async def test_what_was_not_read_is_a_gap() -> None:
    """From the loss to the next joining, with the cause; the page shows it meanwhile."""
    async with running() as show:
        show.hands.seconds = 10.0
        show.room.report(Health("reconnecting", "a_code_without_words", attempt=1))
        show.hands.seconds = 22.5
        (now,) = show.live.channels()
        assert (now.state, now.missed, now.account, now.why) == ("reconnecting", 12.5, "livebot", {})
        show.room.report(Health("reconnecting", "silent", attempt=2))
        assert show.live.channels()[0].why["en"] == "the server says nothing more"
        show.room.report(Health("joined"))
        await show.until(lambda: show.notes.of(Gap))
        (gap,) = show.notes.of(Gap)
        assert (gap.channel, gap.seconds, gap.why) == ("twitch:shop", 12.5, "a_code_without_words")
        assert show.live.channels()[0].missed == 12.5


async def test_joining_for_the_first_time_is_no_gap() -> None:
    """Nothing was missed that was never there."""
    async with running() as show:
        await show.hears("hello")
        assert show.notes.of(Gap) == []


async def test_lines_that_were_dropped_are_told_as_a_gap() -> None:
    """With their number, once."""
    async with running() as show:
        show.live._intake.dropped["twitch:shop"] = 7
        await show.hears("hello")
        await show.until(lambda: show.notes.of(Gap))
        await show.hears("hello")
        assert ["7 lines" in gap.why for gap in show.notes.of(Gap)] == [True]


async def test_a_post_for_a_channel_that_is_gone_is_dropped() -> None:
    """And told, so that nobody waits for it."""
    lost = Send("s99", 0.0, "d99", "boost", "twitch:elsewhere", "text", 60.0, 30)
    async with running(before=lambda live: live.queue([lost])) as show:
        await show.told(1)
        assert [(sent.request, sent.fate, sent.why) for sent in show.notes.of(Sent)] == [("s99", "dropped", "no_channel")]


# what pages ask


async def test_what_staff_do_is_answered_with_what_came_of_it() -> None:
    """The page that put it gets the outcomes; on a Question that is gone it is refused."""
    async with running() as show:
        line = await show.hears("price?")
        done = await show.live.put(StaffAction("a1", 1.0, "kim", "answered", line))
        assert [outcome.kind for outcome in done if hasattr(outcome, "resolution")] == ["resolve"]
        with pytest.raises(UserError, match="gone"):
            await show.live.put(StaffAction("a2", 1.0, "kim", "answered", "nothing"))


async def test_a_pasted_line_is_read_like_any_other() -> None:
    """Masked, recorded, answered."""
    async with running() as show:
        done = await show.live.put(ChatMessage("p1", 1.0, "paste:box", person("ann"), "price 010-1234-5678?"))
        assert show.notes.readings()["p1"] in done
        assert "●●●" in show.notes.of(ChatMessage)[-1].text


# ending


async def test_stop_handles_what_came_in_and_takes_a_last_snapshot() -> None:
    """What waits is not thrown away."""
    async with running() as show:
        await show.hears("hello")
        lines = [show.room.say(f"hello {i}") for i in range(2 * BATCH)]
        show.live.stop()
        await asyncio.wait_for(show.task, 10)
        assert [line for line in lines if line not in show.notes.readings()] == []
        assert show.notes.snapshots >= 1


async def test_when_the_pages_fail_the_show_ends_with_their_error() -> None:
    """Not silently without pages."""

    async def pages() -> None:
        raise UserError("the port is taken", "8765")

    notes, hands = Notes(), Hands()
    live = LiveShow(lambda: engine(PRICE), hands.clock(), notes)
    with pytest.raises(ExceptionGroup) as caught:
        await asyncio.wait_for(live.run(pages), 10)
    assert caught.group_contains(UserError, match="port is taken")


# a restart, with a real store


async def test_killed_and_resumed_it_says_nothing_twice(tmp_path: Path) -> None:
    """Open questions are as before, answered ones stay answered, what was posted is not posted again, what was not is."""
    file = str(tmp_path / "livebot.db")
    hands = Hands()
    first_posts: list[str] = []

    def wall() -> float:
        return START + hands.seconds

    store = await Store.open(file, clock=wall)
    opened = await open_show(store, "friday", "2026-11-22", 1800.0, wall)
    keeper = Watched(store, opened.show)
    async with running(lambda: engine(PRICE, entry("size", "size 7!")), keeper, hands) as show:
        await show.hears("price?", "ann")
        await show.at(31.0)
        await show.told(1)
        await show.hears("colour?", "bob")
        await show.hears("size?", "cat")
        keeper.put_snapshot(show.live._engine.show.snapshot)
        await show.hears("size?", "dan")
        first_posts = [post.text for post in show.room.posts]
        before = show.live._engine.show.records()
        await store.flush()
        show.task.cancel()  # as a kill would: no last snapshot, no end
        await asyncio.gather(show.task, return_exceptions=True)
    await store.close()
    assert len(first_posts) == 1

    store = await Store.open(file, clock=wall)
    again = await open_show(store, "friday", "2026-11-22", 1800.0, wall)
    assert again.show.id == opened.show.id and again.resume is not None
    remade = engine(PRICE, entry("size", "size 7!"), state=again.state)
    remade.show.recall_seen(again.resume.seen)
    for event in again.resume.tail:
        remade.show.handle(event, event.time)
    assert remade.show.records() == before
    keeper = Watched(store, again.show)
    queued = again.resume.queued
    async with running(lambda: remade, keeper, hands, before=lambda live: live.queue(queued)) as show:
        show.room.count = 100
        show.room.say("price?", "ann", line="line1")  # the platform sends its last lines again
        await show.hears("hello")
        await show.at(70.0)
        await show.told(1)
        assert [post.text for post in show.room.posts if post.text in first_posts] == []
        assert ["size 7!" in post.text for post in show.room.posts] == [True]
        assert show.live.waiting() == (3, 1)  # nobody knows the colour
    await store.close()


class Watched(StoreKeeper):
    """A keeper in a real store that notes what passes too."""

    def __init__(self, store: Store, show: object) -> None:
        super().__init__(store, show)  # type: ignore[arg-type]
        self.notes = Notes()
        self.of, self.readings = self.notes.of, self.notes.readings

    def put(self, event: object, outcomes: object) -> None:
        super().put(event, outcomes)  # type: ignore[arg-type]
        self.notes.put(event, outcomes)  # type: ignore[arg-type]


async def test_an_own_line_with_the_shops_number_is_known_when_it_comes_back() -> None:
    """A post may tell the shop's phone number, which is masked in everybody else's lines: its echo is still the bot's, not the host's."""
    async with running(lambda: engine(entry("price", "price: call 010-1234-5678!"))) as show:
        await show.hears("price?")
        await show.at(31.0)
        await show.told(1)
        echo = await show.hears(show.room.posts[0].text, "shop", "host")
        other = await show.hears("call 010-9876-5432", "shop", "host")
        assert show.notes.readings()[echo].also == ("bot",)
        lines = {event.id: event.text for event in show.notes.of(ChatMessage)}
        assert "010-1234-5678" in lines[echo]
        assert "9876" not in lines[other]


async def test_an_echo_that_comes_after_a_deletion_is_kept_without_words() -> None:
    """A post that quotes somebody may come back when they are deleted already: it is known as the bot's own, its words are not kept."""
    async with running(lambda: engine(PRICE)) as show:
        await show.hears("price?", "ann")
        await show.at(31.0)
        await show.told(1)
        await show.live.put(StaffAction("a1", 32.0, "kim", "forget", values={"viewer": "twitch:id-ann"}))
        echo = await show.hears(show.room.posts[0].text, "shop", "host")
        assert show.notes.readings()[echo].also == ("bot",)
        assert {event.id: event.text for event in show.notes.of(ChatMessage)}[echo] == ""
        await show.at(100.0)
        later = await show.hears("hello", "bob")
        assert {event.id: event.text for event in show.notes.of(ChatMessage)}[later] == "hello"


async def test_many_who_want_to_be_deleted_are_deleted_at_once() -> None:
    """Each deletion builds the file anew: a crowd that asks for it meanwhile costs one more."""
    calls: list[list[tuple[str, str]]] = []
    disk = asyncio.Event()

    class Counting(Notes):
        async def forget(self, people: Sequence[tuple[str, str]]) -> None:
            await disk.wait()
            calls.append(list(people))

    async with running(notes=Counting()) as show:
        for i in range(50):
            await show.hears("!deleteme", f"crowd{i}")
        disk.set()
        await show.until(lambda: sum(map(len, calls)) == 50)
        assert {person for call in calls for person in call} == {("twitch", f"id-crowd{i}") for i in range(50)}
        assert len(calls) == 2
