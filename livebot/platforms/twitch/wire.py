"""Twitch chat lines (IRC with message tags) as values. What livebot writes is `outgoing.py`.

`parse` never raises: what it cannot use is an `Unknown` with its reason. It knows no clock and no socket; the caller gives the time
and a running number, from which ids are built where Twitch sends none. Wire facts: Twitch's IRC guide, tags and msg-id pages
(dev.twitch.tv/docs/irc), and IRCv3 message tags for the escapes. Where a tag key is there twice, the last one wins (IRCv3's rule).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from livebot.core.events import Author, AuthorBanned, ChatCleared, ChatMessage, MessageDeleted, Notice, Role
from livebot.platforms.twitch.badges import PRIVILEGED, months, roles

PLATFORM = "twitch"
ROOM_MODES = ("emote-only", "followers-only", "r9k", "slow", "subs-only")


LOGIN_FAILURES = (
    "Login authentication failed",
    "Login unsuccessful",
    "Improperly formatted auth",
    "Error logging in",
    "Invalid NICK",
)

REFUSALS: Mapping[str, str] = {
    "msg_bad_characters": "bad_characters",
    "msg_banned": "banned",
    "msg_channel_blocked": "blocked",
    "msg_channel_suspended": "room_suspended",
    "msg_duplicate": "duplicate",
    "msg_emoteonly": "emote_only",
    "msg_followersonly": "followers_only",
    "msg_followersonly_followed": "followers_only",
    "msg_followersonly_zero": "followers_only",
    "msg_r9k": "not_unique",
    "msg_ratelimit": "rate_limited",
    "msg_rejected": "held_by_automod",
    "msg_rejected_mandatory": "blocked_term",
    "msg_requires_verified_phone_number": "unverified",
    "msg_slowmode": "slow_mode",
    "msg_subsonly": "subscribers_only",
    "msg_suspended": "account_suspended",
    "msg_timedout": "timed_out",
    "msg_verified_email": "unverified",
    "no_permission": "no_permission",
    "tos_ban": "room_suspended",
    "unrecognized_cmd": "command",
}
"""Twitch's NOTICE msg-id -> livebot's stable code for why a line was not written (or a room not joined)."""


@dataclass(frozen=True, slots=True)
class Welcome:
    """The login succeeded."""

    nick: str


@dataclass(frozen=True, slots=True)
class Joined:
    """The room's name list is complete: lines of this room come from now on."""

    room: str


@dataclass(frozen=True, slots=True)
class Parted:
    """`login` is no longer in the room."""

    room: str
    login: str


@dataclass(frozen=True, slots=True)
class Ping:
    """The server asks for a sign of life: answer with `pong(token)`."""

    token: str


@dataclass(frozen=True, slots=True)
class Pong:
    """The server's answer to our own PING."""


@dataclass(frozen=True, slots=True)
class Reconnect:
    """The server will close this connection soon."""


@dataclass(frozen=True, slots=True)
class LoginFailed:
    """Name or token was refused; `text` is Twitch's sentence."""

    text: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line was not written, or the room may not be joined. `why` is livebot's code, `seconds` how long to wait, where Twitch says it."""

    room: str
    why: str
    text: str
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class RoomState:
    """Modes of the room; after the first time only those that changed."""

    room: str
    modes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OwnState:
    """Our own standing in the room, sent on joining and after each line we write. `message`: the id of that line, where given."""

    room: str
    privileged: bool
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """A line that cannot be used, and why. `command` is at most 24 letters and digits, or `?`: it becomes a name in counts."""

    command: str
    why: str


ChatEvent = ChatMessage | Notice | MessageDeleted | AuthorBanned | ChatCleared
Signal = Welcome | Joined | Parted | Ping | Pong | Reconnect | LoginFailed | Refusal | RoomState | OwnState | Unknown
Parsed = tuple[ChatEvent | Signal, ...]


# Incoming frames


def lines_of(frame: bytes) -> tuple[list[str], bool]:
    """Return the lines of a frame without their line ends, and whether bytes were no UTF-8 (they become U+FFFD)."""
    try:
        text, malformed = frame.decode(), False
    except UnicodeDecodeError:
        text, malformed = frame.decode(errors="replace"), True
    if text.endswith("\r\n"):
        text = text[:-2]
    if "\n" not in text:
        return [text], malformed
    return [line.rstrip("\r") for line in text.split("\n") if line.strip("\r")], malformed


# The tag block of nearly every chat line: alphabetical order, no reply, not mirrored. What stands between the wanted tags cannot be a
# wanted key, so a block that matches reads as it would by `_tags`; any other line goes the general way.
_USUAL_TAGS = re.compile(
    r"@badge-info=([^;]*+);badges=([^;]*+);"
    r"(?:(?:bi|c)[^;]*+;)*+"
    r"display-name=([^;]++);"
    r"(?:[e-h][^;]*+;)*+"
    r"id=([^;]++);"
    r"(?:[j-q][^;]*+;)*+(?:r(?!eply-parent-msg-id=)[^;]*+;)*+(?:s(?!ource-room-id=)[^;]*+;)*+"
    r"tmi-sent-ts=([0-9]{1,15}+);"
    r"(?:tu[^;]*+;)*+"
    r"user-id=([^;]++)"
    r"(?:;(?:user-type|v)[^;]*+)*+$"
).match
_USUAL_REST = re.compile(r" :[^ ]++ PRIVMSG #([^ ]++) :([^\x01].*+)", re.DOTALL).match


def parse(line: str, time: float, number: int = 0) -> Parsed:
    """Return what one line (without its line end) says: events with `time`, signals for the connection, or nothing.

    `number` tells lines of one `time` apart where an id must be built. Lines without meaning for livebot give an empty tuple.
    """
    end = line.find(" ")
    tags = _USUAL_TAGS(line, 0, end)
    if tags is not None and (rest := _USUAL_REST(line, end)) is not None:
        info, badges, name, message, sent, user = tags.groups()
        room, text = rest.groups()
        author = _author(user, "", name, badges, info)
        if "\\" not in message and author.name:
            return (ChatMessage("twitch:" + message, time, "twitch:" + room, author, text, None, int(sent) / 1000),)
    return _parse_any(line, time, number)


def _parse_any(line: str, time: float, number: int) -> Parsed:
    split = _split(line)
    read = _READERS.get(split.command)
    if read is not None:
        return read(split, time, number)
    if split.command in _MEANINGLESS or (len(split.command) == 3 and split.command.isdigit()):
        return ()
    if not split.command:
        return (Unknown("", "no command"),)
    readable = split.command.isascii() and split.command.isalnum()
    return (Unknown(split.command[:24] if readable else "?", "no such command"),)


@dataclass(slots=True)
class _Line:
    tags: dict[str, str]
    login: str
    command: str
    params: list[str]

    @property
    def room(self) -> str:
        """The room without `#`, or nothing where the first parameter is no room."""
        return self.params[0][1:] if self.params and self.params[0].startswith("#") else ""

    @property
    def text(self) -> str:
        return self.params[-1] if len(self.params) > 1 else ""

    def tag(self, key: str) -> str:
        return _unescape(self.tags.get(key, ""))


def _split(line: str) -> _Line:
    """Return the parts of a line: `[@tags] [:prefix] COMMAND params… [:trailing]` (RFC 1459 with IRCv3 tags)."""
    tags: dict[str, str] = {}
    rest = line.lstrip(" ")
    if rest.startswith("@"):
        block, _, rest = rest[1:].partition(" ")
        tags = _tags(block)
        rest = rest.lstrip(" ")
    prefix = ""
    if rest.startswith(":"):
        prefix, _, rest = rest[1:].partition(" ")
    head, colon, trailing = rest.partition(" :")
    words = [word for word in head.split(" ") if word]
    params = words[1:] + ([trailing] if colon else [])
    return _Line(tags, prefix.partition("!")[0] if "!" in prefix else "", words[0] if words else "", params)


def _tags(block: str) -> dict[str, str]:
    tags: dict[str, str] = {}
    for item in block.split(";"):
        key, _, value = item.partition("=")
        tags[key] = value
    return tags


_ESCAPE = re.compile(r"\\(.?)", re.DOTALL)
_ESCAPED = {":": ";", "s": " ", "r": "\r", "n": "\n"}


def _unescape(value: str) -> str:
    """Undo the tag escapes: unknown ones stand for their character, a lone one at the end for nothing."""
    return _ESCAPE.sub(lambda match: _ESCAPED.get(match[1], match[1]), value) if "\\" in value else value


# Authors


@lru_cache(maxsize=8192)
def _author(user: str, login: str, name: str, badges: str, info: str) -> Author:
    """Return the author of raw tag values; equal values give the same object, which is what makes a busy chat cheap."""
    shown = _unescape(name).strip(" ") or login
    return Author(user or f"login:{login}", shown, _roles(badges) if badges else (), _months(info) if info else None)


@lru_cache(maxsize=1024)
def _roles(badges: str) -> tuple[Role, ...]:
    return roles(badge.partition("/")[0] for badge in badges.split(","))


def _months(info: str) -> int | None:
    """Return the months subscribed. The number in `badges` is the badge's version, not months."""
    told = dict(item.partition("/")[::2] for item in info.split(","))
    return months(told)


def _author_of(line: _Line) -> Author | None:
    tag = line.tags.get
    login = line.login or line.tag("login")
    user = tag("user-id", "")
    return _author(user, login, tag("display-name", ""), tag("badges", ""), tag("badge-info", "")) if user or login else None


# One reader a command


def _sent_at(line: _Line) -> float | None:
    sent = line.tags.get("tmi-sent-ts", "")
    return int(sent) / 1000 if sent.isascii() and sent.isdigit() and len(sent) <= 15 else None


def _built_id(kind: str, line: _Line, time: float, number: int) -> str:
    """Return an id for what Twitch gives none: by its own time where it tells it, so that a second copy has the same id."""
    sent = line.tags.get("tmi-sent-ts")
    return f"{PLATFORM}:{kind}:{line.room}:{sent or f'{time:.3f}.{number}'}"


def _mirrored(line: _Line, time: float, number: int) -> Notice | None:
    """Return the notice for a line that belongs to another room and is only shown here (shared chat), else None."""
    source = line.tags.get("source-room-id", "")
    if not source or source == line.tags.get("room-id", ""):
        return None
    message = line.tags.get("id")
    made = f"{PLATFORM}:shared:{message}" if message else _built_id("shared", line, time, number)
    return Notice(made, time, f"{PLATFORM}:{line.room}", "shared_chat", source)


def _chat_message(line: _Line, time: float, number: int) -> ChatMessage | Unknown:
    author = _author_of(line)
    text = _without_action(line.text)
    if not line.room or not text or author is None:
        return Unknown(line.command, "no room" if not line.room else "no text" if not text else "no author")
    message = line.tag("id") or f"{line.room}:{author.id}:{_sent_at(line) or time:.3f}.{number}"
    parent = line.tag("reply-parent-msg-id")
    reply_to = f"{PLATFORM}:{parent}" if parent else None
    return ChatMessage(f"{PLATFORM}:{message}", time, f"{PLATFORM}:{line.room}", author, text, reply_to, _sent_at(line))


def _without_action(text: str) -> str:
    return text[8:].rstrip("\x01") if text.startswith("\x01ACTION ") else text


def _privmsg(line: _Line, time: float, number: int) -> Parsed:
    return (_mirrored(line, time, number) or _chat_message(line, time, number),)


def _usernotice(line: _Line, time: float, number: int) -> Parsed:
    """A subscription, raid, announcement …; what the chatter wrote with it is a chat line of its own."""
    if not line.room:
        return (Unknown(line.command, "no room"),)
    mirrored = _mirrored(line, time, number)
    if mirrored:
        return (mirrored,)
    message = line.tag("id")
    made = f"{PLATFORM}:notice:{message}" if message else _built_id("notice", line, time, number)
    notice = Notice(made, time, f"{PLATFORM}:{line.room}", line.tag("msg-id") or "usernotice", line.tag("system-msg"))
    return (notice, _chat_message(line, time, number)) if line.text else (notice,)


def _clearchat(line: _Line, time: float, number: int) -> Parsed:
    """Without a name the whole room was cleared; with `ban-duration` it is a timeout, else a ban."""
    if not line.room:
        return (Unknown(line.command, "no room"),)
    channel = f"{PLATFORM}:{line.room}"
    if not line.text:
        return (ChatCleared(_built_id("clear", line, time, number), time, channel),)
    target = line.tags.get("target-user-id") or f"login:{line.text}"
    duration = line.tags.get("ban-duration", "")
    seconds = float(duration) if duration.isascii() and duration.isdigit() and len(duration) <= 12 else None
    return (AuthorBanned(f"{_built_id('ban', line, time, number)}:{target}:{duration}", time, channel, target, seconds),)


def _clearmsg(line: _Line, time: float, number: int) -> Parsed:
    """One line was deleted. Its room-id is empty on the wire; the room stands in the parameter."""
    target = line.tag("target-msg-id")
    if not target or not line.room:
        return (Unknown(line.command, "no target"),)
    return (MessageDeleted(f"{PLATFORM}:delete:{target}", time, f"{PLATFORM}:{target}", f"{PLATFORM}:{line.room}"),)


_SECONDS = re.compile(r"([0-9]{1,9}) (?:more )?seconds?")


def _notice(line: _Line, time: float, number: int) -> Parsed:
    """A login failure (no msg-id, for `*`), a refusal of what we wrote or of the room, or news about the room."""
    code, text = line.tag("msg-id"), line.text
    if not code and not line.room and text.startswith(LOGIN_FAILURES):
        return (LoginFailed(text),)
    why = REFUSALS.get(code) or ("refused" if code.startswith("msg_") else "")
    if why:
        wait = _SECONDS.search(text) if why in ("timed_out", "slow_mode") else None
        return (Refusal(line.room, why, text, float(wait[1]) if wait else None),)
    channel = f"{PLATFORM}:{line.room}" if line.room else PLATFORM
    return (Notice(_built_id("notice", line, time, number), time, channel, code or "notice", text),)


def _roomstate(line: _Line, time: float, number: int) -> Parsed:
    modes = {mode: line.tags[mode] for mode in ROOM_MODES if mode in line.tags}
    return (RoomState(line.room, modes),) if line.room else (Unknown(line.command, "no room"),)


def merged(modes: Mapping[str, str], update: RoomState) -> dict[str, str]:
    """Return a room's modes after an update, which names only what changed."""
    return {**modes, **update.modes}


def _userstate(line: _Line, time: float, number: int) -> Parsed:
    badges = {badge.partition("/")[0] for badge in line.tags.get("badges", "").split(",")}
    privileged = bool(badges & PRIVILEGED) or line.tags.get("mod") == "1"
    message = line.tag("id")
    return (OwnState(line.room, privileged, f"{PLATFORM}:{message}" if message else None),)


def _cap(line: _Line, time: float, number: int) -> Parsed:
    return (Unknown(line.command, "capabilities refused"),) if "NAK" in line.params else ()


_READERS: Mapping[str, Callable[[_Line, float, int], Parsed]] = {
    "PRIVMSG": _privmsg,
    "USERNOTICE": _usernotice,
    "CLEARCHAT": _clearchat,
    "CLEARMSG": _clearmsg,
    "NOTICE": _notice,
    "ROOMSTATE": _roomstate,
    "USERSTATE": _userstate,
    "CAP": _cap,
    "001": lambda line, time, number: (Welcome(line.params[0] if line.params else ""),),
    "366": lambda line, time, number: (Joined(line.params[1].removeprefix("#") if len(line.params) > 2 else ""),),
    "PART": lambda line, time, number: (Parted(line.room, line.login),),
    "PING": lambda line, time, number: (Ping(line.params[-1] if line.params else ""),),
    "PONG": lambda line, time, number: (Pong(),),
    "RECONNECT": lambda line, time, number: (Reconnect(),),
}
_MEANINGLESS = frozenset({"JOIN", "MODE", "GLOBALUSERSTATE", "WHISPER", "HOSTTARGET"})
