"""Names: what looks like what, and how they are shown."""

from __future__ import annotations

import pytest

from livebot.core.names import shown, skeleton, telling


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("minji_host", "ｍｉｎｊｉ＿ｈｏｓｔ"),
        ("moderator_kim", "rnoderator_kim"),
        ("minji_host", "mіnjі hоst"),
        ("Lily", "1i1y"),
        ("봄날의곰", "봄날의\u200b곰"),
        ("봄날의곰", "봄날의 곰"),
    ],
)
def test_names_that_look_alike_have_one_skeleton(one: str, other: str) -> None:
    """Full-width forms, other scripts, digits for letters, pairs that run together, what cannot be seen."""
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    ("one", "other"), [("봄날의곰", "봄날의곰2"), ("user14", "user24"), ("minji_host", "minho_host"), ("단골손님", "단골손녀")]
)
def test_other_names_stay_other(one: str, other: str) -> None:
    """The near miss: one sign more, or another one."""
    assert skeleton(one) != skeleton(other)


def test_a_short_name_stands_for_nobody() -> None:
    """Two syllables are some nickname of many."""
    assert not telling(skeleton("별님")) and telling(skeleton("봄날의곰"))


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("봄날의곰", "봄○○"),
        ("kim", "k○○"),
        ("👩‍👧엄마", "👩‍👧○○"),
        ("e\u0301lan", "e\u0301○○"),
        ("", ""),
        ("\u200b\u202e하늘", "하○○"),
        ("e" + "\u0301" * 500, "e" + "\u0301" * 11 + "○○"),
        ("\u200b", "○○○"),
    ],
)
def test_a_name_is_shown_short_where_the_shop_wants_it(name: str, short: str) -> None:
    """The first sign as a person sees it, and two rings; what cannot be seen is no sign, and marks are kept within a line."""
    assert shown(name, "short") == short and shown(name, "full") == name
