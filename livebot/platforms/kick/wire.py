"""What Kick's webhooks say, as values. Pure.

Source: KickEngineering/KickDevDocs events/event-types and webhook-security. The kind of an event and its id (a ULID, the same when it is
sent again) are in headers, the event itself is the body. Emotes stand within the text as `[emote:id:name]`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from livebot.core.events import Author, AuthorBanned, ChatMessage, Notice, Role
from livebot.platforms.instant import seconds_of

PLATFORM = "kick"
MAX_LENGTH = 500
CHAT, BANNED, LIVE = "chat.message.sent", "moderation.banned", "livestream.status.updated"
EVENTS = (CHAT, BANNED, LIVE)

_EMOTE = re.compile(r"\[emote:\d{1,20}:([A-Za-z0-9_]{1,60})\]")
_ROLES: Mapping[str, Role] = {
    "broadcaster": "host",
    "moderator": "staff",
    "subscriber": "subscriber",
    "founder": "subscriber",
    "bot": "bot",
}


@dataclass(frozen=True, slots=True)
class Unknown:
    """What cannot be used, and why."""

    why: str


Item = ChatMessage | AuthorBanned | Notice | Unknown


def parse(kind: str, body: bytes, channel: str, now: float) -> Item:
    """Return what a webhook says; never raises. `channel` and `now` are what events get as channel and time."""
    data = _decoded(body)
    if not isinstance(data, dict):
        return Unknown("no object")
    if kind == CHAT:
        return _chat(data, channel, now)
    if kind == BANNED:
        return _ban(data, channel, now)
    if kind == LIVE:
        state = "stream_started" if data.get("is_live") is True else "stream_ended"
        at = _text(data, "started_at" if state == "stream_started" else "ended_at")
        return Notice(f"{PLATFORM}:{state}:{at}", now, channel, state, _text(data, "title"))
    return Unknown(f"event:{_word(kind)}")


def broadcaster(body: bytes) -> int | None:
    """Return the number of the channel that a webhook is about, if it names one."""
    data = _decoded(body)
    return _number(_part(data, "broadcaster").get("user_id")) if isinstance(data, dict) else None


def _chat(data: Mapping[str, Any], channel: str, now: float) -> Item:
    line, text, sender = _text(data, "message_id"), data.get("content"), _part(data, "sender")
    if not line or not isinstance(text, str):
        return Unknown("chat without id or content")
    reply = _text(_part(data, "replies_to"), "message_id")
    return ChatMessage(
        f"{PLATFORM}:{line}",
        now,
        channel,
        _author(sender, line),
        _EMOTE.sub(r":\1:", text).encode("utf-8", "replace").decode("utf-8"),
        f"{PLATFORM}:{reply}" if reply else None,
        seconds_of(data.get("created_at")),
    )


def _author(sender: Mapping[str, Any], line: str) -> Author:
    number = _number(sender.get("user_id"))
    if number is None:  # somebody unnamed: nobody else's lines are theirs
        return Author(f"anonymous:{line}", _text(sender, "username") or "?")
    badges = _part(sender, "identity").get("badges")
    roles: list[Role] = []
    months = None
    for badge in badges if isinstance(badges, list) else ():
        if not isinstance(badge, dict):
            continue
        role = _ROLES.get(_text(badge, "type"))
        if role and role not in roles:
            roles.append(role)
        count = _number(badge.get("count"))
        if role == "subscriber" and count and count < 1000:
            months = max(count, months or 0)
    return Author(str(number), _text(sender, "username") or str(number), tuple(roles), months)


def _ban(data: Mapping[str, Any], channel: str, now: float) -> Item:
    number = _number(_part(data, "banned_user").get("user_id"))
    more = _part(data, "metadata")
    if number is None:
        return Unknown("ban of nobody")
    since, until = seconds_of(more.get("created_at")), seconds_of(more.get("expires_at"))
    seconds = max(0.0, until - since) if since is not None and until is not None else None
    return AuthorBanned(f"{PLATFORM}:ban:{number}:{_text(more, 'created_at') or repr(now)}", now, channel, str(number), seconds)


def _part(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1 << 63 else None


def _text(data: Mapping[str, Any], key: str) -> str:
    """Return a short text, '' for anything else."""
    value = data.get(key)
    return value[:200].strip().encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else ""


def _word(text: str) -> str:
    return re.sub(r"[^a-z_.]", "", text.lower())[:40]


def _decoded(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
