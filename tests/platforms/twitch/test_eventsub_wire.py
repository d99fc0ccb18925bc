"""EventSub frames as values."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livebot.platforms.twitch.eventsub import wire

GOLDEN = sorted((Path(__file__).parents[2] / "wire" / "twitch_eventsub").glob("*.jsonl"))
CASES = [json.loads(line) for path in GOLDEN for line in path.read_text(encoding="utf-8").split("\n") if line]
KEYS = ["metadata", "payload", "session", "subscription", "event", "message", "reply", "badges", "id", "text", "type", "message_type"]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["notification", wire.CHAT]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=4), inner, max_size=6),
    max_leaves=30,
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["what"])
def test_reads_captured_shapes(case):
    """Each frame of `tests/wire/twitch_eventsub` gives what stands beside it; every event has the time given by the caller."""
    identity, items = wire.parse(case["frame"], 12.5, "900")
    gives = [{"is": type(item).__name__, **json.loads(json.dumps(asdict(item)))} for item in items]
    assert {given.pop("time") for given in gives if "time" in given} <= {12.5}
    assert (identity, gives) == (case["id"], case["gives"])


@given(VALUES)
def test_never_raises_on_any_json(value):
    """Whatever JSON comes, it is read or is an Unknown whose name fits into counts."""
    for frame in (json.dumps(value), json.dumps({"metadata": {"message_type": "notification"}, "payload": value})):
        for item in wire.parse(frame, 1.0, "900")[1]:
            assert not isinstance(item, wire.Unknown) or len(item.what) <= 60


@given(st.text())
def test_never_raises_on_any_text(text):
    """A frame that is no JSON is an Unknown."""
    assert all(isinstance(item, wire.Unknown) for item in wire.parse(text, 1.0)[1])


def test_a_line_of_the_broadcasters_own_account_is_no_bots():
    """Where livebot writes as the host, the host may write by hand: such a line keeps the host's role."""
    frame = next(case["frame"] for case in CASES if case["what"] == "the host")
    _, items = wire.parse(frame, 1.0, "100")
    assert items[-1].author.roles == ("host",)


def test_a_subscription_names_room_user_and_session():
    """Chat is subscribed to as the reading user; what is about the stream alone names no user."""
    assert wire.subscription(wire.CHAT, "100", "900", "s") == {
        "type": "channel.chat.message",
        "version": "1",
        "condition": {"broadcaster_user_id": "100", "user_id": "900"},
        "transport": {"method": "websocket", "session_id": "s"},
    }
    assert wire.subscription("stream.offline", "100", "900", "s")["condition"] == {"broadcaster_user_id": "100"}
