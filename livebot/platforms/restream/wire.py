"""What Restream's chat tells, as values. Pure.

Source: developers.restream.io/chat (getting-started, actions, connections, event-sources, events). It is a one-way stream of
`{action, payload, timestamp}`: `heartbeat` about every 45 s, `connection_info` and `connection_closed` for each chat it reads, `event` for
what happens there, `reply_*` for what the seller writes in Restream itself, `relay_*` for lines that Restream carries from one chat to
another. The platform's own id of a line does not come along, but an identifier of the event does.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from livebot.core.events import Author, ChatMessage, Notice, Role

PLATFORM = "restream"
ALL = "all"
SOURCES: Mapping[int, str] = {
    1: "restream",
    2: "twitch",
    13: "youtube",
    19: "facebook",
    20: "facebook",
    24: "dlive",
    25: "discord",
    26: "linkedin",
    27: "trovo",
    28: "x",
    29: "kick",
    33: "rumble",
}
_STAFF = re.compile(r"moderator|broadcaster_assistant", re.IGNORECASE)
_HOST = re.compile(r"broadcaster|owner|streamer", re.IGNORECASE)
_NAMES = ("displayName", "name", "username", "nickname")


@dataclass(frozen=True, slots=True)
class Line:
    """A chat line, and the platform it was written on."""

    source: str
    message: ChatMessage


@dataclass(frozen=True, slots=True)
class Happening:
    """What is no chat line, and the platform it happened on."""

    source: str
    notice: Notice


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """Restream is there."""


@dataclass(frozen=True, slots=True)
class Connection:
    """How Restream's own connection to one chat is: `state` is its word for it."""

    uuid: str
    source: str
    state: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Relayed:
    """A line was carried from one chat to another, where it will be seen again."""

    text: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """What cannot be used, and why."""

    why: str


Item = Line | Happening | Heartbeat | Connection | Relayed | Unknown


def parse(frame: str, channel: str, now: float) -> Item:
    """Return what a frame says; never raises. `channel` and `now` are what events get as channel and time."""
    data = _decoded(frame)
    if not isinstance(data, dict):
        return Unknown("no object")
    action, payload = data.get("action"), data.get("payload")
    if action == "heartbeat":
        return Heartbeat()
    if not isinstance(action, str) or not isinstance(payload, dict):
        return Unknown("no action")
    at = _seconds(data.get("timestamp"))
    if action == "event":
        return _event(payload, channel, now, at)
    if action == "reply_created":
        return _reply(payload, channel, now, at)
    if action in ("connection_info", "connection_closed"):
        state = "closed" if action == "connection_closed" else _text(payload, "status") or "connected"
        return Connection(_text(payload, "connectionUuid"), _source(payload), state, _text(payload, "reason"))
    if action.startswith("relay_"):
        return Relayed(_plain(payload.get("text")))
    return Unknown(f"action:{_word(action)}")


def _event(payload: Mapping[str, Any], channel: str, now: float, at: float | None) -> Item:
    source, inner = _source(payload), payload.get("eventPayload")
    if not isinstance(inner, dict):
        return Unknown("event without payload")
    text, author = _plain(inner.get("text")), inner.get("author")
    author = author if isinstance(author, dict) else {}
    name = next((found for key in _NAMES if (found := _text(author, key))), "")
    line = _id(_text(payload, "eventIdentifier"), source, name, text, repr(at))
    if not text or not (name or _text(author, "id")):
        kind = _text(payload, "eventTypeId") or "?"
        return Happening(source, Notice(line, now, channel, f"event_{kind}", f"{name} {text}".strip()[:500]))
    who = Author(f"{source}:{_text(author, 'id') or name}", name or _text(author, "id"), _roles(inner, author), _months(author))
    return Line(source, ChatMessage(line, now, channel, who, text, at=at))


def _reply(payload: Mapping[str, Any], channel: str, now: float, at: float | None) -> Item:
    """What the seller writes in Restream goes to the viewers of its chats, and comes back from none of them."""
    text = _plain(payload.get("text"))
    if not text:
        return Unknown("reply without text")
    line = _id(_text(payload, "replyUuid") or _text(payload, "clientReplyUuid"), "restream", "", text, repr(at))
    return Line("restream", ChatMessage(line, now, channel, Author("restream:seller", "Restream", ("host",)), text, at=at))


def _roles(inner: Mapping[str, Any], author: Mapping[str, Any]) -> tuple[Role, ...]:
    badges = author.get("badges")
    titles = (
        [_text(badge, "title") + _text(badge, "type") for badge in badges if isinstance(badge, dict)] if isinstance(badges, list) else []
    )
    flags: tuple[tuple[Role, bool], ...] = (
        ("host", author.get("isChatOwner") is True or any(_HOST.search(title) for title in titles)),
        ("staff", author.get("isChatModerator") is True or any(_STAFF.search(title) for title in titles)),
        ("subscriber", author.get("isChatSponsor") is True or any("subscriber" in title.lower() for title in titles)),
        ("bot", inner.get("bot") is True),
    )
    return tuple(role for role, held in flags if held)


def _months(author: Mapping[str, Any]) -> int | None:
    months = author.get("subscribedFor")
    return months if isinstance(months, int) and not isinstance(months, bool) and 0 < months < 1000 else None


def _source(payload: Mapping[str, Any]) -> str:
    number = payload.get("eventSourceId")
    if isinstance(number, bool) or not isinstance(number, int):
        return "other"
    return SOURCES.get(number, f"source{number}" if 0 <= number < 10_000 else "other")


def _id(own: str, *parts: str) -> str:
    key = own or "\0".join(parts)
    return f"{PLATFORM}:{hashlib.blake2b(key.encode('utf-8', 'replace'), digest_size=12).hexdigest()}"


def _plain(value: Any) -> str:
    return " ".join(value.split()).encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else ""


def _text(data: Mapping[str, Any], key: str) -> str:
    """Return a short text; a number becomes one, anything else is ''."""
    value = data.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)[:200].strip().encode("utf-8", "replace").decode("utf-8")


def _seconds(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e11 else None


def _word(text: str) -> str:
    return re.sub(r"[^a-z_]", "", text.lower())[:30]


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
