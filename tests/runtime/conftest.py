"""A running show by hand: the core's fake reader and matcher, a clock that is moved, a room that says what it is told to say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, cast

from livebot.core.decisions import Outcome, Reading
from livebot.core.events import ChatMessage, Event, Role, Sent
from livebot.core.matcher import FaqEntry
from livebot.core.settings import ChannelSettings, Ladder, Modes, ShowSettings
from livebot.core.show import Show, ShowState
from livebot.platforms.base import Capabilities, Emit, Health, Post, SendResult
from livebot.runtime.build import Engine
from livebot.runtime.clock import ShowClock
from livebot.runtime.embed import Embedder
from livebot.runtime.live import LiveShow, Nowhere

from ..core.fakes import FakeMatcher, FakeReader, FakeWords, entry, person

ROOM = "twitch:shop"
SETTINGS = ShowSettings(
    lang="en",
    ladder=Ladder(mode=Modes(boost="auto", post_faq="auto", nudge="off")),
    channels=(ChannelSettings(ROOM, can_send=True),),
)
START = 1_790_000_000.0


@dataclass
class Hands:
    """The world's clocks, moved by hand."""

    seconds: float = 0.0

    def clock(self) -> ShowClock:
        """A show's clock that started when the hands stood at nought."""
        return ShowClock(START, wall=lambda: START + self.seconds, monotonic=lambda: self.seconds)


def engine(*entries: FaqEntry, state: ShowState | None = None) -> Engine:
    """A core with the fake parts."""
    reader = FakeReader()
    matcher, words = FakeMatcher(reader, entries), FakeWords()
    show = Show(SETTINGS, reader, matcher, words, state)
    return Engine(show, cast("Any", reader), cast("Any", matcher), cast("Any", words), Embedder("none"), entries)


@dataclass
class FakeRoom:
    """A platform: joined at once, says what `say` is told, notes what is posted."""

    hands: Hands
    channel: str = ROOM
    capabilities: Capabilities = field(default_factory=lambda: Capabilities(send=True))
    posts: list[Post] = field(default_factory=list)
    result: SendResult = field(default_factory=lambda: SendResult("sent", message="x1"))
    count: int = 0

    async def run(self, emit: Emit, report: Callable[[Health], None]) -> None:
        self.emit, self.report = emit, report
        report(Health("joined"))
        await asyncio.Event().wait()

    async def send(self, post: Post) -> SendResult:
        self.posts.append(post)
        return self.result

    def say(self, text: str, who: str = "ann", *roles: Role, line: str | None = None, at: float | None = None) -> str:
        """Somebody writes now (or wrote at `at`, and it comes in only now); return the line's id."""
        self.count += 1
        line = line or f"line{self.count}"
        self.emit(ChatMessage(line, self.hands.seconds if at is None else at, self.channel, person(who, *roles), text))
        return line


class Notes(Nowhere):
    """Keeps nothing but notes what it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[Event] = []
        self.outcomes: list[Outcome] = []
        self.snapshots = 0

    def put(self, event: Event | None, outcomes: Sequence[Outcome]) -> None:
        if event is not None:
            self.events.append(event)
        self.outcomes += outcomes

    def put_snapshot(self, take: Callable[[int], ShowState]) -> None:
        take(0)
        self.snapshots += 1

    def of(self, kind: type) -> list[Any]:
        """The events of one type that were handled."""
        return [event for event in self.events if isinstance(event, kind)]

    def readings(self) -> dict[str, Reading]:
        """The reading of each line."""
        return {outcome.id: outcome for outcome in self.outcomes if isinstance(outcome, Reading)}


@dataclass
class Running:
    """A show that runs, with its hands, its room and its notes."""

    live: LiveShow
    hands: Hands
    room: FakeRoom
    notes: Any
    task: asyncio.Task[None]

    async def until(self, holds: Callable[[], object], within: float = 10.0) -> None:
        """Let the show work until something holds; TimeoutError after `within` seconds."""
        async with asyncio.timeout(within):
            while not holds():
                await asyncio.sleep(0.001)

    async def hears(self, text: str, who: str = "ann", *roles: Role) -> str:
        """Somebody writes; return the line's id once it was handled."""
        line = self.room.say(text, who, *roles)
        await self.until(lambda: self.notes.readings().get(line))
        return line

    async def at(self, seconds: float) -> None:
        """The clock says `seconds`; some line wakes the show."""
        self.hands.seconds = seconds
        await self.hears("hello", "clock")

    async def told(self, count: int) -> None:
        """Wait until that many fates of posts were told to the core."""
        await self.until(lambda: len(self.notes.of(Sent)) >= count)


@asynccontextmanager
async def running(
    made: Callable[[], Engine] | None = None,
    notes: Any = None,
    hands: Hands | None = None,
    before: Callable[[LiveShow], None] | None = None,
    beside: Sequence[Callable[[], Awaitable[None]]] = (),
) -> AsyncIterator[Running]:
    """Run a show until the block is left, then stop it."""
    hands, notes = hands or Hands(), notes or Notes()
    live = LiveShow(made or (lambda: engine(entry("price", "price 5!"))), hands.clock(), notes)
    room = FakeRoom(hands)
    live.add(room, "livebot")
    if before:
        before(live)
    show = Running(live, hands, room, notes, asyncio.create_task(live.run(*beside)))
    await show.until(lambda: (hasattr(room, "emit") and hasattr(live, "_engine")) or show.task.done())
    try:
        yield show
    finally:
        live.stop()
        with suppress(asyncio.CancelledError):
            await asyncio.wait_for(show.task, 10)
