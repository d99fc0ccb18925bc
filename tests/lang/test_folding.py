"""Folding: what is written differently and means the same becomes the same, once and for all, at a bounded cost."""

from __future__ import annotations

import statistics
import time
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livebot.lang.folding import EMOJI, MAX_FOLDED, fold, has_bidi, script_of, strip_invisible

TAG_FLAG = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
awkward = st.sampled_from([*"가나요ㅋㅠ .?!~:abcABC123😀☺❤\ufe0f\u200d\u200b\u202e\u0301\u0327ﷺﬀＡ１İ①㈜ᄏ\u115f \n\t", "가나다 ", "ab"])
texts = st.text(max_size=600) | st.lists(awkward, max_size=300).map("".join)


@settings(max_examples=300, deadline=None)
@given(texts)
def test_folding_twice_is_folding_once(text: str) -> None:
    """Also for marks, expansions, runs inside runs; and it is never longer than the cap."""
    folded = fold(text)
    assert len(folded) <= MAX_FOLDED
    assert fold(folded) == folded


@settings(max_examples=200, deadline=None)
@given(texts)
def test_nothing_invisible_is_left(text: str) -> None:
    """No control, no bidi, no zero-width sign, no space at the ends."""
    folded = fold(text)
    assert not has_bidi(folded) and strip_invisible(folded) == folded
    assert not any(unicodedata.category(char) == "Cc" for char in folded)
    assert folded == folded.strip() and "  " not in folded


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("얼마예요ㅋㅋㅋㅋㅋㅋ", "얼마예요ㅋㅋ"),
        ("ㅠㅠㅠㅠ", "ㅠㅠ"),
        ("ㅋ", "ㅋ"),
        ("요요요요", "요"),
        ("예뻐요오오오오", "예뻐요오"),
        ("sooooo good", "soo good"),
        ("too", "too"),
        ("?????", "??"),
        ("1000000", "1000000"),
        ("배송   언제\t와요\n", "배송 언제 와요"),
        ("PRICE?", "price?"),
        ("ｐｒｉｃｅ ２９，９００", "price 29,900"),
        ("㎏ ① ㈜", "kg ☺ (주)"),
        ("관\u200b리\u200b자", "관리자"),
        ("가격은 \u2066\u20a99,900\u2069\u202d000,1\u20a9\u202c", "가격은 ₩9,900000,1₩"),
        ("\u115f\u115f\u115f", ""),
        ("ㅂㅐㅅㅗㅇ", "ㅂㅐㅅㅗㅇ"),
        ("\u1107\u1162\u1109\u1169\u11bc", "배송"),
        ("감사😀😀😀", "감사☺"),
        ("❤️", EMOJI),
        (TAG_FLAG, EMOJI),
        ("👨\u200d👩\u200d👧", EMOJI),
        (":heart_eyes: :heart_eyes: nice", "☺ ☺ nice"),
        ("사 주세요 사 주세요 사 주세요 사 주세요 사 주세요 사 주세요", "사 주세요 사 주세요"),
        ("", ""),
    ],
)
def test_forms_that_fold_together(text: str, folded: str) -> None:
    """Runs, full-width forms, invisible signs, emoji; jamo stay what the chat uses them for."""
    assert fold(text) == folded


def test_an_expansion_bomb_is_cut() -> None:
    """U+FDFA becomes eighteen signs: five hundred of them stay below the cap (H041)."""
    assert len(fold("\ufdfa" * 500)) <= MAX_FOLDED


@pytest.mark.parametrize("text", ["bit\u2024ly/abc123", "kim.minji＠naver．com"])
def test_dots_and_ats_in_disguise_are_seen(text: str) -> None:
    """Compatibility forms become the sign they look like."""
    assert all(ord(char) < 128 or "가" <= char <= "힣" for char in fold(text))


@pytest.mark.parametrize("text", [TAG_FLAG, "👨\u200d👩\u200d👧", "❤\ufe0f", "1\ufe0f\u20e3", "🏳\ufe0f\u200d🌈", "👍🏽"])
def test_emoji_are_kept_whole(text: str) -> None:
    """What makes up an emoji is no trick (H037)."""
    assert strip_invisible(text) == text


@pytest.mark.parametrize(
    "text", ["\U000e0067\U000e0062 안녕", "관\u200d리\u200d자", "가\ufe0f나", "a\u200bb", "\u202eabc", "\U0001f3f4\U000e0067"]
)
def test_tricks_are_taken_out(text: str) -> None:
    """Bare tag signs, joiners between letters, direction changes."""
    stripped = strip_invisible(text)
    assert len(stripped) < len(text) and strip_invisible(stripped) == stripped


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("얼마예요 price", "ko"),
        ("ㅋㅋ", "ko"),
        ("price?", "en"),
        ("これいくら", "ja"),
        ("多少钱", "zh"),
        ("ราคาเท่าไหร่", "th"),
        ("сколько стоит", "ru"),
        ("giá bao nhiêu đây", "vi"),
        ("29,900 ??", ""),
    ],
)
def test_the_language_is_told_by_its_script(text: str, lang: str) -> None:
    """Hangul wins over Latin; numbers alone have none."""
    assert script_of(text) == lang


def test_hostile_lines_cost_little_more_than_others(show_lines: list[dict[str, Any]]) -> None:
    """No line of hostile make takes more than forty times the median of real ones (measured together, so a busy machine is fair)."""
    hostile = ["가" * 500, "?" * 500, ("a" * 40 + "!") * 12, "\ufdfa" * 500, "ab " * 160, "\u0301" * 500, ":a:" * 160, "가나다라마" * 100]

    def cost(text: str) -> float:
        best = 1.0
        for _ in range(5):
            started = time.perf_counter()
            fold(text)
            best = min(best, time.perf_counter() - started)
        return best

    median = statistics.median(cost(line["text"]) for line in show_lines[::40])
    worst = max(cost(text) for text in hostile)
    assert worst <= 40 * median
