"""The stream's binary form, held against Google's own protocol buffers."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from servers.youtube import messages_of_google, streamed

from livebot.platforms.youtube import proto, wire

from .test_wire import CASES

json_format = pytest.importorskip("google.protobuf.json_format")
KNOWN = st.sampled_from([b"\x0a", b"\xfa\x3e", b"\xb2\x91\x31", b"\x12", b"\x08", b"\xff" * 9, b"\x0b"])


@pytest.mark.parametrize(
    "case", [case for case in CASES if case["gives"] and "surrogate" not in case["what"]], ids=lambda case: case["what"]
)
def test_a_streamed_page_says_what_the_polled_one_says(case):
    """What Google's library encodes from a page is read as that page, wherever the stream can say it."""
    decoded = json.loads(case["frame"])
    page = decoded if isinstance(decoded, dict) else {}
    items = [item for item in page.get("items", []) if isinstance(item, dict) and item.get("id") and isinstance(item.get("snippet"), dict)]
    items = [item for item in items if item["snippet"].get("type") in proto._TYPE and "fanFunding" not in item["snippet"]["type"]]
    shown = {"items": [streamed({"authorDetails": {}, **item}) for item in items], "nextPageToken": "T1"}
    encoded = json_format.ParseDict(shown, messages_of_google().LiveChatMessageListResponse()).SerializeToString()
    told = wire.read_page(proto.decode(encoded), "youtube:v", 1.0)
    assert told.items == wire.read_page({"items": items}, "youtube:v", 1.0).items
    assert told.token == "T1"


def test_the_request_is_what_google_reads():
    """Google's library reads our request: the chat, the place, and the parts."""
    read = messages_of_google().LiveChatMessageListRequest.FromString(proto.request("chat-1", "T" * 300))
    assert (read.live_chat_id, read.page_token, list(read.part)) == ("chat-1", "T" * 300, ["id", "snippet", "authorDetails"])
    assert not messages_of_google().LiveChatMessageListRequest.FromString(proto.request("chat-1")).HasField("page_token")


@given(st.binary(max_size=60) | st.lists(KNOWN | st.binary(max_size=6), max_size=12).map(b"".join))
def test_any_bytes_are_read_or_malformed(data):
    """Whatever bytes come, they are a page or are said to be none."""
    try:
        page = proto.decode(data)
    except proto.Malformed as error:
        assert str(error)
    else:
        wire.read_page(page, "youtube:v", 1.0)


@pytest.mark.parametrize("data", [b"\x0b", b"\x0a\x05abc", b"\x08", b"\x80" * 11, b"\x09\x00"])
def test_cut_off_bytes_are_malformed(data):
    """A group, a length beyond the end, a number without one: no message."""
    with pytest.raises(proto.Malformed):
        proto.decode(data)
