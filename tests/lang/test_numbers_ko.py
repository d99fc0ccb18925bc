"""Korean numbers: said aloud, written or mixed, the same number is the same; words that only sound like one are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livebot.core.reader import Quantity
from livebot.lang.numbers_ko import quantities

SAME = {
    (
        29_900,
        "krw",
    ): "29,900원|29900원|2만9900원|2만 9900|2만9천9백원|2만 9천 9백 원|이만 구천구백 원|이만구천구백원|이만구천구백|이만 구천 구백원이에요",
    (39_900, "krw"): "39,900원|삼구구|삼구구예요|삼구구래요|삼만구천구백원",
    (27_900, "krw"): "27,900원|이칠구|이칠구에 드려요",
    (30_000, "krw"): "3만원|30,000원|삼만 원|삼만원|3만|삼만원대",
    (399_000, "krw"): "39만9천원|39.9만원|삼십구만 구천원|399,000원",
    (12_000, "krw"): "만이천원|1만2천원|만2천원|12,000원",
    (120_000_000, "krw"): "1억 2천만원|일억이천만 원",
    (3_000_000, "krw"): "3백만원|300만원|삼백만원",
    (1_200_000, "krw"): "백이십만원|120만원|1백20만원",
    (5_000, "krw"): "오천원|5천원|5천|5,000원",
    (10_000, "krw"): "만원|만 원|1만원|10000원",
    (640_000, "krw"): "육십사만|64만|육십사만원",
    (2.5, "kg"): "2.5kg|이 점 오 키로|이점오 킬로|2.5키로|2.5킬로그램",
    (30, "ml"): "30ml|30미리|삼십 미리|삼십밀리",
    (250, "mm"): "250mm|이백오십 미리미터|250미리미터",
    (50, "cm"): "50cm|오십 센치|50센티|오십센티미터",
    (10, "%"): "10%|십 프로|십퍼센트|10프로",
    (2, "ea"): "2개|두 개|두개|2 개",
    (12, "ea"): "12개|열두 개|열두개|십이 개",
    (25, "ea"): "25개|스물다섯 개|이십오개",
    (3, "h"): "3시간|세 시간|세시간|삼 시간",
    (30, "min"): "30분|삼십 분|삼십분",
    (3, "day"): "3일|삼일|사흘|3 일",
    (2, "day"): "2일|이틀",
    (10, "day"): "10일|열흘",
    (1, "week"): "1주일|일주일|1주|한 주",
    (3, "month"): "3개월|삼 개월|세 달|석 달|3달",
    (1, "year"): "1년|일 년|일년",
    (8, "clock"): "8시|여덟 시|여덟시",
    (23, "no"): "23호|이십삼 호",
    (2, "people"): "2명|두 명|두 사람|2사람",
    (60, "age"): "60세|60살|예순 살|육십 세",
    (3, "kinds"): "3가지|세 가지|세가지|삼 종류",
    (100, "ea"): "100매|백매|백 매",
    (2, "box"): "2박스|두 박스",
    (3, "set"): "3세트|세 세트|삼세트",
    (5000, "mah"): "5000mAh|오천 미리암페어".lower(),
}


@pytest.mark.parametrize(("number", "texts"), SAME.items(), ids=str)
def test_one_number_however_it_is_said(number: tuple[float, str], texts: str) -> None:
    """Spoken, written, with and without spaces and commas."""
    for text in texts.split("|"):
        assert quantities(text) == (Quantity(float(number[0]), number[1]),), text


def test_the_table_is_long_enough() -> None:
    """At least sixty forms."""
    assert sum(len(texts.split("|")) for texts in SAME.values()) >= 60


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("한두 개", [1, 2]),
        ("두세 명", [2, 3]),
        ("서너 개", [3, 4]),
        ("이삼일", [2, 3]),
        ("이삼 일 걸려요", [2, 3]),
        ("삼사 개월", [3, 4]),
        ("2~3일", [2, 3]),
        ("100ml 29,900원", [100, 29_900]),
        ("3만9천원에 두 개", [39_000, 2]),
    ],
)
def test_several_numbers_in_a_line(text: str, values: list[float]) -> None:
    """Ranges give both ends."""
    assert [quantity.value for quantity in quantities(text)] == values


NO_NUMBERS = """
이번 이분 사장님 구분 오도 일단 이거 오빠 사이즈 이상 공개 만나요 천천히 백화점
구매 구매는 육아 칠하다 삼성 사은품 일반 일회용 오늘 이제 구성 영상 만약 천연
백김치 세일 세일이에요 세탁 네 네네 열심히 한정 두께 세트 이마트 오이 육포 팔도
구워 일요일 십자가 억지로 공원 영원히 네일 두통 한도 열매 세포 공주 사인 이명
만두 백신 천안 일시불 이월 사주세요 오세요 이쁘다 영수증 구독 공장 육회 하나도 두부
열무 세상 한국 네이버 다섯
"""


@pytest.mark.parametrize("text", NO_NUMBERS.split())
def test_words_that_are_no_numbers(text: str) -> None:
    """A syllable that could be a digit is none inside a word."""
    assert quantities(text) == ()


def test_the_list_of_words_is_long_enough() -> None:
    """At least sixty of them too."""
    assert len(NO_NUMBERS.split()) >= 60


def _spoken(number: int) -> str:
    """A number below a hundred million as it is read aloud."""
    digits = "영일이삼사오육칠팔구"

    def below_ten_thousand(value: int) -> str:
        out = ""
        for scale, name in ((1000, "천"), (100, "백"), (10, "십"), (1, "")):
            digit, value = divmod(value, scale)
            out += (digits[digit] if digit > 1 or (digit and scale == 1) else "") + (name if digit else "")
        return out

    high, low = divmod(number, 10_000)
    return (below_ten_thousand(high) + "만" if high > 1 else "만" if high else "") + below_ten_thousand(low)


@given(st.integers(1, 99_999_999))
def test_every_price_is_the_same_spoken_and_written(number: int) -> None:
    """Any amount of won, read aloud by the rules, is the amount in figures."""
    price = Quantity(float(number), "krw")
    assert quantities(f"{number:,}원") == (price,)
    if number not in (0,) and _spoken(number) not in ("공", "영"):
        assert quantities(f"{_spoken(number)} 원") == (price,)


@given(st.text(alphabet="일이삼사오육칠팔구십백천만억영공점 원개0123456789.,", max_size=40))
def test_any_heap_of_signs_is_taken(text: str) -> None:
    """Never an error, never a number below nothing."""
    assert all(quantity.value >= 0 for quantity in quantities(text))
