"""The plain measures: precision, recall, F1, area under the ROC curve, calibration error, B-cubed. Standard library only."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import Any


def scores_of(found: Collection[Hashable], gold: Collection[Hashable]) -> dict[str, Any]:
    """Return precision, recall and F1 of a found set against the right one, rounded to 4 places."""
    found, gold = set(found), set(gold)
    hit = len(found & gold)
    precision = hit / len(found) if found else 0.0
    recall = hit / len(gold) if gold else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4), "found": len(found), "gold": len(gold)}


def area_under_curve(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """Return the chance that a positive scores above a negative (ties count half), or None where one side is empty."""
    if not positive or not negative:
        return None
    ordered = sorted(negative)
    wins = sum(bisect_left(ordered, value) + 0.5 * (bisect_right(ordered, value) - bisect_left(ordered, value)) for value in positive)
    return round(wins / (len(positive) * len(negative)), 4)


def calibration_error(scored: Sequence[tuple[float, bool]]) -> float:
    """Return the expected calibration error of (score, right?) over ten bins of the score."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(10)]
    for value, right in scored:
        bins[min(9, int(value * 10))].append((value, right))
    return round(sum(abs(sum(v for v, _ in b) - sum(r for _, r in b)) for b in bins if b) / max(1, len(scored)), 4)


def b_cubed(found: Mapping[str, Hashable], gold: Mapping[str, Hashable]) -> float:
    """Return the B-cubed F1 of a clustering (item -> cluster) against the right one over the same items."""

    def members(clusters: Mapping[str, Hashable]) -> dict[Hashable, set[str]]:
        out: dict[Hashable, set[str]] = {}
        for item, cluster in clusters.items():
            out.setdefault(cluster, set()).add(item)
        return out

    mine, right = members(found), members(gold)
    precision = recall = 0.0
    for item in gold:
        common = len(mine[found[item]] & right[gold[item]])
        precision += common / len(mine[found[item]])
        recall += common / len(right[gold[item]])
    precision, recall = precision / max(1, len(gold)), recall / max(1, len(gold))
    return round(2 * precision * recall / (precision + recall), 4) if precision + recall else 0.0
