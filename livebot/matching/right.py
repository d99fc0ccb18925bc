"""Is a viewer's answer right? The features of the evidence; the trained network weighs them. Pure."""

from __future__ import annotations

import math

from livebot.core.matcher import Evidence
from livebot.learned.net import logit

LAUGHS = ("ㅋ", "ㅎㅎ", "lol", "lmao", "haha", "😂")


def right_features(evidence: Evidence) -> dict[str, float]:
    """Return the features by name."""
    reading, asked = evidence.reading, evidence.asked
    out = {
        "link": logit(evidence.link),
        "judged": logit(evidence.judged),
        "p_answer": logit(reading.scores.get("answer", 0.0)),
        "p_joke": logit(reading.scores.get("joke", 0.0)),
        "p_wrong": logit(reading.scores.get("wrong", 0.0)),
        "p_hearsay": logit(reading.scores.get("hearsay", 0.0)),
        "laughs": float(any(laugh in reading.folded for laugh in LAUGHS)),
        "mark": float("?" in reading.folded),
        "number": float(bool(reading.quantities)),
        "length": math.log1p(len(reading.folded)),
        "faq_sure": evidence.faq[0].score if evidence.faq else 0.0,
        "entry": asked.scores.get("entry", 0.5),
        "polar_question": float(not asked.wants),
        "firm": float(evidence.firm),
        "accepted": math.log1p(evidence.accepted),
        "rejected": math.log1p(evidence.rejected),
        "thanked": float(evidence.thanked),
        "since": math.log1p(max(0.0, evidence.since)),
        "waited": math.log1p(max(0.0, evidence.waited)),
    }
    for name, value in (("faq", evidence.by_faq), ("host", evidence.by_host), ("peers", evidence.by_peers)):
        out[f"{name}_agrees"] = max(0.0, value or 0.0)
        out[f"{name}_contradicts"] = max(0.0, -(value or 0.0))
        out[f"{name}_known"] = float(value is not None)
    out |= {f"is_{flag}": float(flag in reading.flags) for flag in ("hearsay", "unsure", "claims", "link", "contact", "spam")}
    return out
