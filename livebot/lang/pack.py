"""What a language knows, and how its cues are found. A new language is one module with a `Pack` and its data file.

Cues are short texts that speak for something (a topic, a hearsay, a joke). All cues of a language are looked up in one pass over
the line: every substring of a cue's length is one dictionary look-up, so the cost grows with the line, not with the cues.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from livebot.core.reader import Quantity
from livebot.lang.data import load

FLAGS = (
    *("hearsay", "unsure", "chase", "request", "complaint", "handoff", "purchase"),
    *("contact", "spam", "claims", "abuse", "impersonation", "deictic", "wh"),
)


class Pack(Protocol):
    """One language. Every method takes a folded line."""

    lang: str

    def terms(self, folded: str) -> Mapping[str, float]:
        """Return the content words (lemmas) with their weights."""
        ...

    def quantities(self, folded: str) -> tuple[Quantity, ...]:
        """Return the numbers."""
        ...

    def cues(self, folded: str) -> frozenset[str]:
        """Return what the line's cues speak for: flags, `topic:NAME`, `yes`, `no`."""
        ...

    def names(self, folded: str) -> tuple[str, ...]:
        """Return the persons addressed, without @ and title."""
        ...


class Cues:
    """A language's cue lists, ready for one-pass look-up. `unit` splits a line into what cues are made of (characters or words)."""

    def __init__(self, name: str) -> None:
        data = load(name)
        self.stop = frozenset(data["stop"])
        self._by_text: dict[str, tuple[str, ...]] = {}
        for flag in (*FLAGS, "yes", "no"):
            self._add(data[flag], flag)
        for topic, cues in data["topics"].items():
            self._add(cues, f"topic:{topic}")
        self.texts: Mapping[str, tuple[str, ...]] = self._by_text

    def _add(self, cues: list[str], label: str) -> None:
        for cue in cues:
            self._by_text[cue] = (*self._by_text.get(cue, ()), label)

    def find(self, parts: str | list[str], lengths: tuple[int, ...]) -> frozenset[str]:
        """Return the labels of all cues that are a run of `parts` of one of the `lengths`."""
        found: set[str] = set()
        by_text = self._by_text
        end = len(parts)
        for length in lengths:
            for start in range(end - length + 1):
                run = parts[start : start + length]
                labels = by_text.get(run if isinstance(run, str) else " ".join(run))
                if labels:
                    found.update(labels)
        return frozenset(found)
