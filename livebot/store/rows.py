"""Events and what came of them as rows of the tables, and back. Pure.

A log line is stored once: its common keys as columns, all others in `more`; `line_of` puts it together again. The time is kept exactly,
since a show is resumed from these rows. Must not know connections or threads.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Mapping
from functools import lru_cache
from typing import Any, cast

from livebot.core.decisions import Decision, Reading, Reason, Send
from livebot.core.events import ChatMessage, Event, Sent
from livebot.core.log import event_from, event_to
from livebot.core.snapshot import to_plain

Row = tuple[Any, ...]

_json: Callable[[object], str] = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def clean(text: str) -> str:
    """Return a text without half characters (lone surrogates), which no encoding can write."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def clean_row(row: Row) -> Row:
    """Return a row whose texts are `clean`."""
    return tuple(clean(value) if isinstance(value, str) else value for value in row)


def encode(value: object) -> str:
    """Return a value as JSON text."""
    return clean(_json(value))


def message_row(
    show: int, position: int, channel: int | None, event: Event, reading: Reading | None, unknown: Mapping[str, Any] | None
) -> Row:
    """Return the row of `messages` for an event, its columns in the table's order; `unknown` are keys that only a recorder knows."""
    columns = _chat_columns(event, unknown) if isinstance(event, ChatMessage) else _line_columns(event, unknown)
    kind, line_id, author, name, text, at, more = columns
    return (show, position, kind, event.time, channel, line_id, author, name, text, at, more, reading and _reading_text(reading))


def _chat_columns(event: ChatMessage, unknown: Mapping[str, Any] | None) -> Row:
    """Do what `_line_columns` does, for the line that comes a thousand times a second."""
    author = event.author
    more: dict[str, Any] = dict(unknown) if unknown else {}
    if event.reply_to is not None:
        more["reply_to"] = event.reply_to
    if event.backlog:
        more["backlog"] = True
    if author.roles or author.months is not None:
        more["author"] = {"roles": author.roles} if author.months is None else {"roles": author.roles, "months": author.months}
    return ("chat", event.id, author.id, author.name, event.text, event.at, encode(more) if more else None)


def _line_columns(event: Event, unknown: Mapping[str, Any] | None) -> Row:
    more = {**(unknown or {}), **event_to(event)}
    kind, author, name = more.pop("type"), more.pop("author", None), None
    if isinstance(author, dict):
        more["author"] = {key: value for key, value in author.items() if key not in ("id", "name")}
        author, name = author["id"], author["name"]
    line_id = more.pop("id")
    for key in ("time", "channel", "text", "at"):
        more.pop(key, None)
    text, at = getattr(event, "text", None), getattr(event, "at", None)
    return (kind, line_id, author, name, text, at, encode(more) if more else None)


def _reading_text(reading: Reading) -> str:
    reason = reading.reason
    return _reading_json(reading.kind, reason.code, reason.values, reading.also, reading.question, reading.answers, reading.faq)


@lru_cache(4096)
def _reading_json(*parts: Hashable) -> str:
    """Return the JSON of a reading's parts; most lines are noise and read alike."""
    kept = list(parts)
    while not kept[-1]:
        kept.pop()
    return encode(kept)


def line_of(row: Mapping[Any, Any], channel: str | None) -> dict[str, Any]:
    """Return the log line that a row of `messages` holds."""
    more = dict(row["more"] or {})
    line: dict[str, Any] = {"type": row["type"], "id": row["id"], "time": row["time"]}
    if channel is not None and row["type"] != "voice":
        line["channel"] = channel
    if row["name"] is not None:
        line["author"] = {"id": row["author"], "name": row["name"], **more.pop("author", {"roles": []})}
    elif row["author"] is not None:
        line["author"] = row["author"]
    for key in ("text", "at"):
        if row[key] is not None:
            line[key] = row[key]
    if row["type"] == "chat":
        line["reply_to"] = None
    return line | more


def event_of(row: Mapping[Any, Any], channel: str | None) -> Event:
    """Return the event that a row of `messages` holds."""
    event = event_from(line_of(row, channel))
    if event is None:
        raise ValueError(f"unknown type {row['type']!r} in the store")
    return event


def reading_of(row: Mapping[Any, Any]) -> Reading | None:
    """Return the reading that a row of `messages` holds, or None for an event that got none."""
    if row["reading"] is None:
        return None
    given: list[Any] = row["reading"]
    kind, code, values, also, question, answers, faq = (*given, *_EMPTY[len(given) :])
    return Reading(
        id=row["id"],
        time=row["time"],
        kind=kind,
        reason=Reason(code, tuple((key, value) for key, value in values)),
        also=tuple(also),
        question=question,
        answers=tuple(answers),
        faq=tuple((faq_id, score) for faq_id, score in faq),
    )


_EMPTY: Row = ("other", "", (), (), None, (), ())


def decision_row(show: int, ordinal: int, decision: Decision) -> Row:
    """Return the row of `decisions`."""
    plain = {key: value for key, value in to_plain(decision).items() if value is not None and value is not False and value != []}
    return (show, decision.id, ordinal, decision.time, decision.kind, decision.question, decision.message, encode(plain))


def decision_of(plain: Mapping[str, Any]) -> Decision:
    """Return the decision that `plain` of a row of `decisions` holds."""
    reason = plain["reason"]
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in plain.items()}
    return Decision(**values | {"reason": Reason(reason["code"], tuple((key, value) for key, value in reason["values"]))})


SEND_KEYS = ("id", "time", "decision", "kind", "channel", "text", "expires", "priority", "question", "reply_to")


def send_row(show: int, send: Send) -> Row:
    """Return the row of `sends` for a post that is wanted and not yet tried."""
    return (show, *(getattr(send, key) for key in SEND_KEYS), "queued", "", None, None)


def send_of(row: Mapping[Any, Any]) -> Send:
    """Return the send that a row of `sends` holds."""
    return Send(**{key: row[key] for key in SEND_KEYS})


def fate_row(show: int, sent: Sent) -> Row:
    """Return what a `sent` event says about a row of `sends`: the values to set, then its key."""
    return (sent.fate, sent.why, sent.message, show, sent.request)


def question_row(show: int, ordinal: int, plain: Mapping[str, Any]) -> Row:
    """Return the row of `questions` for a Question in its plain form."""
    askers = cast("list[dict[str, Any]]", plain["askers"])
    waiting = {asker["author"] for asker in askers if asker["state"] == "waiting"}
    states = [asker["state"] for asker in askers]
    state = "open" if waiting else "answered" if "answered" in states else states[0] if states else "open"
    row = (
        show,
        plain["id"],
        ordinal,
        state,
        plain["topics"][0] if plain["topics"] else "",
        plain["product"],
        min((asker["time"] for asker in askers), default=0.0),
        len({asker["author"] for asker in askers}),
        len(waiting),
        encode(plain),
    )
    return clean_row(row)


ANSWER_KEYS = ("message", "author", "name", "side", "text", "time", "state", "score", "accepted", "rejected")


def answer_rows(show: int, plain: Mapping[str, Any]) -> list[Row]:
    """Return the rows of `answers` for the candidates of a Question in its plain form; of two for one line the later one."""
    by_message = {candidate["message"]: candidate for candidate in plain["candidates"]}
    return [clean_row((show, plain["id"], *(candidate[key] for key in ANSWER_KEYS))) for candidate in by_message.values()]
