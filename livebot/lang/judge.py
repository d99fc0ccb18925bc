"""What a viewer's line is in its place: its own words weighed with what stands around it. Inference of a trained network; pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from livebot.core.decisions import LineKind
from livebot.core.reader import Around, Judgement, LineReading, Signal
from livebot.learned.net import Net, logit

KINDS: tuple[LineKind, ...] = ("question", "answer", "thanks", "other")
_FAR = 300.0
_LOGITS = tuple((f"logit_{kind}", kind) for kind in KINDS)
_NOTICED = tuple((f"is_{flag}", flag) for flag in ("chase", "hearsay", "unsure", "purchase", "request", "deictic"))


def features(reading: LineReading, around: Around) -> dict[str, float]:
    """Return the features of a line in its place, by name. Times fall off with their logarithm; never counts as far away."""
    scores, flags = reading.scores, reading.flags
    out = {name: logit(scores.get(kind, 0.0)) for name, kind in _LOGITS}
    out |= {name: float(flag in flags) for name, flag in _NOTICED}
    out |= {
        "wants": float(bool(reading.wants)),
        "logit_asks": logit(scores.get("asks", 0.0)),
        "p_chase": scores.get("chase", 0.0),
        "p_request": scores.get("request", 0.0),
        "p_joke": scores.get("joke", 0.0),
        "p_entry": scores.get("entry", 0.0),
        "length": math.log1p(len(reading.folded)),
        "mark": float("?" in reading.folded),
        "number": float(bool(reading.quantities)),
        "polarity": reading.polarity,
        "topic": float(bool(reading.topics)),
        "english": float(reading.lang == "en"),
        "near_own_question": _near(around.since_own_question),
        "own_open": float(around.own_question_open),
        "near_own_answered": _near(around.since_own_answered),
        "own_thanked": float(around.own_thanked),
        "own_similarity": around.own_similarity,
        "asked_before": around.asked_before,
        "best_faq": around.best_faq,
        "best_link": around.best_link,
        "near_own_line": _near(around.since_own_line),
        "last_question": float(around.own_last_kind == "question"),
        "last_answer": float(around.own_last_kind == "answer"),
        "addressed_me": _near(around.addressed_me),
        "names_asker": float(around.names_asker),
        "names": float(bool(reading.names)),
        "replies": float(around.replies),
    }
    return out


class Judge:
    """The trained judge."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._net = Net(data)

    def judge(self, reading: LineReading, around: Around) -> Judgement:
        """Return the most likely kind with every kind's probability."""
        found = features(reading, around)
        row = [found[name] for name in self._net.inputs]
        chances = self._net.run([row])[0]
        scores: dict[LineKind, float] = {kind: round(float(chance), 4) for kind, chance in zip(KINDS, chances, strict=True)}
        kind = max(KINDS, key=lambda k: scores[k])
        return Judgement(kind, scores[kind], {str(name): score for name, score in scores.items()})

    def explain(self, reading: LineReading, around: Around, kind: LineKind) -> tuple[Signal, ...]:
        """Return what counted for `kind`, strongest first."""
        found = features(reading, around)
        counted = self._net.counted([found[name] for name in self._net.inputs], KINDS.index(kind))
        return tuple(Signal(name, weight) for name, weight in counted)


def _near(seconds: float | None) -> float:
    """1 right now, 0 long ago or never."""
    if seconds is None or seconds >= _FAR:
        return 0.0
    return 1.0 - math.log1p(max(0.0, seconds)) / math.log1p(_FAR)
