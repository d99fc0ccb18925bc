"""What a Show keeps in mind: Questions with their asker lines and candidate answers, recent lines, viewers. Plain values.

Nothing here decides. Every field is plain data, so that `snapshot.py` can write the whole state and read it back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from livebot.core.decisions import DecisionKind, LineKind, RecoveryKind, ResolutionKind
from livebot.core.events import Role
from livebot.core.matcher import Hit, Side

RESOLUTION_OF: dict[Side, ResolutionKind] = {"voice": "host_voice", "host": "host_chat", "viewer": "peer"}

AskerState = Literal["waiting", "answered", "dismissed", "expired"]
CandidateState = Literal["candidate", "grace", "held", "boosted", "refused", "moot", "retracted"]
Source = Literal["thanks", "host", "staff", "faq", "peer", "guard"]


@dataclass(slots=True)
class Asker:
    """One line that asks. State is per line: a new asker after a Resolution waits alone. `nth` = which of its author's lines it is.

    `kept`: staff said whether it waits; `unasked`: seen from the end of the show it asked nothing.
    """

    line: str
    author: str
    name: str
    channel: str
    time: float
    text: str
    state: AskerState = "waiting"
    settled: float | None = None
    resolution: ResolutionKind | None = None
    recovery: RecoveryKind | None = None
    by: str | None = None
    thanked: bool = False
    chased: int = 0
    nth: int = 0
    kept: bool = False
    unasked: bool = False


@dataclass(slots=True)
class Before:
    """What an answer was when staff carried it further at `at`, and what its author had gained by it: taking it back restores that."""

    at: float
    state: CandidateState
    credited: float
    credited_by: Source | None


@dataclass(slots=True)
class Candidate:
    """A line of a viewer, the host or staff that answers, with the asker lines it reaches and what became of it.

    `link` = how surely it answers this Question, `judged` = how surely it is an answer, `score` = how surely it is a right one.
    `accepted`: an asker gave thanks for it, or staff approved it. `credited` = what its author gained by it, `credited_by` from whom.
    `said`: a post that carried it went out. `before`: what it was when staff carried it further.
    """

    message: str
    author: str
    name: str
    side: Side
    channel: str
    text: str
    time: float
    score: float
    lines: list[str]
    link: float = 0.0
    judged: float = 1.0
    state: CandidateState = "candidate"
    due: float | None = None
    refusal: str = ""
    accepted: bool = False
    rejected: bool = False
    decision: str = ""
    credited: float = 0.0
    credited_by: Source | None = None
    said: bool = False
    before: Before | None = None


@dataclass(slots=True)
class Question:
    """One need for information about one product: its asker lines, best FAQ entries, candidate answers, and how far it climbed.

    `number` is what viewers call it by (`!답 3 …`), from 1 in the order of opening. `nudged` names whom the bot asked for help;
    `thanking` the answer for which its author is to be thanked.
    `done` holds, by step, the time at which the step was last taken; a step counts for the present wait if that is not before it.
    `held` holds the decisions that wait for a person's approval: decision id -> step; `held_faq` which entry it is.
    """

    id: str
    text: str
    lang: str
    product: str | None
    topics: list[str]
    askers: list[Asker]
    faq: list[Hit] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    done: dict[str, float] = field(default_factory=dict)
    held: dict[str, str] = field(default_factory=dict)
    last_post: float | None = None
    complaint: bool = False
    personal: bool = False
    note: str = ""
    claimed_by: str = ""
    revision: int = 0
    number: int = 0
    nudged: list[str] = field(default_factory=list)
    thanking: str = ""
    held_faq: dict[str, str] = field(default_factory=dict)

    @property
    def waiting(self) -> list[Asker]:
        """The asker lines that have no answer yet, oldest first."""
        return [asker for asker in self.askers if asker.state == "waiting"]

    @property
    def since(self) -> float | None:
        """The time of the oldest waiting line, or None when nobody waits."""
        waiting = self.waiting
        return min(asker.time for asker in waiting) if waiting else None

    def people(self, waiting_only: bool = True) -> int:
        """How many different persons ask."""
        return len({a.author for a in self.askers if a.state == "waiting" or not waiting_only})


@dataclass(slots=True)
class Line:
    """A line that was handled, as far as later lines need it."""

    id: str
    author: str
    name: str
    side: Side
    channel: str
    time: float
    text: str
    kind: LineKind
    question: str | None = None
    answers: list[str] = field(default_factory=list)
    scores: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class Tally:
    """What became of a viewer's answers on one topic, as weights that fade with time, as of `at`."""

    accepted: float = 0.0
    rejected: float = 0.0
    at: float = 0.0


@dataclass(slots=True)
class Regular:
    """What is known of a viewer beyond the lines of this show; only those have one who answered, bought, or came in with history.

    `tallies` are by topic; `helped` = how often they gained by answering whom; `fresh` = how many newcomers they gained by in this show,
    `credit` = what they gained in it; `linked` = keys of the same person's other accounts.
    """

    orders: int = 0
    grade: str = ""
    bought: list[str] = field(default_factory=list)
    tallies: dict[str, Tally] = field(default_factory=dict)
    helped: dict[str, int] = field(default_factory=dict)
    fresh: int = 0
    credit: float = 0.0
    nudged: int = 0
    nudge_helped: int = 0
    last_nudge: float | None = None
    linked: list[str] = field(default_factory=list)
    badges: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Former:
    """What held of a viewer until staff changed it at `time`, by which that is undone."""

    time: float
    quiet: bool
    linked: list[str]


@dataclass(slots=True)
class Viewer:
    """A person in this show, known by platform and id. Counts of answers are of this show plus what history brought in.

    `accepted` counts answers for which an asker gave thanks or that staff approved, `rejected` those that staff refused. `banned` until
    they write again.
    """

    name: str
    first: float
    last: float
    lines: int = 0
    months: int = 0
    visits: int = 0
    accepted: float = 0.0
    rejected: float = 0.0
    roles: tuple[Role, ...] = ()
    quiet: bool = False
    last_line: str | None = None
    last_ask: str | None = None
    last_reply: float | None = None
    regular: Regular | None = None
    former: Former | None = None
    banned: bool = False


@dataclass(slots=True)
class Handoff:
    """Somebody cannot order, or wants a person: kept for follow-up. `tried` says what they were told, `done` who took care of it."""

    line: str
    author: str
    name: str
    channel: str
    time: float
    text: str
    question: str | None = None
    tried: str = ""
    done: str = ""


@dataclass(slots=True)
class Missed:
    """A question that nobody answered in an earlier show: its asker is told what was found out when they come again.

    `answer` is staff's; without one the FAQ may know by now. `date` is the calendar date of that show.
    """

    id: str
    text: str
    product: str | None = None
    date: str = ""
    answer: str = ""


@dataclass(slots=True)
class Claim:
    """A code that one account was given and another named: the first one says it once more, then the two are one person."""

    owner: str
    time: float
    by: str = ""


@dataclass(slots=True)
class Pending:
    """A post whose fate is not known yet, by its Send's id: on what it was made, and whom and which lines it is about.

    `code` is its wording, `about` the entry or line it carries, `people` are named in it, `lines` are quoted or answered, `source` is the
    line whose words it gives on, `answer` staff's own words. `taken_back`: it must not go out any more.
    """

    kind: DecisionKind
    code: str
    decision: str
    question: str
    channel: str
    time: float
    lang: str = ""
    about: str = ""
    source: str = ""
    answer: str = ""
    people: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    taken_back: bool = False


@dataclass(slots=True)
class State:
    """All that a Show has in mind. `lines` is bounded: old lines that nothing points at are let go.

    `crowd` is the time at which a crowd of new accounts was last told of. `quiet` holds the marks of those who want to be left alone for
    ever, `mark_key` the store's secret for them (see `quiet.py`).
    """

    now: float = 0.0
    date: str = ""
    on_air: str | None = None
    on_air_since: float = 0.0
    on_air_why: str = ""
    ended: bool = False
    crowd: float | None = None
    stopped: bool = False
    lag: float = 0.0
    serial: int = 0
    revision: int = 0
    questions: dict[str, Question] = field(default_factory=dict)
    of_line: dict[str, str] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)
    previous: dict[str, str] = field(default_factory=dict)
    viewers: dict[str, Viewer] = field(default_factory=dict)
    seen: dict[str, float] = field(default_factory=dict)
    posts: list[float] = field(default_factory=list)
    pending: dict[str, Pending] = field(default_factory=dict)
    own_texts: dict[str, float] = field(default_factory=dict)
    own_ids: dict[str, float] = field(default_factory=dict)
    products: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str | float | int | bool | None] = field(default_factory=dict)
    numbered: int = 0
    replies: list[float] = field(default_factory=list)
    last_thanks: float | None = None
    handoffs: list[Handoff] = field(default_factory=list)
    missed: dict[str, list[Missed]] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    claims: dict[str, Claim] = field(default_factory=dict)
    host_said: list[str] = field(default_factory=list)
    mark_key: str = ""
    quiet: dict[str, bool] = field(default_factory=dict)

    def host_lines(self) -> list[Line]:
        """Return the host's last lines that are still known."""
        return [line for said in self.host_said if (line := self.lines.get(said)) is not None]
