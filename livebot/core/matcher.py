"""What the core asks of matching: which known text does this line match? `matching` implements it.

Scores are probabilities, calibrated: of the matches scored 0.9, nine in ten are right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from livebot.core.reader import LineReading, Signal

Side = Literal["voice", "host", "viewer"]


@dataclass(frozen=True, slots=True)
class FaqEntry:
    """One stored question and its answer. `product` is a product's key or 'all'; dates are YYYY-MM-DD, inclusive."""

    faq_id: str
    canonical: str
    answer: str
    product: str = "all"
    questions: tuple[str, ...] = ()
    topic: str = ""
    lang: str = ""
    firm: bool = False
    valid_from: str = ""
    valid_until: str = ""

    def valid_on(self, date: str) -> bool:
        """Whether the entry may be offered on `date`; an unknown date allows every entry."""
        return not date or ((not self.valid_from or self.valid_from <= date) and (not self.valid_until or date <= self.valid_until))


@dataclass(frozen=True, slots=True)
class Hit:
    """An FAQ entry that matches, with the probability that it is the right one."""

    faq_id: str
    score: float


class Asked(NamedTuple):
    """An asker line as a matcher sees it. `name` is folded; `age` and `answered`: seconds since then, or None; `own`: by who speaks now.

    Dozens are made for every line that may ask or answer: a tuple is made several times faster than a frozen dataclass.
    """

    line: str
    question: str
    author: str
    name: str
    reading: LineReading
    product: str | None
    faq: Sequence[Hit]
    channel: str
    age: float
    answered: float | None = None
    answered_by_host: bool = False
    thanked: bool = False
    askers: int = 1
    lines_since: int = 0
    own: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """A line that may answer; `own_ask` is seconds since its author last asked, `before` what its author said just before."""

    line: str
    side: Side
    author: str
    reading: LineReading
    product: str | None
    channel: str
    reply_to: str | None = None
    own_ask: float | None = None
    before: LineReading | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known about a viewer's answer to one Question when it is asked whether it is right.

    `link` = probability that it answers this Question, `judged` = that it is an answer at all; `by_faq`, `by_host`, `by_peers` = how far
    these say the same (1) or the contrary (-1), None where they say nothing. `thanked`: the asker gave thanks. Times are in seconds.
    """

    line: str
    question: str
    reading: LineReading
    asked: LineReading
    faq: tuple[Hit, ...]
    link: float
    judged: float
    by_faq: float | None
    by_host: float | None
    by_peers: float | None
    accepted: float = 0.0
    rejected: float = 0.0
    thanked: bool = False
    since: float = 0.0
    waited: float = 0.0
    firm: bool = False


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of an asker line when the show ends.

    `settled` = whose answer it counts as answered by ("" while it waits, "nobody" where its author gave thanks for one that was not
    seen); `faq` = how surely an FAQ entry fits, 0.5 where there is no FAQ; `answers` = how many answers of its Question reach it, `best`
    the surest of them; `others` = further askers of its Question, `others_wait` the share of them that wait, 0.5 of none; `again`: its
    author asked something later; `spoke` = how many lines they wrote since. `age` is in seconds.
    """

    line: str
    reading: LineReading
    age: float
    settled: str
    faq: float
    answers: int
    best: float
    accepted: bool
    rejected: bool
    thanked: bool
    chased: int
    again: bool
    spoke: int
    others: int
    others_wait: float


@dataclass(frozen=True, slots=True)
class Score:
    """How surely a candidate (by its index in the sequence given) is a match, and what counted."""

    index: int
    score: float
    signals: tuple[Signal, ...] = ()


class Matcher(Protocol):
    """Knows the FAQ and compares lines. What it computes depends only on its arguments and on what it was told to remember."""

    def entry(self, faq_id: str) -> FaqEntry | None:
        """Return the entry of that id."""
        ...

    def faq(self, line: LineReading, product: str | None) -> tuple[Hit, ...]:
        """Rank the entries that the question `line` asks for, best first; `product` is on air. Nothing is filtered out by it."""
        ...

    def says(self, line: LineReading) -> tuple[Hit, ...]:
        """Rank the entries whose *answer* `line` may be saying, best first; the scores are likenesses from 0 to 1."""
        ...

    def same(self, line: LineReading, faq: Sequence[Hit], product: str | None, asked: Sequence[Asked]) -> list[Score]:
        """Score, for each asker line, whether the question `line` asks the same thing about the same product."""
        ...

    def answers(self, said: Said, asked: Sequence[Asked]) -> list[Score]:
        """Score, for each asker line, whether `said` answers it."""
        ...

    def right(self, evidence: Evidence) -> float:
        """Return the probability that a viewer's answer is right: neither wrong nor outdated nor a joke, and to this question."""
        ...

    def missed(self, past: Past) -> float:
        """Return the probability that an asker line asks for something and got no right answer."""
        ...

    def agrees(self, line: LineReading, faq_id: str) -> float:
        """Return how far `line` says what the entry's answer says: 1 the same, 0 nothing in common, -1 the contrary."""
        ...

    def agree(self, one: LineReading, other: LineReading) -> float | None:
        """Return how far two answers to one question say the same: 1 the same, -1 the contrary, None nothing comparable."""
        ...

    def remember(self, line: LineReading, faq: Sequence[Hit], key: str) -> None:
        """Index an asker line, so that `recall` finds it."""
        ...

    def forget(self, key: str) -> None:
        """Take an asker line out of the index."""
        ...

    def forget_texts(self) -> None:
        """Let go of every text that is kept only to be quicker the next time."""
        ...

    def recall(self, line: LineReading, faq: Sequence[Hit], limit: int) -> list[str]:
        """Return the keys of remembered lines that share the most with `line`, best first."""
        ...
