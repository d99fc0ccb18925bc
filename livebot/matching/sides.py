"""How much one text shares with each of many: counted for all of them at once. Pure.

A text's words, pieces, topics, concepts, wants and products are numbered and laid out one kind after the other; those of many texts laid
end to end are looked up in one table, and summed up by kind and text.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from livebot.matching.texts import Text

Array = npt.NDArray[np.float64]
Number = TypeVar("Number", float, Array)
KINDS = ("terms", "pieces", "topics", "concepts", "wants", "products")
NUMBERED = 200_000  # words and pieces at most, or some more


class Facts(NamedTuple, Generic[Number]):
    """What is known of a text, or of each of many: how many of each kind it has, and what else the networks are told of it."""

    terms: Number
    pieces: Number
    topics: Number
    concepts: Number
    wants: Number
    products: Number
    weight: Number
    norm: Number
    length: Number
    polarity: Number
    numbers: Number
    deictic: Number
    entry: Number
    question: Number
    price: Number
    asks_amount: Number
    wants_time: Number
    wants_amount: Number


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a pair: a text, the numbers and weights of all it has (each kind begins with a blank), those of its words, its facts."""

    text: Text
    keys: npt.NDArray[np.intp]
    weights: Array
    word_keys: npt.NDArray[np.intp]
    word_weights: Array
    facts: Array


class Shared(NamedTuple):
    """What each of many texts shares with one: by kind as weighed in that one, shape (texts, KINDS); words as weighed here; their facts."""

    mine: Array
    words: Array
    facts: Facts[Array]


class Sides:
    """Numbers what texts have. Only sides that were made by the same one can be compared."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {"": 0}
        self._table: Array = np.zeros(1024)

    @property
    def full(self) -> bool:
        """Whether it is time to begin anew with another one."""
        return len(self._numbers) > NUMBERED

    def side(self, text: Text) -> Side:
        """Return a text as a side."""
        keys: list[int] = []
        weights: list[float] = []
        numbers = self._numbers
        for kind, weighed in enumerate(_weighed(text)):
            keys.append(0)
            weights.append(0.0)
            keys += [numbers.setdefault(f"{kind}{key}", len(numbers)) for key in weighed]
            weights += weighed.values()
        if len(numbers) > len(self._table):
            self._table = np.zeros(2 * len(numbers))
        all_keys, all_weights, words = np.array(keys, np.intp), np.array(weights), len(text.terms) + 1
        return Side(text, all_keys, all_weights, all_keys[:words], all_weights[:words], np.array(_facts(text)))

    def shared(self, one: Side, others: Sequence[Side]) -> Shared:
        """Return what each of the others shares with `one`."""
        facts = np.concatenate([other.facts for other in others]).reshape(len(others), -1)
        sizes = facts[:, : len(KINDS)].astype(np.intp) + 1
        table = self._table
        table[one.keys] = one.weights
        mine = table[np.concatenate([other.keys for other in others])]
        words = table[np.concatenate([other.word_keys for other in others])]
        table[one.keys] = 0.0
        theirs = np.concatenate([other.word_weights for other in others]) * (words > 0.0)
        shared = np.add.reduceat(mine, _starts(sizes.ravel())).reshape(sizes.shape)
        return Shared(shared, np.add.reduceat(theirs, _starts(sizes[:, 0])), Facts(*facts.T))


def _starts(sizes: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Return where each of some texts laid end to end begins."""
    ends: npt.NDArray[np.intp] = np.cumsum(sizes)
    return ends - sizes


def _weighed(text: Text) -> Iterator[Mapping[str, float]]:
    """Yield what the text has of each kind, with weights: pieces are squared, since they are for a cosine."""
    reading = text.reading
    yield text.terms
    yield {piece: weight * weight for piece, weight in text.pieces.items()}
    for names in (reading.topics, reading.concepts, reading.wants, reading.products):
        yield dict.fromkeys(names, 1.0)


def _facts(text: Text) -> Facts[float]:
    reading = text.reading
    return Facts(
        terms=len(text.terms),
        pieces=len(text.pieces),
        topics=len(set(reading.topics)),
        concepts=len(reading.concepts),
        wants=len(reading.wants),
        products=len(set(reading.products)),
        weight=text.weight or 1.0,
        norm=text.norm or 1.0,
        length=math.log1p(len(reading.folded)),
        polarity=reading.polarity,
        numbers=float(bool(reading.quantities)),
        deictic=float("deictic" in reading.flags),
        entry=reading.scores.get("entry", 0.5),
        question=reading.scores.get("question", 0.5),
        price=float("price" in reading.topics),
        asks_amount=float(bool({"price", "size", "delivery"} & set(reading.topics))),
        wants_time=float("time" in reading.wants),
        wants_amount=float("amount" in reading.wants),
    )
