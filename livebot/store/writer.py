"""The one thread that writes: takes rows from a bounded spool, commits them in batches, goes on trying while the disk refuses.

Must not know what rows mean. `put` never blocks and belongs to one thread (the event loop's). An item is what belongs together: its rows
are committed together or not at all. Items are committed in the order of `put`: what is on disk is always a beginning of what was put.
A commit comes after at most `LINGER` seconds or `BATCH` items, whatever is first.

The spool holds `SPOOL` characters, an item counting as its text plus `ITEM_COST`: about 150,000 chat lines, which is six minutes of 400
a second. An item that finds it full is not taken and counts as lost; what was taken before is kept until the disk takes it. An item
with a value that the database cannot hold counts as refused and does not hold up the others.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import Any, Literal, Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from livebot.errors import WorkError
from livebot.store.rows import Row, clean_row

LINGER = 0.1
BATCH = 200
LARGEST = 2_000
SPOOL = 64 * 2**20
ITEM_COST = 400
RETRY = 0.5

Why = Literal["", "disk_full", "io_error", "read_only", "busy", "damaged", "error"]
_WHY: dict[int, Why] = {
    sqlite3.SQLITE_FULL: "disk_full",
    sqlite3.SQLITE_IOERR: "io_error",
    sqlite3.SQLITE_READONLY: "read_only",
    sqlite3.SQLITE_CANTOPEN: "io_error",
    sqlite3.SQLITE_BUSY: "busy",
    sqlite3.SQLITE_LOCKED: "busy",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "damaged",
}
_VALUE_ERRORS = (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.ProgrammingError, sqlite3.InterfaceError)


@dataclass(frozen=True, slots=True)
class StoreHealth:
    """How writing goes. `since` is UTC seconds; `why` is a stable code, `detail` the database's own words; the rest are counts of items.

    `waiting` ones are in the spool, `lost` ones found it full, `refused` ones hold a value that the database cannot.
    """

    state: Literal["ok", "failing"] = "ok"
    since: float | None = None
    why: Why = ""
    detail: str = ""
    waiting: int = 0
    lost: int = 0
    refused: int = 0


class Statement(Protocol):
    """A way of writing rows. Within a commit the statements are carried out by their `rank`, the rows of each in the order of `put`."""

    @property
    def rank(self) -> int:
        """When in a commit."""
        ...

    def write(self, connection: sqlite3.Connection, rows: Sequence[Any]) -> None:
        """Write the rows in the transaction that is open. May be called again with the same rows after an error."""
        ...

    def written(self, rows: Sequence[Any]) -> None:
        """Take note that the rows are committed."""
        ...


@dataclass(frozen=True, eq=False)
class Many:
    """One SQL statement for each row."""

    sql: str
    rank: int

    def write(self, connection: sqlite3.Connection, rows: Sequence[Row]) -> None:
        """Write the rows by `executemany`."""
        connection.executemany(self.sql, rows)

    def written(self, rows: Sequence[Row]) -> None:
        """Nothing depends on these rows."""


@dataclass(frozen=True, eq=False)
class Bulk:
    """One SQL statement for many rows: `sql(n)` inserts n.

    The driver gives the interpreter lock away for every statement and then waits for it. Beside a busy event loop one row a statement
    comes down to 200 rows a second, since each waits a whole switch interval; 64 rows a statement wait once.
    """

    sql: Callable[[int], str]
    rank: int

    def write(self, connection: sqlite3.Connection, rows: Sequence[Row]) -> None:
        """Write the rows, 64 a statement, the rest by 16, 4 and 1."""
        start = 0
        for size in (64, 16, 4, 1):
            sql = self.sql(size)
            while len(rows) - start >= size:
                connection.execute(sql, tuple(chain.from_iterable(rows[start : start + size])))
                start += size

    def written(self, rows: Sequence[Row]) -> None:
        """Nothing depends on these rows."""


Part = tuple[Statement, Any]
Item = tuple[Part, ...]
Mode = Literal["plain", "synced", "bare"]


@dataclass(frozen=True, eq=False, slots=True)
class Job:
    """A piece of work in its turn among the items, in a transaction of its own.

    `synced`: on the disk itself, not only out of this process, before it is done. `bare`: without a transaction.
    """

    call: Callable[[Connection], Any]
    mode: Mode
    done: Future[Any]


class Writer:
    """Owns the writing connection and its thread. `put` rows, `submit` jobs, look at `health`, `close`."""

    def __init__(self, engine: Engine, clock: Callable[[], float], *, spool: int = SPOOL, retry: float = RETRY) -> None:
        self._engine = engine
        self._clock = clock
        self._bound = spool
        self._retry = retry
        self._connection: Connection | None = None
        self._spool: deque[Item | Job] = deque()
        self._weights: deque[int] = deque()  # of the items in the spool, in order
        self._jobs: set[Job] = set()
        self._jobs_lock = threading.Lock()
        self._work, self._hurry, self._closing = threading.Event(), threading.Event(), threading.Event()
        # Asking an Event costs a third of a `put`: the thread says here that it sleeps, and looks at the spool after it has said so.
        self._idle = self._lingering = False
        # Each of these is changed by one thread only: `_added` and `_lost` by the one that puts, the others by the one that writes.
        self._added = self._lost = self._removed = self._in_hand = self._refused = 0
        self._failure: tuple[float, Why, str] | None = None
        self._thread = threading.Thread(target=self._run, name="livebot-store", daemon=True)
        self._thread.start()

    @property
    def health(self) -> StoreHealth:
        """How writing goes, now."""
        waiting = len(self._spool) + self._in_hand
        if self._failure is None:
            return StoreHealth(waiting=waiting, lost=self._lost, refused=self._refused)
        since, why, detail = self._failure
        return StoreHealth("failing", since, why, detail, waiting, self._lost, self._refused)

    def put(self, item: Item, chars: int = 0) -> bool:
        """Add rows that belong together, with about `chars` characters of text; False if the spool is full: they count as lost."""
        weight = ITEM_COST + chars
        if self._added - self._removed + weight > self._bound:
            self._lost += 1
            return False
        self._added += weight
        self._weights.append(weight)
        self._spool.append(item)
        if self._idle:
            self._idle = False
            self._work.set()
        elif self._lingering and len(self._spool) >= BATCH:
            self._lingering = False
            self._hurry.set()
        return True

    def submit(self, call: Callable[[Connection], Any], mode: Mode = "plain") -> Future[Any]:
        """Have `call` carried out after all that was put before; the future holds what it returns or raises.

        While the disk refuses, the future fails at once with WorkError, and `call` is not carried out later behind its caller's back.
        """
        job = Job(call, mode, Future())
        with self._jobs_lock:
            if self._closing.is_set():
                job.done.set_exception(WorkError("the store is closed"))
                return job.done
            if self._failure is not None:
                job.done.set_exception(self._refusal())
                return job.done
            self._jobs.add(job)
        self._spool.append(job)
        self._hurry.set()
        self._work.set()
        return job.done

    def close(self, timeout: float) -> int:
        """Write what waits, for at most `timeout` seconds, and end the thread; return how many items could not be written. Blocking."""
        self._closing.set()
        self._hurry.set()
        self._work.set()
        self._thread.join(timeout)
        return self.health.waiting

    # the thread

    def _run(self) -> None:
        try:
            while not self._closing.is_set() or self._spool:
                self._sleep()
                if not self._turn():
                    return
        finally:
            self._reject_jobs(WorkError("the store is closed"))
            self._drop_connection()

    def _sleep(self) -> None:
        """Wait for something to do, and then a little longer for more of it."""
        self._idle = True
        if not self._spool and not self._closing.is_set():
            self._work.wait()
        self._idle = False
        self._work.clear()
        self._lingering = True
        if len(self._spool) < BATCH and not self._jobs and not self._closing.is_set():
            self._hurry.wait(LINGER)
        self._lingering = False
        self._hurry.clear()

    def _turn(self) -> bool:
        """Write the items up to the next job, then do the job; False when the store is closed before the disk took them."""
        batch: list[Item] = []
        job = None
        while job is None and self._spool and len(batch) < LARGEST:
            item = self._spool.popleft()
            if isinstance(item, Job):
                job = item
            else:
                batch.append(item)
                self._in_hand = len(batch)
        while batch and not self._write(batch):
            if self._closing.wait(self._retry):
                return False
        self._in_hand = 0
        self._removed += sum(self._weights.popleft() for _ in batch)
        if job:
            self._carry_out(job)
        return True

    def _write(self, batch: list[Item]) -> bool:
        """Write the items in one transaction; False when the disk refused it."""
        groups = _by_rank(batch)
        try:
            with self._transaction() as connection:
                raw = driver(connection)
                for statement, rows in groups:
                    statement.write(raw, rows)
        except Exception as error:
            if _is_value_error(error):
                return self._write_apart(batch)
            self._fail(error)
            return False
        self._failure = None
        for statement, rows in groups:
            statement.written(rows)
        return True

    def _write_apart(self, batch: list[Item]) -> bool:
        """Some value in the batch cannot be stored: write the halves by themselves, down to the one item that is to blame."""
        if len(batch) > 1:
            middle = len(batch) // 2
            return self._write(batch[:middle]) and self._write(batch[middle:])
        cleaned = tuple((statement, clean_row(row) if isinstance(row, tuple) else row) for statement, row in batch[0])
        if cleaned != batch[0]:
            return self._write([cleaned])
        self._refused += 1
        return True

    def _carry_out(self, job: Job) -> None:
        with self._jobs_lock:
            if job not in self._jobs:
                return
            self._jobs.remove(job)
        if not job.done.set_running_or_notify_cancel():
            return
        try:
            with self._transaction(job.mode) as connection:
                result = job.call(connection)
        except Exception as error:
            if isinstance(_cause(error), sqlite3.Error) and not _is_value_error(error):
                self._drop_connection()
                error = _work_error(_why(error), str(_cause(error)))
            job.done.set_exception(error)
        else:
            job.done.set_result(result)

    @contextmanager
    def _transaction(self, mode: Mode = "plain") -> Iterator[Connection]:
        if self._connection is None:
            self._connection = self._engine.connect()
        connection = self._connection
        if mode == "bare":
            yield connection
            return
        if mode == "synced":
            driver(connection).execute("PRAGMA synchronous = FULL")
        with connection.begin():
            yield connection
        if mode == "synced":  # after an error the next connection starts afresh
            driver(connection).execute("PRAGMA synchronous = NORMAL")

    def _fail(self, error: Exception) -> None:
        """Note why writing fails and let go of the connection: after an I/O error nothing that it believes is sure."""
        since = self._failure[0] if self._failure else self._clock()
        with self._jobs_lock:
            self._failure = (since, _why(error), str(_cause(error)))
        self._drop_connection()
        self._reject_jobs(self._refusal())

    def _reject_jobs(self, error: WorkError) -> None:
        with self._jobs_lock:
            jobs = tuple(self._jobs)
            self._jobs.clear()
        for job in jobs:
            if job.done.set_running_or_notify_cancel():
                job.done.set_exception(error)

    def _refusal(self) -> WorkError:
        assert self._failure is not None
        return _work_error(self._failure[1], self._failure[2])

    def _drop_connection(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None


def driver(connection: Connection) -> sqlite3.Connection:
    """Return the driver's own connection, for statements that run a thousand times a second or outside a transaction."""
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    return raw


def _by_rank(batch: list[Item]) -> list[tuple[Statement, list[Any]]]:
    groups: dict[Statement, list[Any]] = {}
    for item in batch:
        for statement, row in item:
            groups.setdefault(statement, []).append(row)
    return sorted(groups.items(), key=lambda group: group[0].rank)


def _cause(error: Exception) -> BaseException:
    return error.orig if isinstance(error, DBAPIError) and error.orig else error


def _is_value_error(error: Exception) -> bool:
    """Whether the row is to blame rather than the disk."""
    cause = _cause(error)
    return isinstance(cause, _VALUE_ERRORS) or not isinstance(cause, sqlite3.Error | OSError | MemoryError)


def _why(error: Exception) -> Why:
    return _WHY.get(getattr(_cause(error), "sqlite_errorcode", 0) & 0xFF, "error")


def _work_error(why: Why, detail: str) -> WorkError:
    return WorkError(f"the store cannot write: {detail}", why, "what waits is kept and written as soon as the disk takes it again")
