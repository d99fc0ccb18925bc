"""The writer thread: batches, a bounded spool, and a disk that refuses for a while."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from livebot.core.decisions import Send
from livebot.core.events import ChatMessage
from livebot.errors import WorkError
from livebot.store import database
from livebot.store.records import ShowRow
from livebot.store.store import Store
from livebot.store.writer import BATCH, ITEM_COST

from .conftest import Clock, Playing, chat, story, until


def _lines(count: int, start: int = 0) -> list[ChatMessage]:
    return [chat(f"m{i}", float(i), f"안녕하세요 {i}") for i in range(start, start + count)]


async def _stored(store: Store) -> list[str]:
    return [row.line["id"] for row in await store.messages("show", limit=100_000)]


@dataclass
class Faults:
    """Makes the writing connection of a Store fail: at its beginning by a pragma, at the end of a commit by an error."""

    store: Store
    pragma: str = ""
    commit: Callable[[Connection], None] | None = None
    connected: int = 0
    commits: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        event.listen(self.store._writing, "connect", self._on_connect)
        event.listen(self.store._writing, "begin", self._on_begin)
        event.listen(self.store._writing, "commit", self._on_commit)

    def _on_connect(self, connection: Any, _record: object) -> None:
        self.connected += 1

    def _on_begin(self, connection: Connection) -> None:
        if self.pragma:
            connection.exec_driver_sql(f"PRAGMA {self.pragma}")

    def _on_commit(self, connection: Connection) -> None:
        self.commits.append(connection.exec_driver_sql("PRAGMA synchronous").scalar_one())
        if self.commit:
            self.commit(connection)


def _io_error(connection: Connection) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = 1034  # SQLITE_IOERR_FSYNC
    raise error


def _landed(connection: Connection) -> None:
    connection.exec_driver_sql("COMMIT")
    _io_error(connection)


@pytest.fixture
async def faults(playing: Playing) -> Faults:
    return Faults(playing.store)


async def test_many_rows_share_a_commit(playing: Playing, faults: Faults) -> None:
    """What is put in one go is committed in a few transactions, in order."""
    playing_lines = _lines(5_000)
    for line in playing_lines:
        playing.store.put("show", line)
    await playing.store.flush()
    assert await _stored(playing.store) == [line.id for line in playing_lines]
    assert len(faults.commits) <= 5_000 / BATCH


async def test_a_single_row_is_committed_without_being_asked_for(playing: Playing) -> None:
    """Nobody needs to flush: the row is there a moment later."""
    playing.store.put("show", chat("m1", 1.0, "안녕"))
    await until(lambda: playing.store.health.waiting == 0)
    assert await _stored(playing.store) == ["m1"]


@pytest.mark.parametrize(("pragma", "why"), [("max_page_count = 1", "disk_full"), ("query_only = ON", "read_only")])
async def test_rows_wait_while_the_disk_refuses_and_are_written_once(
    playing: Playing, faults: Faults, clock: Clock, pragma: str, why: str
) -> None:
    """A full or read-only disk: putting goes on, health says so and since when, then everything is there once and in order."""
    for line in _lines(300):
        playing.store.put("show", line)
    await playing.store.flush()
    faults.pragma = pragma
    for line in _lines(300, 300):
        assert playing.store.put("show", line)
    await until(lambda: playing.store.health.state == "failing")
    health, began = playing.store.health, clock.now
    clock.now += 60
    for line in _lines(400, 600):
        assert playing.store.put("show", line)
    assert (health.why, health.since) == (why, began) and health.detail
    assert playing.store.health.waiting == 700
    assert len(await _stored(playing.store)) == 300
    faults.pragma = ""
    await until(lambda: playing.store.health.state == "ok" and playing.store.health.waiting == 0)
    assert await _stored(playing.store) == [f"m{i}" for i in range(1_000)]
    assert (playing.store.health.lost, playing.store.health.refused) == (0, 0)


@pytest.mark.parametrize("commit", [_io_error, _landed])
async def test_after_an_io_error_the_connection_is_reopened(playing: Playing, faults: Faults, commit: Callable[[Connection], None]) -> None:
    """Whether the failed commit reached the disk or not, nothing is missing and nothing is there twice."""
    faults.commit = commit
    events = story()
    came = playing.play(events)
    await until(lambda: playing.store.health.why == "io_error")
    await until(lambda: faults.connected > 1)
    faults.commit = None
    await until(lambda: playing.store.health.state == "ok")
    await playing.store.flush()
    assert await _stored(playing.store) == [event.id for event in events]  # type: ignore[union-attr]
    decisions = await playing.store.decisions("show")
    assert [decision for _, decision in decisions] == [outcome for outcome in came if type(outcome).__name__ == "Decision"]
    assert len(await playing.store.sends("show")) == sum(isinstance(outcome, Send) for outcome in came)


async def test_jobs_are_refused_while_the_disk_refuses(playing: Playing, faults: Faults) -> None:
    """Nobody waits for a full disk: what must be durable fails at once and is not done behind the caller's back later."""
    (send, *_) = [outcome for outcome in playing.play(story()) if isinstance(outcome, Send)]
    await playing.store.flush()
    faults.pragma = "query_only = ON"
    playing.store.put("show", chat("x1", 200.0, "안녕"))
    with pytest.raises(WorkError, match="cannot write"):
        await playing.store.flush()  # waits in the spool when the writing fails
    with pytest.raises(WorkError, match="cannot write") as caught:
        await playing.store.trying("show", send.id)  # comes when it is known to fail
    assert caught.value.where == "read_only"
    faults.pragma = ""
    await until(lambda: playing.store.health.state == "ok")
    await playing.store.flush()
    assert {row.state for row in await playing.store.sends("show")} == {"queued"}


async def test_a_job_that_fails_by_itself_harms_nothing(playing: Playing, faults: Faults) -> None:
    """A job that meets the full disk first tells its caller; rows are written as soon as it takes them."""
    faults.pragma = "query_only = ON"
    with pytest.raises(WorkError, match="cannot write"):
        await playing.store.end("show")
    faults.pragma = ""
    assert (await playing.store.show("show")).ended is None  # type: ignore[union-attr]


async def test_the_spool_is_bounded_and_what_it_cannot_take_is_counted(path: Path, clock: Clock) -> None:
    """Beyond the bound rows are lost, counted and said to be so; what was taken is written, in order."""
    store = await Store.open(str(path), clock=clock, retry=0.01, spool=20 * (ITEM_COST + 10))
    await store.begin(ShowRow("show", clock.now))
    faults = Faults(store, pragma="query_only = ON")
    store.put("show", chat("m0", 0.0, "안녕하세요"))
    await until(lambda: store.health.state == "failing")
    taken = [store.put("show", line) for line in _lines(40, 1)]
    lost_channel = ChatMessage("y1", 99.0, "youtube:shop", chat("", 0.0, "").author, "안녕하세요")
    assert not store.put("show", lost_channel)
    assert taken == [True] * 19 + [False] * 21
    assert (store.health.waiting, store.health.lost) == (20, 22)
    faults.pragma = ""
    await until(lambda: store.health.waiting == 0)
    store.put("show", lost_channel)
    await store.flush()
    rows = await store.messages("show")
    assert [row.line["id"] for row in rows] == [*(f"m{i}" for i in range(20)), "y1"]
    assert rows[-1].line["channel"] == "youtube:shop"
    await store.close()


async def test_a_long_text_takes_more_room_in_the_spool(path: Path, clock: Clock) -> None:
    """The bound is one of memory, not of rows."""
    store = await Store.open(str(path), clock=clock, spool=10 * ITEM_COST)
    await store.begin(ShowRow("show", clock.now))
    assert not store.put("show", chat("m1", 1.0, "가" * 10 * ITEM_COST))
    assert store.put("show", chat("m2", 2.0, "가"))
    await store.close()


async def test_a_value_that_cannot_be_stored_holds_up_nobody(playing: Playing) -> None:
    """Half a character is replaced; an item without a time is refused and counted; the rows around them are stored."""
    events = [*_lines(50), chat("half", 60.0, "안녕\ud83d", name="\udc00"), chat("never", float("nan"), "안녕"), *_lines(50, 100)]
    for event_ in events:
        playing.store.put("show", event_)
    await playing.store.flush()
    rows = {row.line["id"]: row.line for row in await playing.store.messages("show")}
    assert len(rows) == 101 and "never" not in rows
    assert rows["half"]["text"] == "안녕?" and rows["half"]["author"]["name"] == "?"
    assert (playing.store.health.state, playing.store.health.refused) == ("ok", 1)


async def test_a_snapshot_with_half_a_character_is_kept(playing: Playing) -> None:
    """The state can be gone on with although somebody's name is broken."""
    playing.play([chat("m1", 1.0, "배송 언제 와요\ud83d?", name="별\ud83d")])
    playing.snapshot()
    await playing.store.flush()
    assert playing.store.health.refused == 0 and playing.store.saved("show") > 0


async def test_a_post_is_noted_on_the_disk_itself(playing: Playing, faults: Faults) -> None:
    """`trying` is committed with a sync, everything else without."""
    (send, *_) = [outcome for outcome in playing.play(story()) if isinstance(outcome, Send)]
    await playing.store.flush()
    await playing.store.trying("show", send.id)
    await playing.store.flush()
    normal, full = 1, 2
    assert set(faults.commits[:-2]) == {normal} and faults.commits[-2:] == [full, normal]


async def test_rows_that_could_not_be_written_are_told_at_the_end(path: Path, clock: Clock) -> None:
    """Closing gives up after its time and says how much is missing."""
    store = await Store.open(str(path), clock=clock, retry=0.01)
    await store.begin(ShowRow("show", clock.now))
    Faults(store, pragma="query_only = ON")
    for line in _lines(3):
        store.put("show", line)
    with pytest.raises(WorkError, match="3 rows"):
        await store.close(within=1.0)


async def test_a_cancelled_flush_leaves_the_store_at_work(playing: Playing) -> None:
    """Whoever stops waiting takes nothing with them."""
    playing.store.put("show", chat("m1", 1.0, "안녕"))
    waiting = asyncio.ensure_future(playing.store.flush())
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await playing.store.flush()
    assert await _stored(playing.store) == ["m1"]


async def test_another_program_that_holds_the_database_is_waited_for(path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock held for too long is a failure like any other: said, and over when it is over."""
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.01)
    store = await Store.open(str(path), clock=clock, retry=0.01)
    await store.begin(ShowRow("show", clock.now))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    store.put("show", chat("m1", 1.0, "안녕"))
    await until(lambda: store.health.why == "busy")
    other.execute("ROLLBACK")
    other.close()
    await until(lambda: store.health.state == "ok")
    assert await _stored(store) == ["m1"]
    await store.close()
