"""The messages of YouTube's streaming chat in protocol buffers' binary form, as the same objects that its JSON gives. Pure.

Only what livebot reads is named here; everything else is skipped. Sources: the field numbers of `stream_list.proto`
(developers.google.com/youtube/v3/live/streaming-live-chat) and the encoding (protobuf.dev/programming-guides/encoding).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

METHOD = "/youtube.api.v3.V3DataLiveChatMessageService/StreamList"

Kind = str | Mapping[int, Any] | tuple[str, ...]
"""How a field is read: "text", "number", "flag", a nested message's fields, or the names of an enum's values."""

_TYPES = {
    0: "invalidType",
    1: "textMessageEvent",
    2: "tombstone",
    3: "fanFundingEvent",
    4: "chatEndedEvent",
    5: "sponsorOnlyModeStartedEvent",
    6: "sponsorOnlyModeEndedEvent",
    7: "newSponsorEvent",
    10: "userBannedEvent",
    15: "superChatEvent",
    16: "superStickerEvent",
    17: "memberMilestoneChatEvent",
    18: "membershipGiftingEvent",
    19: "giftMembershipReceivedEvent",
    20: "pollEvent",
    21: "giftEvent",
}
_TYPE = tuple(_TYPES.get(number, f"type{number}") for number in range(22))
_MONEY = {1: ("amountMicros", "number"), 2: ("currency", "text"), 3: ("amountDisplayString", "text")}
_POLL = {1: ("questionText", "text"), 2: ("options[]", {1: ("optionText", "text"), 2: ("tally", "number")})}
_SNIPPET: Mapping[int, tuple[str, Kind]] = {
    1: ("type", _TYPE),
    4: ("publishedAt", "text"),
    16: ("displayMessage", "text"),
    19: ("textMessageDetails", {1: ("messageText", "text")}),
    22: (
        "userBannedDetails",
        {
            1: ("bannedUserDetails", {101: ("channelId", "text"), 3: ("displayName", "text")}),
            2: ("banType", ("", "permanent", "temporary")),
            4: ("banDurationSeconds", "number"),
        },
    ),
    27: ("superChatDetails", {**_MONEY, 4: ("userComment", "text"), 5: ("tier", "number")}),
    28: ("superStickerDetails", {**_MONEY, 4: ("tier", "number"), 5: ("superStickerMetadata", {2: ("altText", "text")})}),
    29: ("newSponsorDetails", {1: ("memberLevelName", "text"), 2: ("isUpgrade", "flag")}),
    30: ("memberMilestoneChatDetails", {1: ("memberLevelName", "text"), 2: ("memberMonth", "number"), 3: ("userComment", "text")}),
    31: ("membershipGiftingDetails", {1: ("giftMembershipsCount", "number"), 2: ("giftMembershipsLevelName", "text")}),
    32: ("giftMembershipReceivedDetails", {1: ("memberLevelName", "text"), 2: ("gifterChannelId", "text")}),
    33: ("pollDetails", {1: ("metadata", _POLL), 2: ("status", ("unknown", "active", "closed"))}),
    34: ("giftDetails", {1: ("giftName", "text"), 3: ("jewelsAmount", "number"), 5: ("altText", "text"), 8: ("comboCount", "number")}),
    201: ("liveChatId", "text"),
    301: ("authorChannelId", "text"),
}
_AUTHOR: Mapping[int, tuple[str, Kind]] = {
    4: ("isVerified", "flag"),
    5: ("isChatOwner", "flag"),
    6: ("isChatSponsor", "flag"),
    7: ("isChatModerator", "flag"),
    103: ("displayName", "text"),
    10101: ("channelId", "text"),
}
_ITEM: Mapping[int, tuple[str, Kind]] = {2: ("snippet", _SNIPPET), 3: ("authorDetails", _AUTHOR), 101: ("id", "text")}
RESPONSE: Mapping[int, tuple[str, Kind]] = {
    2: ("offlineAt", "text"),
    1007: ("items[]", _ITEM),
    1008: ("activePollItem", _ITEM),
    100602: ("nextPageToken", "text"),
}


class Malformed(ValueError):
    """Bytes that are no message; the text says why."""


def decode(data: bytes, fields: Mapping[int, tuple[str, Any]] = RESPONSE) -> dict[str, Any]:
    """Return a message as its JSON form would be; Malformed where the bytes are none. Fields that are not named are skipped."""
    found: dict[str, Any] = {}
    for number, value in _fields(data):
        known = fields.get(number)
        if known is None:
            continue
        name, kind = known
        read = _value(value, kind)
        if read is None:
            continue  # another wire type than the field has: not what it says it is
        if name.endswith("[]"):
            found.setdefault(name[:-2], []).append(read)
        else:
            found[name] = read
    return found


def _value(value: int | bytes, kind: Any) -> Any:
    if isinstance(value, bytes):
        if kind == "text":
            return value.decode("utf-8", "replace")
        return decode(value, kind) if isinstance(kind, Mapping) else None
    if kind == "flag":
        return bool(value)
    if kind == "number":
        return value
    if isinstance(kind, tuple):
        return kind[value] if value < len(kind) else f"type{value}"
    return None


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Give each field's number with its number or bytes; fixed-width values are given as bytes."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        number, wire_type = key >> 3, key & 7
        if wire_type == 0:
            value, at = _varint(data, at)
            yield number, value
            continue
        if wire_type == 2:
            length, at = _varint(data, at)
        elif wire_type in (1, 5):
            length = 8 if wire_type == 1 else 4
        else:
            raise Malformed(f"wire type {wire_type}")
        if at + length > len(data):
            raise Malformed("cut off")
        yield number, bytes(data[at : at + length])
        at += length


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data) and shift < 70:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
    raise Malformed("a number without an end")


def request(chat: str, token: str = "") -> bytes:
    """Return the request for the lines of a chat, from `token` (a page token) on."""
    parts = b"".join(_text(100, part) for part in ("id", "snippet", "authorDetails"))
    return _text(1, chat) + (_text(99, token) if token else b"") + parts


def _text(number: int, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    return _number(number << 3 | 2) + _number(len(data)) + data


def _number(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])
