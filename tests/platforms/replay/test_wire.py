"""Golden records of each imported format: the shape as the tools write it, the words our own."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livebot.core.events import AuthorBanned, ChatCleared, ChatMessage, MessageDeleted, Notice
from livebot.core.log import BadEvent, event_to
from livebot.platforms.replay.wire import ChatDownloader, Lines, TwitchDownloader, Unknown, YtDlp, line_event, own_event, zero_of

Record = dict[str, Any]

DOWNLOADER_YOUTUBE: Record = {
    "action_type": "add_chat_item",
    "author": {
        "badges": [{"title": "Member (6 months)", "icons": []}, {"title": "Moderator", "icon_name": "moderator"}],
        "id": "UCaaaaaaaaaaaaaaaaaaaaaa",
        "images": [{"height": 32, "id": "32x32", "url": "https://example.invalid/a", "width": 32}],
        "name": "바다",
    },
    "message": "색상은 몇 가지예요",
    "message_id": "ChwKGkNQ",
    "message_type": "text_message",
    "time_in_seconds": -3.5,
    "time_text": "-0:03",
    "timestamp": 1700000000000000,
}
DOWNLOADER_TWITCH: Record = {
    "action_type": "text_message",
    "author": {
        "badges": [
            {"name": "broadcaster", "version": 1},
            {"name": "subscriber", "version": 12, "title": "1-Year Subscriber", "months": 14},
        ],
        "display_name": "가게",
        "id": "4711",
        "is_moderator": False,
        "is_subscriber": True,
        "name": "gage",
    },
    "in_reply_to": {"author": {"id": "9"}, "message": "q", "message_id": "aaaa-1"},
    "message": "내일 나가요",
    "message_id": "bbbb-2",
    "message_type": "text_message",
    "time_in_seconds": 12.25,
}
YTDLP: Record = {
    "clickTrackingParams": "x",
    "replayChatItemAction": {
        "actions": [
            {
                "clickTrackingParams": "y",
                "addChatItemAction": {
                    "clientId": "z",
                    "item": {
                        "liveChatTextMessageRenderer": {
                            "message": {
                                "runs": [
                                    {"text": "최고 "},
                                    {"emoji": {"emojiId": "👍", "shortcuts": [":thumbsup:"]}},
                                    {"emoji": {"emojiId": "UC/ab", "shortcuts": [":_heart:", ":heart:"], "isCustomEmoji": True}},
                                    {"emoji": {"emojiId": "UC/cd"}},
                                ]
                            },
                            "authorName": {"simpleText": "바다"},
                            "authorBadges": [
                                {"liveChatAuthorBadgeRenderer": {"customThumbnail": {}, "tooltip": "회원(2년)"}},
                                {"liveChatAuthorBadgeRenderer": {"icon": {"iconType": "OWNER"}, "tooltip": "Owner"}},
                            ],
                            "id": "ChwKGkNQ",
                            "timestampUsec": "1700000012500000",
                            "authorExternalChannelId": "UCaaaaaaaaaaaaaaaaaaaaaa",
                        }
                    },
                },
            }
        ],
        "videoOffsetTimeMsec": "12500",
    },
}
TWITCH: Record = {
    "_id": "cccc-3",
    "created_at": "2026-01-01T00:00:12Z",
    "channel_id": "1",
    "content_type": "video",
    "content_id": "2",
    "content_offset_seconds": 12.5,
    "commenter": {"display_name": "바다", "_id": "77", "name": "bada", "bio": None},
    "message": {
        "body": "안녕 Kappa",
        "bits_spent": 0,
        "fragments": [{"text": "안녕 ", "emoticon": None}, {"text": "Kappa", "emoticon": {"emoticon_id": "25"}}],
        "user_badges": [{"_id": "moderator", "version": "1"}, {"_id": "subscriber", "version": "12"}, {"_id": "staff", "version": "1"}],
        "user_color": None,
        "emoticons": [],
    },
}


def renderer(kind: str, **changes: Any) -> Record:
    record = copy.deepcopy(YTDLP)
    action = record["replayChatItemAction"]["actions"][0]["addChatItemAction"]
    action["item"] = {kind: action["item"]["liveChatTextMessageRenderer"] | changes}
    return record


def events(lines: Lines) -> list[Any]:
    assert not any(isinstance(line, Unknown) for line in lines)
    return [line_event(line, 1, zero=1_700_000_000.0, before=0.0) for line in lines if not isinstance(line, Unknown)]


def only(lines: Lines) -> Any:
    (event,) = events(lines)
    return event


def test_a_chat_downloader_item_from_youtube() -> None:
    """Id, times, author, badge roles and months arrive."""
    event = only(ChatDownloader("room").read(DOWNLOADER_YOUTUBE))
    assert isinstance(event, ChatMessage)
    assert (event.id, event.channel, event.text) == ("youtube:ChwKGkNQ", "youtube:room", "색상은 몇 가지예요")
    assert (event.time, event.at) == (-3.5, 1.7e9)
    assert (event.author.id, event.author.name) == ("UCaaaaaaaaaaaaaaaaaaaaaa", "바다")
    assert (event.author.roles, event.author.months) == (("staff", "subscriber"), 6)


def test_a_chat_downloader_item_from_twitch() -> None:
    """The display name, the reply and real subscription months arrive; a badge's version is no months."""
    event = only(ChatDownloader("room").read(DOWNLOADER_TWITCH))
    assert (event.id, event.channel, event.reply_to) == ("twitch:bbbb-2", "twitch:room", "twitch:aaaa-1")
    assert (event.author.name, event.author.roles, event.author.months) == ("가게", ("host", "subscriber"), 14)


def test_a_chat_downloader_item_of_an_old_version_has_a_bare_name() -> None:
    """The author's name is then the author's id."""
    event = only(ChatDownloader("room").read({"author": "바다", "message": "hi", "time_in_seconds": 1.0}))
    assert (event.author.id, event.author.name, event.channel) == ("바다", "바다", "chat:room")


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({"message": None}, 0),
        ({"message_type": "paid_message", "money": {"amount": 5.0, "currency": "KRW"}}, 1),
        ({"message_type": "membership_item"}, 1),
        ({"message_type": "paid_sticker"}, 0),
        ({"message_type": "ticker_paid_message_item"}, 0),
        ({"message_type": "viewer_engagement_message"}, 0),
        ({"message_type": None}, 1),
    ],
)
def test_chat_downloader_kinds_with_text_are_chat_lines(changes: Record, count: int) -> None:
    """Paid and member lines count, tickers that repeat them and the platform's own words do not."""
    assert len(events(ChatDownloader("room").read(DOWNLOADER_YOUTUBE | changes))) == count


def test_chat_downloader_deletions_and_bans_are_kept() -> None:
    """What was taken away in a recorded show is taken away again, under the same ids."""
    reader = ChatDownloader("room")
    line = only(reader.read(DOWNLOADER_TWITCH))
    times = {"time_in_seconds": 20.0}
    deleted = only(reader.read(times | {"message_type": "delete_message", "target_message_id": "bbbb-2", "message": "x"}))
    banned = only(reader.read(times | {"message_type": "ban_user", "target_author_id": "4711", "ban_duration": 60}))
    cleared = only(reader.read(times | {"message_type": "clear_chat"}))
    assert isinstance(deleted, MessageDeleted)
    assert (deleted.message, deleted.channel) == (line.id, line.channel)
    assert isinstance(banned, AuthorBanned)
    assert (banned.author, banned.seconds, banned.channel) == ("4711", 60.0, line.channel)
    assert isinstance(cleared, ChatCleared)
    assert cleared.channel == line.channel
    assert len({deleted.id, banned.id, cleared.id}) == 3


def test_a_yt_dlp_replay_line() -> None:
    """Runs with emoji, badges in Korean, offset and platform time arrive."""
    event = only(YtDlp("vid").read(YTDLP))
    assert isinstance(event, ChatMessage)
    assert (event.id, event.channel, event.text) == ("youtube:ChwKGkNQ", "youtube:vid", "최고 👍:_heart:UC/cd")
    assert (event.time, event.at) == (12.5, 1_700_000_012.5)
    assert (event.author.roles, event.author.months) == (("host", "subscriber"), 24)


def test_a_yt_dlp_line_captured_live_has_its_offset_outside() -> None:
    """The offset beside the action counts as well as the one within."""
    action = YTDLP["replayChatItemAction"]["actions"]
    event = only(YtDlp("vid").read({"replayChatItemAction": {"actions": action}, "videoOffsetTimeMsec": "3250", "isLive": True}))
    assert event.time == 3.25


@pytest.mark.parametrize("offset", ["0", "-416809", None, "soon", [], True])
def test_a_yt_dlp_line_without_a_useful_offset_takes_the_platforms_time(offset: Any) -> None:
    """Lines of the waiting room, whose offset is 0 or below, keep their own times."""
    record = copy.deepcopy(YTDLP)
    record["replayChatItemAction"]["videoOffsetTimeMsec"] = offset
    event = only(YtDlp("vid").read(record))
    assert event.time == 12.5
    assert zero_of(YtDlp("vid").read(record)) is None
    assert zero_of(YtDlp("vid").read(YTDLP)) == 1_700_000_000.0


@pytest.mark.parametrize(
    ("kind", "changes", "count"),
    [
        ("liveChatPaidMessageRenderer", {"purchaseAmountText": {"simpleText": "₩5,000"}}, 1),
        ("liveChatPaidMessageRenderer", {"message": None}, 0),
        ("liveChatMembershipItemRenderer", {}, 1),
        ("liveChatMembershipItemRenderer", {"message": {"runs": []}, "headerSubtext": {"simpleText": "Welcome"}}, 0),
        ("liveChatPaidStickerRenderer", {}, 0),
        ("liveChatViewerEngagementMessageRenderer", {}, 0),
    ],
)
def test_yt_dlp_renderers_with_a_viewers_words_are_chat_lines(kind: str, changes: Record, count: int) -> None:
    """Paid and member lines with text count, stickers and the platform's words do not."""
    assert len(events(YtDlp("vid").read(renderer(kind, **changes)))) == count


@pytest.mark.parametrize(
    ("record", "kinds"),
    [
        (renderer("liveChatHologramRenderer"), ["liveChatHologramRenderer"]),
        ({"addLiveChatTickerItemAction": {}, "clickTrackingParams": "x"}, []),
        (
            {"replayChatItemAction": {"actions": [{"markChatItemAsDeletedAction": {}}, {"dimTheLightsCommand": {}}]}},
            ["dimTheLightsCommand"],
        ),
        ([], ["list"]),
    ],
)
def test_yt_dlp_kinds_that_are_not_known_are_values(record: Any, kinds: list[str]) -> None:
    """Known kinds without chat are silent, others are named."""
    assert YtDlp("vid").read(record) == [Unknown(kind) for kind in kinds]


def test_a_twitch_downloader_comment() -> None:
    """Id, offset, author, body and badges arrive; Twitch's own staff is not the show's."""
    reader = TwitchDownloader("file")
    reader.name_room({"name": "가게", "login": "gage", "id": 1})
    event = only(reader.read(TWITCH))
    assert isinstance(event, ChatMessage)
    assert (event.id, event.channel, event.time, event.text) == ("twitch:cccc-3", "twitch:gage", 12.5, "안녕 Kappa")
    assert (event.author.id, event.author.name) == ("77", "바다")
    assert (event.author.roles, event.author.months) == (("staff", "subscriber"), None)


def test_a_twitch_downloader_comment_may_lack_body_or_commenter() -> None:
    """Fragments stand in for the body; lines of deleted accounts are not one person's."""
    reader = TwitchDownloader("file")
    message = TWITCH["message"] | {"body": None}
    lines = [only(reader.read(TWITCH | {"commenter": None, "message": message, "_id": identity})) for identity in ("a", "b")]
    assert [line.text for line in lines] == ["안녕 Kappa"] * 2
    assert len({line.author.id for line in lines}) == 2


@pytest.mark.parametrize(
    ("notice", "kind"), [("resub", Notice), ("raid", Notice), ("highlighted-message", ChatMessage), (None, ChatMessage)]
)
def test_twitch_downloader_notices_are_no_viewers_lines(notice: str | None, kind: type) -> None:
    """The platform's sentence about a subscription is not put into the viewer's mouth."""
    message = TWITCH["message"] | {"user_notice_params": {"msg_id": notice}}
    assert isinstance(only(TwitchDownloader("file").read(TWITCH | {"message": message})), kind)


def test_lines_without_ids_get_distinct_ones_that_stay_the_same() -> None:
    """An id is built from what the line says and its number in the file."""
    record = {key: value for key, value in DOWNLOADER_YOUTUBE.items() if key != "message_id"}
    ids = []
    for number in (1, 2, 1):
        (line,) = ChatDownloader("room").read(record)
        assert not isinstance(line, Unknown)
        event = line_event(line, number, zero=None, before=0.0)
        assert isinstance(event, ChatMessage)
        ids.append(event.id)
    assert ids[0] == ids[2] != ids[1]
    assert ids[0].startswith("youtube:")


def test_a_line_of_the_own_log_may_lack_its_id() -> None:
    """A log written by hand needs no ids."""
    line = {"type": "chat", "time": 1, "author": "a", "text": "b"}
    ids = [event_to(event)["id"] for number in (1, 2) if (event := own_event(line, number))]
    assert len(set(ids)) == 2


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10) | st.sampled_from(["\ud800", "9" * 400, 10**400]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, child in children for found in _paths(child, (*path, key)))]


def _replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    changed = copy.copy(value)
    changed[path[0]] = _replaced(value[path[0]], path[1:], new)
    return changed


@pytest.mark.parametrize(
    ("make", "golden"),
    [(ChatDownloader, DOWNLOADER_YOUTUBE), (ChatDownloader, DOWNLOADER_TWITCH), (YtDlp, YTDLP), (TwitchDownloader, TWITCH)],
)
@given(data=st.data())
def test_no_value_anywhere_in_a_record_raises(make: Callable[[str], Any], golden: Record, data: st.DataObject) -> None:
    """A record with anything in any place is read to lines, which are events or a BadEvent, and those can be written again."""
    record = _replaced(golden, data.draw(st.sampled_from(_paths(golden))), data.draw(_JSON))
    for line in make("room").read(record):
        if isinstance(line, Unknown):
            continue
        try:
            event = line_event(line, 1, zero=None, before=0.0)
        except BadEvent as error:
            assert error.key
        else:
            assert event is not None
            json.dumps(event_to(event), ensure_ascii=False).encode("utf-8")
