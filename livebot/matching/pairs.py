"""What two lines have to do with each other, as features: is it the same question, does this line answer that one. Pure.

The features of a pair are computed here; the trained networks weigh them. Names are stable: a model names the features it was fitted on.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from livebot.core.matcher import Asked, Hit, Said
from livebot.core.reader import LineReading
from livebot.learned.net import logit
from livebot.matching.faq import EMBEDDERS, SAID, Array, FaqIndex
from livebot.matching.texts import Text, alike, cosine, covered, numbers, overlap

_PLAIN_NAME = 2
TIMES = frozenset({"s", "min", "h", "clock", "day", "week", "month", "moy", "year"})
MONEY = frozenset({"krw", "usd", "eur", "gbp", "cent"})


def same_features(line: Text, faq: Sequence[Hit], product: str | None, other: Text, asked: Asked) -> dict[str, float]:
    """Return the features of (a question line, an earlier asker line): do they ask the same about the same product?"""
    reading, earlier = line.reading, other.reading
    topic_share, topic_clash = overlap(reading.topics, earlier.topics)
    concept_share, concept_clash = overlap(reading.concepts, earlier.concepts)
    shared, against = numbers(reading.quantities, earlier.quantities)
    out = {
        "covered": covered(line, other),
        "covers": covered(other, line),
        "alike": alike(line, other),
        "equal": float(reading.folded == earlier.folded),
        "topic_share": topic_share,
        "topic_clash": topic_clash,
        "concept_share": concept_share,
        "concept_clash": concept_clash,
        **wants_features(reading, earlier),
        "number_shared": float(shared),
        "number_against": float(against),
        "number_one_side": float(bool(reading.quantities) != bool(earlier.quantities)),
        "product_named_same": float(bool(set(reading.products) & set(earlier.products))),
        "product_differs": float(product is not None and asked.product is not None and product != asked.product),
        "words": float(min(8, len(line.terms))),
        "words_other": float(min(8, len(other.terms))),
        "length_gap": abs(math.log1p(len(reading.folded)) - math.log1p(len(earlier.folded))),
        "age": math.log1p(asked.age),
        "waiting": float(asked.answered is None),
        "askers": math.log1p(asked.askers),
        "deictic": float("deictic" in reading.flags) + float("deictic" in earlier.flags),
        "negated_differ": float((reading.polarity < 0) != (earlier.polarity < 0)),
        "entry": reading.scores.get("entry", 0.5),
        "own": float(asked.own),
        "own_newest": float(asked.own) * math.exp(-asked.age / 120.0),
        "again": max(reading.scores.get("chase", 0.0), float("chase" in reading.flags)),
    }
    out |= faq_overlap(faq, asked.faq)
    for name in EMBEDDERS:
        out[name] = cosine(line, other, name) or 0.0
    return out


def wants_features(reading: LineReading, earlier: LineReading) -> dict[str, float]:
    """Return whether two questions want the same to be told: a price, a time, a way, or a yes or no."""
    share, clash = overlap(reading.wants, earlier.wants)
    return {"wants_share": share, "wants_clash": clash, "wants_one_side": float(bool(reading.wants) != bool(earlier.wants))}


def given_features(reading: LineReading, asked: LineReading) -> dict[str, float]:
    """Return whether a line gives the kind of thing that the question wants: yes or no, an amount, a time, a price."""
    units = {quantity.unit for quantity in reading.quantities}
    price = "price" in asked.topics
    return {
        "yes_or_no_given": float(not asked.wants and reading.polarity != 0.0),
        "time_given": float("time" in asked.wants and bool(units & TIMES)),
        "price_given": float(price and bool(units & MONEY)),
        "amount_given": float("amount" in asked.wants and "time" not in asked.wants and not price and bool(units - TIMES - MONEY)),
        "nothing_given": float(bool(asked.wants & {"amount", "time"}) and not units),
    }


def faq_overlap(one: Sequence[Hit], other: Sequence[Hit]) -> dict[str, float]:
    """Return how far two questions point at the same FAQ entries."""
    theirs = {hit.faq_id: hit.score for hit in other}
    both = sum(min(hit.score, theirs.get(hit.faq_id, 0.0)) for hit in one)
    product = sum(hit.score * theirs.get(hit.faq_id, 0.0) for hit in one)
    first = bool(one) and bool(other) and one[0].faq_id == other[0].faq_id
    least = min(one[0].score, other[0].score) if one and other else 0.0
    return {
        "faq_both": both,
        "faq_product": product,
        "faq_first_same": float(first),
        "faq_first_same_sure": least if first else 0.0,
        "faq_first_differ_sure": 0.0 if first else least,
    }


def answer_features(said: Said, line: Text, asked: Asked, question: Text, index: FaqIndex, says: Array) -> dict[str, float]:
    """Return the features of (a line, an asker line): does it answer it? `says` = `FaqIndex.said` of the line."""
    reading, earlier = line.reading, question.reading
    topic_share, topic_clash = overlap(reading.topics, earlier.topics)
    concept_share, concept_clash = overlap(reading.concepts, earlier.concepts)
    shared, against = numbers(reading.quantities, earlier.quantities)
    waited = 0.0 if asked.answered is None else 1.0
    viewer = said.side == "viewer"
    out = {
        # What a viewer's line reads like by itself, and for the host only whether such a line answers anything at all.
        "p_question": reading.scores.get("question", 0.0) if viewer else 0.0,
        "p_answer": reading.scores.get("answer", 0.0) if viewer else reading.scores.get("says", 0.0),
        "p_thanks": reading.scores.get("thanks", 0.0) if viewer else 0.0,
        "covered": covered(question, line),
        "covers": covered(line, question),
        "alike": alike(line, question),
        "topic_share": topic_share,
        "topic_clash": topic_clash,
        "concept_share": concept_share,
        "concept_clash": concept_clash,
        "number_shared": float(shared),
        "number_against": float(against),
        "has_number": float(bool(reading.quantities)),
        "asks_amount": float("price" in earlier.topics or "size" in earlier.topics or "delivery" in earlier.topics),
        "polarity": abs(reading.polarity),
        "polar_question": float(not earlier.wants),
        **given_features(reading, earlier),
        "words": float(min(16, len(line.terms))),
        "question_words": float(min(8, len(question.terms))),
        "length": math.log1p(len(reading.folded)),
        "voice": float(said.side == "voice"),
        "host": float(said.side == "host"),
        "viewer": float(said.side == "viewer"),
        "age": math.log1p(asked.age),
        "fresh": math.exp(-asked.age / 20.0),
        "lines_since": math.log1p(asked.lines_since),
        "answered": waited,
        "since_answered": math.log1p(asked.answered or 0.0),
        "answered_by_host": float(asked.answered_by_host),
        "thanked": float(asked.thanked),
        "askers": math.log1p(asked.askers),
        "product_differs": float(said.product is not None and asked.product is not None and said.product != asked.product),
        "names_other_product": float(bool(reading.products) and asked.product is not None and asked.product not in reading.products),
        "replies_to": float(said.reply_to == asked.line),
        "replies_else": float(said.reply_to is not None and said.reply_to != asked.line),
        "own_ask": 0.0 if said.own_ask is None else math.exp(-said.own_ask / 60.0),
        "question_entry": earlier.scores.get("entry", 0.5),
        "question_sure": earlier.scores.get("question", 0.5),
    }
    out |= address_features(reading, asked)
    out |= bridge_features(asked.faq, index, says)
    out |= {f"is_{flag}": float(flag in reading.flags) for flag in ("hearsay", "unsure", "chase", "purchase", "request")}
    out["p_joke"] = reading.scores.get("joke", 0.0)
    for name in EMBEDDERS:
        out[name] = cosine(line, question, name) or 0.0
    return out


def address_features(reading: LineReading, asked: Asked) -> dict[str, float]:
    """Return whether the line addresses this asker, somebody else, or mentions the asker's name in passing."""
    name = asked.name
    named = any(_same_name(called, name) for called in reading.names)
    others = [called for called in reading.names if not _same_name(called, name)]
    mentioned = len(name) > _PLAIN_NAME and name.replace(" ", "") in reading.folded.replace(" ", "")
    return {
        "named": float(named),
        "named_else": float(bool(others) and not named),
        "named_more": float(bool(others)),
        "mentioned": float(mentioned),
    }


def _same_name(called: str, name: str) -> bool:
    called, name = called.replace(" ", ""), name.replace(" ", "")
    return bool(called) and (
        called == name or (len(called) >= 2 and (name.startswith(called) or name.endswith(called) or called.endswith(name)))
    )


def bridge_features(faq: Sequence[Hit], index: FaqIndex, says: Array) -> dict[str, float]:
    """The FAQ as a bridge: the question points at an entry, the line says what an entry says. Do the two meet?

    For each of SAID: what the entries that the question points at expect, the first of them, and how much better the best of all is.
    """
    known = [(index.by_id[hit.faq_id], hit.score) for hit in faq if hit.faq_id in index.by_id]
    sure = known[0][1] if known else 0.0
    out = {"question_faq_sure": sure}
    for column, name in enumerate(SAID):
        values = says[:, column]
        first = float(values[known[0][0]]) if known else 0.0
        out[f"{name}_expected"] = sum(score * float(values[i]) for i, score in known)
        out[f"{name}_first"] = first * sure
        out[f"{name}_below_best"] = float(values.max()) - first if known else 0.0
    return out


RELATIVE = ("base", "above_rival", "share", "rivals", "group_best", "group_mean", "group_size", "newest", "candidates")


def relative_features(
    base: Sequence[float], groups: Sequence[str], ages: Sequence[float], waiting: Sequence[bool]
) -> list[dict[str, float]]:
    """Return, for each candidate, how its first score stands among the candidates. `groups` are Question ids."""
    best_of: dict[str, float] = {}
    all_of: dict[str, list[float]] = {}
    for score, group in zip(base, groups, strict=True):
        best_of[group] = max(best_of.get(group, 0.0), score)
        all_of.setdefault(group, []).append(score)
    ranked = sorted(best_of.values(), reverse=True)
    total = sum(best_of.values()) or 1e-9
    recency = sorted(range(len(ages)), key=lambda i: ages[i])
    place = {i: rank for rank, i in enumerate(i for i in recency if waiting[i])}
    out = []
    for i, (score, group) in enumerate(zip(base, groups, strict=True)):
        mine = best_of[group]
        rival = ranked[1] if len(ranked) > 1 and mine >= ranked[0] else (ranked[0] if mine < ranked[0] else 0.0)
        out.append(
            {
                "base": logit(score),
                "above_rival": mine - rival,
                "share": mine / total,
                "rivals": math.log1p(sum(1 for value in ranked if value >= 0.5 * mine) - 1),
                "group_best": mine - score,
                "group_mean": sum(all_of[group]) / len(all_of[group]),
                "group_size": math.log1p(len(all_of[group])),
                "newest": math.exp(-place.get(i, 20) / 3.0),
                "candidates": math.log1p(len(ranked)),
            }
        )
    return out
