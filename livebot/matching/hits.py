"""Where questions point in the FAQ, as arrays: the entries each of many asker lines may ask for, with their probabilities. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from livebot.core.matcher import Hit

Array = npt.NDArray[np.float64]
MOST = 8
KEPT = 4096
_UNKNOWN = -2.0  # of an entry that the FAQ has no more


class Pointers:
    """Turns the hits of Questions into arrays; those of a Question that is asked for again are at hand."""

    def __init__(self, by_id: Mapping[str, int], count: int) -> None:
        self._by_id, self._count = by_id, count
        self._known: dict[str, tuple[Sequence[Hit], Array]] = {}

    def pointing(self, questions: Sequence[str], hits: Sequence[Sequence[Hit]]) -> Pointing:
        """Return where the asker lines of these Questions point."""
        if len(self._known) > KEPT:
            self._known.clear()
        known, pairs = self._known.get, zip(questions, hits, strict=True)
        found = [
            row[1] if (row := known(question)) is not None and row[0] is some else self._add(question, some) for question, some in pairs
        ]
        return Pointing(np.concatenate(found).reshape(len(hits), 2, MOST), self._by_id, self._count)

    def _add(self, question: str, hits: Sequence[Hit]) -> Array:
        row = np.zeros((2, MOST))
        row[0] = _UNKNOWN
        for i, hit in enumerate(hits[:MOST]):
            row[:, i] = self._by_id.get(hit.faq_id, _UNKNOWN), hit.score
        packed: Array = row.ravel()
        self._known[question] = hits, packed
        return packed


class Pointing:
    """The entries, by their index, at which each of many asker lines points, best first, with the probabilities."""

    def __init__(self, found: Array, by_id: Mapping[str, int], count: int) -> None:
        self._by_id, self._count = by_id, count
        self._entries, self._scores = found[:, 0].astype(np.intp), found[:, 1]
        known = self._entries >= 0
        self.some: Array = known.any(axis=1).astype(float)
        self._first = known.argmax(axis=1)
        self._weights = self._scores * known
        self._rows = np.arange(len(found))
        self.sure: Array = self._weights[self._rows, self._first]

    def expected(self, values: Array) -> Array:
        """Return, for `values` of each entry, shape (entries, n), what each asker line expects, shape (asker lines, n)."""
        sums: Array = np.einsum("ij,ijk->ik", self._weights, self._padded(values)[self._entries])
        return sums

    def first(self, values: Array) -> Array:
        """Return the values of the first entry of each asker line, shape (asker lines, n); 0 where there is none."""
        found: Array = self._padded(values)[self._entries[self._rows, self._first]]
        return found

    def _padded(self, values: Array) -> Array:
        """Two rows of nothing, so that what is unknown has values too."""
        return np.concatenate((values, np.zeros((2, values.shape[1]))))

    def overlap(self, hits: Sequence[Hit]) -> dict[str, Array]:
        """Return how far the asker lines point at the same entries as `hits`."""
        mine = np.zeros(self._count + 2)
        for hit in hits:
            mine[self._by_id.get(hit.faq_id, -1)] = hit.score
        mine[self._count :] = 0.0
        theirs = mine[self._entries]
        first = self._by_id.get(hits[0].faq_id, -1) if hits else -1
        same = (self._entries[:, 0] == first) & (first >= 0)
        least = np.minimum(self._scores[:, 0], hits[0].score if hits else 0.0)
        return {
            "faq_both": np.minimum(theirs, self._scores).sum(axis=1),
            "faq_product": (theirs * self._scores).sum(axis=1),
            "faq_first_same": same.astype(float),
            "faq_first_same_sure": least * same,
            "faq_first_differ_sure": least * ~same,
        }
