"""Frames of Chzzk's sessions as values."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livebot.core.events import ChatMessage, Notice
from livebot.platforms.chzzk import wire

from ..golden import cases_of, plain, what

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
KEYS = ("channelId", "chatChannelId", "senderChannelId", "profile", "content", "messageTime", "userRoleCode", "type", "data", "payAmount")


@pytest.mark.parametrize("case", cases_of("chzzk"), ids=what)
def test_reads_captured_shapes(case):
    """Each frame gives what stands beside it; every event has the time given by the caller."""
    assert plain(wire.parse(case["frame"], "chzzk:shop", 12.5), 12.5) == case["gives"]


@given(st.text(max_size=60) | st.text(max_size=40).map(lambda text: "42" + text))
def test_no_text_breaks_it(frame):
    """Whatever a frame is, something comes out, and no error."""
    assert wire.parse(frame, "chzzk:shop", 1.0)


@given(
    st.sampled_from(["CHAT", "DONATION", "SUBSCRIPTION", "SYSTEM", "X"]), st.dictionaries(st.sampled_from(KEYS), JSON) | JSON, st.booleans()
)
def test_no_event_breaks_it(name, data, twice):
    """Whatever an event holds, encoded once or twice, something comes out; events have texts that can be written and read again."""
    frame = "42" + json.dumps([name, json.dumps(data) if twice else data])
    for item in wire.parse(frame, "chzzk:shop", 1.0):
        if isinstance(item, ChatMessage | Notice):
            assert item.text.encode("utf-8").decode("utf-8") == item.text
            assert item.id.startswith("chzzk:")


def test_a_line_has_the_same_id_again():
    """A second copy has the first one's id; another sender, time, text or broadcast has another."""
    line = {"channelId": "c", "chatChannelId": "n", "senderChannelId": "s", "content": "네", "messageTime": 1_790_000_000_000}
    others = ({}, {"senderChannelId": "t"}, {"messageTime": 1_790_000_000_001}, {"content": "예"}, {"chatChannelId": "m"})
    ids = [wire.parse("42" + json.dumps(["CHAT", {**line, **other}]), "chzzk:shop", 1.0)[0].id for other in others]
    again = wire.parse("42" + json.dumps(["CHAT", json.dumps(line)]), "chzzk:shop", 99.0)[0].id
    assert ids[0] == again
    assert len(set(ids)) == len(others)
