"""What was handed on already: a bounded memory that tells second copies. Knows no clock."""

from __future__ import annotations

from collections import Counter

MAX_SEEN = 100_000


class Seen:
    """The newest ids, between half of `most` and all of it: two halves, as a set forgets its oldest members dearly."""

    def __init__(self, most: int = MAX_SEEN) -> None:
        self._half = most // 2
        self._new: set[str] = set()
        self._old: set[str] = set()
        self.copies = 0

    def is_new(self, key: str) -> bool:
        """Whether `key` was not seen before; from now on it was."""
        if key in self._new or key in self._old:
            self.copies += 1
            return False
        self._new.add(key)
        if len(self._new) >= self._half:
            self._new, self._old = set(), self._new
        return True


def count(counts: Counter[str], kind: str, most: int = 200) -> bool:
    """Count a kind of thing, at most `most` kinds apart; return whether it is the first of its kind."""
    kind = kind if kind in counts or len(counts) < most else "other"
    counts[kind] += 1
    return counts[kind] == 1
