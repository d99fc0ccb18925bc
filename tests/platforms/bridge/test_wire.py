"""Bodies to events, frames, tokens and signatures of the JSON bridge."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livebot.core.context import author_key
from livebot.core.events import AuthorBanned, Caption, ChatMessage, MessageDeleted, ProductOnAir
from livebot.core.log import event_to
from livebot.platforms.base import Post, SendResult
from livebot.platforms.bridge import wire
from livebot.platforms.bridge.wire import BadBody, Batch, read_batch

CHANNEL = "naver:shop"
LINE: dict[str, Any] = {"type": "chat", "id": "7", "time": 95.0, "author": {"id": "u1", "name": "하늘"}, "text": "재입고 언제인가요"}


def read(*items: Any, now: float = 100.0, stamp: float | None = None, channel: str = CHANNEL) -> Batch:
    body = "\n".join(item if isinstance(item, str) else json.dumps(item) for item in items)
    return read_batch(body.encode("utf-8", "surrogatepass"), channel=channel, now=now, stamp=stamp)


def only(*items: Any, now: float = 100.0) -> Any:
    batch = read(*items, now=now)
    assert batch.rejected == []
    assert len(batch.events) == 1
    return batch.events[0][1]


def test_a_full_chat_line_becomes_a_message_with_prefixed_ids() -> None:
    """Every key of a chat line arrives, ids carrying the channel in front."""
    event = only(LINE | {"reply_to": "6", "author": {"id": "u1", "name": "하늘", "roles": ["staff"], "months": 3}, "at": 1.5e9})
    assert isinstance(event, ChatMessage)
    assert (event.id, event.reply_to, event.channel) == ("naver:shop:7", "naver:shop:6", CHANNEL)
    assert (event.time, event.at, event.author.roles, event.author.months) == (95.0, 1.5e9, ("staff",), 3)


def test_type_id_time_and_channel_may_be_left_out() -> None:
    """A name and a text are enough."""
    event = only({"author": "하늘", "text": "안녕하세요"})
    assert isinstance(event, ChatMessage)
    assert (event.time, event.channel, event.author.name) == (100.0, CHANNEL, "하늘")
    assert event.id.startswith("naver:shop:")


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ({"type": "voice", "text": "이만 원이에요"}, Caption),
        ({"type": "product", "product": "serum", "text": "세럼"}, ProductOnAir),
        ({"type": "delete", "message": "7"}, MessageDeleted),
        ({"type": "ban", "author": "u1"}, AuthorBanned),
    ],
)
def test_other_kinds_of_events_are_taken(line: dict[str, Any], kind: type) -> None:
    """A bridge may bring more than chat lines."""
    event = only(line)
    assert isinstance(event, kind)
    assert event_to(event)["id"].startswith("naver:shop:")


@pytest.mark.parametrize("line", [LINE, {"type": "purchase", "author": {"id": "u1", "name": "하늘"}, "product": "serum"}])
def test_the_same_id_in_two_rooms_is_two_people(line: dict[str, Any]) -> None:
    """A bridge numbers its viewers as it likes: whose line it is, is known by room and id."""
    [(_, one)] = read(line, channel="bridge:naver").events
    [(_, other)] = read(line, channel="bridge:kakao").events
    assert [author_key(event.channel, event.author.id) for event in (one, other)] == ["bridge:naver:u1", "bridge:kakao:u1"]
    [(_, ban)] = read({"type": "ban", "author": "u1"}, channel="bridge:naver").events
    assert author_key(ban.channel, ban.author) == "bridge:naver:u1"


def test_a_deletion_names_the_line_by_its_prefixed_id() -> None:
    """The id in a deletion matches the id its line got."""
    assert only({"type": "delete", "message": 7}).message == only(LINE).id


@pytest.mark.parametrize("kind", ["staff", "config", "sent", "lookup", "start", "end", "poll", None, [], {}])
def test_what_only_livebot_itself_may_say_is_rejected(kind: Any) -> None:
    """A bridge's token gives no staff rights."""
    batch = read(LINE | {"type": kind, "action": "approve", "changes": {}})
    assert batch.events == []
    assert [(item["i"], item["why"].split(":")[0]) for item in batch.rejected] == [(0, "type")]


@pytest.mark.parametrize("text", ["array", "lines", "crlf"])
def test_arrays_and_json_lines_are_taken_item_by_item(text: str) -> None:
    """Bad items are named by their place and leave the others alone."""
    rows = [json.dumps(LINE | {"id": str(i)}) for i in range(3)]
    rows.insert(1, json.dumps({"type": "chat", "text": "no author"}))
    body = f"[{','.join(rows)}]" if text == "array" else ("\n" if text == "lines" else "\r\n").join(rows)
    batch = read(body)
    assert [place for place, _ in batch.events] == [0, 2, 3]
    assert batch.rejected == [{"i": 1, "why": "author: must be an object with id and name"}]


def test_a_line_that_is_not_json_is_rejected_alone() -> None:
    """Of JSON lines only the broken one is lost."""
    batch = read(LINE, '{"type":"chat","id', LINE | {"id": "8"})
    assert [place for place, _ in batch.events] == [0, 2]
    assert [item["i"] for item in batch.rejected] == [1]
    assert batch.rejected[0]["why"].startswith("not JSON")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"\xff\xfe{}", "UTF-8"),
        (b"{", "not JSON"),
        (b"[1,", "not JSON"),
        (b"[" * 100_000, "nested too deep"),
        (b"[" + b"1," * 6000 + b"1]", "more than 5000"),
        (b"x" * (wire.MAX_BODY + 1), "longer than"),
    ],
)
def test_a_body_without_items_says_why(body: bytes, why: str) -> None:
    """A body that holds nothing is refused as a whole."""
    with pytest.raises(BadBody, match=why):
        read_batch(body, channel=CHANNEL, now=0.0)


@pytest.mark.parametrize(
    ("given_time", "time"), [(95.0, 95.0), (100.0, 100.0), (101.0, 100.0), (1.8e9, 100.0), (5.0, 100.0), (-1e300, 100.0)]
)
def test_a_bridges_time_counts_only_within_the_last_minute(given_time: float, time: float) -> None:
    """A bridge cannot move the show's clock."""
    assert only(LINE | {"time": given_time}).time == time


@pytest.mark.parametrize("given_time", ["12", True, float("nan"), []])
def test_a_time_that_is_no_number_is_rejected(given_time: Any) -> None:
    """The key at fault is named."""
    assert read(LINE | {"time": given_time}).rejected == [{"i": 0, "why": "time: must be a number of seconds"}]


@pytest.mark.parametrize(
    ("channel", "taken"), [(None, True), ("shop", True), (CHANNEL, True), ("twitch:shop", False), (3, False), ("", False)]
)
def test_a_bridge_speaks_for_its_own_channel_only(channel: Any, taken: bool) -> None:
    """A token for one channel cannot put words into another."""
    batch = read(LINE | {"channel": channel})
    assert bool(batch.events) is taken
    assert all(item["why"].startswith("channel: this bridge is for naver:shop") for item in batch.rejected)


def test_built_ids_tell_equal_lines_of_one_body_apart_and_are_the_same_next_time() -> None:
    """The same body sent twice gives the same ids, twice the same line in it gives two."""
    line = {"author": "하늘", "text": "저요", "time": 1.0}
    first, second = ([event_to(event)["id"] for _, event in read(line, line, now=now).events] for now in (100.0, 200.0))
    assert first == second
    assert len(set(first)) == 2


def test_lines_without_time_get_new_ids_each_time_unless_the_body_is_signed() -> None:
    """Demand repeated later is not taken for a second copy; a signed body's own time makes its copies known."""
    line = {"author": "하늘", "text": "저요"}
    assert only(line, now=1.0).id != only(line, now=2.0).id
    assert read(line, now=1.0, stamp=5.0).events[0][1].id == read(line, now=2.0, stamp=5.0).events[0][1].id  # type: ignore[union-attr]


def test_an_overlong_id_is_rejected_rather_than_cut() -> None:
    """Two long ids with the same beginning must not become one."""
    assert "id: must not be longer" in read(LINE | {"id": "x" * 300}).rejected[0]["why"]


def test_a_lone_surrogate_cannot_pass() -> None:
    """What cannot be written as UTF-8 does not enter the log."""
    event = only('{"author": "a", "text": "\\ud800 hi"}')
    assert isinstance(event, ChatMessage)
    assert event.text.encode("utf-8")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=15,
)
_KEYS = ["type", "id", "time", "channel", "author", "text", "reply_to", "at", "message", "seconds", "product", "roles", "name"]
_ITEM = st.dictionaries(st.sampled_from(_KEYS), _JSON | st.sampled_from([*wire._TYPES, "shop"]), max_size=10)


@given(st.lists(_ITEM | _JSON, max_size=6))
def test_no_items_raise_and_each_is_taken_or_rejected(items: list[Any]) -> None:
    """Whatever JSON comes, every item is accounted for, and what is taken can be written to a log."""
    batch = read(json.dumps(items))
    assert sorted([place for place, _ in batch.events] + [item["i"] for item in batch.rejected]) == list(range(len(items)))
    for _, event in batch.events:
        json.dumps(event_to(event), ensure_ascii=False).encode("utf-8")


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_bad_body(body: bytes) -> None:
    """Garbage is a BadBody or rejected items."""
    try:
        assert read_batch(body, channel=CHANNEL, now=0.0).events == []
    except BadBody as error:
        assert str(error)


def test_a_send_frame_carries_the_room_and_the_bridges_own_id() -> None:
    """The prefix that ids got on their way in is gone again."""
    frame = json.loads(wire.send_frame(Post("s1", "내일 도착해요", reply_to="naver:shop:7"), CHANNEL))
    assert frame == {"type": "send", "req": "s1", "room": "shop", "text": "내일 도착해요", "reply_to": "7"}
    assert json.loads(wire.send_frame(Post("s2", "x"), CHANNEL))["reply_to"] is None


@pytest.mark.parametrize(
    ("frame", "result"),
    [
        ({"ok": True, "id": 9}, SendResult("sent", message="naver:shop:9")),
        ({"ok": True}, SendResult("sent")),
        ({"ok": True, "id": ["x"]}, SendResult("sent")),
        ({"ok": False, "reason": "Rate limited!", "retry_after": 3}, SendResult("dropped", "rate_limited", retry_after=3.0)),
        ({"ok": False, "reason": {"a": 1}, "retry_after": "soon"}, SendResult("dropped", "refused")),
        ({"ok": "yes"}, SendResult("dropped", "refused")),
        ({}, SendResult("dropped", "refused")),
    ],
)
def test_a_sent_frame_tells_the_fate(frame: dict[str, Any], result: SendResult) -> None:
    """Only a plain true counts as sent; a reason becomes a stable code."""
    assert wire.read_sent(frame, CHANNEL) == result


@pytest.mark.parametrize(
    ("headers", "token"),
    [
        ({"authorization": "Bearer abc"}, "abc"),
        ({"authorization": "bearer  abc "}, "abc"),
        ({"authorization": "Basic abc"}, None),
        ({"sec-websocket-protocol": "livebot.bridge.v1, token.abc"}, "abc"),
        ({"sec-websocket-protocol": "livebot.bridge.v1"}, None),
        ({}, None),
    ],
)
def test_the_token_comes_by_header_or_subprotocol(headers: dict[str, str], token: str | None) -> None:
    """Nothing else is looked at."""
    assert wire.token_of(headers) == token


@pytest.mark.parametrize(("given_token", "same"), [("abc", True), ("abd", False), ("", False), (None, False), ("가\ud800", False)])
def test_tokens_are_compared_as_a_whole(given_token: str | None, same: bool) -> None:
    """Only the exact token passes, and odd characters do not raise."""
    assert wire.same_token(given_token, "abc") is same


def _signed(body: bytes, stamp: str, key: str = "k3y") -> dict[str, str]:
    digest = hmac.new(key.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"x-livebot-timestamp": stamp, "x-livebot-signature": f"sha256={digest}"}


@pytest.mark.parametrize(
    ("stamp", "key", "wall", "at"),
    [
        ("1000", "k3y", 1000.0, 1000.0),
        ("1000.5", "k3y", 1300.0, 1000.5),
        ("1000", "k3y", 1301.0, None),
        ("1000", "k3y", 699.0, None),
        ("1000", "other", 1000.0, None),
        ("nan", "k3y", 1000.0, None),
        ("", "k3y", 1000.0, None),
        ("9" * 400, "k3y", 1000.0, None),
    ],
)
def test_a_signature_holds_for_its_body_its_key_and_five_minutes(stamp: str, key: str, wall: float, at: float | None) -> None:
    """A signature made by the rule is taken, and only near its own time."""
    assert wire.signed_at(b"{}", _signed(b"{}", stamp, key), "k3y", wall) == at


def test_a_signature_does_not_hold_for_another_body() -> None:
    """The body is part of what is signed."""
    assert wire.signed_at(b"{} ", _signed(b"{}", "1000"), "k3y", 1000.0) is None
