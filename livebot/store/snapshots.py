"""Writing a Show's state so that it can be gone on with, and reading it back: the last snapshot and the log after it.

A snapshot is one transaction: everything but the Questions, the Questions that changed since the snapshot before, and up to which line
of the log it holds. Must not know threads.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.sqlite import insert

from livebot.core.events import VOICE_CHANNEL, Caption, Event, Sent
from livebot.core.log import BadEvent
from livebot.core.show import MAX_SEEN, ShowState
from livebot.store import reads
from livebot.store.database import sql_of
from livebot.store.records import Resume
from livebot.store.rows import answer_rows, clean_row, encode, event_of, fate_row, message_row, question_row
from livebot.store.schema import LINE_TYPES, answers, messages, questions, sends, snapshots
from livebot.store.statements import SET_FATE, insert_messages

TRIES_KEPT = 600.0
PIECE = 64


@dataclass(slots=True)
class Live:
    """A show that is being written: where its running numbers stand. Belongs to the thread that puts, but for `saved`."""

    number: int
    position: int = 0
    ordinal: int = 0
    channels: dict[str, int] = field(default_factory=dict)
    questions: dict[str, int] = field(default_factory=dict)
    last_question: int = 0
    saved: int = 0
    pending: Snapshot | None = None

    def channel_of(self, event: Event) -> tuple[int | None, str | None]:
        """Return the number of the event's channel, and its name if it has not been met before. The host's voice is a channel too."""
        name: str = VOICE_CHANNEL if isinstance(event, Caption) else getattr(event, "channel", "")
        number = self.channels.get(name)
        if number is not None or not name:
            return number, None
        self.channels[name] = number = max(self.channels.values(), default=0) + 1
        return number, name

    def number_questions(self, state: ShowState) -> list[int]:
        """Return the running numbers of the snapshot's Questions, which keep the order in which the core has them."""
        alive = set(state.base["of_line"].values())
        for gone in self.questions.keys() - alive:
            del self.questions[gone]
        numbers = []
        for question in state.questions:
            if question["id"] not in self.questions:
                self.last_question += 1
                self.questions[question["id"]] = self.last_question
            numbers.append(self.questions[question["id"]])
        return numbers


@dataclass(eq=False, slots=True)
class Snapshot:
    """A snapshot on its way to the disk; without its state, which may be large, once a newer one has overtaken it."""

    live: Live
    state: ShowState | None
    numbers: Sequence[int]
    position: int


def _upsert(table: Any, key: tuple[str, ...], kept: tuple[str, ...] = ()) -> str:
    statement = insert(table)
    fresh = {column.name: statement.excluded[column.name] for column in table.columns if column.name not in (*key, *kept)}
    return sql_of(statement.on_conflict_do_update(index_elements=key, set_=fresh))


_KEEP_QUESTION = _upsert(questions, ("show", "id"), kept=("ordinal",))
_KEEP_SNAPSHOT = _upsert(snapshots, ("show",))
_ADD_ANSWER = sql_of(insert(answers))


class SnapshotStatement:
    """Writes snapshots (see `writer.Statement`), after all else of the same commit."""

    rank = 9

    def write(self, connection: sqlite3.Connection, rows: Sequence[Snapshot]) -> None:
        """Write those that were not overtaken."""
        for snapshot in rows:
            state = snapshot.state
            if state is not None:
                _write(connection, snapshot, state)

    def written(self, rows: Sequence[Snapshot]) -> None:
        """From now on only Questions that change later need writing again."""
        for snapshot in rows:
            state = snapshot.state
            if state is not None:
                snapshot.live.saved = state.revision


def _write(connection: sqlite3.Connection, snapshot: Snapshot, state: ShowState) -> None:
    show = snapshot.live.number
    changed = [clean_row((show, question["id"])) for question in state.questions]
    connection.executemany(
        _KEEP_QUESTION, [question_row(show, number, plain) for number, plain in zip(snapshot.numbers, state.questions, strict=True)]
    )
    connection.executemany("DELETE FROM answers WHERE show = ? AND question = ?", changed)
    for plain in state.questions:
        connection.executemany(_ADD_ANSWER, answer_rows(show, plain))
    alive = set(clean_row(tuple(state.base["of_line"].values())))
    gone = [(show, row[0]) for row in connection.execute("SELECT id FROM questions WHERE show = ?", (show,)) if row[0] not in alive]
    connection.executemany("DELETE FROM questions WHERE show = ? AND id = ?", gone)
    connection.executemany("DELETE FROM answers WHERE show = ? AND question = ?", gone)
    connection.execute(_KEEP_SNAPSHOT, (show, state.revision, snapshot.position, "".join(_in_pieces(state.base))))


def _in_pieces(base: Mapping[str, Any]) -> Iterator[str]:
    """Yield the JSON of `base` bit by bit, letting other threads run in between: it may be megabytes, and the chat goes on."""
    opening = "{"
    for key, value in base.items():
        yield f"{opening}{encode(key)}:"
        opening = ","
        if not isinstance(value, dict):
            yield encode(value)
            continue
        inner = list(value.items())
        pieces = []
        for start in range(0, len(inner), PIECE):
            pieces.append(encode(dict(inner[start : start + PIECE]))[1:-1])
            time.sleep(0)
        yield "{" + ",".join(pieces) + "}"
    yield "}" if base else "{}"


# going on with a show


def resume(connection: Connection, show_id: str, now: float) -> tuple[Resume, Live] | None:
    """Return what it takes to go on with a show that has not ended, or None. Posts that may have gone out are settled as unknown."""
    show = reads.show(connection, show_id)
    number = reads.number_of(connection, show_id)
    if show is None or number is None or show.ended is not None:
        return None
    live = _live(connection, number)
    _settle_tried(connection, live)
    state, position = _snapshot(connection, number)
    live.saved = state.revision if state else 0
    tail, unreadable = _tail(connection, number, position)
    return (
        Resume(
            show=show,
            state=state,
            tail=tail,
            seen=_seen(connection, number, position),
            sends=reads.sends_of(connection, show_id),
            tries=tries(connection, now - TRIES_KEPT),
            unreadable=unreadable,
        ),
        live,
    )


def _live(connection: Connection, number: int) -> Live:
    ordinals = connection.execute(select(questions.c.id, questions.c.ordinal).where(questions.c.show == number)).all()
    return Live(
        number=number,
        position=reads.last_position(connection, number),
        ordinal=reads.last_ordinal(connection, number),
        channels={name: channel for channel, name in reads.channel_names(connection, number).items() if channel is not None},
        questions={row.id: row.ordinal for row in ordinals},
        last_question=max((row.ordinal for row in ordinals), default=0),
    )


def _settle_tried(connection: Connection, live: Live) -> None:
    """A post that was being made when the process ended may have gone out: it counts as unknown, and the log says so to the core."""
    last = select(func.coalesce(func.max(messages.c.time), 0.0)).where(messages.c.show == live.number)
    at = connection.execute(last).scalar_one()
    trying = select(sends.c.id).where(sends.c.show == live.number, sends.c.state == "trying")
    for send in connection.execute(trying).scalars().all():
        live.position += 1
        sent = Sent(id=f"restart:{send}", time=at, request=send, fate="unknown", why="restart")
        connection.exec_driver_sql(insert_messages(1), message_row(live.number, live.position, None, sent, None, {}))
        connection.exec_driver_sql(SET_FATE, fate_row(live.number, sent))


def _snapshot(connection: Connection, number: int) -> tuple[ShowState | None, int]:
    found = connection.execute(select(snapshots).where(snapshots.c.show == number)).one_or_none()
    if found is None:
        return None, 0
    plain = select(questions.c.plain).where(questions.c.show == number).order_by(questions.c.ordinal)
    return ShowState(found.revision, found.base, tuple(connection.execute(plain).scalars())), found.position


def _tail(connection: Connection, number: int, position: int) -> tuple[tuple[Event, ...], int]:
    names = reads.channel_names(connection, number)
    rows = select(messages).where(messages.c.show == number, messages.c.position > position).order_by(messages.c.position)
    events: list[Event] = []
    unreadable = 0
    for row in connection.execute(rows).mappings():
        try:
            events.append(event_of(row, names.get(row["channel"])))
        except (BadEvent, ValueError):
            unreadable += 1
    return tuple(events), unreadable


def _seen(connection: Connection, number: int, position: int) -> tuple[tuple[str, str], ...]:
    """Return the (channel, id) of the newest lines that the snapshot holds, oldest first."""
    names = reads.channel_names(connection, number)
    newest = (
        select(messages.c.channel, messages.c.id)
        .where(messages.c.show == number, messages.c.position <= position, messages.c.type.in_(LINE_TYPES))
        .order_by(messages.c.position.desc())
        .limit(MAX_SEEN)
    )
    return tuple((names.get(channel, ""), line) for channel, line in reversed(connection.execute(newest).all()))


def tries(connection: Connection, since: float) -> dict[str, tuple[float, ...]]:
    """Return when posts were tried since a UTC second, by channel, over all shows."""
    found = select(sends.c.channel, sends.c.tried).where(sends.c.tried >= since).order_by(sends.c.tried)
    times: dict[str, list[float]] = {}
    for channel, tried in connection.execute(found):
        times.setdefault(channel, []).append(tried)
    return {channel: tuple(at) for channel, at in times.items()}
