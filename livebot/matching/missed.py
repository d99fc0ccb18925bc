"""Was an asker line missed? The features of its past, seen from the show's end; the trained network weighs them. Pure."""

from __future__ import annotations

import math

from livebot.core.matcher import Past
from livebot.learned.net import logit

SETTLED = ("voice", "host", "viewer", "nobody")
READ_AS = ("question", "answer", "other")


def missed_features(past: Past) -> dict[str, float]:
    """Return the features by name."""
    reading = past.reading
    out = {f"settled_by_{who}": float(past.settled == who) for who in SETTLED}
    out |= {f"logit_{kind}": logit(reading.scores.get(kind, 0.0)) for kind in READ_AS}
    return out | {
        "waits": float(not past.settled),
        "wants": float(bool(reading.wants)),
        "length": math.log1p(len(reading.folded)),
        "faq": logit(past.faq),
        "age": math.log1p(max(0.0, past.age)),
        "answers": float(past.answers),
        "best": logit(past.best),
        "accepted": float(past.accepted),
        "rejected": float(past.rejected),
        "thanked": float(past.thanked),
        "chased": float(past.chased),
        "again": float(past.again),
        "spoke": math.log1p(max(0, past.spoke)),
        "others": math.log1p(past.others),
        "others_wait": past.others_wait,
    }
