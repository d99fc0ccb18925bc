"""Every event is masked before anything sees it; what the FAQ makes public is left in staff's words."""

from __future__ import annotations

import pytest

from livebot.core.events import Author, Caption, ChatMessage, Event, Notice, Purchase, StaffAction
from livebot.core.matcher import FaqEntry
from livebot.runtime.masked import masked, public_of

NUMBER = "010-1234-5678"
ANN = Author("u1", "ann")


@pytest.mark.parametrize(
    "event",
    [
        ChatMessage("m1", 1.0, "log:shop", ANN, f"call {NUMBER}"),
        ChatMessage("m1", 1.0, "log:shop", Author("u1", f"kim {NUMBER}"), "hello"),
        ChatMessage("m1", 1.0, "log:shop", Author("u1", "kim", ("host",)), "영일영에 일이삼사에 오육칠팔로 주세요"),
        Caption("v1", 1.0, "my number is oh one oh one two three four five six seven eight"),
        Notice("n1", 1.0, "log:shop", "join", f"kim {NUMBER} came in"),
        Purchase("p1", 1.0, "log:shop", Author("u1", NUMBER), "serum"),
        StaffAction("a1", 1.0, "kim", "boost", "q1", "m1", {"text": f"{NUMBER}로 전화드릴게요"}),
        StaffAction("a1", 1.0, "kim", "note", "q1", values={"text": f"wants a call at {NUMBER}"}),
    ],
)
def test_no_event_keeps_personal_data(event: Event) -> None:
    """In texts and names, by viewer, host or staff, aloud or written; masked once more nothing changes."""
    shown = masked(event)
    assert shown != event and masked(shown) == shown
    assert not [trace for trace in ("1234", "일이삼사", "one two three") if trace in str(shown)]


def test_the_shops_own_number_is_left_in_staffs_words() -> None:
    """As an FAQ answer has it; a viewer's number beside it is masked, and so is the shop's in a viewer's line."""
    public = public_of(
        [FaqEntry("call", "전화번호가 뭐예요?", "010-2222-3333으로 전화 주세요"), FaqEntry("price", "얼마예요?", "29,900원")]
    )
    tap = StaffAction("a1", 1.0, "kim", "post_faq", "q1", values={"faq": "call", "text": f"010-2222-3333 아니면 {NUMBER}"})
    assert masked(tap, public) == StaffAction(
        "a1", 1.0, "kim", "post_faq", "q1", values={"faq": "call", "text": "010-2222-3333 아니면 ●●●"}
    )
    line = ChatMessage("m1", 1.0, "log:shop", ANN, "010-2222-3333이죠?")
    assert "2222" not in str(masked(line, public))


def test_what_holds_nothing_personal_is_the_same_event() -> None:
    """No copy is made."""
    event = ChatMessage("m1", 1.0, "log:shop", ANN, "29,900원 맞나요? 1588-0000")
    assert masked(event) is event
