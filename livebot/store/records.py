"""What the store gives back: plain frozen values, one a row. Times are as in `schema.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from livebot.core.decisions import Decision, Reading, Send
from livebot.core.events import Event
from livebot.core.matcher import FaqEntry
from livebot.core.show import ShowState

SendState = Literal["queued", "trying", "sent", "dropped", "unknown"]
FaqStatus = Literal["published", "candidate"]


@dataclass(frozen=True, slots=True)
class ShowRow:
    """One show: `started` is the UTC second at which its own clock says 0; `about` is whatever the runtime wants to find again."""

    id: str
    started: float
    name: str = ""
    date: str = ""
    ended: float | None = None
    about: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One line of a show's log, in the form of `core/log.py`, and what livebot made of it."""

    position: int
    line: Mapping[str, Any]
    reading: Reading | None


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """One Question as of the show's last snapshot; `plain` is the whole of it (`from_plain(Question, plain)`)."""

    id: str
    state: str
    topic: str
    product: str | None
    opened: float
    askers: int
    waiting: int
    plain: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One candidate answer as of the show's last snapshot. `author` is `platform:id`."""

    question: str
    message: str
    author: str
    name: str
    side: str
    text: str
    time: float
    state: str
    score: float
    accepted: bool
    rejected: bool


@dataclass(frozen=True, slots=True)
class SendRow:
    """One post and what became of it: `tried` is the UTC second of the attempt, `message` the platform's id of the post."""

    send: Send
    state: SendState
    why: str
    message: str | None
    tried: float | None


@dataclass(frozen=True, slots=True)
class ViewerRow:
    """A person over shows. `accepted` and `rejected` count answers, `visits` shows, `quiet` says that they want to be left alone.

    `more` and `topics` are parts of a `core.questions.Regular` in its plain form; the times in `topics` are UTC seconds.
    """

    platform: str
    id: str
    name: str
    visits: int = 0
    months: int = 0
    accepted: float = 0.0
    rejected: float = 0.0
    quiet: bool = False
    first_seen: float = 0.0
    last_seen: float = 0.0
    orders: int = 0
    grade: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)
    topics: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The person as the core knows them: platform:id."""
        return f"{self.platform}:{self.id}"


@dataclass(frozen=True, slots=True)
class QuietPeople:
    """Who wants to be left alone for ever: the marks of their accounts, and the key under which these were made (`core/quiet.py`)."""

    key: str = ""
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MissedRow:
    """A question that nobody answered, with its asker. `number` and `line` are its key; `answer` is what staff found out since."""

    number: int
    line: str
    platform: str
    id: str
    name: str
    text: str
    product: str | None
    answer: str
    show: str
    date: str


@dataclass(frozen=True, slots=True)
class HandoffRow:
    """Somebody who could not order or wanted a person. `time` is the show's own clock."""

    show: str
    line: str
    platform: str
    id: str
    name: str
    channel: str
    time: float
    text: str
    question: str | None
    tried: str
    done: str


@dataclass(frozen=True, slots=True)
class AwardRow:
    """A badge that was earned, of whose coupon the shop's own system is to be told. `award` is unique in the store."""

    award: str
    show: str
    platform: str
    id: str
    name: str
    badge: str
    earned: float
    tries: int


@dataclass(frozen=True, slots=True)
class Master:
    """One of a month's helpers: what they gained over its shows."""

    platform: str
    id: str
    name: str
    credit: float
    shows: int


@dataclass(frozen=True, slots=True)
class FaqRow:
    """An FAQ entry in the store. A candidate says from which show and line it came; `changed` is UTC seconds."""

    entry: FaqEntry
    status: FaqStatus
    show: str
    message: str
    changed: float


@dataclass(frozen=True, slots=True)
class FaqFound:
    """A published FAQ entry found by its words; a higher `score` shares more of them (BM25, for ranking only)."""

    entry: FaqEntry
    score: float


@dataclass(frozen=True, slots=True)
class Explained:
    """All that the store knows about one line: itself, its reading, its Question, the decisions about either."""

    message: MessageRow
    question: QuestionRow | None
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class Resume:
    """What it takes to go on with a show.

    `Show(…, state=resume.state)`, then `recall_seen(resume.seen)`, then `handle(event, event.time)` for every event of `resume.tail`:
    that is the Show as it was. What these events give out is in the store already. Posts to make are `queued`, no others: any that may
    have gone out before is among `sends` and never made again, and the last events of the tail tell the core so. `tries` are the UTC
    seconds of the attempts of the last ten minutes by channel, over all shows, for the platforms' budgets. `unreadable` counts rows
    that are no event.
    """

    show: ShowRow
    state: ShowState | None
    tail: tuple[Event, ...]
    seen: tuple[tuple[str, str], ...]
    sends: tuple[SendRow, ...]
    tries: Mapping[str, tuple[float, ...]]
    unreadable: int = 0

    @property
    def queued(self) -> tuple[Send, ...]:
        """The posts that were never tried."""
        return tuple(row.send for row in self.sends if row.state == "queued")
