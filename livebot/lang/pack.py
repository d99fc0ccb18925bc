"""What a language knows, and how its cues are found. A new language is one module with a `Pack` and its data file.

Cues are short texts that speak for something (a topic, a hearsay, a joke). All cues of a language are looked up in one pass over
the line: what begins like a cue is one dictionary look-up for each length of such cues, so the cost grows with the line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from livebot.core.reader import Quantity
from livebot.lang.data import load

SHORT = 3
FLAGS = (
    *("hearsay", "unsure", "chase", "request", "complaint", "handoff", "purchase"),
    *("contact", "spam", "claims", "abuse", "impersonation", "deictic"),
)


class Pack(Protocol):
    """One language. Every method takes a folded line."""

    lang: str

    def spelled_out(self, folded: str) -> str:
        """Return the line with short forms in full, as its parts are read."""
        ...

    def terms(self, folded: str) -> Mapping[str, float]:
        """Return the content words (lemmas) with their weights."""
        ...

    def quantities(self, folded: str) -> tuple[Quantity, ...]:
        """Return the numbers."""
        ...

    def cues(self, folded: str) -> frozenset[str]:
        """Return what the line's cues speak for: flags, `topic:NAME`, `concept:NAME`, `want:NAME`, `yes`, `no`."""
        ...

    def names(self, folded: str) -> tuple[str, ...]:
        """Return the persons addressed, without @ and title."""
        ...


class Cues:
    """A language's cue lists, ready for one-pass look-up: as runs of signs, or of words in the form that `words` brings them into."""

    def __init__(self, name: str, words: Callable[[str], list[str]] | None = None) -> None:
        data = load(name)
        self.stop = frozenset(data["stop"])
        self._words = words
        self._by_text: dict[str, tuple[str, ...]] = {}
        self._lengths: dict[str, tuple[int, ...]] = {}
        for flag in (*FLAGS, "yes", "no"):
            self._add(data[flag], flag)
        for want, cues in data["wants"].items():
            self._add(cues, f"want:{want}")
        for topic, cues in data["topics"].items():
            self._add(cues, f"topic:{topic}")
        for concept, cues in data["concepts"].items():
            self._add(cues, f"concept:{concept}")

    def _add(self, cues: list[str], label: str) -> None:
        for cue in cues:
            parts = cue if self._words is None else self._words(cue) or cue.split(" ")
            key = parts if isinstance(parts, str) else " ".join(parts)
            self._lengths[parts[0]] = tuple(sorted({*self._lengths.get(parts[0], ()), len(parts)}))
            self._by_text[key] = tuple(dict.fromkeys((*self._by_text.get(key, ()), label)))

    def find(self, parts: str | list[str], reach: int = 0) -> frozenset[str]:
        """Return the labels of all cues that are a run of `parts`, signs or words; of yes and no the one that counts."""
        found: set[str] = set()
        said: dict[str, list[tuple[int, int]]] = {"yes": [], "no": []}
        by_text, lengths, end = self._by_text, self._lengths, len(parts)
        for start, first in enumerate(parts):
            for length in lengths.get(first, ()):
                run = parts[start : start + length]
                labels = by_text.get(run if isinstance(run, str) else " ".join(run)) if start + length <= end else None
                if labels and (length > SHORT or not _inside_word(parts, start, start + length)):
                    found.update(labels)
                    for label in labels:
                        if label in said:
                            said[label].append((start, start + length))
        return frozenset((found - said.keys()) | which_counts(said["yes"], said["no"], reach))


def _inside_word(parts: str | list[str], start: int, end: int) -> bool:
    """Whether a cue of Latin letters stands inside a word: `as` (after-sales service) in `basic`."""
    if not isinstance(parts, str) or not parts[start].isascii():
        return False
    return any(0 <= at < len(parts) and parts[at].isascii() and parts[at].isalnum() for at in (start - 1, end))


def which_counts(yes: Sequence[tuple[int, int]], no: Sequence[tuple[int, int]], reach: int) -> set[str]:
    """Return the one of "yes" and "no" that a line says: what it says last; a yes inside a no, or up to `reach` parts behind it, is none.

    안 돼요 holds 돼요, and what doesn't work works no more. The arguments are the places of the cues, (from, to).
    """
    free = [end for start, end in yes if not any(from_ < end and start < to + reach for from_, to in no)]
    last_no = max((to for _, to in no), default=-1)
    return {"yes"} if max(free, default=-1) > last_no else {"no"} if no else set()
