"""YouTube live chat as values: pages of messages to events, refusals to livebot's codes, a text to what is posted.

`read_page` takes a decoded page, whether it came as JSON or over gRPC (`proto`). Nothing here raises on what the platform sends: what
cannot be used is an `Unknown` with its reason. Knows no clock and no socket. Wire facts: the discovery document of the YouTube Data API
v3 (LiveChatMessage, LiveChatMessageListResponse) and developers.google.com/youtube/v3/live/docs/liveChatMessages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from livebot.core.events import Author, AuthorBanned, ChatMessage, MessageDeleted, Notice, Role
from livebot.platforms.instant import seconds_of

PLATFORM = "youtube"
MAX_LENGTH = 200
MAX_TEXT = 2000
MAX_ID = 250
MAX_WAIT = 120.0

REASONS: Mapping[str, tuple[str, bool]] = {
    "quotaExceeded": ("quota", False),
    "dailyLimitExceeded": ("quota", False),
    "rateLimitExceeded": ("rate_limited", True),
    "userRateLimitExceeded": ("rate_limited", True),
    "liveChatEnded": ("chat_ended", False),
    "liveChatDisabled": ("chat_disabled", False),
    "liveChatNotFound": ("chat_moved", True),
    "videoNotFound": ("no_such_room", False),
    "pageTokenInvalid": ("page_lost", True),
    "invalidPageToken": ("page_lost", True),
    "insufficientPermissions": ("scope_missing", False),
    "ACCESS_TOKEN_SCOPE_INSUFFICIENT": ("scope_missing", False),
    "accessNotConfigured": ("api_off", False),
    "API_KEY_INVALID": ("auth_failed", False),
    "keyInvalid": ("auth_failed", False),
    "authError": ("auth_failed", False),
    "forbidden": ("forbidden", False),
    "messageTextInvalid": ("rejected", False),
    "messageTextRequired": ("empty", False),
    "backendError": ("server_error", True),
}
"""YouTube's reason for a refusal -> livebot's code, and whether trying again can help."""


@dataclass(frozen=True, slots=True)
class ChatEnded:
    """The chat is over: nothing more will be written in it."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """An item that cannot be used, and why. `what` is at most 40 letters and digits, or `?`: it becomes a name in counts."""

    what: str
    why: str


Item = ChatMessage | MessageDeleted | AuthorBanned | Notice | ChatEnded | Unknown


@dataclass(frozen=True, slots=True)
class Page:
    """Part of a chat. `token` asks for the next part, after `wait` seconds; with `over` there is none."""

    items: tuple[Item, ...] = ()
    token: str = ""
    wait: float = 5.0
    over: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a call was refused. `code` is livebot's, `retry` whether trying again can help, `text` YouTube's own words."""

    code: str
    retry: bool
    text: str = ""


Values = Mapping[str, Any]


def read_page(page: Any, channel: str, time: float) -> Page:
    """Return what a page says, oldest first. Events carry `time` and the channel's name."""
    if not isinstance(page, dict):
        return Page((Unknown("page", "no object"),))
    listed = page.get("items")
    items = [one for item in (listed if isinstance(listed, list) else []) for one in read_item(item, channel, time)]
    over = bool(_text(page, "offlineAt")) or any(isinstance(item, ChatEnded) for item in items)
    return Page(tuple(items), _text(page, "nextPageToken"), _wait(page.get("pollingIntervalMillis")), over)


def _wait(millis: Any) -> float:
    valid = isinstance(millis, int | float) and not isinstance(millis, bool) and millis > 0
    return min(MAX_WAIT, float(millis) / 1000) if valid else 5.0


def read_item(item: Any, channel: str, time: float) -> tuple[Item, ...]:
    """Return what one message says: often a line, sometimes a notice with a line, an end, or nothing that is known."""
    snippet = _object(item, "snippet")
    kind = snippet.get("type")
    read = _READERS.get(kind) if isinstance(kind, str) else None
    if read is None:
        return (Unknown(_name(kind), "no such type"),)
    identity = _text(item, "id")[:MAX_ID]
    if not identity and kind != "chatEndedEvent":
        return (Unknown(_name(kind), "no id"),)
    return read(_Told(item, snippet, f"{PLATFORM}:{identity}", channel, time))


@dataclass(frozen=True, slots=True)
class _Told:
    """One message with what it needs to be read."""

    item: Values
    snippet: Values
    id: str
    channel: str
    time: float

    def details(self, name: str) -> Values:
        return _object(self.snippet, name)

    def line(self, text: str) -> tuple[Item, ...]:
        """Return the chatter's own words as a line, if there are any."""
        author = _author(self.item, self.snippet)
        if not text.strip() or author is None:
            return ()
        return (ChatMessage(self.id, self.time, self.channel, author, text, None, seconds_of(self.snippet.get("publishedAt"))),)

    def notice(self, kind: str, text: str = "", more: str = "") -> Notice:
        made = f"{PLATFORM}:notice:{self.id.removeprefix(f'{PLATFORM}:')}{more}"
        return Notice(made, self.time, self.channel, kind, text or _text(self.snippet, "displayMessage"))


def _object(value: Any, key: str) -> Values:
    inner = value.get(key) if isinstance(value, dict) else None
    return inner if isinstance(inner, dict) else {}


def _text(values: Values, key: str) -> str:
    value = values.get(key)
    if not isinstance(value, str):
        return ""
    return (value if value.isascii() else value.encode("utf-8", "replace").decode())[:MAX_TEXT]


def _name(value: Any) -> str:
    return value[:40] if isinstance(value, str) and value.isascii() and value.isalnum() else "?"


def _author(item: Any, snippet: Values) -> Author | None:
    """Return who wrote it, known by the channel: names are handles that change hands."""
    details = _object(item, "authorDetails")
    identity = (_text(details, "channelId") or _text(snippet, "authorChannelId"))[:MAX_ID]
    if not identity:
        return None
    flags: tuple[tuple[str, Role], ...] = (("isChatOwner", "host"), ("isChatModerator", "staff"), ("isChatSponsor", "subscriber"))
    roles = tuple(role for flag, role in flags if details.get(flag) is True)
    return Author(identity, _text(details, "displayName") or identity, roles)


def _line(told: _Told) -> tuple[Item, ...]:
    text = _text(told.details("textMessageDetails"), "messageText") or _text(told.snippet, "displayMessage")
    return told.line(text) or (Unknown("textMessageEvent", "no text or no author"),)


def _paid(details: str, kind: str) -> Callable[[_Told], tuple[Item, ...]]:
    def read(told: _Told) -> tuple[Item, ...]:
        values = told.details(details)
        return (told.notice(kind, _text(values, "amountDisplayString")), *told.line(_text(values, "userComment")))

    return read


def _milestone(told: _Told) -> tuple[Item, ...]:
    """A member tells for how long; the months are worth keeping."""
    values = told.details("memberMilestoneChatDetails")
    months = values.get("memberMonth")
    lines = told.line(_text(values, "userComment"))
    if isinstance(months, int) and not isinstance(months, bool) and 0 < months < 10_000:
        lines = tuple(replace(line, author=replace(line.author, months=months)) for line in lines if isinstance(line, ChatMessage))
    return (told.notice("member_milestone"), *lines)


def _noticed(kind: str) -> Callable[[_Told], tuple[Item, ...]]:
    return lambda told: (told.notice(kind),)


def _gift(told: _Told) -> tuple[Item, ...]:
    """The same id comes again as the count of gifts in a row grows."""
    values = told.details("giftDetails")
    return (told.notice("gift", _text(values, "giftName"), f":{values.get('comboCount', 0)}"),)


def _poll(told: _Told) -> tuple[Item, ...]:
    values = told.details("pollDetails")
    status = _name(values.get("status"))
    return (told.notice("poll", _text(_object(values, "metadata"), "questionText"), f":{status}"),)


def _deleted(details: str, key: str) -> Callable[[_Told], tuple[Item, ...]]:
    def read(told: _Told) -> tuple[Item, ...]:
        target = _text(told.details(details), key)[:MAX_ID]
        if not target:
            return (Unknown(_name(told.snippet.get("type")), "no target"),)
        return (_gone(f"{PLATFORM}:{target}", told),)

    return read


def _gone(message: str, told: _Told) -> MessageDeleted:
    return MessageDeleted(f"{PLATFORM}:delete:{message.removeprefix(f'{PLATFORM}:')}", told.time, message, told.channel)


def _banned(told: _Told) -> tuple[Item, ...]:
    values = told.details("userBannedDetails")
    target = _text(_object(values, "bannedUserDetails"), "channelId")[:MAX_ID]
    if not target:
        return (Unknown("userBannedEvent", "no target"),)
    seconds = str(values.get("banDurationSeconds", ""))
    timed = values.get("banType") == "temporary" and seconds.isascii() and seconds.isdigit() and len(seconds) < 10
    lasts = float(seconds) if timed else None
    return (AuthorBanned(f"{PLATFORM}:ban:{told.id.removeprefix(f'{PLATFORM}:')}", told.time, told.channel, target, lasts),)


_READERS: Mapping[str, Callable[[_Told], tuple[Item, ...]]] = {
    "textMessageEvent": _line,
    "superChatEvent": _paid("superChatDetails", "super_chat"),
    "superStickerEvent": _paid("superStickerDetails", "super_sticker"),
    "fanFundingEvent": _paid("fanFundingEventDetails", "fan_funding"),
    "newSponsorEvent": _noticed("new_member"),
    "memberMilestoneChatEvent": _milestone,
    "membershipGiftingEvent": _noticed("membership_gift"),
    "giftMembershipReceivedEvent": _noticed("membership_received"),
    "giftEvent": _gift,
    "pollEvent": _poll,
    "sponsorOnlyModeStartedEvent": _noticed("members_only_on"),
    "sponsorOnlyModeEndedEvent": _noticed("members_only_off"),
    "messageDeletedEvent": _deleted("messageDeletedDetails", "deletedMessageId"),
    "messageRetractedEvent": _deleted("messageRetractedDetails", "retractedMessageId"),
    "tombstone": lambda told: (_gone(told.id, told),),
    "userBannedEvent": _banned,
    "chatEndedEvent": lambda told: (ChatEnded(),),
}


# Refusals


def refusal(status: int, body: Any) -> Refusal:
    """Return what it means that a call was answered with a status other than 2xx. A reason counts for more than a status."""
    error = _object(body, "error")
    text = f"HTTP {status}: {_text(error, 'message')[:150]}".removesuffix(": ")
    for reason in _reasons(error):
        if reason in REASONS:
            return Refusal(*REASONS[reason], text)
    if status in (401, 400) and ("api key" in text.lower() or status == 401):
        return Refusal("auth_failed", False, text)
    if status == 403:
        return Refusal("forbidden", False, text)
    if status == 404:
        return Refusal("chat_moved", True, text)
    return Refusal("rate_limited" if status == 429 else "server_error" if status >= 500 else "protocol_error", True, text)


def _reasons(error: Values) -> list[str]:
    listed = [*_list(error.get("errors")), *_list(error.get("details"))]
    return [reason for one in listed if isinstance(one, dict) and isinstance(reason := one.get("reason"), str)]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


GRPC: Mapping[str, Refusal] = {
    "UNAUTHENTICATED": Refusal("auth_failed", False),
    "PERMISSION_DENIED": Refusal("forbidden", False),
    "NOT_FOUND": Refusal("chat_moved", True),
    "INVALID_ARGUMENT": Refusal("page_lost", True),
    "FAILED_PRECONDITION": Refusal("chat_over", True),
    "RESOURCE_EXHAUSTED": Refusal("rate_limited", True),
    "UNIMPLEMENTED": Refusal("no_stream", True),
    "UNAVAILABLE": Refusal("lost", True),
    "DEADLINE_EXCEEDED": Refusal("closed", True),
    "OK": Refusal("closed", True),
}
"""What the end of a stream means. `chat_over` stands for ended or disabled, which gRPC does not tell apart; `no_stream` for polling."""

OF_THE_WAY = frozenset({"UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED", "INTERNAL", "UNKNOWN"})
"""Statuses whose words are mostly gRPC's own, about sockets."""


def stream_refusal(status: str, text: str) -> Refusal:
    """Return what it means that a stream ended with a gRPC status and YouTube's words."""
    found = GRPC.get(status, Refusal("server_error", True))
    if "quota" in text.lower() and status in ("RESOURCE_EXHAUSTED", "PERMISSION_DENIED"):
        found = Refusal("quota", False)
    if "api key" in text.lower() and status in ("INVALID_ARGUMENT", "PERMISSION_DENIED"):
        found = Refusal("auth_failed", False)
    return replace(found, text=f"gRPC {status}" if status in OF_THE_WAY or not text else text[:150])


# What is asked for


def line(chat: str, text: str) -> dict[str, Any]:
    """Return the body that writes a line."""
    return {"snippet": {"liveChatId": chat, "type": "textMessageEvent", "textMessageDetails": {"messageText": text}}}


def posted(body: Any) -> tuple[str, str]:
    """Return the id of a line that was written and the channel that wrote it, '' where YouTube does not tell."""
    identity = _text(body, "id")[:MAX_ID] if isinstance(body, dict) else ""
    return (f"{PLATFORM}:{identity}" if identity else ""), _text(_object(body, "snippet"), "authorChannelId")
