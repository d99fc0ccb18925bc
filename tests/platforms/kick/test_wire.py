"""Kick's webhooks as values."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livebot.core.events import ChatMessage
from livebot.platforms.kick import wire

from ..golden import cases_of, plain, what

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["user_id", "username", "identity", "badges", "type"]), inner)
    ),
    max_leaves=10,
)
KEYS = ("message_id", "sender", "content", "created_at", "replies_to", "broadcaster", "banned_user", "metadata", "is_live")


@pytest.mark.parametrize("case", cases_of("kick"), ids=what)
def test_reads_captured_shapes(case):
    """Each body gives what stands beside it; every event has the time given by the caller."""
    assert plain([wire.parse(case["kind"], case["frame"].encode(), "kick:shop", 12.5)], 12.5) == case["gives"]


@given(st.sampled_from([*wire.EVENTS, "x"]), st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_no_bytes_break_it(kind, body):
    """Whatever a body is, something comes out, and no error."""
    assert wire.parse(kind, body, "kick:shop", 1.0)
    wire.broadcaster(body)


@given(st.sampled_from(wire.EVENTS), st.dictionaries(st.sampled_from(KEYS), JSON))
def test_no_object_breaks_it(kind, data):
    """Whatever an event holds, something comes out; texts can be written and read again."""
    item = wire.parse(kind, json.dumps(data).encode(), "kick:shop", 1.0)
    if isinstance(item, ChatMessage):
        assert item.text.encode("utf-8")
        assert item.author.id
