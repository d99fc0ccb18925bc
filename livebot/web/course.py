"""How demand and waits went over the last half hour, in steps of half a minute: what the desk's two charts draw. Pure but for its memory.

Each step says how many lines asked, how many were answered, how many waited at its end, and the longest wait within it. The past is worked
out once from the asker lines; from then on each step is written down as it passes. Must not know pages or sockets.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

STEP = 30.0
STEPS = 60
EVERY = 1.0  # seconds between two looks: a chart needs no more

Plain = Mapping[str, Any]


@dataclass(slots=True)
class _Part:
    """What one Question adds to the steps: lines that asked and were answered by step, how many wait, since when."""

    asked: Counter[int]
    answered: Counter[int]
    waiting: int
    since: float | None


@dataclass(slots=True)
class _Step:
    """One half minute. `waiting` and `longest` are None where nobody looked."""

    asked: int = 0
    answered: int = 0
    waiting: int | None = None
    longest: float | None = None


@dataclass
class Course:
    """The last half hour of steps. `take` and `changes` are called with the show's time, which never goes back."""

    _parts: dict[str, _Part] = field(default_factory=dict)
    _steps: dict[int, _Step] = field(default_factory=dict)
    _pending: dict[str, Plain | None] = field(default_factory=dict)
    _looked: float | None = None

    def take(self, questions: Mapping[str, Plain], gone: Iterable[str]) -> None:
        """Note Questions that changed and those that are gone."""
        self._pending.update(questions)
        self._pending.update(dict.fromkeys(gone))

    def changes(self, now: float) -> dict[str, list[Any] | None]:
        """Return the steps that are different now: number -> [asked, answered, waiting, longest], or None for one that is too old."""
        if self._looked is not None and 0 <= now - self._looked < EVERY:
            return {}
        first = self._looked is None
        self._looked, here = now, _step(now)
        touched = {here}
        for question_id, question in self._pending.items():
            touched |= self._replace(question_id, question)
        if first:
            touched |= self._work_out([q for q in self._pending.values() if q], here)
        self._pending = {}
        self._write_down(here, now)
        old = [step for step in self._steps if step <= here - STEPS]
        for step in old:
            del self._steps[step]
        shown = {str(step): _plain(self._steps[step]) for step in sorted(touched) if step in self._steps}
        return shown | {str(step): None for step in old}

    def _replace(self, question_id: str, question: Plain | None) -> set[int]:
        """Count a Question as it is now instead of as it was; return the steps that are different."""
        before, after = self._parts.pop(question_id, None), _part(question) if question else None
        if after is not None:
            self._parts[question_id] = after
        touched: set[int] = set()
        for part, sign in ((before, -1), (after, 1)):
            for name in ("asked", "answered") if part else ():
                for step, count in getattr(part, name).items():
                    kept = self._steps.setdefault(step, _Step())
                    setattr(kept, name, getattr(kept, name) + sign * count)
                    touched.add(step)
        return touched

    def _work_out(self, questions: Sequence[Plain], here: int) -> set[int]:
        """Fill in the waits of the steps before the first look."""
        for question in questions:
            for asker in question["askers"]:
                until = here if asker["settled"] is None else min(here, _step(asker["settled"]))
                for step in range(max(_step(asker["time"]), here - STEPS + 1), until):
                    kept = self._steps.setdefault(step, _Step())
                    kept.waiting = (kept.waiting or 0) + 1
                    kept.longest = max(kept.longest or 0.0, (step + 1) * STEP - asker["time"])
        return set(self._steps)

    def _write_down(self, here: int, now: float) -> None:
        since = [part.since for part in self._parts.values() if part.since is not None]
        kept = self._steps.setdefault(here, _Step())
        kept.waiting = sum(part.waiting for part in self._parts.values())
        kept.longest = max(kept.longest or 0.0, now - min(since, default=now))


def _step(time: float) -> int:
    return int(time // STEP)


def _part(question: Plain) -> _Part:
    askers = question["askers"]
    waiting = [asker["time"] for asker in askers if asker["state"] == "waiting"]
    answered = (asker["settled"] for asker in askers if asker["state"] == "answered")
    asked = Counter(_step(asker["time"]) for asker in askers)
    return _Part(asked, Counter(_step(time) for time in answered), len(waiting), min(waiting, default=None))


def _plain(step: _Step) -> list[Any]:
    return [step.asked, step.answered, step.waiting, None if step.longest is None else round(step.longest)]
