"""The parts of a long line: a host answers several questions in one breath, and each part may answer another. Pure."""

from __future__ import annotations

WORDS = 7
STEP = 4
MOST = 12


def parts_of(folded: str) -> list[str]:
    """Return overlapping runs of words of a long line; none for a line that is short itself."""
    words = folded.split()
    if len(words) <= WORDS + 2:
        return []
    return [" ".join(words[start : start + WORDS]) for start in range(0, len(words) - WORDS + STEP, STEP)][:MOST]
