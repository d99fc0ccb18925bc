"""What pages, reports and `explain` ask of the store: functions of a connection, in one transaction each. They change nothing.

`show` is a show's id. A show that is not there has no rows; ask `show` first where that makes a difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from livebot.core.decisions import Decision
from livebot.store.records import AnswerRow, Explained, MessageRow, QuestionRow, SendRow, ShowRow
from livebot.store.rows import decision_of, line_of, reading_of, send_of
from livebot.store.schema import LINE_TYPES, answers, channels, decisions, messages, questions, quotas, sends, shows


def shows_newest_first(connection: Connection, limit: int = 100, before: float | None = None) -> tuple[ShowRow, ...]:
    """Return shows, newest first; those that started before the UTC second `before`, if given."""
    found = select(shows).order_by(shows.c.started.desc(), shows.c.number.desc()).limit(limit)
    if before is not None:
        found = found.where(shows.c.started < before)
    return tuple(_show(row) for row in connection.execute(found).mappings())


def show(connection: Connection, show_id: str) -> ShowRow | None:
    """Return one show."""
    row = connection.execute(select(shows).where(shows.c.id == show_id)).mappings().one_or_none()
    return None if row is None else _show(row)


def _show(row: Mapping[Any, Any]) -> ShowRow:
    return ShowRow(id=row["id"], started=row["started"], name=row["name"], date=row["date"], ended=row["ended"], about=row["about"])


def quota(connection: Connection, platform: str) -> tuple[str, int]:
    """Return the day of which a platform's quota was used last, and how much; ('', 0) if nothing was."""
    row = connection.execute(select(quotas.c.day, quotas.c.used).where(quotas.c.platform == platform)).one_or_none()
    return ("", 0) if row is None else (row.day, row.used)


def number_of(connection: Connection, show_id: str) -> int | None:
    """Return the number under which a show's rows are."""
    return connection.execute(select(shows.c.number).where(shows.c.id == show_id)).scalar_one_or_none()


def last_position(connection: Connection, number: int) -> int:
    """Return the position of a show's newest log line, 0 if it has none."""
    newest = select(messages.c.position).where(messages.c.show == number).order_by(messages.c.position.desc()).limit(1)
    return connection.execute(newest).scalar_one_or_none() or 0


def last_ordinal(connection: Connection, number: int) -> int:
    """Return the running number of a show's newest decision, 0 if it has none."""
    return connection.execute(select(func.max(decisions.c.ordinal)).where(decisions.c.show == number)).scalar_one() or 0


def channel_names(connection: Connection, number: int) -> dict[int | None, str]:
    """Return a show's channels by the number that stands in its messages."""
    rows = connection.execute(select(channels.c.number, channels.c.name).where(channels.c.show == number))
    return {row.number: row.name for row in rows}


def log_lines(connection: Connection, show_id: str, after: int = 0, limit: int = 1000) -> tuple[MessageRow, ...]:
    """Return log lines with their readings in order, from the one after position `after` on."""
    number = number_of(connection, show_id)
    if number is None:
        return ()
    rows = select(messages).where(messages.c.show == number, messages.c.position > after).order_by(messages.c.position).limit(limit)
    names = channel_names(connection, number)
    return tuple(_message(row, names) for row in connection.execute(rows).mappings())


def _message(row: Mapping[Any, Any], names: Mapping[int | None, str]) -> MessageRow:
    return MessageRow(row["position"], line_of(row, names.get(row["channel"])), reading_of(row))


def questions_of(connection: Connection, show_id: str, state: str | None = None) -> tuple[QuestionRow, ...]:
    """Return a show's Questions in the order in which they were opened; only those in `state`, if given."""
    rows = _of_show(questions, show_id).order_by(questions.c.ordinal)
    if state is not None:
        rows = rows.where(questions.c.state == state)
    return tuple(_question(row) for row in connection.execute(rows).mappings())


def _question(row: Mapping[Any, Any]) -> QuestionRow:
    return QuestionRow(**{key: row[key] for key in QuestionRow.__dataclass_fields__})


def answers_of(connection: Connection, show_id: str) -> tuple[AnswerRow, ...]:
    """Return a show's candidate answers in the order of their lines."""
    rows = connection.execute(_of_show(answers, show_id).order_by(answers.c.time, answers.c.message)).mappings()
    return tuple(AnswerRow(**{key: row[key] for key in AnswerRow.__dataclass_fields__}) for row in rows)


def decisions_of(connection: Connection, show_id: str, after: int = 0, limit: int = 1000) -> tuple[tuple[int, Decision], ...]:
    """Return a show's decisions with their running numbers in order, from the one after number `after` on."""
    rows = _of_show(decisions, show_id).where(decisions.c.ordinal > after).order_by(decisions.c.ordinal).limit(limit)
    return tuple((row["ordinal"], decision_of(row["plain"])) for row in connection.execute(rows).mappings())


def sends_of(connection: Connection, show_id: str) -> tuple[SendRow, ...]:
    """Return a show's posts in the order in which they were wanted."""
    rows = connection.execute(_of_show(sends, show_id).order_by(sends.c.time, func.length(sends.c.id), sends.c.id)).mappings()
    return tuple(SendRow(send_of(row), row["state"], row["why"], row["message"], row["tried"]) for row in rows)


def explain(connection: Connection, show_id: str, message: str) -> Explained | None:
    """Return all that is known about the chat line or caption of that id, or None if the show has no such line."""
    number = number_of(connection, show_id)
    line = select(messages).where(messages.c.show == number, messages.c.id == message, messages.c.type.in_(LINE_TYPES)).limit(1)
    row = connection.execute(line).mappings().first()
    if row is None or number is None:
        return None
    message_row = _message(row, channel_names(connection, number))
    question = message_row.reading.question if message_row.reading else None
    about: list[ColumnElement[bool]] = [decisions.c.message == message]
    if question is not None:
        about.append(decisions.c.question == question)
    found = select(decisions.c.plain).where(decisions.c.show == number, or_(*about)).order_by(decisions.c.ordinal)
    asked = select(questions).where(questions.c.show == number, questions.c.id == question)
    asked_row = connection.execute(asked).mappings().one_or_none()
    return Explained(
        message_row,
        None if asked_row is None else _question(asked_row),
        tuple(decision_of(plain) for plain in connection.execute(found).scalars()),
    )


def _of_show(table: Any, show_id: str) -> Select[Any]:
    return select(table).join(shows, table.c.show == shows.c.number).where(shows.c.id == show_id)
