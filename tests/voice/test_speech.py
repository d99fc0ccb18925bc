"""Segments become captions: final ones, once each, without what was said before."""

from __future__ import annotations

import pytest

from livebot.voice.base import Segment
from livebot.voice.speech import SETTLED_AFTER, Speech


def said(*segments: tuple[float, Segment]) -> list[str]:
    """What is handed on of segments that come at these seconds."""
    speech = Speech()
    return [text for at, segment in segments if (text := speech.take(segment, at))]


def partial(text: str, key: str = "") -> Segment:
    return Segment(text, final=False, key=key)


def test_a_partial_text_waits_for_the_final_one() -> None:
    """Growing partial texts are handed on once, as the final text says it."""
    words = (partial("가격은"), partial("가격은 이만"), partial("가격은 이만 구천 원"), Segment("가격은 이만 구천구백 원이에요"))
    assert said(*enumerate(words)) == ["가격은 이만 구천구백 원이에요"]


def test_a_partial_text_that_stays_is_taken() -> None:
    """A source that never says final is heard all the same; its final text adds only what is new."""
    speech = Speech()
    speech.take(partial("배송은 내일"), 1.0)
    assert speech.due() == 1.0 + SETTLED_AFTER
    assert speech.settle(2.0) == ""
    assert speech.settle(1.0 + SETTLED_AFTER) == "배송은 내일"
    assert speech.due() is None
    assert speech.take(Segment("배송은 내일 출발해요"), 6.0) == "출발해요"


def test_what_was_begun_is_heard_when_the_source_goes() -> None:
    """A connection that breaks in the middle of a sentence loses none of it."""
    speech = Speech()
    speech.take(partial("가격은 이만 구천"), 1.0)
    assert speech.settle(1.1, over=True) == "가격은 이만 구천"


@pytest.mark.parametrize("again", ["a", "b"])
def test_segments_sent_again_are_handed_on_once(again: str) -> None:
    """The last segments come with every frame: the same key with the same text is the same segment, whatever came in between."""
    one, two = Segment("first line", key="a"), Segment("second line", key="b")
    first = [(float(i), segment) for i, segment in enumerate((one, two, one, two))]
    assert said(*first, (9.0, Segment("first line" if again == "a" else "second line", key=again))) == ["first line", "second line"]


def test_a_final_text_that_grows_tells_only_the_new_part() -> None:
    """Rolling captions repeat their beginning."""
    rolling = (Segment("오늘 세럼은"), Segment("오늘 세럼은 이만 구천 원이고"), Segment("오늘 세럼은 이만 구천 원이고 배송비는 없어요"))
    assert said(*enumerate(rolling)) == ["오늘 세럼은", "이만 구천 원이고", "배송비는 없어요"]


def test_a_correction_of_a_final_text_is_handed_on() -> None:
    """The same utterance in other words is news."""
    assert said((1, Segment("seventeen", key="a")), (2, Segment("seventy", key="a"))) == ["seventeen", "seventy"]


def test_the_same_line_three_times_is_a_loop() -> None:
    """A line said twice with a pause is said twice; the third and later ones are the recogniser's."""
    assert said(*((5.0 * i, Segment("재고 얼마 안 남았어요")) for i in range(6))) == ["재고 얼마 안 남았어요"] * 2
    assert said((0, Segment("thank you all")), (1, Segment("thank you all"))) == ["thank you all"]


def test_invented_lines_are_counted() -> None:
    """What was dropped is known."""
    speech = Speech()
    assert speech.take(Segment("시청해주셔서 감사합니다."), 1.0) == ""
    assert speech.dropped == 1


def test_memory_is_bounded() -> None:
    """An endless show keeps the last keys only."""
    speech = Speech()
    for number in range(5000):
        assert speech.take(Segment(f"line {number}", key=str(number)), float(number))
    assert len(speech._texts) == 2000
