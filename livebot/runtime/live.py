"""A running show: platforms in, the core in the middle, posts, pages and store out. Implements `web.live.Live`.

One loop handles events one after the other, in the order in which they came; everything slow (sentence vectors, posts, the disk) is done
elsewhere and comes back as an event. Everything handled is put on disk together with what came of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from livebot.core.decisions import Outcome, Send
from livebot.core.events import Caption, ChatMessage, Event, Gap, Lookup, Notice, Sent, ShowEnded, StaffAction, Tick
from livebot.core.matcher import FaqEntry, Hit
from livebot.core.questions import Viewer
from livebot.core.settings import ShowSettings
from livebot.core.show import ShowState
from livebot.core.words import Words
from livebot.errors import UserError
from livebot.lang.masking import mask
from livebot.platforms.base import Health, Platform
from livebot.runtime.build import Engine
from livebot.runtime.clock import ShowClock
from livebot.runtime.intake import Intake, Waiting
from livebot.runtime.outbox import Outbox
from livebot.web.feed import Feed
from livebot.web.live import STATE_KEYS, ChannelNow

SNAPSHOT_EVERY = 10.0
LAG_CLEAR = 1.0
CLOSED = ("stopped", "ended")


class Keeper(Protocol):
    """What the running show asks of a store; `Nowhere` is the one that keeps nothing."""

    def put(self, event: Event | None, outcomes: Sequence[Outcome]) -> None:
        """Keep an event that was handled and what came of it; never blocks."""
        ...

    def put_snapshot(self, take: Callable[[int], ShowState]) -> None:
        """Keep the state; `take(since)` gives it."""
        ...

    async def trying(self, send: str) -> bool:
        """Note, before it leaves, that a post is made; False if it was made before."""
        ...

    async def end(self) -> None:
        """The show is over."""
        ...


class Nowhere:
    """Keeps nothing: for a demo, and for users who want no store."""

    def __init__(self) -> None:
        self._tried: set[str] = set()

    def put(self, event: Event | None, outcomes: Sequence[Outcome]) -> None:
        """Keep nothing."""

    def put_snapshot(self, take: Callable[[int], ShowState]) -> None:
        """Keep nothing."""

    async def trying(self, send: str) -> bool:
        """Say whether this run made the post before."""
        new = send not in self._tried
        self._tried.add(send)
        return new

    async def end(self) -> None:
        """Nothing is to be done."""


@dataclass
class Room:
    """One connected chat room: its platform, how it is, and what waits to be posted there."""

    platform: Platform
    outbox: Outbox
    health: Health
    account: str = ""
    lost_at: float | None = None
    missed: float = 0.0


class LiveShow:
    """The running show."""

    def __init__(self, engine: Engine, clock: ShowClock, keeper: Keeper, lookup_seconds: float = 0.06) -> None:
        self._engine, self._clock, self._keeper = engine, clock, keeper
        self._lookup_seconds = lookup_seconds
        self._intake = Intake()
        self._rooms: dict[str, Room] = {}
        self._feed = Feed()
        self._lagging = False
        self._last = engine.show.now
        self._told_dropped: dict[str, int] = {}
        self._stopping = asyncio.Event()

    # set-up and running

    def add(self, platform: Platform, account: str = "") -> None:
        """Connect a platform's room when the show runs; `account` is the name it writes under."""
        outbox = Outbox(platform, self._clock.now, self._intake.put, self._keeper.trying)
        self._rooms[platform.channel] = Room(platform, outbox, Health("connecting"), account)

    def queue(self, sends: Sequence[Send]) -> None:
        """Queue posts that a run before this one wanted and never tried."""
        for send in sends:
            self._post(send)

    def stop(self) -> None:
        """Let `run` return after what waits was handled."""
        self._stopping.set()

    async def run(self, *beside: Callable[[], Awaitable[None]]) -> None:
        """Run the show, and `beside` it whatever must run as long (the pages), until `stop` is called or one of them fails."""
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._listen(room)) for room in self._rooms.values()]
            tasks += [group.create_task(room.outbox.run()) for room in self._rooms.values()]
            tasks += [group.create_task(self._run_beside(one)) for one in beside]
            tasks.append(group.create_task(self._keep()))
            await self._handle_until_stopped()
            for task in tasks:
                task.cancel()
        self._keeper.put_snapshot(self._engine.show.snapshot)

    async def end(self) -> None:
        """End the show for good: what is open stays open."""
        self._take(ShowEnded("end", self._clock.now()))
        await self._keeper.end()

    async def _run_beside(self, one: Callable[[], Awaitable[None]]) -> None:
        await one()

    async def _listen(self, room: Room) -> None:
        await room.platform.run(self._intake.put, partial(self._report, room))

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(SNAPSHOT_EVERY)
            self._keeper.put_snapshot(self._engine.show.snapshot)

    async def _handle_until_stopped(self) -> None:
        stopping = asyncio.ensure_future(self._stopping.wait())
        try:
            while not self._stopping.is_set():
                taking = asyncio.ensure_future(self._intake.take(self._until_deadline()))
                await asyncio.wait({taking, stopping}, return_when=asyncio.FIRST_COMPLETED)
                if not taking.done():
                    taking.cancel()
                    with suppress(asyncio.CancelledError):
                        await taking
                    break
                await self._handle_batch(taking.result())
        finally:
            stopping.cancel()

    def _until_deadline(self) -> float | None:
        at = self._engine.show.next_deadline()
        return None if at is None else self._clock.until(at) + 0.001

    # events

    async def _handle_batch(self, batch: Sequence[Waiting]) -> None:
        if not batch:
            self._take(Tick(self._clock.now()))
            return
        batch = [replace(waiting, event=self._masked(waiting.event)) for waiting in batch]
        vectors = await self._look_up([waiting.event for waiting in batch])
        for waiting in batch:
            found = vectors.get(getattr(waiting.event, "id", ""))
            if found:
                self._take(Lookup(f"lookup:{waiting.event.id}", waiting.event.time, waiting.event.id, found))  # type: ignore[union-attr]
            outcomes = self._take(waiting.event)
            if waiting.answer is not None and not waiting.answer.done():
                waiting.answer.set_result(outcomes)
        self._watch_lag(batch[-1].event.time)
        self._tell_dropped()

    def _masked(self, event: Event) -> Event:
        """Personal data goes no further than this line."""
        if isinstance(event, ChatMessage | Caption):
            text = mask(event.text)
            return event if text == event.text else replace(event, text=text)
        return event

    def _take(self, event: Event) -> list[Outcome]:
        """Hand one event to the core and pass on what comes out."""
        self._last = max(self._last, event.time)
        if event.time < self._last:
            event = replace(event, time=self._last)
        outcomes = self._engine.show.handle(event, self._last)
        for outcome in outcomes:
            if isinstance(outcome, Send):
                self._post(outcome)
        self._keeper.put(event, outcomes)
        self._feed.take(event, outcomes)
        return outcomes

    async def _look_up(self, events: Sequence[Event]) -> dict[str, Mapping[str, str]]:
        """Return the sentence vectors of the lines that want them: those known already, and what can be made in the time allowed."""
        embedder = self._engine.embedder
        wanted = {event.id: text for event in events if (text := self._engine.wants_vectors(event)) is not None}  # type: ignore[union-attr]
        missing = [text for text in dict.fromkeys(wanted.values()) if embedder.cached(text) is None]
        if missing and self._lookup_seconds > 0:
            with suppress(TimeoutError):
                # The thread goes on after the time-out: the next line that says the same finds its vectors ready.
                await asyncio.wait_for(asyncio.shield(asyncio.to_thread(embedder.embed, missing)), self._lookup_seconds)
        return {line: found for line, text in wanted.items() if (found := embedder.cached(text)) is not None}

    def _watch_lag(self, at: float) -> None:
        """Tell the core when it is far behind the chat, and when it has caught up."""
        behind = self._clock.now() - at
        if (behind > self.settings.limits.max_lag) != self._lagging and (behind <= LAG_CLEAR or not self._lagging):
            self._lagging = not self._lagging
            shown = f"{behind:.1f}" if self._lagging else "0"
            self._take(Notice(f"lag:{at}:{self._lagging}", self._clock.now(), "livebot:core", "lag", shown))

    def _tell_dropped(self) -> None:
        for channel, count in self._intake.dropped.items():
            if count != self._told_dropped.get(channel, 0):
                fresh = count - self._told_dropped.get(channel, 0)
                self._told_dropped[channel] = count
                self._take(Gap(f"gap:{channel}:{count}", self._clock.now(), channel, 0.0, f"{fresh} lines dropped: too many at once"))

    def _post(self, send: Send) -> None:
        room = self._rooms.get(send.channel)
        if room is None:
            self._intake.put(Sent(f"sent:{send.id}", self._clock.now(), send.id, "dropped", "no_channel"))
        else:
            room.outbox.put(send)

    def _report(self, room: Room, health: Health) -> None:
        """A platform says how its connection is; the seconds that were not read are an event."""
        now = self._clock.now()
        if room.health.state == "joined" and health.state != "joined":
            room.lost_at = now
        if health.state == "joined" and room.lost_at is not None:
            seconds = round(now - room.lost_at, 3)
            room.missed += seconds
            channel = room.platform.channel
            self._intake.put(Gap(f"gap:{channel}:{now}", now, channel, seconds, room.health.code))
            room.lost_at = None
        room.health = health
        self._feed.ring()

    # what the pages ask

    @property
    def feed(self) -> Feed:
        """What happened lately."""
        return self._feed

    @property
    def words(self) -> Words:
        """Wordings of reasons and posts."""
        return self._engine.words

    @property
    def settings(self) -> ShowSettings:
        """The settings as they are now."""
        return self._engine.show.settings

    def now(self) -> float:
        """Return seconds since the show's start."""
        return self._clock.now()

    def state(self, since: int = 0) -> ShowState:
        """Return what the pages read of the state, with the Questions changed after revision `since`."""
        return self._engine.show.snapshot(since, STATE_KEYS)

    def viewer(self, author: str) -> Viewer | None:
        """Return the viewer of that `platform:id`."""
        return self._engine.show.viewer(author)

    def channels(self) -> Sequence[ChannelNow]:
        """Return the show's chat rooms."""
        return [self._channel_now(name, room) for name, room in self._rooms.items()]

    def _channel_now(self, name: str, room: Room) -> ChannelNow:
        health = room.health
        missed = room.missed + (self._clock.now() - room.lost_at if room.lost_at is not None and health.state not in CLOSED else 0.0)
        can_send = self.settings.channel(name).can_send and room.platform.capabilities.send
        return ChannelNow(name, health.state, health.code, health.detail, health.attempt, can_send, room.account, missed, len(room.outbox))

    def waiting(self) -> tuple[int, int]:
        """Return how many Questions there are, and how many asker lines wait."""
        return self._engine.show.waiting()

    def queued(self) -> int:
        """Return how many events wait to be handled."""
        return len(self._intake)

    def entry(self, faq_id: str) -> FaqEntry | None:
        """Return an FAQ entry."""
        return self._engine.matcher.entry(faq_id)

    def search_faq(self, text: str, limit: int) -> Sequence[Hit]:
        """Return the entries that fit what staff typed, best first; an id stands for itself."""
        if self.entry(text.strip()) is not None:
            return [Hit(text.strip(), 1.0)]
        return self._engine.matcher.faq(self._engine.reader.read(text), None)[:limit]

    async def put(self, event: Event) -> Sequence[Outcome]:
        """Take in what a page did; return what came of it."""
        if isinstance(event, StaffAction) and event.question is not None and not self._engine.show.text_of(event.question):
            raise UserError("this question is gone", "", "It was merged or the show was started anew: reload the page.")
        return await self._intake.ask(event)
