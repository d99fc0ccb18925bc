"""Everything that can happen to a Show, as frozen values.

`time` is seconds on livebot's own clock since the show's start (negative before it); `at`, where a platform gives it, is the
platform's own time in UTC seconds. `id` is unique within a log. Must not know where an event came from or how it is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Role = Literal["host", "staff", "subscriber", "bot"]
ROLES: tuple[Role, ...] = ("host", "staff", "subscriber", "bot")
VOICE_CHANNEL = "voice"


@dataclass(frozen=True, slots=True)
class Author:
    """A chatter. `id` is the platform's id, the only thing by which a person is known; `name` is what the chat shows."""

    id: str
    name: str
    roles: tuple[Role, ...] = ()
    months: int | None = None


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One chat line. `backlog` lines were written before livebot joined: read for context, never acted on."""

    id: str
    time: float
    channel: str
    author: Author
    text: str
    reply_to: str | None = None
    at: float | None = None
    backlog: bool = False


@dataclass(frozen=True, slots=True)
class Caption:
    """One line of what the host said aloud."""

    id: str
    time: float
    text: str
    at: float | None = None


@dataclass(frozen=True, slots=True)
class ProductOnAir:
    """The host presents `product` (a key) from now on; `text` is its name, `why` what showed it (`obs_scene: …`; '' for a staff tap)."""

    id: str
    time: float
    product: str
    text: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class MessageDeleted:
    """The platform or a moderator took a chat line away."""

    id: str
    time: float
    message: str
    channel: str = ""


@dataclass(frozen=True, slots=True)
class AuthorBanned:
    """An author was banned or timed out on a channel: all their lines are gone."""

    id: str
    time: float
    channel: str
    author: str
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class ChatCleared:
    """The whole chat of a channel was cleared."""

    id: str
    time: float
    channel: str


@dataclass(frozen=True, slots=True)
class StaffAction:
    """Somebody at the desk or the board did something. `action` and `values` are documented in `core/staff.py`."""

    id: str
    time: float
    by: str
    action: str
    question: str | None = None
    message: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ConfigChanged:
    """A setting was changed during the show: dotted key -> new value, already checked."""

    id: str
    time: float
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a post that the core asked for: `request` is the `Send.id`."""

    id: str
    time: float
    request: str
    fate: Literal["sent", "dropped", "unknown"]
    why: str = ""
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Lookup:
    """A slow result for the line `of`: its sentence vectors, base64 of int8, by embedder name. Comes before that line."""

    id: str
    time: float
    of: str
    vectors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Gap:
    """A channel was not read for `seconds` (connection lost, lines dropped)."""

    id: str
    time: float
    channel: str
    seconds: float
    why: str = ""


@dataclass(frozen=True, slots=True)
class ShowStarted:
    """The show begins. `date` is its calendar date (YYYY-MM-DD), which decides the FAQ entries that are valid."""

    id: str
    time: float
    date: str = ""
    config: str = ""
    faq: str = ""


@dataclass(frozen=True, slots=True)
class ShowEnded:
    """The show is over."""

    id: str
    time: float


@dataclass(frozen=True, slots=True)
class Purchase:
    """A viewer bought something."""

    id: str
    time: float
    channel: str
    author: Author
    product: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a platform said that is no chat line: a join, a raid, a room mode. `kind` is the platform's word for it."""

    id: str
    time: float
    channel: str
    kind: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed and nothing else happened."""

    time: float


Event = (
    ChatMessage
    | Caption
    | ProductOnAir
    | MessageDeleted
    | AuthorBanned
    | ChatCleared
    | StaffAction
    | ConfigChanged
    | Sent
    | Lookup
    | Gap
    | ShowStarted
    | ShowEnded
    | Purchase
    | Notice
    | Tick
)
