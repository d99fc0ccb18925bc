"""Events as lines of a log: plain dicts to events and back. Pure; reading and writing the bytes is the shell's work.

The same form is what livebot records, replays and takes from bridges. Unknown keys are ignored here (a recorder keeps them
by writing the dict it was given); an unknown type gives None. A dict that cannot be an event raises `BadEvent` with the key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from livebot.core.events import (
    ROLES,
    VOICE_CHANNEL,
    Author,
    AuthorBanned,
    Caption,
    ChatCleared,
    ChatMessage,
    ConfigChanged,
    Event,
    Gap,
    Lookup,
    MessageDeleted,
    Notice,
    ProductOnAir,
    Purchase,
    Role,
    Sent,
    ShowEnded,
    ShowStarted,
    StaffAction,
    Tick,
)

MAX_ID = 300
MAX_TEXT = 10_000
MAX_NAME = 500


class BadEvent(ValueError):
    """A dict that is no event: `key` is what is wrong, `why` what is allowed."""

    def __init__(self, key: str, why: str) -> None:
        super().__init__(f"{key}: {why}")
        self.key = key
        self.why = why


def event_from(data: Any, *, default_time: float | None = None, default_id: str | None = None) -> Event | None:
    """Return the event that `data` (one decoded JSON line) describes, or None if its type is unknown.

    `default_time` and `default_id` stand in where `time` and `id` are missing (bridges may leave them out).
    """
    if not isinstance(data, dict):
        raise BadEvent("line", "must be a JSON object")
    kind = data.get("type")
    if not isinstance(kind, str):
        raise BadEvent("type", f"must be one of {', '.join(sorted(_READERS))}")
    reader = _READERS.get(kind)
    if reader is None:
        return None
    time = _number(data, "time", default_time)
    return reader(data, _text(data, "id", default_id, MAX_ID), time)


def event_to(event: Event) -> dict[str, Any]:
    """Return the log line of an event, without what has its default; a Tick has none and raises TypeError."""
    if isinstance(event, Tick):
        raise TypeError("a tick is not logged")
    kind, keys = _WRITERS[type(event)]
    out: dict[str, Any] = {"type": kind, "id": event.id, "time": round(event.time, 3)}
    for key in keys:
        value = getattr(event, key)
        if value == _DEFAULTS[type(event)][key] and key != "reply_to":
            continue
        out[key] = _author_to(value) if isinstance(value, Author) else dict(value) if isinstance(value, Mapping) else value
    return out


def _author_to(author: Author) -> dict[str, Any]:
    out: dict[str, Any] = {"id": author.id, "name": author.name, "roles": list(author.roles)}
    if author.months is not None:
        out["months"] = author.months
    return out


def _number(data: Mapping[str, Any], key: str, default: float | None = None) -> float:
    value = data.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or abs(value) > 1e12:
        raise BadEvent(key, "must be a number of seconds")
    return float(value)


def _maybe_number(data: Mapping[str, Any], key: str) -> float | None:
    return None if data.get(key) is None else _number(data, key)


def _text(data: Mapping[str, Any], key: str, default: str | None = None, limit: int = MAX_TEXT) -> str:
    return _clean(data.get(key, default), key, limit)


def _clean(value: Any, key: str, limit: int) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise BadEvent(key, "must be a text")
    text = value if isinstance(value, str) else str(value)
    if not text and limit == MAX_ID:
        raise BadEvent(key, "must not be empty")
    if len(text) > limit:
        text = text[:limit]
    # A lone surrogate cannot be written as UTF-8 again: it would stop the log, the store and the pages.
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _maybe_text(data: Mapping[str, Any], key: str, limit: int = MAX_ID) -> str | None:
    value = data.get(key)
    return None if value is None or value == "" else _text(data, key, None, limit)


def _author(data: Mapping[str, Any]) -> Author:
    author = data.get("author")
    if isinstance(author, str):
        author = {"id": author, "name": author}
    if not isinstance(author, dict):
        raise BadEvent("author", "must be an object with id and name")
    name = author.get("name")
    identity = author.get("id") or name
    return Author(
        _clean(identity, "author.id", MAX_ID),
        _clean(identity if name is None else name, "author.name", MAX_NAME),
        _roles(author.get("roles") or []),
        _months(author.get("months")),
    )


def _roles(roles: Any) -> tuple[Role, ...]:
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise BadEvent("author.roles", f"must be a list of {', '.join(ROLES)}")
    return tuple(role for role in ROLES if role in roles) if roles else ()


def _months(months: Any) -> int | None:
    """Whole months; NaN, infinity and what is no number say nothing."""
    if isinstance(months, bool) or not isinstance(months, int | float) or not -1e6 < months < 1e6:
        return None
    return int(months)


def channel_name(value: str) -> str:
    """Return `platform:room`; a bare word is a room of platform `log`."""
    return value if ":" in value else f"log:{value}"


def _chat(d: Mapping[str, Any], i: str, t: float) -> Event:
    return ChatMessage(
        id=i,
        time=t,
        channel=channel_name(_text(d, "channel", "log", MAX_ID)),
        author=_author(d),
        text=_text(d, "text"),
        reply_to=_maybe_text(d, "reply_to"),
        at=_maybe_number(d, "at"),
        backlog=bool(d.get("backlog", False)),
    )


def _staff(d: Mapping[str, Any], i: str, t: float) -> Event:
    values = d.get("values") or {}
    if not isinstance(values, dict):
        raise BadEvent("values", "must be an object")
    return StaffAction(
        id=i,
        time=t,
        by=_text(d, "by", "staff", MAX_NAME),
        action=_text(d, "action", None, MAX_ID),
        question=_maybe_text(d, "question"),
        message=_maybe_text(d, "message"),
        values=values,
    )


def _sent(d: Mapping[str, Any], i: str, t: float) -> Event:
    fate = d.get("fate")
    if fate not in ("sent", "dropped", "unknown"):
        raise BadEvent("fate", "must be sent, dropped or unknown")
    return Sent(
        id=i, time=t, request=_text(d, "request", None, MAX_ID), fate=fate, why=_text(d, "why", ""), message=_maybe_text(d, "message")
    )


def _mapping(d: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = d.get(key)
    if not isinstance(value, dict):
        raise BadEvent(key, "must be an object")
    return value


def _lookup(d: Mapping[str, Any], i: str, t: float) -> Event:
    vectors = _mapping(d, "vectors")
    if not all(isinstance(vector, str) for vector in vectors.values()):
        raise BadEvent("vectors", "must be texts by embedder")
    return Lookup(id=i, time=t, of=_text(d, "of", None, MAX_ID), vectors=vectors)


_READERS: dict[str, Callable[[Mapping[str, Any], str, float], Event]] = {
    "chat": _chat,
    "voice": lambda d, i, t: Caption(id=i, time=t, text=_text(d, "text"), at=_maybe_number(d, "at")),
    "product": lambda d, i, t: ProductOnAir(
        id=i, time=t, product=_text(d, "product", None, MAX_ID), text=_text(d, "text", ""), why=_text(d, "why", "", MAX_NAME)
    ),
    "delete": lambda d, i, t: MessageDeleted(id=i, time=t, message=_text(d, "message", None, MAX_ID), channel=_text(d, "channel", "")),
    "ban": lambda d, i, t: AuthorBanned(
        id=i,
        time=t,
        channel=channel_name(_text(d, "channel", "log", MAX_ID)),
        author=_text(d, "author", None, MAX_ID),
        seconds=_maybe_number(d, "seconds"),
    ),
    "clear": lambda d, i, t: ChatCleared(id=i, time=t, channel=channel_name(_text(d, "channel", "log", MAX_ID))),
    "staff": _staff,
    "config": lambda d, i, t: ConfigChanged(id=i, time=t, changes=_mapping(d, "changes")),
    "sent": _sent,
    "lookup": _lookup,
    "gap": lambda d, i, t: Gap(
        id=i, time=t, channel=channel_name(_text(d, "channel", "log", MAX_ID)), seconds=_number(d, "seconds", 0.0), why=_text(d, "why", "")
    ),
    "start": lambda d, i, t: ShowStarted(id=i, time=t, date=_text(d, "date", ""), config=_text(d, "config", ""), faq=_text(d, "faq", "")),
    "end": lambda d, i, t: ShowEnded(id=i, time=t),
    "purchase": lambda d, i, t: Purchase(
        id=i, time=t, channel=channel_name(_text(d, "channel", "log", MAX_ID)), author=_author(d), product=_maybe_text(d, "product")
    ),
    "join": lambda d, i, t: Notice(
        id=i, time=t, channel=channel_name(_text(d, "channel", "log", MAX_ID)), kind="join", text=_text(d, "text", "")
    ),
    "notice": lambda d, i, t: Notice(
        id=i,
        time=t,
        channel=channel_name(_text(d, "channel", "log", MAX_ID)),
        kind=_text(d, "kind", "notice", MAX_ID),
        text=_text(d, "text", ""),
    ),
}

_WRITERS: dict[type, tuple[str, tuple[str, ...]]] = {
    ChatMessage: ("chat", ("at", "channel", "author", "text", "reply_to", "backlog")),
    Caption: ("voice", ("at", "text")),
    ProductOnAir: ("product", ("product", "text", "why")),
    MessageDeleted: ("delete", ("channel", "message")),
    AuthorBanned: ("ban", ("channel", "author", "seconds")),
    ChatCleared: ("clear", ("channel",)),
    StaffAction: ("staff", ("by", "action", "question", "message", "values")),
    ConfigChanged: ("config", ("changes",)),
    Sent: ("sent", ("request", "fate", "why", "message")),
    Lookup: ("lookup", ("of", "vectors")),
    Gap: ("gap", ("channel", "seconds", "why")),
    ShowStarted: ("start", ("date", "config", "faq")),
    ShowEnded: ("end", ()),
    Purchase: ("purchase", ("channel", "author", "product")),
    Notice: ("notice", ("channel", "kind", "text")),
}

_DEFAULTS: dict[type, dict[str, Any]] = {cls: {field.name: field.default for field in fields(cls)} for cls in _WRITERS}


def dedupe_key(event: Event) -> tuple[str, str] | None:
    """Return (channel, id) by which a second copy of an event is known, or None for events without a channel of their own."""
    if isinstance(event, ChatMessage):
        return (event.channel, event.id)
    if isinstance(event, Caption):
        return (VOICE_CHANNEL, event.id)
    return None
