"""A State as plain JSON and back: exactly the same, whatever is in it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livebot.core.questions import Asker, Question, State, Viewer
from livebot.core.snapshot import from_plain, to_plain

from .fakes import Stage, person

st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
st.register_type_strategy(str, st.text(max_size=8))


@settings(max_examples=60, deadline=None)
@given(st.from_type(State))
def test_any_state_is_read_back_as_it_was(state: State) -> None:
    """By the type hints alone: no field can be forgotten."""
    assert from_plain(State, json.loads(json.dumps(to_plain(state)))) == state


@settings(max_examples=60, deadline=None)
@given(st.from_type(Question))
def test_any_question_is_read_back_as_it_was(question: Question) -> None:
    """With its askers, candidates, hits and decisions that are held."""
    assert from_plain(Question, json.loads(json.dumps(to_plain(question)))) == question


def test_an_older_snapshot_takes_defaults() -> None:
    """A field that did not exist yet has its default."""
    viewer = Viewer("별", 1.0, 2.0, accepted=3.0)
    plain = to_plain(viewer)
    del plain["accepted"]
    assert from_plain(Viewer, plain) == Viewer("별", 1.0, 2.0)


def test_a_newer_snapshot_loses_what_is_not_known() -> None:
    """A field that livebot no longer or not yet knows is dropped."""
    assert from_plain(Viewer, to_plain(Viewer("별", 1.0, 2.0)) | {"aura": 5}) == Viewer("별", 1.0, 2.0)


def test_a_whole_number_stands_for_a_float() -> None:
    """JSON of other hands writes 1 for 1.0."""
    viewer = from_plain(Viewer, {"name": "별", "first": 1, "last": 2})
    assert isinstance(viewer.first, float)


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "state",
        {"now": "late"},
        {"now": True},
        {"questions": []},
        {"questions": {"q": 5}},
        {"posts": {}},
        {"stopped": 0},
        {"serial": 1.5},
    ],
    ids=str,
)
def test_what_has_not_the_shape_is_a_value_error(data: Any) -> None:
    """Damage is told, not taken in."""
    with pytest.raises(ValueError):
        from_plain(State, data)


def test_what_must_be_there_is_missed_by_name() -> None:
    """A field without a default that is missing is named."""
    plain = to_plain(Asker("m1", "twitch:u1", "별", "twitch:shop", 1.0, "얼마?"))
    del plain["author"]
    with pytest.raises(ValueError, match="author"):
        from_plain(Asker, plain)


def test_a_shows_state_shares_nothing_with_its_snapshot() -> None:
    """A snapshot taken is not changed by what comes after it."""
    stage = Stage()
    stage.chat(0.0, "colour?", "ann", line="m1")
    shot = stage.show.snapshot()
    before = json.dumps([shot.base, shot.questions])
    stage.chat(1.0, "colour blue!", "bob")
    stage.chat(2.0, "thanks", "ann")
    assert json.dumps([shot.base, shot.questions]) == before


def test_a_shows_state_is_strict_json() -> None:
    """Without infinity, which no browser reads: also after a nudge that had nobody to ask."""
    stage = Stage()
    stage.chat(0.0, "colour?", "ann", line="m1")
    stage.chat(0.5, "hello", person("uma", months=1))
    stage.tick(20.0)
    shot = stage.show.snapshot()
    json.dumps([shot.base, shot.questions], allow_nan=False)
