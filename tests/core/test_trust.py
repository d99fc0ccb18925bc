"""The sum of trust: what speaks for a viewer, what against, and what time does to both."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livebot.core import trust
from livebot.core.questions import Regular, Tally, Viewer
from livebot.core.settings import People

PEOPLE = People()
counts = st.floats(0.0, 500.0)


def viewer(accepted: float = 0.0, rejected: float = 0.0, topic: str = "size", at: float = 0.0, **more: int) -> Viewer:
    """A viewer with answers on one topic."""
    orders = more.pop("orders", 0)
    return Viewer("bob", 0.0, 0.0, regular=Regular(orders=orders, tallies={topic: Tally(accepted, rejected, at)}), **more)


def value(one: Viewer, now: float = 0.0, *topics: str) -> float:
    """How far one account's word goes."""
    return trust.trust_of([one], PEOPLE, now, topics).value


@given(counts, counts, st.integers(0, 200), st.integers(0, 100))
def test_trust_is_a_share_that_right_answers_raise_and_wrong_ones_lower(accepted: float, rejected: float, visits: int, months: int) -> None:
    """Between 0 and 1, and monotone in what became of the answers and in standing."""
    here = value(viewer(accepted, rejected, visits=visits, months=months))
    assert 0.0 <= here <= 1.0
    assert value(viewer(accepted + 1, rejected, visits=visits, months=months)) >= here
    assert value(viewer(accepted, rejected + 1, visits=visits, months=months)) <= here
    assert value(viewer(accepted, rejected, visits=visits + 1, months=months + 1)) >= here


def test_it_is_a_bound_not_a_mean() -> None:
    """One right answer of one proves less than thirty of thirty-three."""
    assert value(viewer(1)) < value(viewer(30, 3))


def test_nobody_begins_with_the_prior_and_passes() -> None:
    """Somebody unknown is above the bound below which a person looks first; one refusal brings them under it."""
    assert value(Viewer("ann", 0.0, 0.0)) > PEOPLE.hold_below > value(viewer(rejected=1))


def test_loyalty_is_a_beginning_and_no_more() -> None:
    """The most loyal viewer who was wrong four times goes less far than a stranger who was right four times."""
    loyal = viewer(rejected=4, visits=500, months=60, orders=50)
    assert value(Viewer("ann", 0.0, 0.0, visits=500, months=60)) > value(Viewer("cat", 0.0, 0.0))
    assert value(loyal) < value(viewer(4)) and value(loyal) < PEOPLE.hold_below + 0.2


def test_another_topic_counts_a_quarter() -> None:
    """Who knows sizes is trusted on them, and a little on delivery."""
    knows = viewer(12)
    assert value(knows, 0.0, "size") > value(knows, 0.0, "delivery") > value(Viewer("ann", 0.0, 0.0), 0.0, "delivery")
    assert value(knows) == value(knows, 0.0, "size")


def test_what_was_long_ago_fades() -> None:
    """A half is left after the half-life; in the end the prior is."""
    knows = viewer(10)
    assert trust.faded(trust.HALF_LIFE) == 0.5
    assert value(knows) > value(knows, trust.HALF_LIFE) > value(knows, 20 * trust.HALF_LIFE)
    assert value(knows, 20 * trust.HALF_LIFE) == pytest.approx(value(Viewer("ann", 0.0, 0.0)), abs=0.01)


def test_counting_fades_what_was_counted_before() -> None:
    """A tally of two times is the sum as of the later one."""
    regular = Regular(tallies={"size": Tally(4.0, 2.0, 0.0)})
    trust.add(regular, "size", trust.HALF_LIFE, accepted=1.0)
    assert regular.tallies["size"] == Tally(3.0, 1.0, trust.HALF_LIFE)


def test_linked_accounts_are_one_person() -> None:
    """Answers of both count, subscriber months of the longer one."""
    both = trust.trust_of([viewer(3, months=2), viewer(4, 1, topic="delivery", months=9)], PEOPLE, 0.0)
    assert (both.accepted, both.rejected, both.months) == (7.0, 1.0, 9)


def test_the_sum_can_be_put_into_words() -> None:
    """For staff and for the person, in both languages, with what went into it."""
    from livebot.lang.wordings import Wordings

    reason = trust.trust_of([viewer(3, 1, visits=4, months=2, orders=5)], PEOPLE, 0.0).reason()
    korean, english = (Wordings().reason(reason, lang) for lang in ("ko", "en"))
    assert "맞은 답 3," in korean and "구매 5번" in korean
    assert "3 right, 1 wrong" in english and "4 visits" in english
