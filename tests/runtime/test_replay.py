"""A replay yields everything the show decides, also what becomes due while a line's sentence vectors are handed in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from livebot.core.events import Author, ChatMessage, Event, Lookup
from livebot.runtime.replay import outcomes_of


@dataclass
class Told:
    """A show that answers each event with the event's name."""

    def handle(self, event: Event, now: float) -> list[Any]:
        return [f"{type(event).__name__} {now:g}"]


@dataclass
class Embedding:
    """An engine that has vectors for every chat line."""

    show: Told = field(default_factory=Told)

    def look_up(self, event: Event) -> Lookup | None:
        return Lookup(f"lookup:{event.id}", event.time, event.id, {"e5": "AQ=="}) if isinstance(event, ChatMessage) else None


def test_nothing_that_a_lookup_brings_due_is_lost() -> None:
    """The time passes with the first of a line's two events: what the ladder does then belongs to the line."""
    line = ChatMessage("m1", 5.0, "log:shop", Author("ann", "ann"), "how much?")
    yielded = list(outcomes_of(Embedding(), [line]))  # type: ignore[arg-type]
    assert yielded == [(line, ["Lookup 5", "ChatMessage 5"]), (None, ["Tick 35", "ShowEnded 35"])]


def test_a_logs_own_lookup_is_not_made_again() -> None:
    """A recorded show is replayed with the vectors it had."""
    line = ChatMessage("m1", 5.0, "log:shop", Author("ann", "ann"), "how much?")
    known = Lookup("lookup:m1", 5.0, "m1", {"e5": "AQ=="})
    assert [outcomes for _, outcomes in outcomes_of(Embedding(), [known, line])][:2] == [["Lookup 5"], ["ChatMessage 5"]]  # type: ignore[arg-type]


def test_a_log_is_masked_as_a_running_show_is() -> None:
    """A log of another program's may hold what livebot would never have kept."""
    line = ChatMessage("m1", 5.0, "log:shop", Author("ann", "ann"), "call 010-1234-5678")
    (seen, _), _ = outcomes_of(Embedding(), [line])  # type: ignore[arg-type]
    assert isinstance(seen, ChatMessage) and seen.text == "call ●●●"
