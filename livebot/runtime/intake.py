"""The queue between what happens and the core: bounded, counted, in order. What is dropped is chat noise first, and it is said."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from livebot.core.decisions import Outcome
from livebot.core.events import VOICE_CHANNEL, Caption, ChatMessage, Event, Notice, Purchase
from livebot.errors import WorkError

BOUND = 20_000
BATCH = 64


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event that waits to be handled, and who wants to know what came of it."""

    event: Event
    answer: asyncio.Future[Sequence[Outcome]] | None = None


class Intake:
    """Events in the order in which they came. `put` never blocks; when the queue is full the oldest chat line gives way."""

    def __init__(self, bound: int = BOUND) -> None:
        self._waiting: deque[Waiting] = deque()
        self._bound = bound
        self._arrived = asyncio.Event()
        self.dropped: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, event: Event) -> None:
        """Take an event."""
        self._append(Waiting(event))

    async def ask(self, event: Event) -> Sequence[Outcome]:
        """Take an event and return what came of it once it was handled."""
        answer: asyncio.Future[Sequence[Outcome]] = asyncio.get_running_loop().create_future()
        self._append(Waiting(event, answer))
        return await answer

    async def take(self, within: float | None) -> list[Waiting]:
        """Return up to a batch of waiting events, or none after `within` seconds."""
        if not self._waiting:
            self._arrived.clear()
            try:
                await asyncio.wait_for(self._arrived.wait(), within)
            except TimeoutError:
                return []
        return [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]

    def _append(self, waiting: Waiting) -> None:
        if len(self._waiting) >= self._bound:
            self._give_way()
        self._waiting.append(waiting)
        self._arrived.set()

    def _give_way(self) -> None:
        """Drop the oldest of what can be missed; staff actions, moderation and fates of posts are never dropped."""
        found = next((i for i, waiting in enumerate(self._waiting) if isinstance(waiting.event, ChatMessage | Notice | Purchase)), None)
        if found is None:
            found = next((i for i, waiting in enumerate(self._waiting) if isinstance(waiting.event, Caption)), None)
        if found is None:
            return
        gone = self._waiting[found]
        del self._waiting[found]
        channel = getattr(gone.event, "channel", VOICE_CHANNEL)
        self.dropped[channel] = self.dropped.get(channel, 0) + 1
        if gone.answer is not None and not gone.answer.done():
            gone.answer.set_exception(WorkError("too much comes in at once", channel, "Wait a moment, then try again."))
