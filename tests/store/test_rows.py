"""Rows and back: nothing of an event, a reading or a decision is lost on the way."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livebot.core.decisions import Decision, Reading, Reason, Send
from livebot.core.events import (
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
)
from livebot.store import rows, schema

EVENTS: list[Event] = [
    ChatMessage("m1", 0.1 + 0.2, "twitch:shop", Author("u1", "별"), "얼마예요?"),
    ChatMessage("m2", -3.25, "twitch:shop", Author("u1", "", ("host", "subscriber"), 6), "", reply_to="m1", at=1.79e9, backlog=True),
    Caption("v1", 15.0, "가격은", at=1.79e9),
    Caption("v2", 15.0, ""),
    ProductOnAir("p1", 20.0, "serum", "시카 세럼"),
    ProductOnAir("p2", 20.0, "serum"),
    MessageDeleted("d1", 21.0, "m1", "twitch:shop"),
    MessageDeleted("d2", 21.0, "m1"),
    AuthorBanned("b1", 22.0, "twitch:shop", "u1", 600.0),
    ChatCleared("c1", 23.0, "twitch:shop"),
    StaffAction("a1", 24.0, "지현", "note", question="m1", message="m2", values={"text": "확인", "n": [1, 2]}),
    StaffAction("a2", 24.0, "지현", "stop"),
    ConfigChanged("k1", 25.0, {"ladder.grace": 3.0, "ladder.expire_after": None}),
    Sent("s1", 26.0, "s7", "dropped", "rate_limited"),
    Sent("s2", 26.0, "s7", "sent", message="abc"),
    Lookup("l1", 27.0, "m1", {"use": "AAAA"}),
    Gap("g1", 28.0, "twitch:shop", 0.0, "reconnect"),
    ShowStarted("t1", 0.0, "2026-11-22", "c0ffee", "f00d"),
    ShowEnded("t2", 99.0),
    Purchase("o1", 29.0, "naver:shop", Author("u2", "달", months=3), "serum"),
    Notice("n1", 30.0, "twitch:shop", "join", "u3"),
    Notice("n2", 30.0, "twitch:shop", "lag", "6.5"),
]
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
scores = st.floats(0, 1).map(lambda value: round(value, 4))


def _found(row: rows.Row) -> dict[str, Any]:
    """Return a row as a reading connection gives it: by name, JSON decoded."""
    found = dict(zip(schema.messages.c.keys(), row, strict=True))
    for key in ("more", "reading"):
        found[key] = found[key] and json.loads(found[key])
    return found


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.id)
def test_every_event_comes_back_as_it_was(event: Event) -> None:
    """Type, id, exact time and everything else."""
    channel = getattr(event, "channel", None) or None
    found = _found(rows.message_row(1, 2, 3, event, None, None))
    assert rows.event_of(found, channel) == event
    assert rows.reading_of(found) is None


@given(texts.filter(bool), texts, texts, st.floats(-1e6, 1e6), st.none() | st.integers(0, 99))
def test_any_chat_line_comes_back_as_it_was(line: str, name: str, text: str, at: float, months: int | None) -> None:
    """Whatever people write."""
    event = ChatMessage(line, at, "twitch:shop", Author(line, name, (), months), text, at=at)
    assert rows.event_of(_found(rows.message_row(1, 2, 3, event, None, None)), "twitch:shop") == event


@given(
    st.sampled_from(["question", "answer", "thanks", "other"]),
    st.lists(st.tuples(texts, texts | scores | st.integers(0, 1000)), max_size=3),
    st.lists(texts, max_size=2),
    st.none() | texts.filter(bool),
    st.lists(texts, max_size=3),
    st.lists(st.tuples(texts, scores), max_size=3),
)
def test_any_reading_comes_back_as_it_was(kind: Any, values: Any, also: Any, question: str | None, answers: Any, faq: Any) -> None:
    """A reading is kept with its line: kind, reason, flags, Question, answers, FAQ hits."""
    event = ChatMessage("m1", 1.0, "twitch:shop", Author("u1", "별"), "글")
    reading = Reading("m1", 1.0, kind, Reason("line.other", tuple(values)), tuple(also), question, tuple(answers), tuple(faq))
    assert rows.reading_of(_found(rows.message_row(1, 2, 3, event, reading, None))) == reading


def test_any_decision_and_send_come_back_as_they_were() -> None:
    """Tuples stay tuples, what is empty stays empty."""
    bare = Decision("d1", 1.0, "boost", Reason.of("boost.passed", score=0.9, name="별"), question="m1", held=True, score=0.0)
    full = replace(bare, askers=("m1", "m2"), answers=("m3",), text="글", resolution="peer", recovery="customer", to="board", faq="f")
    for decision in (bare, full):
        plain = json.loads(rows.decision_row(1, 1, decision)[-1])
        assert rows.decision_of(plain) == decision
    send = Send("s1", 1.0, "d1", "boost", "twitch:shop", "글", 61.0, 30, "m1", "m2")
    assert rows.send_of(dict(zip(schema.sends.c.keys(), rows.send_row(1, send), strict=True))) == send


def test_unknown_keys_do_not_overwrite_known_ones() -> None:
    """What a recorder keeps beside an event is never taken for the event's own."""
    event = EVENTS[6]
    found = _found(rows.message_row(1, 2, 3, event, None, {"message": "other", "badge": "vip"}))
    assert rows.event_of(found, "twitch:shop") == event and rows.line_of(found, None)["badge"] == "vip"
