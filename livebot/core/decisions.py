"""What comes out of a Show: a reading for every line, decisions for people to see, and sends for the shell to carry out.

`to_record` gives the JSON form in which `livebot replay --out` writes them. A reason is a code with values; a `Words` turns it into
a sentence in the reader's language, so that one decision can be read on a Korean and on an English desk.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

DecisionKind = Literal[
    "boost", "nudge", "suggest", "post_faq", "escalate", "resolve", "reopen", "relink", "retract", "merge", "split", "thank", "reply"
]
ResolutionKind = Literal["host_voice", "host_chat", "peer", "faq", "staff", "dismissed", "expired"]
RecoveryKind = Literal["customer", "joint", "firm"]
LineKind = Literal["question", "answer", "thanks", "other"]

ANSWERED: frozenset[str] = frozenset({"host_voice", "host_chat", "peer", "faq", "staff"})


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was decided: a code of `lang`'s wordings and the values that its sentence names."""

    code: str
    values: tuple[tuple[str, str | float | int], ...] = ()

    @staticmethod
    def of(code: str, **values: str | float | int) -> Reason:
        """Return a reason with `values` by name."""
        return Reason(code, tuple(values.items()))


@dataclass(frozen=True, slots=True)
class Reading:
    """What livebot made of one chat line or caption when it came: its kind, its Question, the asker lines that it answers."""

    id: str
    time: float
    kind: LineKind
    reason: Reason
    also: tuple[str, ...] = ()
    question: str | None = None
    answers: tuple[str, ...] = ()
    faq: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing that the engine wants done or has settled; see product.md's decision kinds for which fields go with which."""

    id: str
    time: float
    kind: DecisionKind
    reason: Reason
    question: str | None = None
    message: str | None = None
    askers: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    faq: str | None = None
    text: str | None = None
    held: bool = False
    to: str | None = None
    resolution: ResolutionKind | None = None
    recovery: RecoveryKind | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Send:
    """A post to make: the shell answers with `Sent(request=id)`. `expires` is the time after which it is worth nothing."""

    id: str
    time: float
    decision: str
    kind: DecisionKind
    channel: str
    text: str
    expires: float
    priority: int
    question: str | None = None
    reply_to: str | None = None


@dataclass(frozen=True, slots=True)
class Cancel:
    """What was wanted posted by `decision` is not wanted any more: what of it still waits is never posted."""

    id: str
    time: float
    decision: str


@dataclass(frozen=True, slots=True)
class Forget:
    """A person (`platform`, the platform's `author` id) is deleted: whatever is kept of them anywhere goes."""

    id: str
    time: float
    platform: str
    author: str


@dataclass(frozen=True, slots=True)
class Quiet:
    """The account of this mark (see `core/quiet.py`) is to be left alone for ever; not `quiet`: staff took that back at once."""

    id: str
    time: float
    mark: str
    quiet: bool = True


@dataclass(frozen=True, slots=True)
class Award:
    """A viewer (`platform:id`) earned a badge: the shell keeps it, and tells the shop's own system where a coupon belongs to it."""

    id: str
    time: float
    viewer: str
    name: str
    badge: str
    coupon: bool = False


@dataclass(frozen=True, slots=True)
class QuestionRecord:
    """How one Question stands at the end of a replay."""

    id: str
    messages: tuple[str, ...]
    open: tuple[str, ...]
    state: Literal["answered", "open", "dismissed", "expired"]
    resolution: ResolutionKind | None = None
    recovery: RecoveryKind | None = None
    answered_by: str | None = None


Outcome = Reading | Decision | Send | Cancel | Forget | Quiet | Award

_DECISION_KEYS: dict[str, tuple[str, ...]] = {
    "boost": ("question", "message", "faq", "text", "held"),
    "nudge": ("question", "text", "held"),
    "suggest": ("question", "faq", "text", "score"),
    "post_faq": ("question", "faq", "text", "held"),
    "escalate": ("question", "to"),
    "resolve": ("question", "askers", "resolution", "recovery", "message", "faq"),
    "reopen": ("question", "askers", "message"),
    "relink": ("message", "answers"),
    "retract": ("question", "message", "text"),
    "merge": ("question", "message", "askers"),
    "split": ("question", "askers"),
    "thank": ("question", "message", "text", "held"),
    "reply": ("message", "text"),
}


def to_record(outcome: Reading | Decision | QuestionRecord, sentence: Callable[[Reason], str]) -> dict[str, Any]:
    """Return the JSON object for `replay --out`; `sentence` words a reason."""
    if isinstance(outcome, Reading):
        return {
            "type": "reading",
            "id": outcome.id,
            "kind": outcome.kind,
            "also": list(outcome.also),
            "question": outcome.question,
            "answers": list(outcome.answers),
            "faq": [list(hit) for hit in outcome.faq],
            "reason": sentence(outcome.reason),
        }
    if isinstance(outcome, QuestionRecord):
        return {
            "type": "question",
            "id": outcome.id,
            "messages": list(outcome.messages),
            "open": list(outcome.open),
            "state": outcome.state,
            "resolution": outcome.resolution,
            "recovery": outcome.recovery,
            "answered_by": outcome.answered_by,
        }
    record: dict[str, Any] = {"type": "decision", "time": round(outcome.time, 3), "kind": outcome.kind}
    for key in _DECISION_KEYS[outcome.kind]:
        value = getattr(outcome, key)
        record[key] = list(value) if isinstance(value, tuple) else value
    return record | {"reason": sentence(outcome.reason)}
