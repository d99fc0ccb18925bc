"""What is said at the end of a show, with a real show behind it: the Korean FAQ's number, a missed question, a helper."""

from __future__ import annotations

import pytest

from livebot.core.events import Author, ChatMessage, MessageDeleted, ShowEnded
from livebot.core.matcher import FaqEntry
from livebot.core.questions import Handoff
from livebot.core.settings import ChannelSettings, ShowSettings, changed
from livebot.runtime.build import build
from livebot.runtime.closing import Closing, closing_lines, closing_of, masters_line
from livebot.runtime.embed import Embedder

ROOM = "twitch:shop"
CALL = FaqEntry("call", "고객센터 전화번호가 어떻게 되나요?", "고객센터는 1588-0000, 평일 10시부터 18시까지예요.", lang="ko")


@pytest.mark.parametrize(("faq", "told"), [((CALL,), "안내함: call"), ((), "안내하지 못함")])
def test_who_wants_a_person_and_who_was_missed_is_said(faq: tuple[FaqEntry, ...], told: str) -> None:
    """With what was tried; both stay listed after the end, with the name and the room to find them by."""
    settings = ShowSettings(lang="ko", channels=(ChannelSettings(ROOM, can_send=True),))
    engine = build(changed(settings, {"ladder.mode.reply": "auto"}), faq, Embedder("none"))
    for i, (name, text) in enumerate((("봄이", "주문이 안돼요 전화로 주문할게요"), ("여름", "이거 유리병인가요?"))):
        engine.show.handle(ChatMessage(f"m{i}", float(i), ROOM, Author(name, name), text), float(i))
    engine.show.handle(ShowEnded("end", 200.0), 200.0)
    said = "\n".join(closing_lines(closing_of(engine.show), "ko"))
    assert "아직 답을 못 받은 질문" in said and "유리병인가요" in said
    assert "봄이 (twitch:shop): 주문이 안돼요" in said and told in said


@pytest.mark.parametrize(("how", "names"), [("full", ["봄이네", "여름이네"]), ("short", ["봄○○", "여○○"])])
def test_names_are_as_short_as_on_the_pages(how: str, names: list[str]) -> None:
    """Who helped, and who wants a person; a line that was deleted is followed up by nobody."""
    settings = changed(ShowSettings(lang="ko"), {"people.show_names": how, "ladder.resolve_confidence": 0.0})
    show = build(settings, (), Embedder("none")).show
    said = (("겨울", "이거 유리병인가요?"), ("봄이네", "네 유리병이에요"), ("겨울", "감사합니다!"), ("여름이네", "전화로 주문할게요"))
    for i, (name, text) in enumerate((*said, ("가을", "전화로 주문할게요")), 1):
        show.handle(ChatMessage(f"m{i}", 6.0 * i, ROOM, Author(name, name), text, reply_to="m1" if i == 2 else None), 6.0 * i)
    show.handle(MessageDeleted("d", 40.0, "m5", ROOM), 40.0)
    closing = closing_of(show)
    assert [*closing.helpers, *(handoff.name for handoff in closing.handoffs)] == names
    lines = "\n".join(closing_lines(closing, "ko"))
    assert all(name in lines for name in names) and "가을" not in lines and (how == "full" or "봄이네" not in lines)


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_long_lists_are_cut_and_nothing_is_said_of_nothing(lang: str) -> None:
    """The rest is counted; a text of a viewer never breaks the line."""
    many = Closing([(1, f"q{i}\nx") for i in range(13)], [Handoff("m", "a", "n\x1b[2J", ROOM, 0.0, "t", None, "", "")], ["one", "two"])
    lines = list(closing_lines(many, lang))
    assert len(lines) == 12 + 2 + 1 and "3" in lines[11]
    assert not any("\n" in line or "\x1b" in line for line in lines)
    assert list(closing_lines(Closing(), lang)) == []
    assert "one, two" in lines[-1] and "2026-11" in masters_line("2026-11", ["one"], lang)
