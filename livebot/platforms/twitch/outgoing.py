"""A text as exactly one line that may leave for Twitch: in its length, no command, nothing that would break the line. Pure.

Wire facts: Twitch's IRC guide (dev.twitch.tv/docs/irc); measured: some gateways drop invisible characters on the way.
"""

from __future__ import annotations

import re
import unicodedata

from livebot.platforms.twitch.wire import PLATFORM

MAX_LENGTH = 500

_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SURROGATES = re.compile("[\ud800-\udfff]")
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_ROOM = re.compile(r"[a-z0-9_]{1,60}")
_MESSAGE_ID = re.compile(r"[A-Za-z0-9-]{1,64}")


def outgoing(text: str, limit: int = MAX_LENGTH) -> str:
    """Return `text` as it may leave: one line, no control characters, at most `limit` code points, cut at a word."""
    clean = _SURROGATES.sub("\ufffd", _BREAKS.sub(" ", text)).strip(" ")
    return clean if len(clean) <= limit else _cut(clean, limit)


def _cut(text: str, limit: int) -> str:
    end = text.rfind(" ", 0, limit)
    if end < limit // 2:
        end = limit - 1
        while end > limit // 2 and (unicodedata.category(text[end])[0] == "M" or "\u200d" in text[end - 1 : end + 1]):
            end -= 1  # no half of a character that is written with several code points
    return text[:end].rstrip(" ") + "…"


def is_command(text: str) -> bool:
    """Whether Twitch could take `text` for a command: its first visible character is `/` or `.` in any width.

    Invisible, unassigned and combining characters and fillers before it do not count: some gateways drop them on the way.
    """
    for char in unicodedata.normalize("NFKC", text):
        if unicodedata.category(char)[0] not in "CZM" and char not in _FILLERS:
            return char in "/."
    return False


def is_room(room: str) -> bool:
    """Whether `room` can be a room's name (the streamer's login in lower case)."""
    return _ROOM.fullmatch(room) is not None


def privmsg(room: str, text: str, reply_to: str | None = None) -> str:
    """Return the line that writes `text` (from `outgoing`) into a room. A `reply_to` that cannot be a message id is left out."""
    assert not _BREAKS.search(text) and not is_command(text), "the text was not made by outgoing, or is a command"
    parent = (reply_to or "").removeprefix(f"{PLATFORM}:")
    tags = f"@reply-parent-msg-id={parent} " if _MESSAGE_ID.fullmatch(parent) else ""
    return f"{tags}PRIVMSG #{room} :{text}"


def pong(token: str) -> str:
    """Return the answer to a `Ping`."""
    return f"PONG :{token}" if token else "PONG"
