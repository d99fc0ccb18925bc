"""The Store: the whole public face of what livebot keeps on disk.

One writer thread owns one connection; reading uses others, in threads. What a `put` means: the rows are in the spool, in order (see
`writer.py`). What `flush` means: everything put before is committed, so that it outlives this process however it ends, `kill -9`
included; a power cut may take back the last moments, never part of a row. What `trying` means: that, and forced to the disk itself.

A show's life: `begin` or `resume`; `put` after each event that the core has handled, at once and in that order; now and then
`put_snapshot`; `trying` before each post and its `Sent` event after it; `put_viewers`, `end`. All of it belongs to the event loop's thread.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, delete, insert, update
from sqlalchemy.exc import DBAPIError

from livebot.core.decisions import Award, Decision, Outcome, Quiet, Reading, Send
from livebot.core.events import Event, Sent, Tick
from livebot.core.matcher import FaqEntry
from livebot.core.show import ShowState
from livebot.errors import UserError, WorkError
from livebot.store import database, faq, forget, people, reads, snapshots
from livebot.store.faq import FaqChanges
from livebot.store.records import (
    AnswerRow,
    AwardRow,
    Explained,
    FaqFound,
    FaqRow,
    FaqStatus,
    HandoffRow,
    Master,
    MessageRow,
    MissedRow,
    QuestionRow,
    QuietPeople,
    Resume,
    SendRow,
    ShowRow,
    ViewerRow,
)
from livebot.store.regular_files import Customer
from livebot.store.rows import decision_row, fate_row, message_row, send_row
from livebot.store.schema import sends, shows
from livebot.store.schema import snapshots as snapshot_table
from livebot.store.snapshots import Live, Snapshot, SnapshotStatement
from livebot.store.statements import CHANNELS, DECISIONS, FATES, MESSAGES, QUOTAS, SENDS
from livebot.store.writer import RETRY, SPOOL, Mode, Part, StoreHealth, Writer

P = ParamSpec("P")
R = TypeVar("R")


class Store:
    """An open database. Make one with `Store.open`, and `close` it."""

    def __init__(self, path: Path, clock: Callable[[], float], spool: int, retry: float) -> None:
        self._clock = clock
        self._reading: Engine = database.reading_engine(path)
        self._writing: Engine = database.writing_engine(path)
        self._writer = Writer(self._writing, clock, spool=spool, retry=retry)
        self._live: dict[str, Live] = {}
        self._snapshots = SnapshotStatement()
        self._missed = people.MissedStatement()

    @classmethod
    async def open(cls, url: str, *, clock: Callable[[], float] = time.time, spool: int = SPOOL, retry: float = RETRY) -> Store:
        """Open the database that `url` names (`sqlite:///FILE` or a path), made or brought up to date where needed.

        `clock` gives UTC seconds. UserError for a file that is not livebot's, damaged, or newer than this livebot; WorkError where the
        disk refuses.
        """
        path = database.path_of(url)
        await asyncio.to_thread(database.prepare, path)
        return cls(path, clock, spool, retry)

    async def close(self, within: float = 10.0) -> None:
        """Write what waits, for at most `within` seconds; WorkError says how much was not taken by the disk."""
        left = await asyncio.to_thread(self._writer.close, within)
        self._reading.dispose()
        self._writing.dispose()
        if left:
            raise WorkError(f"{left} rows could not be written before the end", "[store]", "see what fills or blocks the disk")

    @property
    def health(self) -> StoreHealth:
        """How writing goes, for the desk's banner."""
        return self._writer.health

    async def flush(self) -> None:
        """Return when everything put before is committed; WorkError at once while the disk refuses (what was put is kept)."""
        await self._write(_nothing)

    # a show as it runs

    async def begin(self, show: ShowRow) -> None:
        """Begin a show; UserError if there is one of that id."""
        self._live[show.id] = await self._write(_begin, show)

    async def resume(self, show_id: str) -> Resume | None:
        """Go on with a show that did not end; None if there is none. Posts that may have gone out are settled as unknown."""
        found = await self._write(snapshots.resume, show_id, self._clock())
        if found is None:
            return None
        resumed, self._live[show_id] = found
        return resumed

    async def end(self, show_id: str) -> None:
        """End a show: it cannot be gone on with, and nothing more is put."""
        await self._write(_end, self._live[show_id].number, self._clock())
        del self._live[show_id]

    def put(self, show_id: str, event: Event | None, outcomes: Sequence[Outcome] = (), unknown: Mapping[str, Any] | None = None) -> bool:
        """Put an event that the core has handled and all that came of it, which is kept together; never blocks.

        The event's time must be the one at which it was handled. `unknown` are the keys of its log line that livebot does not know. No
        event, or a Tick, for what came of time alone. False if the spool was full and all of it is lost (and counted).
        """
        live = self._live[show_id]
        parts: list[Part] = []
        reading = new_channel = None
        for outcome in outcomes:
            if isinstance(outcome, Reading):
                reading = outcome
            elif isinstance(outcome, Decision):
                live.ordinal += 1
                parts.append((DECISIONS, decision_row(live.number, live.ordinal, outcome)))
            elif isinstance(outcome, Send):
                parts.append((SENDS, send_row(live.number, outcome)))
            elif isinstance(outcome, Award):
                parts.append(people.award_part(live.number, outcome, self._clock()))
            elif isinstance(outcome, Quiet):
                parts.append(people.quiet_part(outcome))
        if event is not None and not isinstance(event, Tick):
            channel, new_channel = live.channel_of(event)
            if new_channel is not None:
                parts.append((CHANNELS, (live.number, channel, new_channel)))
            live.position += 1
            parts.append((MESSAGES, message_row(live.number, live.position, channel, event, reading, unknown)))
            if isinstance(event, Sent):
                parts.append((FATES, fate_row(live.number, event)))
        taken = not parts or self._writer.put(tuple(parts), len(getattr(event, "text", "")))
        if new_channel is not None and not taken:
            del live.channels[new_channel]
        return taken

    def put_snapshot(self, show_id: str, state: ShowState) -> bool:
        """Put the Show's state after the last event put: `show.snapshot(since=store.saved(show_id))`. False if the spool was full."""
        live = self._live[show_id]
        if live.pending is not None:
            live.pending.state = None
        live.pending = Snapshot(live, state, live.number_questions(state), live.position)
        return self._writer.put(((self._snapshots, live.pending),))

    def saved(self, show_id: str) -> int:
        """Return the revision of the last snapshot that is on disk, 0 if there is none."""
        return self._live[show_id].saved

    async def trying(self, show_id: str, send_id: str) -> bool:
        """Note, forced to disk, that a post is about to be made; False if it was tried before: then it must not be made.

        WorkError while the disk refuses: then it must not be made either, since after a crash nobody would know of it.
        """
        return await self._submit("synced", _try, self._live[show_id].number, send_id, self._clock())

    async def tries(self, since: float) -> dict[str, tuple[float, ...]]:
        """Return when posts were tried since a UTC second, by channel, over all shows: for the platforms' budgets."""
        return await self._read(snapshots.tries, since)

    # people

    async def viewers(self, limit: int = 20_000) -> tuple[ViewerRow, ...]:
        """Return people over shows, first those who were seen last; `people.starting_state` makes a new show's state of them."""
        return await self._read(people.last_seen, limit)

    async def quiet_people(self) -> QuietPeople:
        """Return who wants to be left alone for ever, also of those of whom nothing else is kept."""
        return await self._read(people.quiet_people)

    def put_viewers(self, viewers: Iterable[ViewerRow]) -> bool:
        """Put how people stand now, as `people.visitors` gives them at the end of a show. False if the spool was full."""
        parts = tuple(part for viewer in viewers for part in people.viewer_parts(viewer))
        return not parts or self._writer.put(parts, 100 * len(parts))

    def put_quota(self, platform: str, day: str, used: int) -> bool:
        """Put how much of a platform's day is used. False if the spool was full."""
        return self._writer.put(((QUOTAS, (platform, day, used)),))

    async def quota(self, platform: str) -> tuple[str, int]:
        """Return the day of which something was used last, and how much; ('', 0) if nothing was."""
        return await self._read(reads.quota, platform)

    def put_after(self, show_id: str, state: ShowState) -> bool:
        """Put what a show leaves behind besides its people; its last snapshot comes before. False if the spool was full."""
        number = self._live[show_id].number
        parts = (*people.after_show(number, state), (self._missed, number))
        return self._writer.put(parts, 100 * len(parts))

    async def known_under(self, platform: str, name: str) -> tuple[str, ...]:
        """Return the ids of the people on a platform who were last seen under exactly that name."""
        return tuple(await self._read(people.known_under, platform, name))

    async def take_in(self, customers: Iterable[Customer]) -> tuple[int, list[tuple[Customer, str]]]:
        """Keep what the shop knows of its customers, matched by id, or by a name that only one viewer has.

        Return how many were matched, and each who was not with why. WorkError while a show runs: its end would undo it.
        """
        if self._live:
            raise WorkError("customers cannot be taken in while a show runs", ", ".join(self._live), "do it when the show has ended")
        return await self._write(people.take_in, tuple(customers), self._clock())

    async def masters(self, month: str, limit: int = 10) -> tuple[Master, ...]:
        """Return who helped most in the shows of a month (`2026-11`), first who gained most; never who wants to be left alone."""
        return await self._read(people.masters, month, limit)

    async def missed(self) -> tuple[MissedRow, ...]:
        """Return the questions that nobody answered and whose askers were not told since, oldest show first."""
        return await self._read(people.waiting)

    async def answer_missed(self, number: int, line: str, answer: str) -> bool:
        """Keep what staff found out about a missed question: its asker is told at their next visit. False if there is none."""
        return await self._write(people.answer_missed, number, line, answer)

    async def handoffs(self, show_id: str) -> tuple[HandoffRow, ...]:
        """Return the people of a show who could not order or wanted a person."""
        return await self._read(people.handoffs_of, show_id)

    async def queued_awards(self) -> tuple[AwardRow, ...]:
        """Return the coupons of which the shop's own system is still to be told, oldest first."""
        return await self._read(people.queued_awards)

    async def settle_award(self, award: str, state: Literal["sent", "refused", "queued"]) -> None:
        """Note what became of telling the shop's own system of a coupon; `queued`: in vain, to be tried again."""
        await self._write(people.settle_award, award, state)

    async def forget_person(self, platform: str, identity: str) -> int:
        """Overwrite a person's name, id and text everywhere; return how many lines they had.

        While a show runs its memory would bring them back with the next snapshot: WorkError.
        """
        if self._live:
            raise WorkError("a person cannot be deleted while a show runs", ", ".join(self._live), "do it when the show has ended")
        return await self.forget_people([(platform, identity)])

    async def forget_people(self, those: Sequence[tuple[str, str]]) -> int:
        """Do so for several, (platform, id), whom the running show has forgotten; the file is built anew once for all of them."""
        lines = [await self._write(forget.forget_person, platform, identity) for platform, identity in those]
        if not await self._submit("bare", forget.compact):
            raise WorkError("the database's log still holds the old text", "", "another program reads the file: close it and try again")
        return sum(lines)

    async def purge(self, older_than: float) -> forget.Purged:
        """Delete shows that ended before the UTC second `older_than`, with all their rows, and people not seen since.

        The file is then built anew, some seconds for each gigabyte; what is put meanwhile waits in the spool.
        """
        purged = await self._write(forget.purge, older_than, [live.number for live in self._live.values()])
        if purged.shows or purged.viewers:
            await self._submit("bare", forget.compact)
        return purged

    # looking back

    async def shows(self, limit: int = 100, before: float | None = None) -> tuple[ShowRow, ...]:
        """Return shows, newest first; those that started before the UTC second `before`, if given."""
        return await self._read(reads.shows_newest_first, limit, before)

    async def show(self, show_id: str) -> ShowRow | None:
        """Return one show."""
        return await self._read(reads.show, show_id)

    async def messages(self, show_id: str, after: int = 0, limit: int = 1000) -> tuple[MessageRow, ...]:
        """Return log lines with their readings in order, from the one after position `after` on."""
        return await self._read(reads.log_lines, show_id, after, limit)

    async def questions(self, show_id: str, state: str | None = None) -> tuple[QuestionRow, ...]:
        """Return the Questions of a show's last snapshot in the order in which they were opened; only those in `state`, if given."""
        return await self._read(reads.questions_of, show_id, state)

    async def answers(self, show_id: str) -> tuple[AnswerRow, ...]:
        """Return the candidate answers of a show's last snapshot in the order of their lines."""
        return await self._read(reads.answers_of, show_id)

    async def decisions(self, show_id: str, after: int = 0, limit: int = 1000) -> tuple[tuple[int, Decision], ...]:
        """Return a show's decisions with their running numbers in order, from the one after number `after` on."""
        return await self._read(reads.decisions_of, show_id, after, limit)

    async def sends(self, show_id: str) -> tuple[SendRow, ...]:
        """Return a show's posts in the order in which they were wanted."""
        return await self._read(reads.sends_of, show_id)

    async def explain(self, show_id: str, message: str) -> Explained | None:
        """Return all that is known about the chat line or caption of that id, or None if the show has no such line."""
        return await self._read(reads.explain, show_id, message)

    # the FAQ

    async def faq_import(self, entries: Iterable[FaqEntry]) -> FaqChanges:
        """Publish entries, replacing those of the same id; all or none."""
        return await self._write(faq.put, tuple(entries), "published", self._clock())

    async def faq_propose(self, entry: FaqEntry, show_id: str, message: str) -> FaqChanges:
        """Keep an entry as a candidate, with the show and the line from which it came; its answer may be empty."""
        return await self._write(faq.put, (entry,), "candidate", self._clock(), show_id, message)

    async def faq_approve(self, faq_id: str, **changes: Any) -> FaqRow:
        """Publish a candidate, with `changes` to its fields; UserError if there is none of that id or it has no answer."""
        return await self._write(faq.approve, faq_id, changes, self._clock())

    async def faq_remove(self, faq_ids: Iterable[str]) -> int:
        """Take entries out; return how many there were."""
        return await self._write(faq.remove, tuple(faq_ids))

    async def faq_export(self) -> tuple[FaqEntry, ...]:
        """Return the published entries in the order in which they came in."""
        return await self._read(faq.published)

    async def faq_list(self, status: FaqStatus | None = None) -> tuple[FaqRow, ...]:
        """Return entries in the order in which they came in; only those of one status, if given."""
        return await self._read(faq.rows, status)

    async def faq_search(self, text: str, limit: int = 10) -> tuple[FaqFound, ...]:
        """Return the published entries that share the most words with `text`, best first; any text will do."""
        return await self._read(faq.search, text, limit)

    # threads

    async def _write(self, call: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        return await self._submit("plain", call, *args, **kwargs)

    async def _submit(self, mode: Mode, call: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        result: R = await asyncio.wrap_future(self._writer.submit(lambda connection: call(connection, *args, **kwargs), mode))
        return result

    async def _read(self, call: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        def read() -> R:
            with self._reading.begin() as connection:
                return call(connection, *args, **kwargs)

        try:
            return await asyncio.to_thread(read)
        except (DBAPIError, sqlite3.Error) as error:
            raise WorkError(f"the store cannot be read: {error}", "[store]", "see whether the disk still holds the file") from error


def _nothing(connection: Connection) -> None:
    """A job whose turn has come shows that everything before it is done."""


def _begin(connection: Connection, show: ShowRow) -> Live:
    if reads.number_of(connection, show.id) is not None:
        raise UserError(f"there is a show {show.id!r} already", "[show]", "give the new one another id, or go on with that one")
    values = {name: getattr(show, name) for name in ShowRow.__dataclass_fields__} | {"about": dict(show.about)}
    return Live(connection.execute(insert(shows).values(values).returning(shows.c.number)).scalar_one())


def _end(connection: Connection, number: int, now: float) -> None:
    connection.execute(update(shows).where(shows.c.number == number).values(ended=now))
    connection.execute(delete(snapshot_table).where(snapshot_table.c.show == number))  # it holds names, and nobody needs it any more


def _try(connection: Connection, number: int, send_id: str, now: float) -> bool:
    queued = (sends.c.show == number, sends.c.id == send_id, sends.c.state == "queued")
    return connection.execute(update(sends).where(*queued).values(state="trying", tried=now)).rowcount == 1
