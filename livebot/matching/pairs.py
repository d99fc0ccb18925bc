"""What a line has to do with each of many asker lines, as features: is it the same question, does it answer it. Pure.

The features of all pairs are computed at once, a column each; the trained networks weigh them. Names are stable: a model names the
features it was fitted on.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from livebot.core.matcher import Asked, Hit, Said
from livebot.core.reader import LineReading
from livebot.learned.net import Table, logits
from livebot.matching.faq import EMBEDDERS, SAID, Array
from livebot.matching.hits import Pointing
from livebot.matching.numbers import Numbers
from livebot.matching.sides import KINDS, Facts, Shared, Side, Sides

_PLAIN_NAME = 2
TIMES = frozenset({"s", "min", "h", "clock", "day", "week", "month", "moy", "year"})
MONEY = frozenset({"krw", "usd", "eur", "gbp", "cent"})
NAMED = ("hearsay", "unsure", "chase", "purchase", "request")

Column = float | Array


class Pairs:
    """A line and the asker lines it is compared with, a tuple for each of their fields, and what the two sides share."""

    def __init__(self, sides: Sides, line: Side, asked: Sequence[Asked], others: Sequence[Side]) -> None:
        self.line, self.reading, self.others, self.count = line.text, line.text.reading, others, len(asked)
        self.asked: Any = Asked._make(zip(*asked, strict=True))
        self.own: Facts[float] = Facts(*line.facts.tolist())
        self.shared: Shared = sides.shared(line, others)
        self.facts = self.shared.facts

    def column(self, name: str) -> Array:
        """Return one of the asker lines' fields as numbers."""
        return np.array(getattr(self.asked, name), float)

    def covers(self) -> dict[str, Array]:
        """How much of the line's words the other has, how much of the other's the line has, and how alike their letters are."""
        return {
            "mine": self.shared.mine[:, 0] / self.own.weight,
            "theirs": self.shared.words / self.facts.weight,
            "alike": self.shared.mine[:, 1] / (self.own.norm * self.facts.norm),
        }

    def overlap(self, kind: str) -> tuple[Array, Array]:
        """Return (share of common ones, 1 where both have some and none is common)."""
        common = self.shared.mine[:, KINDS.index(kind)]
        own, theirs = getattr(self.own, kind), getattr(self.facts, kind)
        both = (theirs > 0) & (own > 0)
        return both * common / np.maximum(own + theirs - common, 1.0), (both & (common == 0)).astype(float)

    def numbers(self) -> tuple[Column, Column]:
        """Return (how many numbers the two share, how many of the line's contradict)."""
        mine = self.reading.quantities
        if not mine or not self.facts.numbers.any():
            return 0.0, 0.0
        return Numbers([other.text.reading.quantities for other in self.others]).compare(mine)

    def product_differs(self, product: str | None) -> Column:
        """Whether something else was on air when the other was asked."""
        if product is None:
            return 0.0
        return np.array([other is not None and other != product for other in self.asked.product], float)

    def cosines(self) -> dict[str, Column]:
        """Return the cosines of the sentence vectors (of the part of the line that is closest), 0 where one is missing."""
        return {name: self._cosine(name) for name in EMBEDDERS}

    def _cosine(self, name: str) -> Column:
        mine = self.reading.vectors.get(name)
        if mine is None:
            return 0.0
        theirs = {i: vector for i, other in enumerate(self.others) if (vector := other.text.vectors.get(name)) is not None}
        if not theirs:
            return 0.0
        known, matrix, out = list(theirs), np.stack(list(theirs.values())), np.zeros(self.count)
        parts = self.reading.vectors.get(f"{name}_parts")
        whole = matrix @ mine
        out[known] = whole if parts is None else np.maximum(whole, (matrix @ parts.T).max(axis=1))
        return out


def same_features(pairs: Pairs, faq: Sequence[Hit], product: str | None, pointing: Pointing) -> Table:
    """Return the features of (a question line, an earlier asker line): do they ask the same about the same product?"""
    reading, asked, own, theirs = pairs.reading, pairs.asked, pairs.own, pairs.facts
    covers, own_lines, age = pairs.covers(), pairs.column("own"), pairs.column("age")
    shared, against = pairs.numbers()
    columns: dict[str, Column] = {
        "covered": covers["mine"],
        "covers": covers["theirs"],
        "alike": covers["alike"],
        "equal": np.array([other.text.reading.folded == reading.folded for other in pairs.others], float),
    }
    for kind, name in (("topics", "topic"), ("concepts", "concept"), ("wants", "wants")):
        columns[f"{name}_share"], columns[f"{name}_clash"] = pairs.overlap(kind)
    columns |= {
        "wants_one_side": ((theirs.wants > 0) != (own.wants > 0)).astype(float),
        "number_shared": shared,
        "number_against": against,
        "number_one_side": (theirs.numbers != own.numbers).astype(float),
        "product_named_same": (pairs.shared.mine[:, KINDS.index("products")] > 0).astype(float),
        "product_differs": pairs.product_differs(product),
        "words": min(8.0, own.terms),
        "words_other": np.minimum(8.0, theirs.terms),
        "length_gap": np.abs(own.length - theirs.length),
        "age": np.log1p(age),
        "waiting": np.array([answered is None for answered in asked.answered], float),
        "askers": np.log1p(pairs.column("askers")),
        "deictic": own.deictic + theirs.deictic,
        "negated_differ": np.not_equal(theirs.polarity < 0, own.polarity < 0).astype(float),
        "entry": own.entry,
        "own": own_lines,
        "own_newest": own_lines * np.exp(-age / 120.0),
        "again": max(reading.scores.get("chase", 0.0), float("chase" in reading.flags)),
    }
    return Table.of(columns | pointing.overlap(faq) | pairs.cosines(), pairs.count)


def answer_features(pairs: Pairs, said: Said, pointing: Pointing, says: Array) -> Table:
    """Return the features of (a line, an asker line): does it answer it? `says` = `FaqIndex.said` of the line."""
    own, theirs = pairs.own, pairs.facts
    covers, (shared, against) = pairs.covers(), pairs.numbers()
    (topic_share, topic_clash), (concept_share, concept_clash) = pairs.overlap("topics"), pairs.overlap("concepts")
    columns: dict[str, Column] = {
        **_read_as(pairs.reading, said),
        "covered": covers["theirs"],
        "covers": covers["mine"],
        "alike": covers["alike"],
        "topic_share": topic_share,
        "topic_clash": topic_clash,
        "concept_share": concept_share,
        "concept_clash": concept_clash,
        "number_shared": shared,
        "number_against": against,
        "has_number": own.numbers,
        "asks_amount": theirs.asks_amount,
        "polarity": abs(own.polarity),
        "polar_question": (theirs.wants == 0).astype(float),
        **given_features(pairs.reading, theirs),
        "words": min(16.0, own.terms),
        "question_words": np.minimum(8.0, theirs.terms),
        "length": own.length,
    }
    columns |= {side: float(said.side == side) for side in ("voice", "host", "viewer")}
    columns |= _asked_features(pairs, said)
    columns |= {"question_entry": theirs.entry, "question_sure": theirs.question}
    columns |= address_features(pairs.reading, pairs.asked.name)
    columns |= bridge_features(pointing, says)
    columns |= {f"is_{flag}": float(flag in pairs.reading.flags) for flag in NAMED}
    columns["p_joke"] = pairs.reading.scores.get("joke", 0.0)
    return Table.of(columns | pairs.cosines(), pairs.count)


def _read_as(reading: LineReading, said: Said) -> dict[str, float]:
    """What a viewer's line reads like by itself, and for the host only whether such a line answers anything at all."""
    viewer = said.side == "viewer"
    return {
        "p_question": reading.scores.get("question", 0.0) if viewer else 0.0,
        "p_answer": reading.scores.get("answer", 0.0) if viewer else reading.scores.get("says", 0.0),
        "p_thanks": reading.scores.get("thanks", 0.0) if viewer else 0.0,
    }


def given_features(reading: LineReading, asked: Facts[Array]) -> dict[str, Column]:
    """Return whether a line gives the kind of thing that each question wants: yes or no, an amount, a time, a price."""
    units = {quantity.unit for quantity in reading.quantities}
    amount, time, price = asked.wants_amount > 0, asked.wants_time > 0, asked.price > 0
    return {
        "yes_or_no_given": (asked.wants == 0) * float(reading.polarity != 0.0),
        "time_given": time * float(bool(units & TIMES)),
        "price_given": price * float(bool(units & MONEY)),
        "amount_given": (amount & ~time & ~price) * float(bool(units - TIMES - MONEY)),
        "nothing_given": (amount | time) * float(not units),
    }


def _asked_features(pairs: Pairs, said: Said) -> dict[str, Column]:
    """How things stand with each asker line: how long it waits, whether it was answered, and whether the line is a reply to it."""
    asked, named, age = pairs.asked, pairs.reading.products, pairs.column("age")
    replied = [0.0] if said.reply_to is None else np.array([line == said.reply_to for line in asked.line], float)
    return {
        "age": np.log1p(age),
        "fresh": np.exp(-age / 20.0),
        "lines_since": np.log1p(pairs.column("lines_since")),
        "answered": np.array([since is not None for since in asked.answered], float),
        "since_answered": np.log1p(np.array([since or 0.0 for since in asked.answered])),
        "answered_by_host": pairs.column("answered_by_host"),
        "thanked": pairs.column("thanked"),
        "askers": np.log1p(pairs.column("askers")),
        "product_differs": pairs.product_differs(said.product),
        "names_other_product": np.array([other is not None and other not in named for other in asked.product], float) if named else 0.0,
        "replies_to": np.asarray(replied),
        "replies_else": 0.0 if said.reply_to is None else 1.0 - np.asarray(replied),
        "own_ask": 0.0 if said.own_ask is None else math.exp(-said.own_ask / 60.0),
    }


def address_features(reading: LineReading, names: Sequence[str]) -> dict[str, Column]:
    """Return whether the line addresses each asker, somebody else, or mentions the asker's name in passing."""
    plain = reading.folded.replace(" ", "")
    mentioned = np.array([len(name) > _PLAIN_NAME and name.replace(" ", "") in plain for name in names], float)
    if not reading.names:
        return {"named": 0.0, "named_else": 0.0, "named_more": 0.0, "mentioned": mentioned}
    same = np.array([[_same_name(called, name) for called in reading.names] for name in names])
    named, more = same.any(axis=1).astype(float), (~same.all(axis=1)).astype(float)
    return {"named": named, "named_else": more * (1.0 - named), "named_more": more, "mentioned": mentioned}


def _same_name(called: str, name: str) -> bool:
    called, name = called.replace(" ", ""), name.replace(" ", "")
    return bool(called) and (
        called == name or (len(called) >= 2 and (name.startswith(called) or name.endswith(called) or called.endswith(name)))
    )


def bridge_features(pointing: Pointing, says: Array) -> dict[str, Array]:
    """The FAQ as a bridge: the question points at an entry, the line says what an entry says. Do the two meet?

    For each of SAID: what the entries that the question points at expect, the first of them, and how much better the best of all is.
    """
    sure, known = pointing.sure, pointing.some
    columns = {"question_faq_sure": sure}
    expected, first = pointing.expected(says), pointing.first(says)
    best = says.max(axis=0) if len(says) else np.zeros(len(SAID))
    for i, name in enumerate(SAID):
        columns[f"{name}_expected"] = expected[:, i]
        columns[f"{name}_first"] = first[:, i] * sure
        columns[f"{name}_below_best"] = (best[i] - first[:, i]) * known
    return columns


RELATIVE = ("base", "above_rival", "share", "rivals", "group_best", "group_mean", "group_size", "newest", "candidates")


def relative_features(base: Array, groups: Sequence[str], ages: Sequence[float], waiting: Sequence[bool]) -> dict[str, Array]:
    """Return how the first score of each candidate stands among the candidates'. `groups` are Question ids."""
    numbered: dict[str, int] = {}
    group = np.array([numbered.setdefault(name, len(numbered)) for name in groups])
    best = np.zeros(len(numbered))
    np.maximum.at(best, group, base)
    sizes = np.bincount(group)
    ranked, mine = np.sort(best)[::-1], best[group]
    second = ranked[1] if len(ranked) > 1 else 0.0
    values = (
        logits(base),
        mine - np.where(mine < ranked[0], ranked[0], second),
        mine / (float(best.sum()) or 1e-9),
        np.log1p(len(ranked) - np.searchsorted(ranked[::-1], 0.5 * mine) - 1),
        mine - base,
        (np.bincount(group, base) / sizes)[group],
        np.log1p(sizes)[group],
        np.exp(-_places(ages, waiting) / 3.0),
        np.full(len(base), math.log1p(len(ranked))),
    )
    return dict(zip(RELATIVE, values, strict=True))


def _places(ages: Sequence[float], waiting: Sequence[bool]) -> Array:
    """Return the place of each among those that wait, newest first; of the others, that of one far behind."""
    places = np.full(len(ages), 20.0)
    waits = np.flatnonzero(waiting)
    places[waits[np.argsort(np.array(ages)[waits], kind="stable")]] = np.arange(len(waits))
    return places
