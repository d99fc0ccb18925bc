"""A log's sentence vectors are made for many lines at once; lines that come with their own, or can have no use for them, are left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from livebot.core.events import Author, ChatMessage, Event, Lookup
from livebot.core.settings import ShowSettings
from livebot.runtime.build import AHEAD, Engine, build


@dataclass
class Noting:
    """An embedder that notes what it is asked for."""

    names: tuple[str, ...] = ()
    asked: list[tuple[str, ...]] = field(default_factory=list)

    def embed(self, texts: Sequence[str], passage: bool = False) -> list[Mapping[str, str]]:
        self.asked.append(tuple(texts))
        return [{} for _ in texts]


def line(number: int, text: str) -> ChatMessage:
    """A viewer's line."""
    return ChatMessage(f"m{number}", float(number), "log:shop", Author("ann", "ann"), text)


def ahead(*events: Event) -> tuple[list[Event], list[tuple[str, ...]]]:
    """What comes of the events, and what was embedded at once."""
    noting = Noting()
    engine: Engine = build(ShowSettings(), (), noting)  # type: ignore[arg-type]
    noting.names = ("e5",)
    return list(engine.ahead(events)), noting.asked


def test_many_lines_are_embedded_at_once() -> None:
    """As many as `AHEAD`; the events come out as they went in, also those behind the first of them."""
    lines = [line(i, f"how much is number {i}?") for i in range(AHEAD + 2)]
    events, asked = ahead(*lines)
    assert events == lines
    assert [len(texts) for texts in asked] == [AHEAD, 2]


def test_a_line_with_vectors_of_its_own_is_not_embedded() -> None:
    """Also where the two stand apart, in two lots; what is only noise has no use for vectors."""
    fill = [line(i, "ㅋㅋㅋㅋ") for i in range(AHEAD - 1)]
    known, own = Lookup("lookup:m900", 900.0, "m900", {"e5": "AQ=="}), line(900, "how much is this?")
    events, asked = ahead(*fill, known, own, line(901, "when does it ship?"))
    assert events[-3:] == [known, own, line(901, "when does it ship?")]
    assert asked == [(), ("when does it ship?",)]
