"""Postings say what a look at every text would say; the index of asker lines finds the same however much it remembers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livebot.matching.postings import KEPT, LATEST, LineIndex, Postings

words = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0.1, 5.0), max_size=6)


@given(st.lists(words, max_size=8), words)
def test_postings_are_brute_force(texts: list[dict[str, float]], line: dict[str, float]) -> None:
    """Shared weights of both sides and squares, by row."""
    postings = Postings(texts)
    mine, theirs = postings.shared(line)
    assert mine == pytest.approx(np.array([sum(line[w] for w in line if w in text) for text in texts]))
    assert theirs == pytest.approx(np.array([sum(text[w] for w in line if w in text) for text in texts]))
    assert postings.squares(line) == pytest.approx(np.array([sum(line[w] ** 2 for w in line if w in text) for text in texts]))


@given(st.lists(st.sets(st.sampled_from("abcdefgh"), max_size=4), max_size=20), words, st.integers(1, 6))
def test_the_line_index_is_brute_force(lines: list[set[str]], line: dict[str, float], limit: int) -> None:
    """Most shared weight first, newer before older, as long as no word has too many lines."""
    index = LineIndex()
    for i, some in enumerate(lines):
        index.add(f"m{i}", sorted(some))
    scored = [(sum(line[w] for w in sorted(line) if w in some), i) for i, some in enumerate(lines) if some & line.keys()]
    best = sorted(scored, key=lambda pair: (-round(pair[0], 9), -pair[1]))[:limit]
    found = index.find(line, limit)
    weight = {f"m{i}": round(s, 9) for s, i in scored}
    assert [weight[key] for key in found] == [round(s, 9) for s, _ in best]
    assert len(found) == len(best)


def test_forgotten_lines_are_not_found() -> None:
    """At once, and forgetting twice is nothing."""
    index = LineIndex()
    index.add("m1", ["a"])
    index.add("m2", ["a"])
    for _ in range(2):
        index.remove("m1")
    assert index.find({"a": 1.0}, 5) == ["m2"]


def test_the_cost_of_a_look_up_does_not_grow_with_the_show() -> None:
    """However many lines hold a word, only the latest are looked at."""
    index = LineIndex()
    for i in range(20_000):
        index.add(f"m{i}", ["price", f"word{i % 50}"])
    assert len(index.find({"price": 1.0}, 20_000)) == LATEST
    assert max(len(places) for places in index._by_word.values()) < 2 * LATEST


def test_old_lines_are_let_go() -> None:
    """However long the show, what is remembered is bounded; the newest are found."""
    index = LineIndex()
    for i in range(2 * KEPT):
        index.add(f"m{i}", ["price", f"word{i}"])
    assert len(index._keys) == KEPT
    assert index.find({"word0": 1.0}, 5) == []
    assert index.find({f"word{2 * KEPT - 1}": 1.0}, 5) == [f"m{2 * KEPT - 1}"]
