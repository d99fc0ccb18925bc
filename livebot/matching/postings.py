"""Which texts hold a word: postings as arrays for a fixed set, and an index of asker lines that grows and shrinks. Pure."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

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
        found, weights = self._found(words)
        if not found:
            return np.zeros(self._count), np.zeros(self._count)
        rows = np.concatenate([rows for rows, _ in found])
        mine = np.repeat(weights, [len(rows) for rows, _ in found])
        theirs = np.concatenate([theirs for _, theirs in found])
        return self._summed(rows, mine), self._summed(rows, theirs)

    def squares(self, words: Mapping[str, float]) -> Array:
        """Return, by row, the summed squared weights of the words in common."""
        found, weights = self._found(words)
        if not found:
            return np.zeros(self._count)
        mine = np.repeat([weight * weight for weight in weights], [len(rows) for rows, _ in found])
        return self._summed(np.concatenate([rows for rows, _ in found]), mine)

    def _summed(self, rows: npt.NDArray[np.intp], weights: Array) -> Array:
        sums: Array = np.bincount(rows, weights, self._count)  # type: ignore[assignment]
        return sums

    def _found(self, words: Mapping[str, float]) -> tuple[list[tuple[npt.NDArray[np.intp], Array]], list[float]]:
        known = {word: found for word in words if (found := self._rows.get(word)) is not None}
        return list(known.values()), [words[word] for word in known]


class LineIndex:
    """Remembered lines by their words, the oldest let go. Only the latest lines of a word are looked at: the cost does not grow."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}
        self._keys: dict[int, str] = {}
        self._by_word: dict[str, array[int]] = {}
        self._added = 0

    def add(self, key: str, words: Iterable[str]) -> None:
        """Remember a line by its words."""
        self.remove(key)
        self._added += 1
        self._places[key], self._keys[self._added] = self._added, key
        if len(self._keys) > KEPT:
            self.remove(next(iter(self._places)))
        for word in words:
            places = self._by_word.setdefault(word, array("q"))
            places.append(self._added)
            if len(places) >= 2 * LATEST:
                del places[:-LATEST]

    def remove(self, key: str) -> None:
        """Forget a line; its postings fade by themselves."""
        place = self._places.pop(key, None)
        if place is not None:
            del self._keys[place]

    def find(self, words: Mapping[str, float], limit: int) -> list[str]:
        """Return up to `limit` remembered lines that share the most weight with `words`, best first, newer before older."""
        found = [(known[-LATEST:], weight) for word, weight in words.items() if (known := self._by_word.get(word))]
        if not found or not self._keys:
            return []
        places = np.concatenate([known for known, _ in found])
        weights = np.repeat([weight for _, weight in found], [len(known) for known, _ in found])
        oldest = next(iter(self._keys))
        kept = places >= oldest
        scores = np.bincount(places[kept] - oldest, weights[kept])
        some = np.unique(places[kept])
        ranked = some[np.lexsort((-some, -scores[some - oldest]))]
        return list(islice((key for place in ranked.tolist() if (key := self._keys.get(place))), limit))
