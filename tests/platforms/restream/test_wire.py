"""Frames of Restream's chat as values."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livebot.platforms.restream import wire

from ..golden import cases_of, plain, what

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["author", "text", "id", "badges", "title"]), inner),
    max_leaves=10,
)
KEYS = ("eventPayload", "eventSourceId", "eventIdentifier", "eventTypeId", "text", "status", "connectionUuid")


@pytest.mark.parametrize("case", cases_of("restream"), ids=what)
def test_reads_captured_shapes(case):
    """Each frame gives what stands beside it; every event has the time given by the caller."""
    assert plain([wire.parse(case["frame"], "restream:youtube", 12.5)], 12.5) == case["gives"]


@given(st.text(max_size=60))
def test_no_text_breaks_it(frame):
    """Whatever a frame is, something comes out, and no error."""
    assert wire.parse(frame, "restream:youtube", 1.0)


@given(
    st.sampled_from(["event", "reply_created", "connection_info", "relay_accepted", "heartbeat"]),
    st.dictionaries(st.sampled_from(KEYS), JSON),
    JSON,
)
def test_no_object_breaks_it(action, payload, timestamp):
    """Whatever an action holds, something comes out; texts can be written and read again."""
    item = wire.parse(json.dumps({"action": action, "payload": payload, "timestamp": timestamp}), "restream:all", 1.0)
    if isinstance(item, wire.Line):
        assert item.message.text.encode("utf-8")
