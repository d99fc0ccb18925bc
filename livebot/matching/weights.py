"""How much a word or a piece of one tells: inverse document frequency over chat in general and over the shop's own texts. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

_LETTERS = re.compile(r"[^0-9a-z가-힣ㄱ-ㅣ]")


def pieces(folded: str) -> dict[str, int]:
    """Return the 2- and 3-character pieces of a folded text without spaces and marks, counted: what survives odd spacing."""
    text = _LETTERS.sub("", folded)
    out: dict[str, int] = {}
    for size in (2, 3):
        for start in range(len(text) - size + 1):
            piece = text[start : start + size]
            out[piece] = out.get(piece, 0) + 1
    return out


class Weights:
    """Counts of texts that hold a word: `background` from chat in general, and the texts added. Rare words weigh more."""

    def __init__(self, background: Mapping[str, Any]) -> None:
        self._background: Mapping[str, int] = background["counts"]
        self._total: int = background["total"]
        self._own: dict[str, int] = {}
        self._texts = 0
        self._known: dict[str, float] = {}

    def add(self, words: Iterable[str]) -> None:
        """Count one of the shop's own texts."""
        self._texts += 1
        for word in words:
            self._own[word] = self._own.get(word, 0) + 1
        self._known.clear()

    def of(self, word: str) -> float:
        """Return the weight of a word, above 0; a word never seen weighs most."""
        weight = self._known.get(word)
        if weight is None:
            seen = self._background.get(word, 0) / self._total
            # The shop's own texts name the product everywhere: what is common there tells as little as what is common in chat.
            own = self._own.get(word, 0) / (self._texts + 5.0)
            weight = self._known[word] = -math.log(min(0.9, max(seen, 0.7 * own) + 1.0 / self._total))
        return weight

    def total(self, terms: Mapping[str, float]) -> float:
        """Return the summed weight of a text's words."""
        return sum(weight * self.of(word) for word, weight in terms.items())
