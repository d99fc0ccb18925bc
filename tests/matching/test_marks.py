"""Which words of an answer are marked, and why; read with the real reader."""

from __future__ import annotations

from itertools import pairwise

import pytest

from livebot.lang.reader import LineReader
from livebot.matching.marks import find_marks


@pytest.fixture(scope="module")
def reader() -> LineReader:
    return LineReader()


@pytest.mark.parametrize(
    ("text", "asked", "faq", "names", "marked"),
    [
        (
            "민감성인데도 저자극이라 괜찮았어요",
            ["민감성 피부에도 써도 되나요?"],
            ["저자극 테스트를 완료했어요."],
            [],
            "민감:asked 자극:faq",
        ),
        ("봄날의곰님 29,000원이에요", ["얼마예요?"], ["29,000원이에요."], ["봄날의곰"], "봄날의곰:name 29,000원이에요:faq"),
        ("이만 구천 원이요 이만구천원", [], ["29000원"], [], "이만구천원:faq"),
        ("😀😀 Shipping is quick", ["when does it ship?"], ["We ship within 2 days"], ["ann"], "Shipping:asked"),
        ("friendship is nice", ["when does it ship?"], [], [], ""),
        ("ㅋㅋㅋㅋ", ["얼마예요?"], ["29,000원"], [], ""),
        ("", ["얼마예요?"], [], ["곰"], ""),
        ("(*+?[ .", ["(*+?[ .?"], ["("], ["(*"], "(*:name"),
    ],
)
def test_words_that_match_are_marked_with_the_reason(reader, text, asked, faq, names, marked):
    """Words, numbers however written and names, each with what it matches; nothing else, and no pattern is taken for one."""
    marks = find_marks(reader.read, text, asked=asked, faq=faq, names=names)
    assert " ".join(f"{text[start:end]}:{why}" for start, end, why in marks) == marked


def test_marks_never_overlap(reader):
    """What both the question and the FAQ say is marked once."""
    text = "세럼 30ml 배송은 내일 출고 29,000원 배송비 무료"
    marks = find_marks(
        reader.read, text, asked=["배송 언제 와요", "배송비 얼마"], faq=["배송비는 무료, 내일 출고, 29,000원"], names=["배송"]
    )
    assert len(marks) > 3
    assert all(one[1] <= two[0] for one, two in pairwise(marks))


def test_turkish_letters_keep_their_places(reader):
    """A letter that grows when it is made small moves nothing."""
    text = "İİİ ship"
    assert [text[start:end] for start, end, _ in find_marks(reader.read, text, asked=["ship?"], faq=[], names=[])] == ["ship"]
