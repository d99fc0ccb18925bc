"""Which texts hold a word: postings as arrays for a fixed set, and an index of asker lines that grows and shrinks. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
LATEST = 48
KEPT = 4000  # lines remembered: those of some hours at least, since only questions are


class Postings:
    """Word -> rows that hold it with their weights, for a fixed sequence of texts."""

    def __init__(self, texts: Sequence[Mapping[str, float]]) -> None:
        rows: dict[str, list[int]] = {}
        weights: dict[str, list[float]] = {}
        for row, text in enumerate(texts):
            for word, weight in text.items():
                rows.setdefault(word, []).append(row)
                weights.setdefault(word, []).append(weight)
        self._rows = {word: (np.array(rows[word], np.intp), np.array(weights[word])) for word in rows}
        self._count = len(texts)

    def shared(self, words: Mapping[str, float]) -> tuple[Array, Array]:
        """Return, by row, the summed weights of the words in common: as weighed in `words`, and as weighed in the row."""
        mine, theirs = np.zeros(self._count), np.zeros(self._count)
        for word, weight in words.items():
            found = self._rows.get(word)
            if found is not None:
                mine[found[0]] += weight
                theirs[found[0]] += found[1]
        return mine, theirs

    def squares(self, words: Mapping[str, float]) -> Array:
        """Return, by row, the summed squared weights of the words in common."""
        out = np.zeros(self._count)
        for word, weight in words.items():
            found = self._rows.get(word)
            if found is not None:
                out[found[0]] += weight * weight
        return out


class LineIndex:
    """Remembered lines by their words, the oldest let go. Only the latest lines of a word are looked at: the cost does not grow."""

    def __init__(self) -> None:
        self._lines: dict[str, int] = {}
        self._by_word: dict[str, deque[str]] = {}
        self._added = 0

    def add(self, key: str, words: Iterable[str]) -> None:
        """Remember a line by its words."""
        self._added += 1
        self._lines[key] = self._added
        if len(self._lines) > KEPT:
            del self._lines[next(iter(self._lines))]
        for word in words:
            self._by_word.setdefault(word, deque(maxlen=LATEST)).append(key)

    def remove(self, key: str) -> None:
        """Forget a line; its postings fade by themselves."""
        self._lines.pop(key, None)

    def find(self, words: Mapping[str, float], limit: int) -> list[str]:
        """Return up to `limit` remembered lines that share the most weight with `words`, best first, newer before older."""
        scores: dict[str, float] = {}
        for word, weight in words.items():
            for key in self._by_word.get(word, ()):
                if key in self._lines:
                    scores[key] = scores.get(key, 0.0) + weight
        return sorted(scores, key=lambda key: (-scores[key], -self._lines[key]))[:limit]
