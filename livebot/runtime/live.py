"""A running show: platforms in, the core in the middle, posts, pages and store out. Implements `web.live.Live`.

One loop handles events one after the other, in the order in which they came; everything slow (sentence vectors, posts, the disk) is done
elsewhere and comes back as an event. Everything handled is put on disk together with what came of it. The rooms are read from the start;
making the core takes seconds, in which their lines wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from threading import Thread
from typing import Any, Protocol

from livebot.core.decisions import Cancel, Decision, Forget, Outcome, Reason, Send
from livebot.core.events import ChatMessage, Event, Gap, Lookup, Notice, ProductOnAir, Sent, ShowStarted, StaffAction, Tick
from livebot.core.matcher import FaqEntry, Hit
from livebot.core.questions import Handoff, Viewer
from livebot.core.recognition import Helper
from livebot.core.settings import ShowSettings
from livebot.core.show import Show, ShowState
from livebot.core.words import Words
from livebot.errors import UserError, WorkError
from livebot.matching.marks import find_marks
from livebot.platforms.base import Health, Platform
from livebot.runtime.build import Engine
from livebot.runtime.clock import ShowClock
from livebot.runtime.closing import Closing, closing_of
from livebot.runtime.ending import Ending
from livebot.runtime.hints import HINTS
from livebot.runtime.intake import Intake, Waiting
from livebot.runtime.masked import masked, public_of
from livebot.runtime.outbox import Outbox
from livebot.web.feed import Feed
from livebot.web.live import STATE_KEYS, ChannelNow

SNAPSHOT_EVERY = 10.0
LOOK_EVERY = 1.0
FORGET_AGAIN = 5.0
ECHO_LATE = 60.0  # seconds; a post that quotes somebody may come back from the chat after they were deleted
LAG_CLEAR = 1.0
REST_SECONDS = 5.0
LOOKED_UP_AT_ONCE = 12  # texts; more at once would make all of them late, and the rest does without
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

    async def forget(self, people: Sequence[tuple[str, str]]) -> None:
        """Overwrite all that is kept of people, (platform, id); the core has forgotten them."""
        ...

    def trouble(self) -> str:
        """Say what keeps it from keeping, in words for the operator; nothing while all is well."""
        ...

    def close(self) -> None:
        """Nothing more will be put by this run."""
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

    async def forget(self, people: Sequence[tuple[str, str]]) -> None:
        """Nothing was kept."""

    def trouble(self) -> str:
        """Nothing can go wrong."""
        return ""

    def close(self) -> None:
        """Nothing is to be done."""


@dataclass
class Room:
    """One connected chat room: its platform, how it is, and what waits to be posted there."""

    platform: Platform
    outbox: Outbox
    health: Health
    account: str = ""
    lost: tuple[float, str] | None = None
    """Since when it is not read, and why."""
    missed: float = 0.0


class LiveShow:
    """The running show. `make` gives its core; `run` calls it in a thread, and opens the pages when the core is there.

    Until then nothing but `add`, `queue` and `health` may be called.
    """

    def __init__(self, make: Callable[[], Engine], clock: ShowClock, keeper: Keeper, lookup_seconds: float = 0.12) -> None:
        self._make, self._clock, self._keeper = make, clock, keeper
        self._engine: Engine
        self._public: frozenset[str]
        self._lookup_seconds = lookup_seconds
        self._intake = Intake()
        self._rooms: dict[str, Room] = {}
        self._feed = Feed()
        self._lagging = False
        self._last = self._last_forgot = float("-inf")
        self._told_dropped: dict[str, int] = {}
        self._embedding: asyncio.Future[list[Mapping[str, str]]] | None = None
        self._stopping = asyncio.Event()
        self._forgotten: asyncio.Queue[tuple[str, str]] = asyncio.Queue()  # as many as people who ask for it
        self._opening: str | None = None
        self._watching: list[Callable[[Event], Event | None]] = []
        self._masters: Sequence[str] = ()
        self._left: Sequence[Send] = ()
        self._ending: Ending | None = None
        self._telling: Callable[[Decision], None] = lambda decision: None

    # set-up and running

    def add(self, platform: Platform, account: str = "", lost: tuple[float, str] | None = None) -> None:
        """Read a platform's room when the show runs; `account` is the name it writes under, `lost` since when and why it was not read."""
        outbox = Outbox(platform, self._clock.now, self._intake.put, self._keeper.trying)
        self._rooms[platform.channel] = Room(platform, outbox, Health("connecting"), account, lost)

    def watch(self, watcher: Callable[[Event], Event | None]) -> None:
        """Show a watcher every event that was handled; what it makes of one comes in as an event of its own."""
        self._watching.append(watcher)

    def call_with(self, take: Callable[[Decision], None]) -> None:
        """Give every decision to `take`, which never blocks: it calls staff."""
        self._telling = take

    @property
    def show(self) -> Show:
        """The core; there once `run` has made it."""
        return self._engine.show

    def end_with(self, ending: Ending) -> None:
        """Let the show end when the platforms say that their broadcasts have."""
        self._ending = ending
        self.watch(ending.watch)

    def honour(self, masters: Sequence[str]) -> None:
        """Show these viewers (`platform:id`) as the month's helpers, best first."""
        self._masters = masters

    def queue(self, sends: Sequence[Send]) -> None:
        """Queue, when the show runs, the posts that a run before this one wanted and never tried, but for those taken back since."""
        self._left = sends

    def open(self, date: str) -> None:
        """Let the show begin with `run`, on the calendar day `date`; one that goes on has begun already."""
        self._opening = date

    def stop(self) -> None:
        """Let `run` return after what waits was handled."""
        self._stopping.set()

    async def run(self, *beside: Callable[[], Awaitable[None]]) -> None:
        """Run the show, and `beside` it whatever must run as long (the pages), until `stop` is called or one of them fails."""
        async with asyncio.TaskGroup() as group:
            reading = [group.create_task(self._listen(room)) for room in self._rooms.values()]
            doing: list[asyncio.Task[None]] = []
            if await self._is_made():
                doing += [group.create_task(room.outbox.run()) for room in self._rooms.values()]
                doing += [group.create_task(self._run_beside(one)) for one in beside]
                doing.append(group.create_task(self._keep()))
                doing.append(group.create_task(self._forget()))
                doing.append(group.create_task(self._end_in_time()))
                self._queue_left()
                self._recall_on_air()
                if self._opening is not None:
                    self._take(ShowStarted("start", self._clock.now(), self._opening))
                await self._handle_until_stopped()
            for task in reading:
                task.cancel()
            await asyncio.gather(*reading, return_exceptions=True)  # what becomes of their posts is still noted
            if doing:
                await self._handle_rest()
            for task in doing:
                task.cancel()
        if doing:
            if people := self._all_forgotten():
                await self._are_forgotten(people)
            self._keeper.put_snapshot(self._engine.show.snapshot)
            self._keeper.close()

    async def _is_made(self) -> bool:
        """Make the core; return whether it is there, and not the show stopped before."""
        made: Future[Engine] = Future()
        made.set_running_or_notify_cancel()

        def make() -> None:
            try:
                made.set_result(self._make())
            except Exception as error:
                made.set_exception(error)

        # No thread of the loop's own: those are waited for at the end, and who stops a show that is starting does not want to wait.
        Thread(target=make, name="livebot-making", daemon=True).start()
        making = asyncio.wrap_future(made)
        if not await self._before_stop(making):
            return False
        self._engine = making.result()
        self._public = public_of(self._engine.entries)
        for person in self._engine.forgotten:
            self._forgotten.put_nowait(person)
        self._last = self._engine.show.now
        return True

    async def _before_stop(self, task: asyncio.Future[Any]) -> bool:
        """Wait for a task; return whether it is done. When the show is stopped first, the task is cancelled."""
        stopping = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait((task, stopping), return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            if not task.done():
                task.cancel()
        return task.done() and not self._stopping.is_set()

    async def _run_beside(self, one: Callable[[], Awaitable[None]]) -> None:
        await one()

    async def _listen(self, room: Room) -> None:
        await room.platform.run(partial(self._hear, room), partial(self._report, room))

    def _hear(self, room: Room, event: Event) -> None:
        """Take what a platform gives. One that tells a gap itself knows best from when on it heard nothing."""
        if isinstance(event, Gap):
            room.missed += event.seconds
            room.lost = None
        self._intake.put(event)

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(SNAPSHOT_EVERY)
            self._keeper.put_snapshot(self._engine.show.snapshot)

    async def _end_in_time(self) -> None:
        while self._ending is not None:
            over = self._ending.look(self._clock.now(), self.health())
            if over is not None:
                self._intake.put(over)
            await asyncio.sleep(LOOK_EVERY)

    async def _forget(self) -> None:
        """Delete people from what is kept, all at once who ask for it meanwhile; while the disk refuses, try again."""
        while True:
            people = [await self._forgotten.get(), *self._all_forgotten()]
            if not await self._are_forgotten(people):
                for person in people:
                    self._forgotten.put_nowait(person)
                await asyncio.sleep(FORGET_AGAIN)

    def _all_forgotten(self) -> list[tuple[str, str]]:
        return [self._forgotten.get_nowait() for _ in range(self._forgotten.qsize())]

    async def _are_forgotten(self, people: Sequence[tuple[str, str]]) -> bool:
        # Their lines are emptied: whoever went on from an older state would read them otherwise than they were, and say things twice.
        self._keeper.put_snapshot(self._engine.show.snapshot)
        try:
            await self._keeper.forget(list(dict.fromkeys(people)))
        except WorkError:
            return False
        return True

    async def _handle_until_stopped(self) -> None:
        while not self._stopping.is_set():
            taking = asyncio.ensure_future(self._intake.take(self._until_deadline()))
            await self._before_stop(taking)
            if taking.done() and not taking.cancelled():
                await self._handle_batch(taking.result())

    async def _handle_rest(self) -> None:
        """Handle what came in before the stop, for a while."""
        until = self._clock.now() + REST_SECONDS * self._clock.speed
        while len(self._intake) and self._clock.now() < until:
            await self._handle_batch(await self._intake.take(0.0))

    def _until_deadline(self) -> float | None:
        at = self._engine.show.next_deadline()
        return None if at is None else self._clock.until(at) + 0.001

    # events

    async def _handle_batch(self, batch: Sequence[Waiting]) -> None:
        self._watch_lag(batch[0].event.time if batch else self._clock.now())
        if not batch:
            self._take(Tick(self._clock.now()))
            return
        batch = [replace(waiting, event=self._masked(waiting.event)) for waiting in batch]
        lookups = await self._look_up([waiting.event for waiting in batch])
        for waiting, lookup in zip(batch, lookups, strict=True):
            if lookup is not None:
                self._take(lookup)
            outcomes = self._take(waiting.event)
            if waiting.answer is not None and not waiting.answer.done():
                waiting.answer.set_result(outcomes)
            await asyncio.sleep(0)  # a full batch takes a while: sockets and pages go on in between
        if not len(self._intake):
            self._watch_lag(self._clock.now())
        self._tell_dropped()

    def _masked(self, event: Event) -> Event:
        """Personal data goes no further than this line. What the bot itself wrote is the shop's own, and known only as it left."""
        own = isinstance(event, ChatMessage) and self._engine.show.is_own(event)
        return event if own else masked(event, self._public)

    def _take(self, event: Event) -> list[Outcome]:
        """Hand one event to the core and pass on what comes out."""
        self._last = max(self._last, event.time)
        if event.time < self._last:
            event = replace(event, time=self._last)
        kept = self._without_quotes(event)
        outcomes = self._engine.show.handle(event, self._last)
        for outcome in outcomes:
            match outcome:
                case Send():
                    self._post(outcome)
                case Decision():
                    self._telling(outcome)
                case Cancel():
                    for room in self._rooms.values():
                        room.outbox.cancel(outcome.decision)
                case Forget():
                    self._last_forgot = self._last
                    self._forgotten.put_nowait((outcome.platform, outcome.author))
        self._keeper.put(kept, outcomes)
        self._feed.take(kept, outcomes)
        for outcome in outcomes:
            if isinstance(outcome, Forget):
                self._feed.forget(f"{outcome.platform}:{outcome.author}")
                self._engine.embedder.forget()
        self._show_watchers(event)
        return outcomes

    def _without_quotes(self, event: Event) -> Event:
        """Return what is kept of an event: livebot's own words are not, while they may quote somebody who was deleted a moment ago."""
        late = self._last - self._last_forgot <= ECHO_LATE
        return replace(event, text="") if late and isinstance(event, ChatMessage) and self._engine.show.is_own(event) else event

    def _show_watchers(self, event: Event) -> None:
        for watcher in self._watching:
            made = watcher(event)
            if made is not None:
                self._intake.put(made)

    def _queue_left(self) -> None:
        for send in self._left:
            if self._engine.show.is_taken_back(send.id):
                self._intake.put(Sent(f"sent:{send.id}", self._clock.now(), send.id, "dropped", "taken_back"))
            else:
                self._post(send)

    def _recall_on_air(self) -> None:
        """A show that goes on has a product on air already."""
        base = self._engine.show.snapshot(keys=("on_air", "on_air_since", "on_air_why")).base
        if base["on_air"]:
            for watcher in self._watching:
                watcher(ProductOnAir("recalled", base["on_air_since"], base["on_air"], why=base["on_air_why"]))

    async def _look_up(self, events: Sequence[Event]) -> list[Lookup | None]:
        """Return, for each event, the sentence vectors it wants: those known already, and what can be made in the time allowed."""
        embedder = self._engine.embedder
        wanted = [self._engine.texts_of(event) for event in events]
        missing = [text for text in dict.fromkeys(text for texts in wanted for text in texts) if embedder.cached(text) is None]
        # One call at a time: in a chat that is faster than the embedders, lines go without rather than into an endless queue of threads.
        if missing and self._lookup_seconds > 0 and (self._embedding is None or self._embedding.done()):
            self._embedding = asyncio.ensure_future(asyncio.to_thread(embedder.embed, missing[:LOOKED_UP_AT_ONCE]))
            with suppress(TimeoutError):
                # The thread goes on after the time-out: the next line that says the same finds its vectors ready.
                await asyncio.wait_for(asyncio.shield(self._embedding), self._lookup_seconds)
        return [self._engine.known_vectors(event, texts) for event, texts in zip(events, wanted, strict=True)]

    def _watch_lag(self, at: float) -> None:
        """Tell the core when the line to be handled next, of the time `at`, has waited too long, and when it has caught up."""
        behind = self._clock.now() - at
        if (behind > self.settings.limits.max_lag) != self._lagging and (behind <= LAG_CLEAR or not self._lagging):
            self._lagging = not self._lagging
            shown = f"{behind:.1f}" if self._lagging else "0"
            self._take(Notice(f"lag:{at}:{self._lagging}", at, "livebot:core", "lag", shown))

    def _tell_dropped(self) -> None:
        for channel, count in self._intake.dropped.items():
            if count != self._told_dropped.get(channel, 0):
                fresh = count - self._told_dropped.get(channel, 0)
                self._told_dropped[channel] = count
                self._take(Gap(f"gap:{channel}:{count}", self._last, channel, 0.0, f"{fresh} lines dropped: too many at once"))

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
            room.lost = (now, health.code)
        if health.state == "joined" and room.lost is not None:
            since, why = room.lost
            channel, seconds = room.platform.channel, round(now - since, 3)
            self._hear(room, Gap(f"gap:{channel}:{now}", now, channel, seconds, why))
        room.health = health
        self._feed.ring()

    def health(self) -> Mapping[str, Health]:
        """Return how each room is, also while the core is being made."""
        return {name: room.health for name, room in self._rooms.items()}

    def closing(self) -> Closing:
        """Return how the show stands at its end; nothing for one that was stopped before it began."""
        return closing_of(self._engine.show) if hasattr(self, "_engine") else Closing()

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

    def helpers(self) -> Sequence[Helper]:
        """Return this show's helpers, those who gained most first."""
        return self._engine.show.helpers()

    def quoted(self, question: str) -> str:
        """Return a Question in words that may be repeated to everybody, else an ellipsis."""
        return self._engine.show.quoted(question)

    def quotable(self, text: str) -> bool:
        """Whether what a viewer wrote may be repeated to everybody."""
        return self._engine.show.quotable(text)

    def trust(self, author: str) -> Reason:
        """Return how far the word of `platform:id` goes and what went into the sum, to be put into words."""
        return self._engine.show.trust(author).reason()

    def masters(self) -> Sequence[str]:
        """Return who (`platform:id`) helped most in this month's shows as of the show's start."""
        return self._masters

    def handoffs(self) -> Sequence[Handoff]:
        """Return who could not order or wanted a person, with what they were told and who took care of it."""
        return self._engine.show.handoffs()

    def channels(self) -> Sequence[ChannelNow]:
        """Return the show's chat rooms."""
        return [self._channel_now(name, room) for name, room in self._rooms.items()]

    def _channel_now(self, name: str, room: Room) -> ChannelNow:
        health = room.health
        missed = room.missed + (self._clock.now() - room.lost[0] if room.lost is not None and health.state not in CLOSED else 0.0)
        can_send = self.settings.channel(name).can_send and room.platform.capabilities.send
        state, code, detail, attempt = health.state, health.code, health.detail, health.attempt
        return ChannelNow(name, state, code, detail, attempt, can_send, room.account, missed, len(room.outbox), _why(code))

    def waiting(self) -> tuple[int, int]:
        """Return how many Questions there are, and how many asker lines wait."""
        return self._engine.show.waiting()

    def trouble(self) -> str:
        """Say what keeps the store from keeping the show; nothing while all is well."""
        return self._keeper.trouble()

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

    def marks(self, text: str, *, asked: Sequence[str], faq: Sequence[str], names: Sequence[str]) -> Sequence[tuple[int, int, str]]:
        """Return which parts of an answer say what was asked, or what the FAQ says, or name an asker."""
        return find_marks(self._engine.reader.read, text, asked=asked, faq=faq, names=names)

    async def put(self, event: Event) -> Sequence[Outcome]:
        """Take in what a page did; return what came of it."""
        if isinstance(event, StaffAction) and event.question is not None and not self._engine.show.text_of(event.question):
            raise UserError("this question is gone", "", "It was merged or the show was started anew: reload the page.")
        return await self._intake.ask(event)


def _why(code: str) -> dict[str, str]:
    """Return the words for a room's state by language, or nothing where its code says nothing more."""
    korean, english = HINTS.get(code, ("", ""))
    return {"ko": korean, "en": english} if korean else {}
