"""Posting: by priority, each noted before it leaves, never late, never twice; and the core is told what became of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from livebot.core.decisions import Send
from livebot.core.events import Sent
from livebot.errors import WorkError
from livebot.platforms.base import Capabilities, Emit, Post, SendResult
from livebot.runtime.outbox import BOUND, Outbox


def send(name: str, priority: int = 10, expires: float = 100.0) -> Send:
    return Send(name, 0.0, f"d-{name}", "boost", "twitch:shop", f"text of {name}", expires, priority, "m1", "m1")


@dataclass
class Room:
    """A platform that notes what it was given, and answers as it is told."""

    channel: str = "twitch:shop"
    capabilities: Capabilities = field(default_factory=lambda: Capabilities(send=True))
    posts: list[Post] = field(default_factory=list)
    answers: list[SendResult] = field(default_factory=list)

    async def run(self, emit: Emit, report: object) -> None:
        raise NotImplementedError

    async def send(self, post: Post) -> SendResult:
        self.posts.append(post)
        return self.answers.pop(0) if self.answers else SendResult("sent", message=f"id-{post.id}")


@dataclass
class Desk:
    """An outbox with all that it asks for."""

    room: Room = field(default_factory=Room)
    now: float = 0.0
    told: list[Sent] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    failing: bool = False
    before: Sequence[str] = ()

    def __post_init__(self) -> None:
        self.outbox = Outbox(self.room, lambda: self.now, self.told.append, self.trying)

    async def trying(self, name: str) -> bool:
        if self.failing:
            raise WorkError("the disk is full")
        self.tried.append(name)
        return name not in self.before

    async def post(self, *sends: Send) -> list[tuple[str, str, str]]:
        """Queue posts, let them be made, return (request, fate, why) of each."""
        for one in sends:
            self.outbox.put(one)
        running = asyncio.create_task(self.outbox.run())
        async with asyncio.timeout(5):
            while len(self.told) < len(sends):
                await asyncio.sleep(0)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        return [(told.request, told.fate, told.why) for told in self.told]


async def test_the_highest_priority_goes_first_then_the_oldest() -> None:
    """Answers before nudges; the platform gets text, reply, expiry."""
    desk = Desk()
    await desk.post(send("nudge", 10), send("boost", 30), send("boost2", 30), send("retract", 40))
    assert [post.id for post in desk.room.posts] == ["retract", "boost", "boost2", "nudge"]
    assert (desk.room.posts[1].text, desk.room.posts[1].reply_to, desk.room.posts[1].expires) == ("text of boost", "m1", 100.0)


async def test_every_post_is_noted_before_it_leaves() -> None:
    """And the core hears of its fate with the platform's id."""
    desk = Desk()
    desk.room.answers = [SendResult("sent", message="x9"), SendResult("dropped", "rate_limited"), SendResult("unknown", "timeout")]
    told = await desk.post(send("s1"), send("s2"), send("s3"))
    assert told == [("s1", "sent", ""), ("s2", "dropped", "rate_limited"), ("s3", "unknown", "timeout")]
    assert desk.tried == ["s1", "s2", "s3"]
    assert desk.told[0].message == "x9"
    assert len({told.id for told in desk.told}) == 3


async def test_what_is_late_is_not_said() -> None:
    """Not even tried."""
    desk = Desk(now=101.0)
    assert await desk.post(send("s1", expires=101.0), send("s2", expires=100.9)) == [("s1", "sent", ""), ("s2", "dropped", "expired")]
    assert desk.tried == ["s1"]


async def test_what_was_tried_before_is_not_said_again() -> None:
    """Nobody knows whether it went out."""
    desk = Desk(before=["s1"])
    assert await desk.post(send("s1")) == [("s1", "unknown", "tried_before")]
    assert desk.room.posts == []


async def test_nothing_is_said_while_the_store_fails() -> None:
    """After a crash nobody would know that it was."""
    desk = Desk(failing=True)
    assert await desk.post(send("s1")) == [("s1", "dropped", "store_failing")]
    assert desk.room.posts == []


async def test_a_full_queue_says_so() -> None:
    """What does not fit is told as dropped at once."""
    desk = Desk()
    for i in range(BOUND):
        desk.outbox.put(send(f"s{i}"))
    desk.outbox.put(send("late"))
    assert len(desk.outbox) == BOUND
    assert [(told.request, told.fate, told.why) for told in desk.told] == [("late", "dropped", "queue_full")]


async def test_a_full_queue_drops_what_is_worth_least() -> None:
    """Two hundred nudges do not keep an answer from being posted."""
    desk = Desk()
    for i in range(BOUND):
        desk.outbox.put(send(f"nudge{i}", 10))
    desk.outbox.put(send("answer", 30))
    assert "answer" not in [told.request for told in desk.told]


@dataclass
class Slow(Room):
    """A platform that waits for its turn before it writes."""

    turn: asyncio.Event = field(default_factory=asyncio.Event)
    given: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, post: Post) -> SendResult:
        self.given.set()
        await self.turn.wait()
        return await super().send(post)


async def test_what_is_taken_back_is_not_written_any_more_wherever_it_waits() -> None:
    """In the queue it is dropped; given to the platform it is unknown; what else waits goes out."""
    room = Slow()
    desk = Desk(room)
    for one in (send("first"), send("second"), send("third")):
        desk.outbox.put(one)
    running = asyncio.create_task(desk.outbox.run())
    async with asyncio.timeout(5):
        await room.given.wait()
        desk.outbox.cancel("d-first")
        desk.outbox.cancel("d-second")
        room.turn.set()
        while len(desk.told) < 3:
            await asyncio.sleep(0)
    running.cancel()
    fates = {told.request: (told.fate, told.why) for told in desk.told}
    assert fates == {"first": ("unknown", "taken_back"), "second": ("dropped", "taken_back"), "third": ("sent", "")}
    assert [post.id for post in room.posts] == ["third"]


async def test_what_is_taken_back_while_it_is_noted_is_not_given_to_the_platform() -> None:
    """The disk may be slow: nothing has left yet, and the platform hears nothing of it."""
    desk = Desk()
    noting, noted = asyncio.Event(), asyncio.Event()

    async def trying(name: str) -> bool:
        noting.set()
        await noted.wait()
        return True

    desk.outbox = Outbox(desk.room, lambda: desk.now, desk.told.append, trying)
    desk.outbox.put(send("first"))
    running = asyncio.create_task(desk.outbox.run())
    async with asyncio.timeout(5):
        await noting.wait()
        desk.outbox.cancel("d-first")
        noted.set()
        while not desk.told:
            await asyncio.sleep(0)
    running.cancel()
    assert (desk.told[0].fate, desk.told[0].why, desk.room.posts) == ("dropped", "taken_back", [])
