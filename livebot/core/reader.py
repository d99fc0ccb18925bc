"""What the core asks of a language: read one line. `lang` implements it.

A reading of a line by itself is a `LineReading`: it depends on the text alone, so it may be cached by text. What the line *is*
in this show is judged afterwards from that reading and the `Around`: who wrote it, what they asked before, what was just said.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from livebot.core.decisions import LineKind


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a line: `value` in `unit` ('' where none is said). `2만9천원`, `이만 구천 원` and `29,000원` are the same."""

    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing that counted in a score: `weight` above 0 speaks for it. For `explain`; never for deciding."""

    name: str
    weight: float


@dataclass(frozen=True, slots=True)
class LineReading:
    """What a text says by itself.

    `scores` are probabilities from the text alone, by name: question, answer, thanks, and the finer ones a language knows.
    `terms` are the content words (lemmas) with how much each counts; `concepts` what is asked or said of a product, finer than the
    topics and the same in every language (wash, origin, ship_fee); `wants` what a question word
    asks for (amount, time, place …; none in a yes-or-no question); `names` the persons addressed, folded. `flags` is what else was
    noticed, such as joke, hearsay, chase, request, complaint, purchase, command, link, deictic. `vectors` are sentence vectors by embedder,
    which the core passes on unseen.
    """

    text: str
    folded: str
    lang: str
    scores: Mapping[str, float]
    terms: Mapping[str, float] = field(default_factory=dict)
    quantities: tuple[Quantity, ...] = ()
    polarity: float = 0.0
    topics: tuple[str, ...] = ()
    concepts: frozenset[str] = frozenset()
    wants: frozenset[str] = frozenset()
    products: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    flags: frozenset[str] = frozenset()
    vectors: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a text that speaks of one thing: `정가 32,000원` of `정가 32,000원, 라이브 19,900원`.

    `quantities` are its numbers, the days that it names among them (`daily`: days after today, `weekday`, `date`). `marks`: `was` (a list
    price), `now` (the price of the show), `free`, `not_free`, `all` (without exception), `unless` (with one), `yes` and `no` (it begins
    so), `old` and `new` (model), `gen:N`. `terms` are its content words with their weights.
    """

    quantities: tuple[Quantity, ...] = ()
    marks: frozenset[str] = frozenset()
    terms: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a viewer's line, as the judge of its kind needs it. Times are in seconds; None = never."""

    since_own_question: float | None = None
    own_question_open: bool = False
    since_own_answered: float | None = None
    own_thanked: bool = False
    own_similarity: float = 0.0
    asked_before: float = 0.0
    best_faq: float = 0.0
    best_link: float = 0.0
    since_own_line: float | None = None
    own_last_kind: LineKind | None = None
    addressed_me: float | None = None
    names_asker: bool = False
    replies: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a line is: the kind, how sure, every kind's probability, and what counted."""

    kind: LineKind
    confidence: float
    scores: Mapping[str, float]
    signals: tuple[Signal, ...] = ()


class Reader(Protocol):
    """Reads lines of one or more languages. Same text, same reading."""

    def read(self, text: str) -> LineReading:
        """Return what `text` says by itself."""
        ...

    def parts(self, text: str) -> tuple[Part, ...]:
        """Return the parts of `text`, each of which speaks of one thing, in order."""
        ...

    def fold(self, text: str) -> str:
        """Return `text` as `read` would give it folded."""
        ...

    def judge(self, reading: LineReading, around: Around) -> Judgement:
        """Return what the line is, given what stands around it."""
        ...

    def take_vectors(self, text: str, vectors: Mapping[str, str]) -> None:
        """Keep the sentence vectors of `text` (base64 int8 by embedder); from now on it is read with them."""
        ...

    def learn_product(self, key: str, name: str) -> None:
        """From now on a line that names `name` names product `key`."""
        ...

    def forget(self, keep: Collection[str]) -> None:
        """Let go of every text but those of `keep`: among the others are those of somebody who is to be forgotten."""
        ...
