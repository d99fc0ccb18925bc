"""Pages of YouTube chat as values, and refusals as causes."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livebot.platforms.youtube import wire
from livebot.runtime.hints import HINTS

GOLDEN = sorted((Path(__file__).parents[2] / "wire" / "youtube").glob("*.jsonl"))
CASES = [json.loads(line) for path in GOLDEN for line in path.read_text(encoding="utf-8").split("\n") if line]
KEYS = [
    "items",
    "snippet",
    "authorDetails",
    "id",
    "type",
    "textMessageDetails",
    "messageText",
    "superChatDetails",
    "offlineAt",
    "channelId",
]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(sorted(wire._READERS)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=4), inner, max_size=6),
    max_leaves=30,
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["what"])
def test_reads_captured_shapes(case):
    """Each page of `tests/wire/youtube` gives what stands beside it; every event has the time given by the caller."""
    page = wire.read_page(json.loads(case["frame"]), "youtube:v", 12.5)
    gives = [{"is": type(item).__name__, **json.loads(json.dumps(asdict(item)))} for item in page.items]
    assert {given.pop("time") for given in gives if "time" in given} <= {12.5}
    assert (page.token, page.wait, page.over, gives) == (case["token"], case["wait"], case["over"], case["gives"])


def test_every_type_of_the_discovery_document_has_a_meaning():
    """All message types that Google's client library knows are read, except the one that says nothing."""
    discovery = pytest.importorskip("googleapiclient.discovery_cache")
    document = json.loads((Path(discovery.__file__).parent / "documents" / "youtube.v3.json").read_text())
    types = document["schemas"]["LiveChatMessageSnippet"]["properties"]["type"]["enum"]
    assert set(types) - {"invalidType"} == set(wire._READERS)


@given(VALUES)
def test_never_raises_on_any_json(value):
    """Whatever comes, it is read or is an Unknown whose name fits into counts."""
    for page in (value, {"items": [value]}, {"items": [{"id": "a", "snippet": value}]}):
        for item in wire.read_page(page, "youtube:v", 1.0).items:
            assert not isinstance(item, wire.Unknown) or len(item.what) <= 40


@given(st.integers(100, 599), VALUES)
def test_every_refusal_is_a_cause(status, body):
    """Whatever refuses a call, it has a code."""
    assert wire.refusal(status, body).code


@pytest.mark.parametrize(
    ("status", "reason", "code", "retry"),
    [
        (403, "quotaExceeded", "quota", False),
        (403, "rateLimitExceeded", "rate_limited", True),
        (403, "liveChatEnded", "chat_ended", False),
        (403, "liveChatDisabled", "chat_disabled", False),
        (404, "liveChatNotFound", "chat_moved", True),
        (403, "forbidden", "forbidden", False),
        (403, "insufficientPermissions", "scope_missing", False),
        (403, "somethingNew", "forbidden", False),
        (401, "authError", "auth_failed", False),
        (400, "pageTokenInvalid", "page_lost", True),
        (500, "backendError", "server_error", True),
        (503, "", "server_error", True),
        (429, "", "rate_limited", True),
        (418, "", "protocol_error", True),
    ],
)
def test_each_reason_has_its_meaning(status, reason, code, retry):
    """YouTube's reasons tell what to do: go on, or stop and say why."""
    found = wire.refusal(status, {"error": {"code": status, "message": "m", "errors": [{"domain": "d", "reason": reason}]}})
    assert (found.code, found.retry) == (code, retry)


@pytest.mark.parametrize(
    ("status", "text", "code", "retry"),
    [
        ("UNAUTHENTICATED", "", "auth_failed", False),
        ("PERMISSION_DENIED", "The caller does not have permission", "forbidden", False),
        ("PERMISSION_DENIED", "Quota exceeded", "quota", False),
        ("INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", "auth_failed", False),
        ("INVALID_ARGUMENT", "page token", "page_lost", True),
        ("RESOURCE_EXHAUSTED", "Quota exceeded for quota metric", "quota", False),
        ("RESOURCE_EXHAUSTED", "slow down", "rate_limited", True),
        ("FAILED_PRECONDITION", "", "chat_over", True),
        ("NOT_FOUND", "", "chat_moved", True),
        ("UNIMPLEMENTED", "", "no_stream", True),
        ("DATA_LOSS", "", "server_error", True),
    ],
)
def test_each_end_of_a_stream_has_its_meaning(status, text, code, retry):
    """A stream's status tells what to do, with YouTube's words where the status alone does not."""
    found = wire.stream_refusal(status, text)
    assert (found.code, found.retry) == (code, retry)


def test_what_stops_has_words():
    """Each cause for which the run ends is told in plain words."""
    stops = {code for code, retry in wire.REASONS.values() if not retry} - {"rejected", "empty"}
    assert stops <= set(HINTS)


def test_a_line_is_a_text_message():
    """What is posted names the chat, the type and the text."""
    assert wire.line("chat-1", "안녕") == {
        "snippet": {"liveChatId": "chat-1", "type": "textMessageEvent", "textMessageDetails": {"messageText": "안녕"}}
    }
    assert wire.posted({"id": "LCC.1", "snippet": {"authorChannelId": "UCa"}}) == ("youtube:LCC.1", "UCa")
    assert wire.posted([]) == ("", "")
