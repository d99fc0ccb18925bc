"""Keeps a running show in the store: what `live.Keeper` asks, and finding the show that a restart goes on with."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from livebot.core.decisions import Outcome
from livebot.core.events import Event
from livebot.core.show import ShowState
from livebot.errors import UserError
from livebot.store.people import starting_state, visitors, with_quiet
from livebot.store.records import Resume, ShowRow
from livebot.store.store import Store

LOOKED_BACK = 20  # shows


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

    async def forget(self, people: Sequence[tuple[str, str]]) -> None:
        """Overwrite people in the store; the state that was kept last still knows them, and is kept no longer."""
        self._state = None
        await self._store.forget_people(people)

    def trouble(self) -> str:
        """Say why the disk does not take what is put, and how much of it was lost."""
        health = self._store.health
        failing = f"{health.why}: {health.detail} ({health.waiting} rows wait)" if health.state == "failing" else ""
        lost = f"{health.lost + health.refused} rows were lost" if health.lost + health.refused else ""
        return ", ".join(part for part in (failing, lost) if part)

    def close(self) -> None:
        """Keep how the show's people stand now. The show itself does not end: it can be gone on with."""
        if self._state is not None:
            self._store.put_viewers(visitors(self._state, self._show.started))
            self._store.put_after(self._show.id, self._state)


@dataclass(frozen=True)
class Opened:
    """A show of the store that runs now: new, or gone on with (`resume`). `masters` are `platform:id` of the month's helpers."""

    show: ShowRow
    state: ShowState | None
    resume: Resume | None
    masters: tuple[str, ...] = ()


@contextmanager
def held(file: Path) -> Iterator[None]:
    """Keep a second livebot from running with the same store while the block runs: it would go on with the same show and say all twice.

    The lock is one of SQLite's, on a file of its own beside the store: it ends with this process, however that ends.
    """
    lock = sqlite3.connect(file.with_name(f"{file.name}-running"), timeout=0.0, isolation_level=None)
    with closing(lock):
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            raise UserError("another livebot runs with this store", str(file), "Stop it first, or name another file in [store].") from None
        yield


async def open_show(store: Store, name: str, date: str, resume_within: float, wall: Callable[[], float] = time.time) -> Opened:
    """Go on with the last show of that name if it was written to within `resume_within` seconds, else begin a new one.

    Shows that nobody can go on with any more are ended, and how their people stood is kept.
    """
    now, found = wall(), None
    masters = tuple(f"{each.platform}:{each.id}" for each in await store.masters(date[:7]))
    for row in await store.shows(limit=LOOKED_BACK):
        if row.ended is None and (resume := await store.resume(row.id)) is not None:
            if now - last_written(resume) > resume_within:
                await _end(store, resume)
            elif row.name == name and found is None:
                found = Opened(row, resume.state, resume, masters)
    if found is not None:
        state = await _starting(store, found.show.started) if found.state is None else found.state
        return replace(found, state=with_quiet(state, await store.quiet_people()))
    stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(now))
    show = ShowRow(id=f"{name}-{stamp}", started=now, name=name, date=date)
    await store.begin(show)
    return Opened(show, await _starting(store, now), None, masters)


async def _starting(store: Store, started: float) -> ShowState:
    return with_quiet(starting_state(await store.viewers(), started, await store.missed()), await store.quiet_people())


async def _end(store: Store, resume: Resume) -> None:
    if resume.state is not None:
        store.put_viewers(visitors(resume.state, resume.show.started))
        store.put_after(resume.show.id, resume.state)
    await store.end(resume.show.id)


def last_written(resume: Resume) -> float:
    """Return the UTC second of the last event of a show that is gone on with."""
    last = resume.tail[-1].time if resume.tail else float(resume.state.base.get("now", 0.0)) if resume.state else 0.0
    return resume.show.started + last
