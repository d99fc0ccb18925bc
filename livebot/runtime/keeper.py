"""Keeps a running show in the store: what `live.Keeper` asks, and finding the show that a restart goes on with."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from livebot.core.decisions import Outcome
from livebot.core.events import Event
from livebot.core.show import ShowState
from livebot.store.people import starting_state, visitors
from livebot.store.records import Resume, ShowRow
from livebot.store.store import Store


class StoreKeeper:
    """One show in an open store."""

    def __init__(self, store: Store, show: ShowRow) -> None:
        self._store, self._show = store, show
        self._state: ShowState | None = None

    def put(self, event: Event | None, outcomes: Sequence[Outcome]) -> None:
        """Keep an event that was handled and what came of it; what a full spool loses is counted in the store's health."""
        self._store.put(self._show.id, event, outcomes)

    def put_snapshot(self, take: Callable[[int], ShowState]) -> None:
        """Keep the state as it is now."""
        self._state = take(self._store.saved(self._show.id))
        self._store.put_snapshot(self._show.id, self._state)

    async def trying(self, send: str) -> bool:
        """Note a post on disk before it leaves."""
        return await self._store.trying(self._show.id, send)

    async def end(self) -> None:
        """End the show, and keep how its people stand now."""
        if self._state is not None:
            self._store.put_viewers(visitors(self._state, self._show.started))
        await self._store.end(self._show.id)


@dataclass(frozen=True)
class Opened:
    """A show of the store that runs now: new, or gone on with (`resume`)."""

    show: ShowRow
    state: ShowState | None
    resume: Resume | None


async def open_show(store: Store, name: str, date: str, resume_within: float, wall: Callable[[], float] = time.time) -> Opened:
    """Go on with the last show of that name if it was not ended and was written to within `resume_within` seconds, else begin a new one."""
    now = wall()
    for row in await store.shows(limit=20):
        if row.name == name and row.ended is None:
            resume = await store.resume(row.id)
            if resume is None:
                continue
            if now - last_written(resume) <= resume_within:
                return Opened(row, resume.state, resume)
            await store.end(row.id)
            break
    stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(now))
    show = ShowRow(id=f"{name}-{stamp}", started=now, name=name, date=date)
    await store.begin(show)
    return Opened(show, starting_state(await store.viewers(), now), None)


def last_written(resume: Resume) -> float:
    """Return the UTC second of the last event of a show that is gone on with."""
    last = resume.tail[-1].time if resume.tail else float(resume.state.base.get("now", 0.0)) if resume.state else 0.0
    return resume.show.started + last
