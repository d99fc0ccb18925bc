"""The measures against values worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livebot.evals.measures import area_under_curve, b_cubed, calibration_error, scores_of


@pytest.mark.parametrize(
    ("found", "gold", "precision", "recall", "f1"),
    [
        ({1, 2, 3, 4}, {3, 4, 5}, 0.5, 0.6667, 0.5714),
        ({1}, {1}, 1.0, 1.0, 1.0),
        ({1}, {2}, 0.0, 0.0, 0.0),
        (set(), {2}, 0.0, 0.0, 0.0),
        ({1}, set(), 0.0, 0.0, 0.0),
        (set(), set(), 0.0, 0.0, 0.0),
        ([1, 1, 2], [1], 0.5, 1.0, 0.6667),
    ],
)
def test_precision_recall_f1(found: set[int], gold: set[int], precision: float, recall: float, f1: float) -> None:
    """Of what was found how much is right; of what is right how much was found; each thing counted once."""
    scores = scores_of(found, gold)
    assert (scores["precision"], scores["recall"], scores["f1"]) == (precision, recall, f1)
    assert (scores["found"], scores["gold"]) == (len(set(found)), len(set(gold)))


@pytest.mark.parametrize(
    ("positive", "negative", "area"),
    [
        ([0.9, 0.8], [0.1, 0.2], 1.0),
        ([0.1], [0.9], 0.0),
        ([0.5], [0.5], 0.5),
        ([0.9, 0.5], [0.5, 0.1], 0.875),  # 0.9 beats both; 0.5 beats one and ties with one: 3.5 of 4
        ([], [0.5], None),
        ([0.5], [], None),
    ],
)
def test_the_area_under_the_curve(positive: list[float], negative: list[float], area: float | None) -> None:
    """The chance that a right one scores above a wrong one; a tie is half."""
    assert area_under_curve(positive, negative) == area


@given(st.lists(st.integers(0, 10), min_size=1, max_size=20), st.lists(st.integers(0, 10), min_size=1, max_size=20))
def test_the_area_is_that_of_all_pairs(positive: list[int], negative: list[int]) -> None:
    """Against counting every pair."""
    wins = sum((a > b) + 0.5 * (a == b) for a in positive for b in negative)
    assert area_under_curve(positive, negative) == round(wins / (len(positive) * len(negative)), 4)


@pytest.mark.parametrize(
    ("scored", "error"),
    [
        ([(1.0, True), (0.0, False)], 0.0),
        ([(0.9, True)] * 9 + [(0.9, False)], 0.0),
        ([(0.9, False)] * 10, 0.9),
        ([(0.95, True), (0.15, True)], 0.45),  # |0.95 - 1| and |0.15 - 1|, a half each
        ([], 0.0),
    ],
)
def test_the_calibration_error(scored: list[tuple[float, bool]], error: float) -> None:
    """How far the scores of a tenth lie from the share that is right, weighed by how many there are."""
    assert calibration_error(scored) == pytest.approx(error)


def test_b_cubed_by_hand() -> None:
    """Two clusters of gold {a,b,c} {d,e}, found {a,b} {c,d,e}."""
    gold = {"a": 1, "b": 1, "c": 1, "d": 2, "e": 2}
    found = {"a": 1, "b": 1, "c": 2, "d": 2, "e": 2}
    precision = (1 + 1 + 1 / 3 + 2 / 3 + 2 / 3) / 5
    recall = (2 / 3 + 2 / 3 + 1 / 3 + 1 + 1) / 5
    assert b_cubed(found, gold) == round(2 * precision * recall / (precision + recall), 4)
    assert b_cubed(gold, gold) == 1.0
    assert b_cubed({}, {}) == 0.0


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 3), min_size=1))
def test_b_cubed_does_not_care_how_clusters_are_called(gold: dict[str, int]) -> None:
    """Only who is with whom counts."""
    assert b_cubed({item: f"c{cluster}" for item, cluster in gold.items()}, gold) == 1.0
    apart = b_cubed({item: item for item in gold}, gold)
    assert (apart == 1.0) == (len(set(gold.values())) == len(gold))
