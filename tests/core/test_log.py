"""Events as lines of a log: written and read back the same; what is no event names the key that is wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livebot.core.events import (
    ROLES,
    Author,
    AuthorBanned,
    Caption,
    ChatCleared,
    ChatMessage,
    ConfigChanged,
    Event,
    Gap,
    Lookup,
    MessageDeleted,
    Notice,
    ProductOnAir,
    Purchase,
    Sent,
    ShowEnded,
    ShowStarted,
    StaffAction,
    Tick,
)
from livebot.core.log import MAX_ID, MAX_TEXT, BadEvent, dedupe_key, event_from, event_to

readable = st.characters(exclude_categories=("Cs",))
texts = st.text(readable, max_size=60)
ids = st.text(readable, min_size=1, max_size=40)
channels = st.builds("{}:{}".format, ids, ids)
times = st.integers(-10_000_000, 10_000_000).map(lambda ms: ms / 1000)
maybe_time = st.none() | st.floats(-1e11, 1e11)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
objects = st.dictionaries(texts, plain, max_size=3)
authors = st.builds(
    Author,
    id=ids,
    name=texts,
    roles=st.sets(st.sampled_from(ROLES)).map(lambda some: tuple(role for role in ROLES if role in some)),
    months=st.none() | st.integers(0, 999),
)
head = {"id": ids, "time": times}
EVENTS: dict[type, st.SearchStrategy[Event]] = {
    ChatMessage: st.builds(
        ChatMessage, **head, channel=channels, author=authors, text=texts, reply_to=st.none() | ids, at=maybe_time, backlog=st.booleans()
    ),
    Caption: st.builds(Caption, **head, text=texts, at=maybe_time),
    ProductOnAir: st.builds(ProductOnAir, **head, product=ids, text=texts, why=ids),
    MessageDeleted: st.builds(MessageDeleted, **head, message=ids, channel=st.just("") | channels),
    AuthorBanned: st.builds(AuthorBanned, **head, channel=channels, author=ids, seconds=st.none() | st.floats(0, 1e9)),
    ChatCleared: st.builds(ChatCleared, **head, channel=channels),
    StaffAction: st.builds(StaffAction, **head, by=texts, action=ids, question=st.none() | ids, message=st.none() | ids, values=objects),
    ConfigChanged: st.builds(ConfigChanged, **head, changes=objects),
    Sent: st.builds(Sent, **head, request=ids, fate=st.sampled_from(("sent", "dropped", "unknown")), why=texts, message=st.none() | ids),
    Lookup: st.builds(Lookup, **head, of=ids, vectors=st.dictionaries(texts, texts, max_size=2)),
    Gap: st.builds(Gap, **head, channel=channels, seconds=st.floats(0, 1e9), why=texts),
    ShowStarted: st.builds(ShowStarted, **head, date=texts, config=texts, faq=texts),
    ShowEnded: st.builds(ShowEnded, **head),
    Purchase: st.builds(Purchase, **head, channel=channels, author=authors, product=st.none() | ids),
    Notice: st.builds(Notice, **head, channel=channels, kind=ids, text=texts),
}


def back_and_forth(event: Event) -> Event | None:
    """Return the event after it went through a line of UTF-8 JSON."""
    return event_from(json.loads(json.dumps(event_to(event), ensure_ascii=False).encode("utf-8")))


def test_there_is_a_strategy_for_every_event() -> None:
    """So that a new event type does not go untested."""
    assert set(EVENTS) == set(Event.__args__) - {Tick}  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", list(EVENTS), ids=lambda kind: kind.__name__)
def test_every_event_is_read_back_as_it_was_written(kind: type) -> None:
    """Also with empty texts, odd characters and whatever may be left out."""

    @given(EVENTS[kind])
    def holds(event: Event) -> None:
        assert back_and_forth(event) == event

    holds()


def test_the_lines_of_product_md_are_read() -> None:
    """The four lines that the format's description shows."""
    chat, voice, product, delete = (
        event_from(json.loads(line))
        for line in (
            '{"type":"chat","id":"m1","time":12.3,"channel":"twitch:shop","author":{"id":"u7","name":"별","roles":["subscriber"],"months":6},'
            '"text":"이거 얼마예요","reply_to":null}',
            '{"type":"voice","id":"v1","time":15.0,"text":"가격은 이만 구천구백 원이에요"}',
            '{"type":"product","id":"p1","time":20.0,"product":"serum","text":"시카 세럼 30ml"}',
            '{"type":"delete","id":"d1","time":21.0,"message":"m1"}',
        )
    )
    assert chat == ChatMessage("m1", 12.3, "twitch:shop", Author("u7", "별", ("subscriber",), 6), "이거 얼마예요")
    assert voice == Caption("v1", 15.0, "가격은 이만 구천구백 원이에요")
    assert product == ProductOnAir("p1", 20.0, "serum", "시카 세럼 30ml")
    assert delete == MessageDeleted("d1", 21.0, "m1")


CHAT: dict[str, Any] = {"type": "chat", "id": "m1", "time": 1, "channel": "a:b", "author": {"id": "u", "name": "n"}, "text": "hi"}


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"type": None}, "type"),
        ({"type": 5}, "type"),
        ({"id": None}, "id"),
        ({"id": ""}, "id"),
        ({"id": True}, "id"),
        ({"id": ["m"]}, "id"),
        ({"time": None}, "time"),
        ({"time": "1"}, "time"),
        ({"time": True}, "time"),
        ({"time": float("nan")}, "time"),
        ({"time": float("inf")}, "time"),
        ({"time": 1e13}, "time"),
        ({"at": "now"}, "at"),
        ({"channel": ""}, "channel"),
        ({"channel": 1.5}, "channel"),
        ({"author": None}, "author"),
        ({"author": ["u"]}, "author"),
        ({"author": {}}, "author.id"),
        ({"author": {"id": True}}, "author.id"),
        ({"author": {"id": "u", "name": {}}}, "author.name"),
        ({"author": {"id": "u", "roles": "host"}}, "author.roles"),
        ({"author": {"id": "u", "roles": [1]}}, "author.roles"),
        ({"text": None}, "text"),
        ({"text": ["hi"]}, "text"),
        ({"reply_to": []}, "reply_to"),
    ],
    ids=str,
)
def test_a_bad_chat_line_names_its_key(changes: dict[str, Any], key: str) -> None:
    """And says what is allowed."""
    with pytest.raises(BadEvent) as caught:
        event_from(CHAT | changes)
    assert caught.value.key == key
    assert caught.value.why and str(caught.value).startswith(f"{key}: must")


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ({"type": "voice"}, "text"),
        ({"type": "product"}, "product"),
        ({"type": "delete"}, "message"),
        ({"type": "ban", "channel": "a:b"}, "author"),
        ({"type": "ban", "channel": "a:b", "author": "u", "seconds": "long"}, "seconds"),
        ({"type": "clear", "channel": 1.5}, "channel"),
        ({"type": "staff"}, "action"),
        ({"type": "staff", "action": "note", "values": [1]}, "values"),
        ({"type": "config"}, "changes"),
        ({"type": "config", "changes": "no"}, "changes"),
        ({"type": "sent", "request": "s1"}, "fate"),
        ({"type": "sent", "request": "s1", "fate": "lost"}, "fate"),
        ({"type": "sent", "fate": "sent"}, "request"),
        ({"type": "lookup", "vectors": {}}, "of"),
        ({"type": "lookup", "of": "m1"}, "vectors"),
        ({"type": "lookup", "of": "m1", "vectors": {"e5": 5}}, "vectors"),
        ({"type": "gap", "channel": "a:b", "seconds": None}, "seconds"),
        ({"type": "purchase", "channel": "a:b"}, "author"),
        ({"type": "notice", "channel": "a:b", "kind": ""}, "kind"),
    ],
    ids=str,
)
def test_a_bad_line_of_any_other_type_names_its_key(line: dict[str, Any], key: str) -> None:
    """Every type has something that it needs."""
    with pytest.raises(BadEvent) as caught:
        event_from({"id": "x", "time": 1} | line)
    assert caught.value.key == key


@pytest.mark.parametrize("line", [None, 5, "chat", ["chat"]])
def test_what_is_no_object_is_no_event(line: Any) -> None:
    """The key is the line itself."""
    with pytest.raises(BadEvent) as caught:
        event_from(line)
    assert caught.value.key == "line"


def test_an_unknown_type_is_none_and_unknown_keys_are_passed_over() -> None:
    """A newer livebot's log can be read."""
    assert event_from({"type": "hologram", "id": "x", "time": 1}) is None
    assert event_from(CHAT | {"mood": "good"}) == event_from(CHAT)


def test_what_may_be_left_out() -> None:
    """`time` and `id` with defaults, an author as a bare name, a channel as a bare word, numbers as ids."""
    bare = {"type": "chat", "author": "별", "channel": "friday", "text": "hi"}
    event = event_from(bare, default_id="d1", default_time=7.0)
    assert event == ChatMessage("d1", 7.0, "log:friday", Author("별", "별"), "hi")
    numbered = event_from(CHAT | {"id": 17, "author": {"id": 4}})
    assert isinstance(numbered, ChatMessage)
    assert (numbered.id, numbered.author) == ("17", Author("4", "4"))


def test_long_texts_are_cut_and_lone_surrogates_replaced() -> None:
    """Nothing unbounded, and nothing that could not be written as UTF-8 again."""
    event = event_from(CHAT | {"text": "가" * (MAX_TEXT + 5), "id": "x" * (MAX_ID + 5)})
    assert isinstance(event, ChatMessage)
    assert (len(event.text), len(event.id)) == (MAX_TEXT, MAX_ID)
    odd = event_from(CHAT | {"text": "가\ud83d나"})
    assert isinstance(odd, ChatMessage)
    odd.text.encode("utf-8")


def test_odd_roles_and_months_say_nothing() -> None:
    """Roles that livebot does not know are dropped; months that are no whole number of months too."""
    event = event_from(CHAT | {"author": {"id": "u", "roles": ["vip", "subscriber", "host"], "months": float("nan")}})
    assert isinstance(event, ChatMessage)
    assert event.author == Author("u", "u", ("host", "subscriber"))


def test_ticks_are_not_logged() -> None:
    """They are made anew by the clock."""
    with pytest.raises(TypeError):
        event_to(Tick(1.0))


@given(st.one_of(*EVENTS.values()))
def test_lines_are_known_by_channel_and_id(event: Event) -> None:
    """Only lines: chat by its channel, the host's voice by its own; what staff and platforms do has no second copy."""
    key = dedupe_key(event)
    if isinstance(event, ChatMessage):
        assert key == (event.channel, event.id)
    elif isinstance(event, Caption):
        assert key == ("voice", event.id)
    else:
        assert key is None


@given(st.dictionaries(st.sampled_from(["type", *CHAT, "message", "values", "changes", "fate", "vectors", "of", "seconds"]), plain))
def test_nothing_but_bad_event_is_raised(data: dict[str, Any]) -> None:
    """Whatever comes decoded from JSON is an event, None, or a BadEvent."""
    for kind in (
        "chat",
        "voice",
        "product",
        "delete",
        "ban",
        "clear",
        "staff",
        "config",
        "sent",
        "lookup",
        "gap",
        "start",
        "purchase",
        "join",
        "notice",
    ):
        try:
            event = event_from({**data, "type": kind})
        except BadEvent as bad:
            assert bad.key
        else:
            assert event is not None and back_and_forth(event) is not None
