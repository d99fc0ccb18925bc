"""How far a regular's word goes by itself: a lower confidence bound on the share of their answers that were accepted. Pure sums.

What became of their answers is counted by topic and fades with time. Standing (visits, months, purchases) only shifts where a viewer
begins: a few answers weigh more than any loyalty, and no trust is enough for a fact that must be checked (see `guard.py`). What one
viewer can gain by another halves every time, so that friends who answer each other soon gain nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from livebot.core.decisions import Reason
from livebot.core.questions import Regular, Tally, Viewer
from livebot.core.settings import People

DAY = 86_400.0
HALF_LIFE = 90 * DAY
Z = 1.0
"""Standard errors below the mean: about five in six viewers are better than their bound says."""

OTHER_TOPICS = 0.25
"""How much an answer on another topic counts."""

STANDING_LIFTS = 0.5
"""How far the fullest standing lifts a beginner's share from the prior towards 1."""

NEWCOMER = 600.0
"""Seconds after their first line for which somebody without history is a newcomer."""

REGULAR_MONTHS = 3
REGULAR_VISITS = 3


@dataclass(frozen=True, slots=True)
class Trust:
    """The sum: `value` from 0 to 1, and what went into it."""

    value: float
    accepted: float
    rejected: float
    visits: int
    months: int
    orders: int

    def reason(self) -> Reason:
        """Return the sum in words."""
        counts = {"accepted": f"{round(self.accepted, 1):g}", "rejected": f"{round(self.rejected, 1):g}"}
        return Reason.of("trust.sum", value=round(100 * self.value), **counts, visits=self.visits, months=self.months, orders=self.orders)


def trust_of(accounts: Sequence[Viewer], people: People, now: float, topics: Sequence[str] = ()) -> Trust:
    """Return how far the word of a person goes on `topics` (none: on all), by all their accounts. `now` in the show's seconds."""
    accepted = rejected = 0.0
    for account in accounts:
        for topic, tally in (account.regular.tallies if account.regular else {}).items():
            weight = faded(now - tally.at) * (1.0 if not topics or topic in topics else OTHER_TOPICS)
            accepted += weight * tally.accepted
            rejected += weight * tally.rejected
    visits = sum(account.visits for account in accounts)
    months = max((account.months for account in accounts), default=0)
    orders = sum(account.regular.orders for account in accounts if account.regular)
    begun = prior_share(people, visits, months, orders) * people.prior_answers
    value = lower_bound(begun + accepted, people.prior_answers + accepted + rejected)
    return Trust(round(value, 4), accepted, rejected, visits, months, orders)


def prior_share(people: People, visits: int, months: int, orders: int) -> float:
    """Return the share of right answers that somebody of that standing begins with."""
    share = people.prior_accepted / people.prior_answers
    standing = 1.0 - math.exp(-(visits / 10 + months / 12 + orders / 5))
    return share + (1.0 - share) * STANDING_LIFTS * standing


def lower_bound(right: float, count: float) -> float:
    """Return the lower end of Wilson's score interval (1927) for `right` of `count`, which need not be whole numbers."""
    share = min(1.0, right / count)
    centre = share + Z * Z / (2 * count)
    spread = Z * math.sqrt(share * (1 - share) / count + Z * Z / (4 * count * count))
    return max(0.0, (centre - spread) / (1 + Z * Z / count))


def faded(seconds: float) -> float:
    """Return how much of a weight is left after that time."""
    return float(0.5 ** (max(0.0, seconds) / HALF_LIFE))


def is_regular(viewer: Viewer | None) -> bool:
    """Whether somebody has standing: three months subscribed, a third visit, a purchase, or an answer that was accepted."""
    if viewer is None:
        return False
    bought = viewer.regular is not None and viewer.regular.orders > 0
    return viewer.months >= REGULAR_MONTHS or viewer.visits >= REGULAR_VISITS or viewer.accepted >= 1 or bought


def is_newcomer(viewer: Viewer | None, now: float) -> bool:
    """Whether somebody came a moment ago and nothing is known of them: a raid is made of such accounts."""
    if viewer is None:
        return True
    known = viewer.visits or viewer.months or viewer.roles or viewer.accepted or (viewer.regular and viewer.regular.orders)
    return not known and now - viewer.first < NEWCOMER


def pair_weight(times: int) -> float:
    """Return how much an answer counts between two people who gained by each other `times` before: two whole answers in all, for ever."""
    return float(0.5 ** min(times, 60))


def fresh_weight(before: int) -> float:
    """Return how much a newcomer's word counts after `before` other newcomers' in this show."""
    return 1.0 / (1 + before)


def add(regular: Regular, topic: str, now: float, accepted: float = 0.0, rejected: float = 0.0) -> None:
    """Count an answer on a topic; what was counted before fades up to now."""
    tally = regular.tallies.setdefault(topic, Tally(at=now))
    left = faded(now - tally.at)
    tally.accepted = max(0.0, round(tally.accepted * left + accepted, 6))
    tally.rejected = max(0.0, round(tally.rejected * left + rejected, 6))
    tally.at = max(tally.at, now)
