"""The numbers of many texts compared at once say what comparing two by two says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from livebot.core.reader import Quantity
from livebot.matching.numbers import Numbers
from livebot.matching.texts import numbers

quantities = st.lists(
    st.builds(Quantity, st.sampled_from((0.0, 1.0, 1.004, 1.02, 3.0, 29_900.0)), st.sampled_from(("", "krw", "day", "ea"))), max_size=4
).map(tuple)


@given(st.lists(quantities, max_size=5), quantities.filter(bool))
def test_many_texts_at_once_are_two_by_two(texts: list[tuple[Quantity, ...]], mine: tuple[Quantity, ...]) -> None:
    """Shared and contradicting ones, counted by the line's numbers and by the texts'."""
    many = Numbers(texts)
    assert list(zip(*many.compare(mine), strict=True)) == [numbers(mine, text) for text in texts]
    assert list(zip(*many.compare_theirs(mine), strict=True)) == [numbers(text, mine) for text in texts]
