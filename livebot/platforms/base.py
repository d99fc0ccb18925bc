"""What the runtime asks of a platform, and what a platform tells about itself.

A platform keeps itself connected: it reconnects, re-joins and reports each change of its state. It never raises on what the other
side sends. What it must not know: the core's state, the store, the pages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from livebot.core.events import Event

Emit = Callable[[Event], None]
"""Takes an event at once (a bounded queue is behind it); never blocks, never raises."""

Clock = Callable[[], float]
"""Seconds since the show's start on livebot's own clock: what events carry as `time`."""

ConnectionState = Literal["connecting", "joined", "reconnecting", "stopped", "ended"]


@dataclass(frozen=True, slots=True)
class Health:
    """How a channel's connection is, for the desk. `code` names the cause; its words, in both languages, are in the runtime's hints.

    `detail` is the platform's own text, a name or a number: never livebot's or the system's words, which are of one language.
    """

    state: ConnectionState
    code: str = ""
    detail: str = ""
    attempt: int = 0


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a platform can do for livebot. Lengths are in Unicode code points."""

    send: bool = False
    reply: bool = False
    max_length: int = 500
    has_ids: bool = True
    echoes_own: bool = False


@dataclass(frozen=True, slots=True)
class Post:
    """A line to write. `reply_to` is the platform's own message id, or None; `expires` is on the runtime's clock."""

    id: str
    text: str
    reply_to: str | None = None
    expires: float = float("inf")
    priority: int = 0


@dataclass(frozen=True, slots=True)
class SendResult:
    """What became of a Post. `unknown`: it left, and nothing tells whether it arrived. `why` is a stable code such as `rate_limited`."""

    fate: Literal["sent", "dropped", "unknown"]
    why: str = ""
    message: str | None = None
    retry_after: float | None = None


class Platform(Protocol):
    """One chat room on one platform."""

    channel: str
    """`platform:room`, as events carry it."""

    @property
    def capabilities(self) -> Capabilities:
        """What can be done there now."""
        ...

    async def run(self, emit: Emit, report: Callable[[Health], None]) -> None:
        """Read until cancelled or until trying again cannot help (then the last report says why); reconnect in between."""
        ...

    async def send(self, post: Post) -> SendResult:
        """Write one line, under the platform's own rate limits; returns when its fate is known or cannot become known."""
        ...


class Askable(Platform, Protocol):
    """A chat room that can be asked before a show."""

    async def try_once(self) -> Health:
        """Ask, outside of a show, whether the room can be read and written to as the show would; nothing is written or used up by it.

        `joined`: it can. `connecting`: not yet, and nothing is wrong. Anything else is a fault whose code says why. Never raises.
        """
        ...
