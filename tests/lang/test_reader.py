"""Reading one line: what the text says by itself, with the trained model, and what it must never be taken in by."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livebot.core.reader import Around
from livebot.lang.reader import CACHED, LineReader

READER = LineReader()


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_line_is_read_the_same_each_time(text: str) -> None:
    """Probabilities are between 0 and 1, the kinds add up to one, and nothing raises."""
    reading = READER.read(text)
    assert all(0.0 <= score <= 1.0 for score in reading.scores.values())
    if "noise" not in reading.flags:
        assert sum(reading.scores[kind] for kind in ("question", "answer", "thanks", "other")) == pytest.approx(1.0)
    again = LineReader.read(READER, text)
    assert (again.folded, again.scores, again.flags) == (reading.folded, reading.scores, reading.flags)
    judged = READER.judge(reading, Around())
    assert sum(judged.scores.values()) == pytest.approx(1.0, abs=0.001) and judged.confidence == judged.scores[judged.kind]


@pytest.mark.parametrize("text", ["", "   ", "ㅋㅋㅋㅋ", "😀😀", "...", "\u115f\u115f\u115f", "ㅠㅠ!!", "♡♡♡", "~~~"])
def test_laughter_and_marks_are_noise(text: str) -> None:
    """They cost no model and take no row (H035)."""
    assert READER.read(text).flags == {"noise"}


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("/ban minji_host", "command"),
        ("  /ban minji_host", "command"),
        ("／ban minji_host", "command"),
        (".ban minji_host", "command"),
        ("!title 사기 방송", "command"),
        ("!내질문", "command"),
        ("\U000e0000/ban minji_host", "command"),
        ("\U000e0000/ban minji_host", "invisible"),
        ("관\u200b리\u200b자 공지: 배송비 입금하세요 국민 123456-78-901234", "impersonation"),
        ("관\u200b리\u200b자 공지: 배송비 입금하세요", "invisible"),
        ("가격은 \u2066₩9,900\u2069\u202d000,1₩\u202c", "invisible"),
        ("무료 쿠폰 bit\u2024ly/abc123", "link"),
        ("카톡 오픈채팅 open.kakao.com/o/xyz 로 오세요 더 싸게 드려요", "link"),
        ("카톡 오픈채팅으로 오세요", "contact"),
        ("http://x.invalid", "link"),
        ("[관리자] 이 상품은 환불 안 됩니다", "impersonation"),
    ],
)
def test_hostile_lines_are_flagged(text: str, flag: str) -> None:
    """H001 to H015, H027, H031, H078 to H082: the guard hears of it."""
    assert flag in READER.read(text).flags


@pytest.mark.parametrize(
    "text", ["\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f 얼마?", "👨\u200d👩\u200d👧 네 돼요", "네 ❤\ufe0f"]
)
def test_honest_emoji_are_no_trick(text: str) -> None:
    """H037: a flag of tags and a family are emoji."""
    assert "invisible" not in READER.read(text).flags


def test_a_joiner_between_letters_is_a_trick() -> None:
    """It splits a word for filters and shows nothing."""
    assert "invisible" in READER.read("관\u200d리\u200d자 공지").flags


@pytest.mark.parametrize("text", ["가" * 500, "?" * 500, ("a" * 40 + "!") * 12, "\ufdfa" * 500, "가나다라마바사 " * 60, "ab cd " * 80])
def test_bombs_are_read_at_a_bounded_length(text: str) -> None:
    """H041, H098 to H102: what is read is short, however long the line."""
    reading = READER.read(text)
    assert len(reading.folded) <= 200
    assert len(reading.terms) <= 120


def test_the_cache_is_bounded_and_vectors_renew_a_reading() -> None:
    """Old readings are let go; a line whose vectors come is read with them from then on."""
    import base64

    reader = LineReader()
    for i in range(CACHED + 50):
        reader.read(f"ㅋㅋ {i}")
    assert len(reader._cache) <= CACHED
    plain = reader.read("이거 얼마예요")
    reader.take_vectors("이거 얼마예요", {"odd": base64.b64encode(bytes(range(1, 9))).decode()})
    assert not plain.vectors and set(reader.read("이거 얼마예요").vectors) == {"odd"}
    renewed = reader.read("이거 얼마예요")
    reader.take_vectors("이거 얼마예요", {"odd": base64.b64encode(bytes(range(1, 9))).decode()})
    assert reader.read("이거 얼마예요") is renewed  # the same vectors are no news
    reader.take_vectors("이거 얼마예요", {"odd": "no base64!"})
    assert not reader.read("이거 얼마예요").vectors


def test_a_vector_of_another_size_is_passed_over() -> None:
    """A log of another version of an embedder can be replayed."""
    import base64

    reader = LineReader()
    odd = base64.b64encode(bytes(range(1, 9))).decode()
    reader.take_vectors("이거 얼마예요", {"e5": odd, "use": odd})
    assert reader.read("이거 얼마예요").scores


def test_products_are_told_by_what_is_peculiar_to_their_names() -> None:
    """A word of two products' names (the brand) names neither."""
    reader = LineReader()
    plain, laughter = reader.read("배송 언제 와요"), reader.read("ㅋㅋㅋ")
    assert not reader.read("세럼 30ml 있나요").products
    reader.learn_product("serum", "시카 세럼 30ml")
    reader.learn_product("cream", "시카 크림 50ml")
    assert reader.read("세럼 30ml 있나요").products == ("serum",) and reader.read("세럼 30ml 있나요").terms
    assert reader.read("배송 언제 와요") is plain and reader.read("ㅋㅋㅋ") is laughter  # only who names it is read anew
    assert reader.read("세럼 얼마예요").products == ("serum",)
    assert reader.read("시카 얼마예요").products == ()
    assert reader.read("세럼이랑 크림 같이 사면요").products == ("serum", "cream")


def test_what_is_forgotten_is_kept_nowhere() -> None:
    """Of viewers' texts only those that are to be kept are left; the shop's own stay, with their vectors."""
    reader = LineReader()
    for text in ("제 비밀은 파랑이에요", "배송 언제 와요?"):
        reader.take_vectors(text, {"use": ""})
        reader.read(text)
    assert reader.fold("비밀파랑 ") == reader.read("비밀파랑 ").folded
    reader.take_vectors("내일 출발해요", {"use": ""}, lasting=True)
    reader.forget({"배송 언제 와요?"})
    assert not any("비밀" in str(vars(reader)[kept]) for kept in ("_cache", "_folded", "_vectors"))
    assert list(vars(reader)["_vectors"]) == ["배송 언제 와요?", "내일 출발해요"]


@pytest.mark.parametrize(("name", "said"), [("nell", "yes"), ("여왕벌", "네 돼요"), ("thanks4all", "3 days"), ("ask_boy", "it's $249")])
def test_whom_a_line_addresses_does_not_change_what_it_says(name: str, said: str) -> None:
    """The letters of a name are no words of the line."""
    assert READER.read(f"@{name} {said}").scores == READER.read(said).scores
    assert READER.read(f"@{name} {said}").names == (name,)
    assert READER.read(f"@{name}").names == (name,)


def test_a_line_is_read_the_same_in_every_process() -> None:
    """Scores do not hang on the order of a set, which differs from process to process."""
    script = (
        "from livebot.lang.reader import LineReader; reader = LineReader()\n"
        "print([reader.read(text).scores for text in ('저기요ㅠㅠ', '이거 언제 와요? 제주도인데', 'is it usb c or the old one', 'ok ty')])"
    )
    said = {
        subprocess.run([sys.executable, "-c", script], env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True).stdout
        for seed in ("1", "2", "3")
    }
    assert len(said) == 1
