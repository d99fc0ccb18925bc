"""What a source of the host's voice gives and tells: segments of speech, and how it is. Must not know where they go."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, Protocol

Clock = Callable[[], float]
"""Seconds since the show's start on livebot's own clock."""

Sleep = Callable[[float], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of speech as its source gives it. Not `final`: the speaker goes on, and the text may still change.

    `key` names the utterance where the source does (its start, its id): a second segment with the same key is the same utterance.
    """

    text: str
    final: bool = True
    key: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """How a source is. `code` names the cause, whose words are in the runtime's hints.

    `detail` is the other side's own text, a name or a number.
    """

    state: Literal["connecting", "joined", "reconnecting", "stopped", "ended"]
    code: str = ""
    detail: str = ""
    attempt: int = 0


Hear = Callable[[Segment], None]
Tell = Callable[[Status], None]


class Source(Protocol):
    """One source of the host's voice."""

    async def run(self, hear: Hear, tell: Tell) -> None:
        """Give segments until cancelled, or until trying again cannot help (then the last status says why). Never raises on bad input."""
        ...
