"""What every language pack must do, and what is peculiar to Korean and English."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livebot.core.guard import FIRM_TOPICS, UNSAFE
from livebot.lang.data import load
from livebot.lang.en import English, stem
from livebot.lang.folding import fold
from livebot.lang.ko import Korean
from livebot.lang.pack import FLAGS, Pack

KOREAN, ENGLISH = Korean(), English()
PACKS: list[Pack] = [KOREAN, ENGLISH]
each_pack = pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.lang)


@each_pack
@settings(max_examples=40, deadline=None)
@given(st.text(max_size=200))
def test_any_line_is_read(pack: Pack, text: str) -> None:
    """No text raises; weights are above nothing, labels are known, the same line reads the same."""
    folded = fold(text)
    assert all(weight > 0 for weight in pack.terms(folded).values())
    assert all(label in (*FLAGS, "yes", "no") or label.startswith(("topic:", "concept:", "want:")) for label in pack.cues(folded))
    assert (pack.quantities(folded), pack.names(folded)) == (pack.quantities(folded), pack.names(folded))


@each_pack
def test_every_pack_has_the_same_cue_lists(pack: Pack) -> None:
    """A topic or flag that one language knows the other knows too, so that the core's rules hold in both."""
    data = load(f"{pack.lang}.json")
    assert all(data[flag] for flag in (*FLAGS, "yes", "no"))
    assert data["topics"].keys() == load("ko.json")["topics"].keys()
    assert data["concepts"].keys() == load("ko.json")["concepts"].keys()
    assert data["wants"].keys() == load("ko.json")["wants"].keys()


@each_pack
def test_the_cores_firm_facts_are_topics(pack: Pack) -> None:
    """What `core.guard` is careful about is told by the packs."""
    assert set(load(f"{pack.lang}.json")["topics"]) >= FIRM_TOPICS


def test_what_the_guard_calls_unsafe_is_flagged_by_somebody() -> None:
    """Each unsafe flag is a cue, or told by the reader from the text's signs."""
    assert set(UNSAFE) - set(FLAGS) <= {"link", "command", "invisible", "pii"}


@each_pack
def test_cues_are_found_by_themselves(pack: Pack, faq_texts: list[str]) -> None:
    """Every cue of the lists is found when it is all that the line says."""
    data = load(f"{pack.lang}.json")
    for label, cues in [*((flag, data[flag]) for flag in (*FLAGS, "yes", "no")), *((f"topic:{t}", c) for t, c in data["topics"].items())]:
        missed = [cue for cue in cues if label not in pack.cues(fold(cue))]
        # A sign alone is no word: it counts beside a number.
        assert [cue for cue in missed if any(char.isalnum() for char in cue)] in ([], ["% off"]), label


# who is addressed


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@별님 29,900원이에요", ("별",)),
        ("초코님 네 돼요", ("초코",)),
        ("minji 님 맞아요", ("minji",)),
        ("@user_1 네", ("user_1",)),
        ("고객님 문의 주세요", ()),
        ("사장님 이거 얼마예요", ()),
        ("선생님 말씀", ()),
        ("여러분 안녕", ()),
        ("이거 얼마예요?", ()),
    ],
)
def test_korean_names(text: str, names: tuple[str, ...]) -> None:
    """`@이름` and `이름님`; titles are nobody."""
    assert KOREAN.names(fold(text)) == names


def test_two_korean_names_in_a_row() -> None:
    """Each is somebody."""
    assert KOREAN.names("별님 달님 둘 다 돼요") == ("별", "달")


@pytest.mark.parametrize(
    ("text", "names"), [("@nell.grows @tess hi", ("nell.grows", "tess")), ("thanks @minji!", ("minji",)), ("hi nell", ())]
)
def test_english_names(text: str, names: tuple[str, ...]) -> None:
    """Handles only."""
    assert ENGLISH.names(fold(text)) == names


# words


@pytest.mark.parametrize("words", ["ship ships shipping shipped", "deliver delivers delivered", "charge charges charging charged"])
def test_english_stems_meet(words: str) -> None:
    """The commonest forms of a word share a stem."""
    assert len({stem(word) for word in words.split()}) == 1


@pytest.mark.parametrize("words", ["size sizes sizing", "use uses using", "care cares"])
def test_short_english_stems_meet(words: str) -> None:
    """The words that shops use most."""
    assert len({stem(word) for word in words.split()}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("배송 언제 와요?", "언제 배송돼요"), ("사이즈가 어떻게 되나요", "사이즈 알려주세요"), ("세탁기에 돌려도 되나요", "세탁기 돌려요?")],
)
def test_korean_lines_share_their_content_words(one: str, other: str) -> None:
    """Endings and particles are not content."""
    assert set(KOREAN.terms(fold(one))) & set(KOREAN.terms(fold(other)))


@pytest.mark.parametrize("text", ["사기 전에 하나 물어볼게요", "신고 걸으면 안 아픈가요", "고장 나면 as 되나요", "불량이면 교환 되나요"])
def test_asking_about_is_no_complaint(text: str) -> None:
    """A complaint calls staff at once: it must be one."""
    assert "complaint" not in KOREAN.cues(fold(text))


@pytest.mark.parametrize("text", ["베이직 basic 컬러 있나요", "class 언제 열려요"])
def test_a_short_cue_is_a_word(text: str) -> None:
    """`as` (after-sales service) is no part of another word."""
    assert "topic:refund" not in KOREAN.cues(fold(text))


def test_cues_cost_grows_with_the_line_only(show_lines: list[dict[str, Any]]) -> None:
    """A line of the longest folded length is read in a bounded multiple of an average line's time."""
    import time

    def cost(text: str) -> float:
        best = 1.0
        for _ in range(5):
            started = time.perf_counter()
            KOREAN.cues(text)
            best = min(best, time.perf_counter() - started)
        return best

    average = sum(cost(fold(line["text"])) for line in show_lines[:200]) / 200
    assert cost("가나다라 " * 40) <= 60 * average


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("금욜에 와요?", "금요일에 와요?"),
        ("낼까지 되나요", "내일까지 되나요"),
        ("담주에 오나요", "다음주에 오나요"),
        ("낼모레 받나요", "내일모레 받나요"),
        ("울애 먹여도 돼요?", "우리 애 먹여도 돼요?"),
    ],
)
def test_short_forms_are_read_like_the_full_ones(short: str, full: str) -> None:
    """What a chat shortens has the same words, numbers and cues as when it is written in full."""
    for read in (KOREAN.terms, KOREAN.quantities, KOREAN.cues):
        assert read(short) == read(full)


@pytest.mark.parametrize("text", ["지금 돈 낼게요", "보낼까요", "교욜"])
def test_what_only_looks_like_a_short_form_is_left(text: str) -> None:
    """A verb that begins like a short form, or a word that ends like one, stays what it is."""
    assert KOREAN.spelled_out(text) == text
