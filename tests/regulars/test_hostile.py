"""Hostile inputs against the regulars: impersonation, raids, poisoned FAQ, personal data, spoofed names, commands; and near misses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from livebot.core.matcher import FaqEntry

from .conftest import SETTINGS, RealStage

Make = Callable[..., RealStage]
ASKED = "이거 아침에도 써도 되나요?"
PREFIXES = ("💡", "💬", "🤖", "👏", "🙋", "⚠️", "📞")
COMMANDS = (
    *("/ban minji_host", ".ban minji_host", "/w victim_user 비밀번호 알려줘", "!title 사기 방송", "/announce 전부 환불합니다"),
    *("  /ban minji_host", "／ban minji_host", "\U000e0000/ban minji_host"),
)


@pytest.mark.parametrize("text", COMMANDS)
def test_a_line_that_starts_like_a_command_never_starts_a_line_of_the_bots(stage: Make, text: str) -> None:
    """As it stands and given as an answer by number: whatever the bot posts starts with its own sign (H001 to H015)."""
    show = stage(known=["bob"])
    asked = show.chat(ASKED, "ann")
    show.chat(text, "bob")
    line = show.chat(f"!답 1 {text}", "bob")
    show.wait(20.0)
    show.staff("boost", asked, line)  # even where a person lets it pass
    assert all(post.startswith(PREFIXES) for post in show.posts())
    assert line not in {decision.message for decision in show.decisions("boost") if decision.reason.code == "boost.passed"}


def test_an_answer_with_a_slash_inside_passes(stage: Make) -> None:
    """The near miss: a slash is not a command where it stands between words."""
    show = stage(known=["bob"])
    show.chat(ASKED, "ann")
    line = show.chat("!답 1 네 아침/저녁 다 돼요", "bob")
    show.wait(20.0)
    assert line in show.boosted()


@pytest.mark.parametrize(
    "text",
    [
        "관\u200b리\u200b자 공지: 배송비 입금하세요 국민 123456-78-901234",
        "가격은 \u2066\u20a99,900\u2069\u202d000,1\u20a9\u202c",
        "[관리자] 이 상품은 환불 안 됩니다",
        "010-1234-5678로 연락주세요 주소는 서울시 강남구 역삼동 123-4",
        "제 주민번호 900101-1234567 인데 인증 안돼요",
        "kim.minji＠naver．com 으로 보내주세요",
        "무료 쿠폰 bit․ly/abc123",
        "카톡 오픈채팅 open.kakao.com/o/xyz 로 오세요 더 싸게 드려요",
    ],
)
def test_a_hostile_answer_is_not_carried_further(stage: Make, text: str) -> None:
    """Given as an answer by number by a known regular, it is refused; nothing of a person's data is in the state (H027 to H082)."""
    show = stage(known=["bob"])
    asked = show.chat(ASKED, "ann")
    line = show.chat(f"!답 1 {text}", "bob")
    show.wait(20.0)
    assert line not in show.boosted() and show.refusal(line).startswith("guard.")
    assert asked in [open_line for record in show.show.records() for open_line in record.open]
    state = str(show.show.snapshot())
    assert not [secret for secret in ("1234-5678", "1234567", "901234", "minji＠", "역삼동 123") if secret in state]


@pytest.mark.parametrize(("more", "earns"), [("", True), (" /ban minji_host", False), (" bit.ly/abc", False), (" 시발", False)])
def test_what_must_not_be_said_earns_nothing(stage: Make, more: str, earns: bool) -> None:
    """An answer that the FAQ and its asker agree with is no merit where a command, a link or abuse goes with it."""
    show = stage(FaqEntry("use", ASKED, "네 아침에 쓰셔도 돼요"), known=["bob"])
    show.chat(ASKED, "ann")
    show.chat(f"!답 1 네 아침에 쓰셔도 돼요{more}", "bob")
    show.wait(1.0)
    show.chat("감사합니다!", "ann")
    show.wait(20.0)
    assert bool(show.show.helpers()) == earns


def test_who_lures_elsewhere_loses_trust(stage: Make) -> None:
    """The sender's word counts less afterwards (H078)."""
    show = stage(known=["bob"])
    show.chat(ASKED, "ann")
    before = show.show.trust("bridge:id-bob").value
    show.chat("!답 1 무료 쿠폰 bit․ly/abc123", "bob")
    assert show.show.trust("bridge:id-bob").value < before


@pytest.mark.parametrize("name", ["ｍｉｎｊｉ_ｈｏｓｔ", "minji_h0st", "mіnji_host", "minji\u200b_host"])
def test_the_hosts_twin_is_not_carried_further(stage: Make, name: str) -> None:
    """A viewer whose name looks like the host's (H029)."""
    show = stage()
    show.chat("안녕하세요 여러분", "minji_host", "host")
    show.chat(ASKED, "ann")
    line = show.chat("!답 1 네 돼요", name, author="twin")
    show.wait(20.0)
    assert show.refusal(line) == "guard.lookalike" and line not in show.boosted()


def test_the_host_and_a_regular_are_not_their_own_twins(stage: Make) -> None:
    """The near miss: the one whose name it is, also after they changed its letters' case."""
    show = stage(known=["moderator_kim"])
    show.chat(ASKED, "ann")
    line = show.chat("!답 1 네 돼요", "Moderator_Kim", author="id-moderator_kim")
    show.wait(20.0)
    assert line in show.boosted()


@pytest.mark.parametrize("text", ["A상품 무료배송이에요", "네 유리병이에요"])
def test_a_raid_settles_nothing_and_is_not_carried_further(stage: Make, text: str) -> None:
    """Hundreds of new accounts answer alike within a minute: the question stays open, also where it is no firm fact (H084)."""
    show = stage()
    asked = show.chat("이 병 유리예요 플라스틱이에요?", "ann")
    for i in range(60):
        show.chat(f"!답 1 {text}", f"raider{i}", after=0.2)
    show.wait(30.0)
    assert not show.boosted()
    assert asked in [line for record in show.show.records() for line in record.open]
    assert all(show.show.trust(f"bridge:id-raider{i}").accepted == 0.0 for i in range(60))
    (told,) = [decision for decision in show.decisions("escalate") if decision.reason.code == "escalate.crowd"]
    assert told.to == "staff" and told.time <= 5.0  # the eighth came after less than two seconds


def test_a_few_newcomers_who_agree_are_no_raid(stage: Make) -> None:
    """The near miss: three new viewers say the same, and the first is carried further."""
    show = stage()
    show.chat("이 병 유리예요 플라스틱이에요?", "ann")
    lines = [show.chat("!답 1 네 유리병이에요", f"new{i}", after=2.0) for i in range(3)]
    show.wait(30.0)
    assert lines[0] in show.boosted()


def test_repeating_a_false_price_changes_no_entry_and_is_not_carried_further(stage: Make) -> None:
    """Fifty accounts say another price than the FAQ: the FAQ's is offered, theirs refused (H089)."""
    price = FaqEntry("price", "이거 가격이 얼마예요?", "오늘 가격은 29,900원이에요", topic="price", firm=True)
    show = stage(price, known=[f"liar{i}" for i in range(50)])
    show.chat("이거 가격이 얼마예요?", "ann")
    lines = [show.chat("!답 1 9,900원이에요", f"liar{i}", after=5.0) for i in range(50)]
    show.wait(30.0)
    assert not show.boosted()
    assert {show.refusal(line) for line in lines[:5]} <= {"guard.contradicted_faq", "no answer"}
    assert show.show.trust("bridge:id-liar0").rejected > 0.9
    right = show.chat("!답 1 29,900원이에요", "bob")
    show.wait(30.0)
    assert right in show.boosted()


def test_a_flood_of_one_question_counts_people_not_lines(stage: Make) -> None:
    """One viewer asks the same fifty times: the Question has one person behind it (H091)."""
    show = stage()
    for _ in range(50):
        show.chat(ASKED, "ann")
    assert {len({asker["author"] for asker in question["askers"]}) for question in show.show.snapshot().questions} == {1}
    assert not [decision for decision in show.decisions("escalate") if decision.reason.code == "escalate.askers"]


@pytest.mark.parametrize(
    ("text", "handed"),
    [
        ("주문이 안돼요 ㅠㅠ", True),
        ("전화로 주문할게요 번호 알려주세요", True),
        ("checkout isnt working for me", True),
        ("결제창이 안떠요", True),
        ("나이가 많아서 주문을 못하겠어요", True),
        ("어떻게 주문하는지 모르겠어요", True),
        ("구매하기 버튼이 안눌려요", True),
        ("대신 주문해주실 수 있나요", True),
        ("직원분이랑 얘기하고 싶어요", True),
        ("핸드폰으로 주문 할줄을 몰라요", True),
        ("앱이 자꾸 튕겨서 주문 못해요", True),
        ("can't place my order", True),
        ("my card keeps getting declined", True),
        ("can i order by phone", True),
        ("i need to talk to a real person", True),
        ("how do i order, i am not good with computers", True),
        ("is there a number i can call", True),
        ("할머니 선물로 주문했어요", False),
        ("전화로 주문 잘 했습니다 친절하시네요", False),
        ("며느리가 대신 주문 해줬어요", False),
        ("품절이라 결제를 못해요", False),
        ("어머니랑 통화 중이에요", False),
        ("the zip on mine is broken", False),
        ("she talks to everyone in chat", False),
        ("주문했어요 기대돼요", False),
        ("just ordered, thanks", False),
    ],
)
def test_who_needs_a_person_gets_the_shops_number(stage: Make, text: str, handed: bool) -> None:
    """At once from the FAQ, staff are alerted with what was tried, and it is kept; a buyer who is happy is left alone."""
    call = FaqEntry("call", "고객센터 전화번호가 어떻게 되나요?", "고객센터는 1588-1234, 평일 9시부터 18시까지예요")
    english = FaqEntry("call-en", "What is the customer service phone number?", "Call 1588-1234, weekdays 9 to 18", lang="en")
    show = stage(call, english)
    show.chat(text, "grandma")
    assert [("📞" in post and "1588-1234" in post) for post in show.posts("reply")] == ([True] if handed else [])
    alerts = [decision for decision in show.decisions("escalate") if decision.reason.code == "escalate.handoff"]
    assert [(alert.to, dict(alert.reason.values)["text"]) for alert in alerts] == ([("staff", text)] if handed else [])
    assert [handoff.tried != "" for handoff in show.show.handoffs()] == ([True] if handed else [])


def test_without_a_number_in_the_faq_staff_are_told_so(stage: Make) -> None:
    """Nothing is made up."""
    show = stage(FaqEntry("ship", "배송은 언제 오나요?", "주문 다음 날 출발해요"))
    show.chat("주문이 안돼요 ㅠㅠ", "grandma")
    assert show.posts("reply") == []
    assert [decision.reason.code for decision in show.decisions("escalate")] == ["escalate.handoff_alone"]


def test_a_name_is_shown_short_where_the_shop_wants_it(stage: Make) -> None:
    """In every post of the bot, and nowhere whole."""
    show = stage(known=["봄날의곰"], settings=replace(SETTINGS, people=replace(SETTINGS.people, show_names="short")))
    show.chat(ASKED, "ann")
    show.chat("!답 1 네 아침에도 좋아요", "봄날의곰")
    show.wait(20.0)
    show.chat("!도움", "봄날의곰")
    assert len(show.posts()) == 2 and all("봄○○" in post and "봄날의곰" not in post for post in show.posts())
