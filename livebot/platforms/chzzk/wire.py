"""What the sessions of Chzzk say, as values: Socket.IO frames to events. Pure.

Source: chzzk.gitbook.io/chzzk (sessions, chat), and payloads seen by chzzkgo and chzzkpy. The session speaks Socket.IO 1.0 to 2.0.3,
that is Engine.IO 3: `0` open, `1` close, `2` ping (the client's), `3` pong, `4` message; of these `40` connect, `41` disconnect,
`42["NAME",argument]` event, `44` error. An event's argument is JSON within JSON; an object is taken as well. Lines have no id: it is built
from what they say, where and when, so that a second copy has the same one, also after a reconnect or a restart.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from livebot.core.events import Author, ChatMessage, Notice, Role

PLATFORM = "chzzk"
MAX_LENGTH = 100
EVENTS = ("chat", "donation", "subscription")
PING = "2"

_ROLES: Mapping[str, Role] = {"streamer": "host", "streaming_channel_manager": "staff", "streaming_chat_manager": "staff"}
_EMOTE = re.compile(r"\{:([A-Za-z0-9_]{1,40}):\}")
_EVENT = re.compile(r"42(?:/[^,]*,)?[0-9]*(?=\[)")


@dataclass(frozen=True, slots=True)
class Connected:
    """The session is there; `key` is what events are subscribed with."""

    key: str


@dataclass(frozen=True, slots=True)
class Subscribed:
    """Events of `kind` (`CHAT` …) of a channel come in from now on."""

    kind: str
    channel: str


@dataclass(frozen=True, slots=True)
class Revoked:
    """Events of `kind` do not come in any more: `how` is `revoked` (the user took the permission back) or `unsubscribed`."""

    kind: str
    how: str


@dataclass(frozen=True, slots=True)
class Closed:
    """The server ends the session."""

    detail: str = ""


@dataclass(frozen=True, slots=True)
class Alive:
    """A pong, or another frame that says nothing but that the server is there."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """What cannot be used: `what` kind of thing, and why."""

    what: str
    why: str = ""


Item = ChatMessage | Notice | Connected | Subscribed | Revoked | Closed | Alive | Unknown


def parse(frame: str, channel: str, now: float) -> list[Item]:
    """Return what a frame says; never raises. `channel` and `now` are what events get as channel and time."""
    kind = frame[:2]
    if kind == "42":
        return _event(frame, channel, now)
    if kind in ("40", "43") or frame[:1] in ("0", "2", "3", "5", "6"):
        return [Alive()]
    if kind in ("41", "44") or frame[:1] == "1":
        return [Closed(frame[:100])]
    return [Unknown("frame", frame[:40])]


def _event(frame: str, channel: str, now: float) -> list[Item]:
    head = _EVENT.match(frame)
    items = _decoded(frame[head.end() :]) if head else None
    if not isinstance(items, list) or len(items) < 2 or not isinstance(items[0], str):
        return [Unknown("event", "not [name, argument]")]
    name, argument = items[0], items[1]
    data = _decoded(argument) if isinstance(argument, str) else argument
    if not isinstance(data, dict):
        return [Unknown(_word(name), "no object")]
    match name:
        case "SYSTEM":
            return [_system(data)]
        case "CHAT":
            return [_chat(data, channel, now)]
        case "DONATION":
            return _donation(data, channel, now)
        case "SUBSCRIPTION":
            return [_subscription(data, channel, now)]
    return [Unknown(_word(name), "unknown event")]


def _system(data: Mapping[str, Any]) -> Item:
    kind, more = data.get("type"), data.get("data")
    more = more if isinstance(more, dict) else {}
    if kind == "connected" and _text(more, "sessionKey"):
        return Connected(_text(more, "sessionKey"))
    if kind == "subscribed":
        return Subscribed(_text(more, "eventType").upper(), _text(more, "channelId"))
    if kind in ("revoked", "unsubscribed"):
        return Revoked(_text(more, "eventType").upper(), str(kind))
    return Unknown("SYSTEM", _word(str(kind)))


def _chat(data: Mapping[str, Any], channel: str, now: float) -> Item:
    sender, text = _text(data, "senderChannelId"), data.get("content")
    if not sender or not isinstance(text, str):
        return Unknown("CHAT", "without sender or content")
    profile = data.get("profile")
    profile = profile if isinstance(profile, dict) else _decoded(profile) if isinstance(profile, str) else {}
    profile = profile if isinstance(profile, dict) else {}
    # The documents have the role beside the profile, what is really sent has it within.
    role = _ROLES.get(_text(profile, "userRoleCode") or _text(data, "userRoleCode"))
    author = Author(sender, _text(profile, "nickname") or sender, (role,) if role else ())
    at = _seconds(data.get("messageTime"))
    return ChatMessage(_id(data, sender, text, at, now), now, channel, author, _plain(text), at=at)


def _donation(data: Mapping[str, Any], channel: str, now: float) -> list[Item]:
    """A donation is a notice, and what is written with it a chat line: it may well be a question."""
    sender, text = _text(data, "donatorChannelId"), data.get("donationText")
    name, amount = _text(data, "donatorNickname"), _text(data, "payAmount")
    text = text if isinstance(text, str) else ""
    at = _seconds(data.get("messageTime"))
    line = _id(data, sender, f"{amount}\0{text}", at, now)
    items: list[Item] = [Notice(f"{line}:donation", now, channel, "donation", f"{name} {amount}".strip())]
    if text.strip() and (sender or name):
        items.append(ChatMessage(line, now, channel, Author(sender or f"anonymous:{name}", name or sender), _plain(text), at=at))
    return items


def _subscription(data: Mapping[str, Any], channel: str, now: float) -> Item:
    sender, name = _text(data, "subscriberChannelId"), _text(data, "subscriberNickname")
    month, tier = _text(data, "month"), _text(data, "tierName") or _text(data, "tierNo")
    line = _id(data, sender, f"{month}\0{tier}", _seconds(data.get("messageTime")), now)
    return Notice(f"{line}:subscription", now, channel, "subscription", " ".join(part for part in (name, month, tier) if part))


def _id(data: Mapping[str, Any], sender: str, text: str, at: float | None, now: float) -> str:
    """Return an id that a second copy has too: from the broadcast's chat, the sender, the time and the text."""
    when = repr(at) if at is not None else _text(data, "eventSentAt") or repr(now)
    key = "\0".join((_text(data, "chatChannelId") or _text(data, "channelId"), sender, when, text))
    return f"{PLATFORM}:{hashlib.blake2b(key.encode('utf-8', 'replace'), digest_size=12).hexdigest()}"


def _plain(text: str) -> str:
    """Return the text with Chzzk's emote marks `{:name:}` in the form in which emotes are known everywhere."""
    return _EMOTE.sub(r":\1:", text).encode("utf-8", "replace").decode("utf-8")


def _seconds(value: Any) -> float | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16:
        value = int(value)
    return value / 1000 if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e14 else None


def _text(data: Mapping[str, Any], key: str) -> str:
    """Return a short text; a number becomes one, anything else is ''."""
    value = data.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)[:200].strip().encode("utf-8", "replace").decode("utf-8")


def _word(name: str) -> str:
    return re.sub(r"[^A-Za-z_]", "", name)[:30] or "?"


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
