"""EventSub WebSocket frames as values: what the session says, and chat as events.

`parse` never raises: what it cannot use is an `Unknown` with its reason. It knows no clock and no socket. Message ids are those of Twitch
over IRC, so that a line is the same line whichever way it came. Wire facts: dev.twitch.tv/docs/eventsub (handling WebSocket events,
subscription types), twitchdev/twitch-cli `message_types.go`, twitch-rs/twitch_api `src/eventsub`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from livebot.core.events import Author, AuthorBanned, ChatCleared, ChatMessage, MessageDeleted, Notice
from livebot.platforms.instant import seconds_of
from livebot.platforms.twitch.badges import PRIVILEGED, months, roles

PLATFORM = "twitch"
CHAT = "channel.chat.message"
SUBSCRIPTIONS: Mapping[str, bool] = {
    CHAT: True,
    "channel.chat.notification": True,
    "channel.chat.message_delete": True,
    "channel.chat.clear": True,
    "channel.chat.clear_user_messages": True,
    "channel.chat.user_message_hold": True,
    "channel.chat.user_message_update": True,
    "stream.online": False,
    "stream.offline": False,
}
"""What is subscribed to, all in version 1, and whether its condition names the reading user. Without the first there is no chat."""

MAX_TEXT = 2000
MAX_ID = 200
MAX_KEEPALIVE = 600.0
REVOKED: Mapping[str, str] = {
    "authorization_revoked": "auth_failed",
    "user_removed": "room_suspended",
    "chat_user_banned": "banned",
}
"""Status of a subscription that Twitch took away -> livebot's code where trying again cannot help."""


@dataclass(frozen=True, slots=True)
class Welcome:
    """The session is there. `keepalive`: after so many seconds of silence the connection is dead."""

    session: str
    keepalive: float


@dataclass(frozen=True, slots=True)
class Keepalive:
    """Nothing happened in the room."""


@dataclass(frozen=True, slots=True)
class Reconnect:
    """The server will close soon: go on at `url`, as it stands."""

    url: str


@dataclass(frozen=True, slots=True)
class Revoked:
    """Twitch takes a subscription away. `code` is livebot's cause where trying again cannot help, else ''."""

    kind: str
    status: str
    code: str


@dataclass(frozen=True, slots=True)
class Standing:
    """One of our own lines came back: its id, and whether the higher limits hold for us."""

    message: str
    privileged: bool


@dataclass(frozen=True, slots=True)
class Unknown:
    """A frame that cannot be used, and why. `what` is at most 60 letters, digits, dots and underscores, or `?`: a name in counts."""

    what: str
    why: str


ChatEvent = ChatMessage | Notice | MessageDeleted | AuthorBanned | ChatCleared
Item = ChatEvent | Welcome | Keepalive | Reconnect | Revoked | Standing | Unknown
Values = Mapping[str, Any]


class _Missing(Exception):
    """A value that the event cannot do without."""


def parse(frame: str, time: float, own: str = "") -> tuple[str, tuple[Item, ...]]:
    """Return the frame's `message_id` ('' where there is none) and what it says. `own` is the user id of the account that reads.

    Lines of `own` get the role `bot`, unless it is the room's broadcaster, who may have written them by hand.
    """
    try:
        decoded = json.loads(frame)
    except (ValueError, RecursionError):
        return "", (Unknown("frame", "no JSON"),)
    metadata, payload = _object(decoded, "metadata"), _object(decoded, "payload")
    kind = metadata.get("message_type")
    read = _READERS.get(kind) if isinstance(kind, str) else None
    if read is None:
        return "", (Unknown(_name(kind), "no such message type"),)
    identity = metadata.get("message_id")
    try:
        return identity if isinstance(identity, str) else "", read(metadata, payload, time, own)
    except _Missing as missing:
        return "", (Unknown(_name(metadata.get("subscription_type") or kind), f"no {missing}"),)


def _object(value: Any, key: str) -> Values:
    inner = value.get(key) if isinstance(value, dict) else None
    return inner if isinstance(inner, dict) else {}


def _name(value: Any) -> str:
    plain = isinstance(value, str) and value.replace("_", "").replace(".", "").isalnum() and value.isascii()
    return value[:60] if plain else "?"


def _text(values: Values, key: str) -> str:
    value = values.get(key)
    if not isinstance(value, str):
        return ""
    return (value if value.isascii() else value.encode("utf-8", "replace").decode())[:MAX_TEXT]


def _needed(values: Values, key: str, most: int = MAX_ID) -> str:
    value = _text(values, key)[:most]
    if not value:
        raise _Missing(key)
    return value


# The session


def _welcome(metadata: Values, payload: Values, time: float, own: str) -> tuple[Item, ...]:
    session = _object(payload, "session")
    seconds = session.get("keepalive_timeout_seconds")
    told = isinstance(seconds, int | float) and not isinstance(seconds, bool) and 1 <= seconds <= MAX_KEEPALIVE
    return (Welcome(_needed(session, "id"), float(seconds) if told and seconds is not None else 10.0),)


def _reconnect(metadata: Values, payload: Values, time: float, own: str) -> tuple[Item, ...]:
    return (Reconnect(_needed(_object(payload, "session"), "reconnect_url", MAX_TEXT)),)


def _revocation(metadata: Values, payload: Values, time: float, own: str) -> tuple[Item, ...]:
    subscription = _object(payload, "subscription")
    status = _text(subscription, "status")
    return (Revoked(_needed(subscription, "type"), _name(status), REVOKED.get(status, "")),)


# Chat


def _notification(metadata: Values, payload: Values, time: float, own: str) -> tuple[Item, ...]:
    subscription, event = _object(payload, "subscription"), _object(payload, "event")
    kind = subscription.get("type") or metadata.get("subscription_type")
    read = _EVENTS.get(kind) if isinstance(kind, str) else None
    if read is None:
        return (Unknown(_name(kind), "no such subscription"),)
    return read(_Told(event, f"{PLATFORM}:{_needed(event, 'broadcaster_user_login').lower()}", metadata, time, own))


@dataclass(slots=True)  # not frozen: one is made for each line
class _Told:
    """One event with what it needs to be read."""

    event: Values
    channel: str
    metadata: Values
    time: float
    own: str

    @property
    def at(self) -> float | None:
        return seconds_of(self.metadata.get("message_timestamp"))

    def built_id(self, kind: str, target: str = "") -> str:
        """Return an id for what Twitch gives none: by its own time, so that a second copy has the same id."""
        at = self.at
        return ":".join(part for part in (self.channel, kind, target, f"{self.time if at is None else at:.3f}") if part)


def _chat_message(told: _Told) -> tuple[Item, ...]:
    mirrored = _mirrored(told)
    if mirrored:
        return mirrored
    line = _line(told)
    if not told.own or _text(told.event, "chatter_user_id") != told.own:
        return (line,)
    return (Standing(line.id, not PRIVILEGED.isdisjoint(_badges(told.event))), line)


def _mirrored(told: _Told) -> tuple[Item, ...]:
    """Return the notice for a line that belongs to another room and is only shown here (shared chat)."""
    source = _text(told.event, "source_broadcaster_user_id")
    if not source or source == _text(told.event, "broadcaster_user_id"):
        return ()
    return (Notice(f"{PLATFORM}:shared:{_needed(told.event, 'message_id')}", told.time, told.channel, "shared_chat", source),)


def _line(told: _Told) -> ChatMessage:
    event = told.event
    text = _needed(_object(event, "message"), "text", MAX_TEXT)
    parent = _text(_object(event, "reply"), "parent_message_id")
    author = _author(event, told.own)
    return ChatMessage(
        f"{PLATFORM}:{_needed(event, 'message_id')}",
        told.time,
        told.channel,
        author,
        _without_action(text),
        f"{PLATFORM}:{parent}" if parent else None,
        told.at,
    )


def _without_action(text: str) -> str:
    return text[8:].rstrip("\x01") if text.startswith("\x01ACTION ") else text


def _author(event: Values, own: str) -> Author:
    identity = _needed(event, "chatter_user_id")
    name = _text(event, "chatter_user_name").strip(" ") or _text(event, "chatter_user_login") or identity
    is_bot = identity == own and identity != event.get("broadcaster_user_id")
    return _author_of(identity, name, tuple(_badges(event).items()), is_bot)


@lru_cache(maxsize=8192)
def _author_of(identity: str, name: str, badges: tuple[tuple[str, str], ...], is_bot: bool) -> Author:
    """Return an author; equal values give the same object, which is what makes a busy chat cheap."""
    worn = [badge for badge, _ in badges] + ["bot-badge"] * is_bot
    return Author(identity, name, roles(worn), months(dict(badges)))


def _badges(event: Values) -> dict[str, str]:
    badges = event.get("badges")
    if not badges:
        return {}
    items = badges if isinstance(badges, list) else []
    return {_text(badge, "set_id"): _text(badge, "info") for badge in items if isinstance(badge, dict)}


def _notice(told: _Told) -> tuple[Item, ...]:
    """A subscription, raid, announcement …; what the chatter wrote with it is a chat line of its own."""
    event = told.event
    mirrored = _mirrored(told)
    if mirrored:
        return mirrored
    kind = _name(event.get("notice_type"))
    identity = _text(event, "message_id")
    made = f"{PLATFORM}:notice:{identity}" if identity else told.built_id("notice", kind)
    notice = Notice(made, told.time, told.channel, kind, _text(event, "system_message"))
    wrote = _text(_object(event, "message"), "text") and identity and _text(event, "chatter_user_id")
    return (notice, _line(told)) if wrote else (notice,)


def _delete(told: _Told) -> tuple[Item, ...]:
    target = _needed(told.event, "message_id")
    return (MessageDeleted(f"{PLATFORM}:delete:{target}", told.time, f"{PLATFORM}:{target}", told.channel),)


def _clear(told: _Told) -> tuple[Item, ...]:
    return (ChatCleared(told.built_id("clear"), told.time, told.channel),)


def _clear_user(told: _Told) -> tuple[Item, ...]:
    """All lines of a user are gone: banned or timed out, Twitch does not say here for how long."""
    target = _needed(told.event, "target_user_id")
    return (AuthorBanned(told.built_id("ban", target), told.time, told.channel, target, None),)


def _own_held(told: _Told) -> tuple[Item, ...]:
    """One of our lines is held by AutoMod, or was looked at by a moderator."""
    identity = _needed(told.event, "message_id")
    status = _name(told.event.get("status") or "held")
    return (Notice(f"{PLATFORM}:hold:{identity}:{status}", told.time, told.channel, "own_message", status),)


def _stream(kind: str) -> Callable[[_Told], tuple[Item, ...]]:
    return lambda told: (Notice(told.built_id(kind), told.time, told.channel, kind),)


_EVENTS: Mapping[str, Callable[[_Told], tuple[Item, ...]]] = {
    CHAT: _chat_message,
    "channel.chat.notification": _notice,
    "channel.chat.message_delete": _delete,
    "channel.chat.clear": _clear,
    "channel.chat.clear_user_messages": _clear_user,
    "channel.chat.user_message_hold": _own_held,
    "channel.chat.user_message_update": _own_held,
    "stream.online": _stream("stream_online"),
    "stream.offline": _stream("stream_offline"),
}
_READERS: Mapping[str, Callable[[Values, Values, float, str], tuple[Item, ...]]] = {
    "session_welcome": _welcome,
    "session_keepalive": lambda metadata, payload, time, own: (Keepalive(),),
    "session_reconnect": _reconnect,
    "revocation": _revocation,
    "notification": _notification,
}


# What is asked for


def subscription(kind: str, room: str, user: str, session: str) -> dict[str, Any]:
    """Return the body that subscribes a session to `kind` for the room of a broadcaster id, read by a user id."""
    condition = {"broadcaster_user_id": room, **({"user_id": user} if SUBSCRIPTIONS[kind] else {})}
    return {"type": kind, "version": "1", "condition": condition, "transport": {"method": "websocket", "session_id": session}}
