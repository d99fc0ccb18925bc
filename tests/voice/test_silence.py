"""What speech recognition makes of silence is taken out; what a host says stays."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livebot.voice.silence import without_noise


@pytest.mark.parametrize(
    "text",
    [
        "시청해주셔서 감사합니다.",
        "시청해 주셔서 감사합니다",
        "시청해주셔서 감사합니다. 시청해주셔서 감사합니다.",
        "구독과 좋아요 부탁드립니다! 다음 영상에서 만나요",
        "구독, 좋아요, 알림설정 부탁드려요",
        "끝까지 봐주셔서 감사합니다",
        "MBC 뉴스 김가나입니다.",
        "한글자막 by 아무개",
        "Thanks for watching!",
        "THANK YOU FOR WATCHING.",
        "Subtitles by the Amara.org community",
        "you",
        "[음악]",
        "♪♪♪",
        "(박수) [Music] *applause*",
        "네 그래서 네 그래서 네 그래서 네 그래서 네 그래서 네 그래서",
        "아아아아아아아아아아아아아아아아아아",
        "the the the the the the the",
        "   ",
        "...",
    ],
)
def test_what_nobody_said_is_dropped(text: str) -> None:
    """Sentences that recognisers invent, marks of sounds and endless loops leave nothing."""
    assert without_noise(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "시청해주셔서 감사합니다 오늘 세럼은 이만 구천구백 원이에요",
        "오늘 시청해주시는 분들께만 무료 배송이에요",
        "thanks for watching and the price is twenty nine dollars",
        "you can order until midnight",
        "네 네 네 맞아요",
        "만구천원 만구천원 만구천원 진짜예요",
        "구독하신 분들은 배송비가 없어요",
        "이만구천원이에요 배송은 내일 출발해요",
        "자막으로도 보여드릴게요 가격은 화면에 있는 그대로예요",
    ],
)
def test_a_longer_real_line_stays_as_it_is(text: str) -> None:
    """An invented sentence within a longer line, and short repeats as people speak, change nothing."""
    assert without_noise(text) == text


def test_a_loop_within_a_line_is_said_once() -> None:
    """What got stuck in the middle of a line is kept once, with the rest."""
    assert without_noise("가격은 이만 구천원 구천원 구천원 구천원 구천원 구천원 이에요") == "가격은 이만 구천원 이에요"


@pytest.mark.parametrize("price", ["19,900원!", "이만 구천 원", "만구천구백원", "오십 프로", "twenty nine dollars"])
def test_a_price_called_out_again_and_again_is_kept_once(price: str) -> None:
    """A host may well shout a price, and a recogniser may write it in words: it is never dropped as a loop."""
    assert without_noise(f"{price} " * 6) == price


@pytest.mark.parametrize("word", ["이", "네", "일단", "사실", "one", "세럼"])
def test_a_word_in_a_loop_is_no_number(word: str) -> None:
    """Everyday words that are numbers as well are a loop like any other."""
    assert without_noise(f"{word} " * 8) == ""


@settings(deadline=None)
@given(st.text())
def test_any_text_is_read(text: str) -> None:
    """Whatever comes, the result is one line, and not longer than what normalising makes of the text."""
    clean = without_noise(text)
    assert "\n" not in clean
    assert len(clean) <= len(text) * 4  # NFC may write a few signs apart


def test_hostile_text_takes_no_time() -> None:
    """The patterns stay fast on what is made to slow them down."""
    started = time.perf_counter()
    for text in ("가 " * 5000, "가나" * 5000, "a b c d e f g h " * 700, "[" * 9000, "*" * 9000, "x" * 9999, "MBC뉴스" * 2000):
        without_noise(text)
    assert time.perf_counter() - started < 5.0
