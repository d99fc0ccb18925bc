"""Records of recorded chats, decoded JSON or cues, as lines of livebot's log, and those as events. Pure: no files, no clock.

Every foreign record becomes a dict in the log's own form first, so that one place (`core.log`) checks texts, numbers and lengths.
In it `time` is the offset within the show where the record has a trustworthy one, else None; `at` is the platform's time.
Wire facts: chat-downloader docs/items.rst and sites/{youtube,twitch}.py; yt-dlp yt_dlp/downloader/youtube_live_chat.py;
TwitchDownloader TwitchDownloaderCore/TwitchObjects/ChatRoot.cs.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from livebot.core.captions import Cue
from livebot.core.events import Caption, Event
from livebot.core.log import MAX_TEXT, event_from

Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A record, or a part of one, of a kind that is not known here."""

    kind: str


Lines = list[Line | Unknown]
Reader = Callable[[Any], Lines]
"""One record to the log lines in it; never raises. An empty list: there is nothing for livebot in it."""


def own_event(record: Any, number: int) -> Event | None:
    """Return the event of a line of livebot's own log, None if its type is unknown; raises BadEvent. A missing id is built."""
    if isinstance(record, dict) and record.get("id") is None:
        record = {**record, "id": built_id("log", record, number)}
    return event_from(record)


def line_event(line: Line, number: int, *, zero: float | None, before: float) -> Event | None:
    """Return the event of an imported line; raises BadEvent.

    `zero` is the platform's time (UTC seconds) at which the show's time is 0; `before` is the time of the line before, which
    stands in where a line has no time at all.
    """
    if line["time"] is None:
        at = line.get("at")
        line["time"] = before if at is None or zero is None else at - zero
    if line["id"] is None:
        line["id"] = built_id(line["channel"].partition(":")[0], line, number)
    return event_from(line)


def zero_of(lines: Iterable[Line | Unknown]) -> float | None:
    """Return the platform's time at the show's time 0, from the first line that has both times."""
    both = ((line["time"], line.get("at")) for line in lines if not isinstance(line, Unknown))
    return next((at - time for time, at in both if time is not None and at is not None), None)


def built_id(prefix: str, line: Line, number: int) -> str:
    """Return an id for a line that has none: what it says, from whom, where and when, and the running number, hashed."""
    keys = ("type", "channel", "author", "time", "at", "text", "message")
    return f"{prefix}:{_digest((*(line.get(key) for key in keys), number))}"


def cue_event(cue: Cue) -> Event:
    """Return a caption file's cue as the host's voice. The id tells cues of two files of one show apart."""
    return Caption(id=f"voice:{cue.number}-{_digest((cue.start, cue.text))}", time=cue.start, text=cue.text[:MAX_TEXT])


def _digest(parts: tuple[object, ...]) -> str:
    return hashlib.blake2b(repr(parts).encode("utf-8", "replace"), digest_size=6).hexdigest()


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# --- chat-downloader -------------------------------------------------------------------------------------------------------------

_CHAT_TYPES = _words(
    """
    text_message paid_message membership_item donation_announcement highlighted_message send_message_in_subscriber_only_mode
    subscription resubscription announcement ritual bits_badge_tier viewermilestone charity crowd_chant
    """
)
_NO_CHAT_TYPES = _words(
    """
    paid_sticker viewer_engagement_message mode_change_message placeholder_item banner banner_header remove_banner tooltip
    sponsorships_gift_purchase_announcement sponsorships_gift_redemption_announcement sponsorships_header subscription_gift
    anonymous_subscription_gift mystery_subscription_gift anonymous_mystery_subscription_gift raid unraid room_state user_state
    user_notice notice successful_login host_target reconnect
    ticker_paid_message_item ticker_paid_sticker_item ticker_sponsor_item
    """
)


class ChatDownloader:
    """Reads chat-downloader's items, which do not name their platform: the first author's id tells it."""

    def __init__(self, room: str) -> None:
        self._room = room
        self._platform = ""

    def read(self, record: Any) -> Lines:
        """Return the log line of one item."""
        if not isinstance(record, dict):
            return [Unknown(type(record).__name__)]
        kind = _text(record.get("message_type")) or "text_message"
        author = _dict(record.get("author")) or {"name": _text(record.get("author"))}  # old versions gave a bare name
        self._platform = self._platform or _platform_of(author)
        line = {"channel": f"{self._platform or 'chat'}:{self._room}", **_downloader_times(record)}
        if kind in _TAKEN_AWAY:
            return self._taken_away(kind, record, line)
        if kind not in _CHAT_TYPES:
            return [] if kind in _NO_CHAT_TYPES else [Unknown(kind[:100])]
        text = record.get("message")
        if text is None or text == "":
            return []
        reply = _dict(record.get("in_reply_to")).get("message_id")
        line |= {"type": "chat", "id": self._id(record.get("message_id")), "reply_to": self._id(reply), "text": text}
        return [line | {"author": _downloader_author(author)}]

    def _taken_away(self, kind: str, record: Line, line: Line) -> Lines:
        message, author = self._id(record.get("target_message_id")), record.get("target_author_id")
        if kind == "clear_chat":
            return [line | {"type": "clear", "id": None}]
        if kind == "ban_user" and author is not None:
            return [line | {"type": "ban", "id": None, "author": author, "seconds": _seconds(record.get("ban_duration"))}]
        return [line | {"type": "delete", "id": None, "message": message}] if message and kind != "ban_user" else []

    def _id(self, value: Any) -> str | None:
        return _prefixed(self._platform or "chat", value)


_TAKEN_AWAY = ("clear_chat", "ban_user", "delete_message", "deleted_message")


def _platform_of(author: Line) -> str:
    identity = author.get("id")
    if not isinstance(identity, str) or not identity:
        return ""
    if identity.isdecimal():
        return "twitch"
    return "youtube" if identity.startswith("UC") else "chat"


def _downloader_times(record: Line) -> Line:
    return {"time": _seconds(record.get("time_in_seconds")), "at": _seconds(record.get("timestamp"), per=1_000_000)}


def _downloader_author(author: Line) -> Line:
    badges = [_dict(badge) for badge in _list(author.get("badges"))]
    names = [_text(badge.get(key)) for badge in badges for key in ("name", "icon_name", "title")]
    names += [key.removeprefix("is_") for key, value in author.items() if isinstance(key, str) and key.startswith("is_") and value is True]
    months = next((badge["months"] for badge in badges if isinstance(badge.get("months"), int)), None)
    name = author.get("display_name") or author.get("name")
    return {"id": author.get("id") or name, "name": name, "roles": _roles(names), "months": _months(names) if months is None else months}


# --- yt-dlp ----------------------------------------------------------------------------------------------------------------------

_CHAT_RENDERERS = ("liveChatTextMessageRenderer", "liveChatPaidMessageRenderer", "liveChatMembershipItemRenderer")
_NO_CHAT = _words(
    """
    addLiveChatTickerItemAction markChatItemAsDeletedAction markChatItemsByAuthorAsDeletedAction removeChatItemAction
    removeChatItemByAuthorAction replaceChatItemAction addBannerToLiveChatCommand removeBannerForLiveChatCommand
    showLiveChatActionPanelAction updateLiveChatPollAction closeLiveChatActionPanelAction showLiveChatTooltipCommand
    liveChatReportModerationStateCommand liveChatPaidStickerRenderer liveChatSponsorshipsGiftPurchaseAnnouncementRenderer
    liveChatSponsorshipsGiftRedemptionAnnouncementRenderer liveChatViewerEngagementMessageRenderer liveChatPlaceholderItemRenderer
    liveChatModeChangeMessageRenderer liveChatDonationAnnouncementRenderer liveChatSponsorshipsHeaderRenderer
    """
)


class YtDlp:
    """Reads yt-dlp's live chat: a replay's actions with their offset, or a live chat's with the offset beside them."""

    def __init__(self, room: str) -> None:
        self._channel = f"youtube:{room}"

    def read(self, record: Any) -> Lines:
        """Return the log lines of one line of the file, which may hold several actions."""
        if not isinstance(record, dict):
            return [Unknown(type(record).__name__)]
        replay = _dict(record.get("replayChatItemAction"))
        offset = _seconds(replay.get("videoOffsetTimeMsec", record.get("videoOffsetTimeMsec")), per=1000)
        if offset is not None and offset <= 0:
            offset = None  # lines from the waiting room all say 0: the platform's own time tells them apart
        actions = _list(replay.get("actions")) if replay else [record]
        return [line for action in actions for line in self._action(_dict(action), offset)]

    def _action(self, action: Line, offset: float | None) -> Lines:
        if "addChatItemAction" not in action:
            return [Unknown(kind[:100]) for kind in action if kind not in _NO_CHAT and kind.endswith(("Action", "Command"))]
        item = _dict(_dict(action["addChatItemAction"]).get("item"))
        kind = next(iter(item), "")
        if kind not in _CHAT_RENDERERS:
            return [] if kind in _NO_CHAT else [Unknown(kind[:100] or "item")]
        return self._chat(_dict(item[kind]), offset)

    def _chat(self, renderer: Line, offset: float | None) -> Lines:
        text = _runs(renderer.get("message"))
        if not text:
            return []
        name = _simple_text(renderer.get("authorName"))
        badges = [_dict(_dict(badge).get("liveChatAuthorBadgeRenderer")) for badge in _list(renderer.get("authorBadges"))]
        names = [name for badge in badges for name in _badge_names(badge)]
        author = {"id": renderer.get("authorExternalChannelId") or name, "name": name, "roles": _roles(names), "months": _months(names)}
        at = _seconds(renderer.get("timestampUsec"), per=1_000_000)
        identity = _prefixed("youtube", renderer.get("id"))
        return [{"type": "chat", "id": identity, "channel": self._channel, "time": offset, "at": at, "author": author, "text": text}]


def _runs(message: Any) -> str:
    runs = [_dict(run) for run in _list(_dict(message).get("runs"))]
    return "".join(_text(run.get("text")) or _emoji(_dict(run.get("emoji"))) for run in runs)


def _emoji(emoji: Line) -> str:
    """A standard emoji's id is the character itself; a channel's own is known by its shortcut."""
    identity = _text(emoji.get("emojiId"))
    if not identity.isascii():
        return identity
    return _text(next(iter(_list(emoji.get("shortcuts"))), "")) or identity


def _simple_text(value: Any) -> str:
    return _text(_dict(value).get("simpleText")) or _runs(value)


def _badge_names(badge: Line) -> list[str]:
    member = "member" if "customThumbnail" in badge else ""
    return [_text(badge.get("tooltip")), _text(_dict(badge.get("icon")).get("iconType")), member]


# --- TwitchDownloader ------------------------------------------------------------------------------------------------------------

_CHAT_NOTICES = frozenset(("highlighted-message", "skip-subs-mode-message", "announcement"))


class TwitchDownloader:
    """Reads TwitchDownloader's comments; the object's `streamer`, where it comes first, names the room."""

    def __init__(self, room: str) -> None:
        self._room = room

    def name_room(self, streamer: Any) -> None:
        """Take the room's name from the file's `streamer`."""
        self._room = _text(_dict(streamer).get("login")) or _text(_dict(streamer).get("name")) or self._room

    def read(self, record: Any) -> Lines:
        """Return the log line of one comment. A subscription's or raid's own text is a notice, not a viewer's line."""
        comment = _dict(record)
        message = _dict(comment.get("message"))
        fragments = (_text(_dict(fragment).get("text")) for fragment in _list(message.get("fragments")))
        text = _text(message.get("body")) or "".join(fragments)
        if not text:
            return [] if message else [Unknown("comment without message")]
        identity = _prefixed("twitch", comment.get("_id"))
        line = {"id": identity, "channel": f"twitch:{self._room}", "time": _seconds(comment.get("content_offset_seconds")), "text": text}
        notice = _text(_dict(message.get("user_notice_params")).get("msg_id"))
        if notice and notice not in _CHAT_NOTICES:
            return [line | {"type": "notice", "kind": notice}]
        return [line | {"type": "chat", "author": _commenter(comment.get("commenter"), message, identity)}]


def _commenter(value: Any, message: Line, identity: str | None) -> Line:
    """The writer of a comment; a deleted account's lines are no one person's, so each gets an author of its own."""
    commenter = _dict(value)
    name = commenter.get("display_name") or commenter.get("name")
    roles = _roles([_text(_dict(badge).get("_id")) for badge in _list(message.get("user_badges"))])
    return {"id": commenter.get("_id") or name or f"deleted-{identity}", "name": name or "", "roles": roles}


# --- what they share -------------------------------------------------------------------------------------------------------------

_ROLE_OF_BADGE = {
    **dict.fromkeys(("owner", "broadcaster", "host", "소유자", "채널 소유자"), "host"),
    **dict.fromkeys(("moderator", "mod", "lead_moderator", "운영자"), "staff"),
    **dict.fromkeys(("subscriber", "founder", "member", "sponsor"), "subscriber"),
    **dict.fromkeys(("bot", "bot-badge"), "bot"),
}
_MEMBERSHIP = re.compile(r"(?:new )?member\b|신규 회원|회원\s*\(|メンバー", re.IGNORECASE)
_SPAN = re.compile(r"(\d{1,4})\s*(?:(months?|개월|か月)|(?:years?|년|年))")


def _roles(badges: list[str]) -> list[str]:
    roles = {_ROLE_OF_BADGE.get(badge.lower(), "subscriber" if _MEMBERSHIP.match(badge) else "") for badge in badges}
    return sorted(roles - {""})


def _months(badges: list[str]) -> int | None:
    """Return the months that a membership badge's words give, such as `Member (2 years)`."""
    for badge in badges:
        if _MEMBERSHIP.match(badge) and (span := _SPAN.search(badge)):
            return int(span[1]) * (1 if span[2] else 12)
    return None


def _prefixed(platform: str, value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        return None
    return f"{platform}:{value}"


def _seconds(value: Any, per: int = 1) -> float | None:
    """Return a number, or a text of one, in seconds; None for anything else and for what no show can reach."""
    try:
        seconds = float(value) / per if isinstance(value, int | float | str) and not isinstance(value, bool) else None
    except (ValueError, OverflowError):
        return None
    return seconds if seconds is not None and abs(seconds) < 1e11 else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _dict(value: Any) -> Line:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
