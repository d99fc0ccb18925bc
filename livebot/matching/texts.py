"""A reading made ready for comparing, and the comparing of two of them. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from livebot.core.reader import LineReading, Quantity
from livebot.matching.weights import Weights, pieces


@dataclass(frozen=True, slots=True)
class Text:
    """A text ready for comparing: words and pieces with their weights, vectors, and what was read of it."""

    reading: LineReading
    terms: Mapping[str, float]
    weight: float
    pieces: Mapping[str, float]
    norm: float

    @property
    def vectors(self) -> Mapping[str, Any]:
        """The sentence vectors by embedder."""
        return self.reading.vectors


def make_text(reading: LineReading, words: Weights, bits: Weights) -> Text:
    """Return a reading ready for comparing."""
    terms = {word: weight * words.of(word) for word, weight in reading.terms.items()}
    parts = {piece: bits.of(piece) for piece in pieces(reading.folded)}
    return Text(reading, terms, sum(terms.values()), parts, math.sqrt(sum(weight * weight for weight in parts.values())))


def covered(one: Text, other: Text) -> float:
    """Return how much of what `one` says `other` says too, by weight of the words: 0 to 1."""
    if not one.weight:
        return 0.0
    return sum(weight for word, weight in one.terms.items() if word in other.terms) / one.weight


def numbers(one: tuple[Quantity, ...], other: tuple[Quantity, ...]) -> tuple[int, int]:
    """Return (how many numbers the two share, how many of `one` contradict: same unit, no equal value)."""
    shared = against = 0
    for mine in one:
        same_unit = [theirs for theirs in other if theirs.unit == mine.unit or not theirs.unit or not mine.unit]
        if any(_equal(mine.value, theirs.value) for theirs in same_unit):
            shared += 1
        elif any(theirs.unit == mine.unit for theirs in other):
            against += 1
    return shared, against


def _equal(one: float, other: float) -> bool:
    return abs(one - other) <= 0.005 * max(abs(one), abs(other), 1e-9)
