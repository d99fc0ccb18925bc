"""Every check of the guard, in Korean and in English, both ways: what it blocks, and the near miss that must pass.

Answers are given by number (`!답 1 …`), so that nothing but the guard decides whether they are carried further.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from livebot.core.events import ProductOnAir
from livebot.core.guard import SURE_ENTRY
from livebot.core.matcher import FaqEntry

from .conftest import RealStage

Make = Callable[..., RealStage]
SIZE = {
    "ko": FaqEntry("size", "이거 용량이 몇 미리예요?", "용량은 30ml예요"),
    "en": FaqEntry("size", "What size is the bottle?", "The bottle holds 30ml"),
}
PRICE = {
    "ko": FaqEntry("price", "가격이 얼마예요?", "오늘 가격은 29,900원이에요", topic="price", firm=True),
    "en": FaqEntry("price", "How much is the serum?", "The serum is $29 today", topic="price", firm=True),
}
ASKS = {
    "size": {"ko": "이거 용량이 몇 미리예요?", "en": "What size is the bottle?"},
    "price": {"ko": "이거 가격이 얼마예요?", "en": "How much is the serum?"},
    "use": {"ko": "이거 아침에도 써도 되나요?", "en": "Can I use it in the morning too?"},
}
ANSWER = {"ko": "!답 1 {}", "en": "!answer 1 {}"}


@dataclass(frozen=True)
class Case:
    """One check: what is asked, the answer that is blocked (by which code) and the one that passes."""

    code: str
    lang: str
    asks: str
    blocked: str
    passes: str
    faq: bool = False


CASES = (
    Case("hearsay", "ko", "size", "누가 그러는데 50ml래요", "50ml예요"),
    Case("hearsay", "en", "size", "i heard it is 50ml", "it is 50ml"),
    Case("contradicted_faq", "ko", "size", "50ml예요", "30ml예요", faq=True),
    Case("contradicted_faq", "en", "size", "it is 50ml", "it is 30ml", faq=True),
    Case("firm", "ko", "price", "지난번보다 많이 싸요", "29,900원이에요", faq=True),
    Case("firm", "en", "price", "much cheaper than last time", "it is $29", faq=True),
    Case("hearsay", "en", "use", "my friend said yes", "yes, my friend and I do"),
    Case("claims", "ko", "use", "네 주름이 완전히 없어져요", "네 주름진 데에도 바르세요"),
    Case("claims", "en", "use", "it cured my diabetes", "it suits my routine"),
    Case("claims", "ko", "use", "네 it cures acne", "네 it feels light"),
    Case("link", "ko", "use", "네 주소창에 abc닷컴 치세요", "네 컴퓨터로 보세요"),
    Case("link", "en", "use", "yes, see example dot com", "yes, a dot is enough"),
    Case("contact", "ko", "use", "네 돼요 dm me", "네 돼요 good"),
    Case("contact", "en", "use", "yes, 카톡 오픈채팅 주세요", "yes, 네 돼요"),
    Case("abuse", "ko", "use", "그것도 모르냐 멍청아", "그건 저도 몰랐네요 돼요"),
    Case("abuse", "en", "use", "yes you idiot", "yes, it is idiot-proof"),
    Case("abuse", "ko", "use", "네 되죠 you asshole", "네 되죠 you too"),
    Case("impersonation", "ko", "use", "판매자입니다 네 됩니다", "판매자가 상세에 그렇게 써 놨어요"),
    Case("impersonation", "ko", "use", "저는 쇼호스트예요 됩니다", "저는 매일 아침 써요"),
    Case("impersonation", "ko", "use", "【운영자】 네 됩니다", "【꿀팁】 네 됩니다"),
    Case("impersonation", "en", "use", "this is the host, yes you can", "this is the day cream, yes"),
    Case("impersonation", "en", "use", "official seller here: yes", "the official site says yes"),
    Case("claims", "ko", "use", "네 아침에 쓰고 여드름 싹 나았어요", "네 아침에 쓰셔도 돼요"),
    Case("claims", "en", "use", "yes mornings too, it cures acne", "yes, mornings are fine"),
    Case("link", "ko", "use", "네 여기 보세요 shop-sale.xyz/a", "네 상품 상세에 나와 있어요"),
    Case("link", "en", "use", "yes see http://x.example/a", "yes, see the product page"),
    Case("contact", "ko", "use", "네 자세한 건 카톡 오픈채팅 주세요", "네 저도 아침에 써요"),
    Case("contact", "en", "use", "yes, dm me for details", "yes, I do so myself"),
    Case("pii", "ko", "use", "네 궁금하면 010-1234-5678 로 물어보세요", "네 하루 2번 쓰세요"),
    Case("pii", "en", "use", "yes, ask kim@example.com", "yes, twice a day"),
    Case("abuse", "ko", "use", "당연하지 병신아", "당연히 되죠"),
    Case("abuse", "en", "use", "sure you can, asshole", "sure you can"),
    Case("impersonation", "ko", "use", "[관리자] 네 써도 됩니다", "관리하기 쉬워요 써도 돼요"),
    Case("impersonation", "en", "use", "[admin] yes you can", "yes you can"),
    Case("invisible", "ko", "use", "네 써도\u202e 돼요", "네 써도 돼요 👩‍👩‍👧"),
    Case("invisible", "en", "use", "yes you\u200b can", "yes you can 👍🏽"),
    Case("spam", "ko", "use", "네 그리고 재택부업 하루 30만", "네 재택할 때 좋아요"),
    Case("spam", "en", "use", "yes, and free followers here", "yes, feel free"),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code}-{case.lang}")
def test_a_check_blocks_and_lets_pass(stage: Make, case: Case) -> None:
    """The one answer is refused with its code, the other is carried further under its author's name."""
    for text, refused in ((case.blocked, f"guard.{case.code}"), (case.passes, "")):
        entry = {"size": SIZE, "price": PRICE}.get(case.asks, SIZE)[case.lang]
        show = stage(*([entry] if case.faq else []), known=["bob"])
        show.chat(ASKS[case.asks][case.lang], "ann")
        line = show.chat(ANSWER[case.lang].format(text), "bob")
        show.wait(20.0)
        assert show.refusal(line) == refused, text
        assert (line in show.boosted()) == (not refused), text


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_hearsay_that_the_faq_confirms_is_a_relay(stage: Make, lang: str) -> None:
    """What somebody only heard may be carried further where the FAQ says the same."""
    show = stage(SIZE[lang], known=["bob"])
    show.chat(ASKS["size"][lang], "ann")
    line = show.chat(ANSWER[lang].format({"ko": "누가 그러는데 30ml래요", "en": "i heard it is 30ml"}[lang]), "bob")
    show.wait(20.0)
    assert line in show.boosted()


@pytest.mark.parametrize(
    ("lang", "asked", "unconfirmed", "confirmed"),
    [
        ("ko", "세탁소 맡겨야 하나요?", "다들 세탁기 돌린대요", "찬물에 손세탁 하라고 들었어요"),
        ("en", "do i need dry cleaning for this?", "i heard people machine wash it", "i heard hand wash cold water only"),
    ],
)
def test_hearsay_that_states_a_likely_entry_is_confirmed(stage: Make, lang: str, asked: str, unconfirmed: str, confirmed: str) -> None:
    """The question alone leaves open which FAQ entry it means: the answer that states the very fact of a likely one settles it."""
    entry = {
        "ko": FaqEntry("wash", "세탁은 어떻게 하나요?", "찬물에 손세탁해 주세요"),
        "en": FaqEntry("wash", "How do I wash it?", "Hand wash it in cold water"),
    }[lang]
    for text, passes in ((unconfirmed, False), (confirmed, True)):
        show = stage(entry, SIZE[lang], PRICE[lang], known=["bob"])
        show.chat(asked, "ann")
        found = show.show.snapshot().questions[0]["faq"][0]
        assert found["faq_id"] == "wash" and found["score"] < SURE_ENTRY
        line = show.chat(ANSWER[lang].format(text), "bob")
        show.wait(20.0)
        assert (line in show.boosted()) == passes, show.refusal(line)
        assert show.refusal(line) == ("" if passes else "guard.hearsay")


@pytest.mark.parametrize(("on_air", "passes"), [("dress", True), ("coat", False)])
@pytest.mark.parametrize(
    ("lang", "asked", "said", "entry"),
    [
        ("ko", "세탁 어떻게 해요?", "찬물에 손세탁 하라고 들었어요", ("세탁은 어떻게 하나요?", "찬물에 손세탁해 주세요")),
        ("en", "how do you wash this?", "i heard hand wash cold water only", ("How do I wash it?", "Hand wash it in cold water")),
    ],
)
def test_a_likely_entry_of_another_product_confirms_nothing(
    stage: Make, lang: str, asked: str, said: str, entry: tuple[str, str], on_air: str, passes: bool
) -> None:
    """What the FAQ says of the dress is no word on the coat that is on air."""
    show = stage(FaqEntry("wash", *entry, product="dress"), SIZE[lang], PRICE[lang], known=["bob"])
    show.play(ProductOnAir("p1", 0.5, on_air))
    show.chat(asked, "ann")
    line = show.chat(ANSWER[lang].format(said), "bob")
    show.wait(20.0)
    assert (line in show.boosted()) == passes, show.refusal(line)


@pytest.mark.parametrize(
    ("lang", "joke", "serious"),
    [
        ("ko", "마시면 하늘을 날아요 ㅋㅋㅋ 농담이에요", "농담 아니고 진짜 아침에 써도 돼요"),
        ("en", "only if you are a vampire lol jk", "no joke, mornings are the best time"),
    ],
)
def test_a_joke_is_not_carried_further(stage: Make, lang: str, joke: str, serious: str) -> None:
    """A joke is refused as one; a plain answer passes."""
    for text, passes in ((joke, False), (serious, True)):
        show = stage(known=["bob"])
        show.chat(ASKS["use"][lang], "ann")
        line = show.chat(ANSWER[lang].format(text), "bob")
        show.wait(20.0)
        assert (line in show.boosted()) == passes, show.refusal(line)


@pytest.mark.parametrize(("name", "passes"), [("rnoderator_kim", False), ("ｍｏｄｅｒａｔｏｒ＿ｋｉｍ", False), ("kim_the_second", True)])
def test_a_name_that_looks_like_a_regulars_is_not_carried_further(stage: Make, name: str, passes: bool) -> None:
    """Trust goes by the platform's id, never by the name; who looks like somebody else waits for a person (H029, H039)."""
    show = stage(known=["moderator_kim"])
    show.chat(ASKS["use"]["en"], "ann")
    line = show.chat("!answer 1 yes you can", name)
    show.wait(20.0)
    assert (line in show.boosted()) == passes
    assert show.refusal(line) == ("" if passes else "guard.lookalike")
    assert show.show.trust("bridge:id-moderator_kim").value > show.show.trust(f"bridge:id-{name}").value


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_two_regulars_who_disagree_are_not_carried_further(stage: Make, lang: str) -> None:
    """Neither is, and the host is asked; a newcomer's contrary word does not hold a regular back."""
    one, other = {"ko": ("30ml예요", "50ml예요"), "en": ("it is 30ml", "it is 50ml")}[lang]
    show = stage(known=["bob", "dan"])
    show.chat(ASKS["size"][lang], "ann")
    show.chat(ANSWER[lang].format(one), "bob")
    show.chat(ANSWER[lang].format(other), "dan")
    show.wait(20.0)
    assert not show.boosted()
    assert [d.to for d in show.decisions("escalate") if d.reason.code == "escalate.disagree"] == ["board"]


SUBJECTS = {
    "ko": (
        "세탁기에 돌려도 되나요?",
        "향이 많이 나나요?",
        "병 색깔이 뭐예요?",
        "뚜껑은 어떻게 열어요?",
        "임산부도 써도 되나요?",
        "남자도 쓰나요?",
    ),
    "en": (
        "can i put it in the washing machine?",
        "does it smell strongly?",
        "what colour is the bottle?",
        "how do i open the lid?",
        "may children use it?",
        "is it for men too?",
    ),
}
SURE = {"ko": "네 그럼요", "en": "yes of course"}
GLASS = {
    "ko": ("이거 병이 유리예요?", "아니요 아니에요", "네 맞아요 유리예요"),
    "en": ("is the bottle made of glass?", "no it is not", "yes it is glass"),
}


def answered(show: RealStage, subject: str, answer: str, who: str, action: str) -> None:
    """Somebody asks, `who` answers by number, staff boost or reject it."""
    asked = show.chat(subject, f"fan{show.count}", after=200.0)
    question = next(q for q in show.show.snapshot().questions if any(asker["line"] == asked for asker in q["askers"]))
    show.staff(action, question["id"], show.chat(f"!답 {question['number']} {answer}", who))


def last_number(show: RealStage) -> int:
    """The number of the Question that was opened last."""
    return max(question["number"] for question in show.show.snapshot().questions)


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_trust_decides_where_one_is_clearly_more_trusted(stage: Make, lang: str) -> None:
    """A regular whose answers were accepted is carried further against somebody whose were refused, and not the other way round."""
    show = stage(known=["bob", "dan"])
    for subject in SUBJECTS[lang][:3]:
        answered(show, subject, SURE[lang], "bob", "boost")
    for subject in SUBJECTS[lang][3:]:
        answered(show, subject, SURE[lang], "dan", "reject")
    assert show.show.trust("bridge:id-bob").value > show.show.trust("bridge:id-dan").value + 0.3
    asked, no, yes = GLASS[lang]
    show.chat(asked, "cat", after=200.0)
    wrong = show.chat(f"!answer {last_number(show)} {no}", "dan")
    right = show.chat(f"!answer {last_number(show)} {yes}", "bob")
    show.wait(20.0)
    assert show.refusal(wrong) == "guard.contradicted_peer" and right in show.boosted()


def test_who_was_often_wrong_waits_for_a_person(stage: Make) -> None:
    """Trust below `hold_below` holds a boost also in mode auto."""
    show = stage(known=["dan"])
    for subject in SUBJECTS["ko"][:4]:
        answered(show, subject, "네 그럼요", "dan", "reject")
    show.chat(ASKS["use"]["ko"], "cat", after=200.0)
    show.chat(f"!답 {last_number(show)} 네 써도 돼요", "dan")
    show.wait(20.0)
    assert [(d.held, d.reason.code) for d in show.decisions("boost")] == [(True, "boost.doubted")]


@pytest.mark.parametrize("how", ["deleted", "staff"])
def test_what_was_carried_further_is_taken_back_with_a_correction(stage: Make, how: str) -> None:
    """Off the overlay, the asker waits again, and the chat is told once, without name or words of the answer."""
    show = stage(known=["bob"])
    asked = show.chat(ASKS["use"]["ko"], "ann")
    line = show.chat("!답 1 네 아침에도 좋아요", "bob")
    show.wait(20.0)
    assert line in show.boosted()
    if how == "deleted":
        show.delete(line)
    else:
        show.staff("reject", asked, line)
        show.staff("reject", asked, line)
    (correction,) = show.posts("retract")
    assert "bob" not in correction and "좋아요" not in correction and correction.startswith("⚠️")
    assert asked in [record for q in show.show.records() for record in q.open]


def test_what_was_not_yet_said_is_taken_back_silently(stage: Make) -> None:
    """Deleted within its grace, nothing was said and nothing is corrected."""
    show = stage(known=["bob"])
    show.chat(ASKS["use"]["ko"], "ann")
    show.delete(show.chat("!답 1 네 아침에도 좋아요", "bob"))
    show.wait(20.0)
    assert show.posts("retract", "boost") == []


@pytest.mark.parametrize(
    ("answer", "held"), [("꾸준히 쓰면 아토피가 나아요", True), ("질병의 예방 및 치료를 위한 의약품이 아니에요", False)]
)
def test_an_entry_that_claims_too_much_waits_for_a_person(stage: Make, answer: str, held: bool) -> None:
    """The law holds for the FAQ's own words too; its disclaimer is no claim."""
    from dataclasses import replace

    from .conftest import SETTINGS

    settings = replace(SETTINGS, ladder=replace(SETTINGS.ladder, post_confidence=0.3, mode=replace(SETTINGS.ladder.mode, post_faq="auto")))
    show = stage(FaqEntry("effect", "이거 아토피에도 효과 있나요?", answer), settings=settings)
    show.chat("이거 아토피에도 효과 있나요?", "ann")
    show.wait(40.0)
    assert [decision.held for decision in show.decisions("post_faq")] == [held]


SAYS_PRICE = {"ko": ("35,000원이에요", "29,900원이에요"), "en": ("it is $35", "it is $29")}


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_firm_fact_needs_agreement(stage: Make, lang: str) -> None:
    """A price that neither FAQ nor host gave is refused; the same words pass where the FAQ says so."""
    for faq, refused in (([], "guard.firm"), ([PRICE[lang]], "")):
        show = stage(*faq, known=["bob"])
        show.chat(ASKS["price"][lang], "ann")
        line = show.chat(ANSWER[lang].format(SAYS_PRICE[lang][1]), "bob")
        show.wait(20.0)
        assert show.refusal(line) == refused
        assert (line in show.boosted()) == (not refused)


FIRM = {
    "stock": ("이거 재고 남아 있나요?", "네 아직 많이 남아 있어요", "Is it still in stock?", "yes, there are plenty in stock"),
    "delivery": ("오늘 주문하면 언제 도착해요?", "내일 도착해요", "When will it be delivered?", "it is delivered tomorrow"),
    "refund": ("환불 되나요?", "네 7일 안에 환불돼요", "Can I get a refund?", "yes, you get a refund within 7 days"),
    "coupon": ("쿠폰 쓸 수 있나요?", "네 10% 쿠폰 쓸 수 있어요", "Is there a coupon?", "yes, there is a 10% coupon"),
    "safety": ("임산부가 써도 안전한가요?", "네 임산부도 안전해요", "Is it safe in pregnancy?", "yes, it is safe in pregnancy"),
}


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("topic", FIRM)
def test_every_firm_fact_needs_agreement(stage: Make, topic: str, lang: str) -> None:
    """Stock, delivery, refund, coupons and safety: a viewer's word alone is refused, the same word beside an FAQ that says so passes."""
    asked, said = FIRM[topic][:2] if lang == "ko" else FIRM[topic][2:]
    for faq, passes in (([], False), ([FaqEntry(topic, asked, said, topic=topic, firm=True)], True)):
        show = stage(*faq, known=["bob"])
        show.chat(asked, "ann")
        line = show.chat(ANSWER[lang].format(said), "bob")
        show.wait(20.0)
        assert show.refusal(line) == ("" if passes else "guard.firm")
        assert (line in show.boosted()) == passes


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_who_does_not_want_to_be_named_is_not_carried_further(stage: Make, lang: str) -> None:
    """After the command to stop the answer is refused; without it the same words pass."""
    fine = {"ko": "네 아침에 쓰셔도 돼요", "en": "yes, mornings are fine"}[lang]
    for stopped in (True, False):
        show = stage(known=["bob"])
        if stopped:
            show.chat({"ko": "!그만", "en": "!stop"}[lang], "bob")
        show.chat(ASKS["use"][lang], "ann")
        line = show.chat(ANSWER[lang].format(fine), "bob")
        show.wait(20.0)
        assert show.refusal(line) == ("guard.quiet" if stopped else "")
        assert (line in show.boosted()) == (not stopped)


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_crowd_of_new_accounts_is_no_witness(stage: Make, lang: str) -> None:
    """Eight newcomers who say the same within a minute are refused, seven are not."""
    fine = {"ko": "네 아침에 쓰셔도 돼요", "en": "yes, mornings are fine"}[lang]
    for count, blocked in ((8, True), (7, False)):
        show = stage()
        show.chat(ASKS["use"][lang], "ann")
        lines = [show.chat(ANSWER[lang].format(fine), f"new{i}", after=0.1) for i in range(count)]
        show.wait(20.0)
        assert ("guard.crowd" in {show.refusal(line) for line in lines}) == blocked
        assert bool(show.boosted()) == (not blocked)


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_hosts_fresher_word_outweighs_the_faq(stage: Make, lang: str) -> None:
    """Who says what the FAQ still says is refused once the host said otherwise; who says what the host said passes."""
    now = {"ko": "가격은 지금부터 19,900원이에요", "en": "the price is $19 now"}[lang]
    fresh = {"ko": "19,900원이에요", "en": "it is $19"}[lang]
    for text, refused in ((SAYS_PRICE[lang][1], "guard.contradicted_host"), (fresh, "")):
        show = stage(PRICE[lang], known=["bob"])
        show.chat(ASKS["price"][lang], "ann")
        show.voice(now)
        show.chat(ASKS["price"][lang], "cat", after=5.0)
        line = show.chat(ANSWER[lang].format(text), "bob")
        show.wait(20.0)
        assert show.refusal(line) == refused, text


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_command_is_not_carried_further(stage: Make, lang: str) -> None:
    """What a chat bot would take for a command is refused; a stroke between two words is none."""
    bad, fine = {"ko": ("/ban ann", "아침/저녁 다 돼요"), "en": ("/ban ann", "morning/evening, both work")}[lang]
    for text, refused in ((bad, "guard.command"), (fine, "")):
        show = stage(known=["bob"])
        show.chat(ASKS["use"][lang], "ann")
        line = show.chat(ANSWER[lang].format(text), "bob")
        show.wait(20.0)
        assert show.refusal(line) == refused, text


def test_a_korean_name_that_looks_like_a_regulars_is_not_carried_further(stage: Make) -> None:
    """Hangul that is put together from its parts, or followed by an invisible sign, is the same name; another name passes."""
    for name, refused in (("봄이네\u200b", "guard.lookalike"), ("봄이네언니", "")):
        show = stage(known=["봄이네"])
        show.chat(ASKS["use"]["ko"], "ann")
        line = show.chat("!답 1 네 아침에 쓰셔도 돼요", name)
        show.wait(20.0)
        assert show.refusal(line) == refused, name


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_hearsay_that_the_host_confirms_is_a_relay(stage: Make, lang: str) -> None:
    """What somebody only heard passes where a line of the host's in this show says the same, and not where it says another number."""
    host = {"ko": "용량은 30미리예요", "en": "the bottle holds 30 ml"}[lang]
    heard = {"ko": ("누가 그러는데 30ml래요", "누가 그러는데 50ml래요"), "en": ("i heard it is 30ml", "i heard it is 50ml")}[lang]
    for text, passes in zip(heard, (True, False), strict=True):
        show = stage(known=["bob"])
        show.chat(ASKS["size"][lang], "ann")
        show.voice(host)
        show.chat(ASKS["size"][lang], "cat", after=5.0)
        line = show.chat(ANSWER[lang].format(text), "bob")
        show.wait(20.0)
        assert (line in show.boosted()) == passes, show.refusal(line)


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_an_answer_that_is_hardly_right_is_not_carried_further(stage: Make, lang: str) -> None:
    """Below `boost_confidence` an answer is refused as unsure; the same answer passes where less is asked for."""
    from dataclasses import replace

    from .conftest import SETTINGS

    fine = {"ko": "네 아침에 쓰셔도 돼요", "en": "yes, mornings are fine"}[lang]
    for least, refused in ((0.999, "guard.unsure"), (0.1, "")):
        show = stage(known=["bob"], settings=replace(SETTINGS, ladder=replace(SETTINGS.ladder, boost_confidence=least)))
        show.chat(ASKS["use"][lang], "ann")
        line = show.chat(ANSWER[lang].format(fine), "bob")
        show.wait(20.0)
        assert show.refusal(line) == refused
        assert (line in show.boosted()) == (not refused)


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize(
    ("more", "said"),
    [(" bit.ly/abc", False), (" !ban bob", False), ("\n/ban bob", False), (" 카톡 오픈채팅 open.kakao.com/o/x", False), ("!!", True)],
)
def test_the_bot_repeats_no_question_that_it_must_not_say(stage: Make, lang: str, more: str, said: bool) -> None:
    """An honest answer to somebody who advertises or gives commands is carried further without their words; another asker's may be said."""
    fine = {"ko": "네 아침에 쓰셔도 돼요", "en": "yes, mornings are fine"}[lang]
    show = stage(known=["bob"])
    show.chat(ASKS["use"][lang] + more, "ann")
    show.chat(ANSWER[lang].format(fine), "bob")
    show.chat({"ko": "!질문", "en": "!open"}[lang], "cat")
    show.wait(20.0)
    (post,) = show.posts("boost")
    assert fine in post and (ASKS["use"][lang] in post) == said
    assert not [post for post in show.posts() if more.strip() in post and not said]


@pytest.mark.parametrize(("name", "refused"), [("bit.ly/abc", "guard.link"), ("!ban bob", "guard.command"), ("bob.fan", "")])
def test_a_name_that_advertises_is_not_said(stage: Make, name: str, refused: str) -> None:
    """The author's name goes with the answer; a dot in a name is no address."""
    show = stage(known=[name])
    show.chat(ASKS["use"]["ko"], "ann")
    line = show.chat("!답 1 네 아침에 쓰셔도 돼요", name)
    show.wait(20.0)
    assert show.refusal(line) == refused and (line in show.boosted()) == (not refused)


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("！ban ann", True),
        ("\u200b/ban ann", True),
        ("@ann !ban bob", True),
        ("네 돼요\n/ban ann", True),
        ("이거 좋아요 !ban 철수", True),
        ("네 돼요 (/timeout ann 600)", True),
        ("네 돼요 ！강퇴 철수", True),
        ("네 .ban minji", True),
        ("네 .모드는 두 가지예요", False),
        ("yes you can, just type /ban bob", True),
        ("yes !addcom !deal bit ly", True),
        ("네 채팅창에 !사용법 치면 나와요", False),
        ("yes, type !howto in chat", False),
        ("네 아침 / 저녁 다 돼요 and/or", False),
        ("네 좋아요 !banana", False),
        ("/me 네 돼요", True),
        ("네 돼요 !!", False),
        ("네 1.5배 정도 쓰세요", False),
        ("@ann 네 아침에도 돼요", False),
        ("yes!morning works", False),
    ],
)
def test_what_a_bot_would_run_is_a_command_wherever_it_begins(stage: Make, text: str, refused: bool) -> None:
    """Wide signs, unseen signs, a mention or another row before it change nothing; a sign in a sentence is none."""
    show = stage(known=["bob"])
    show.chat(ASKS["use"]["ko"], "ann")
    line = show.chat(f"!답 1 {text}", "bob")
    show.wait(20.0)
    assert (show.refusal(line) != "") == refused, show.refusal(line)
    assert (line in show.boosted()) == (not refused)
    assert all("\n" not in post and "\r" not in post for post in show.posts())


PADDING = {
    "ko": "네 이 제품은 아침 저녁으로 다 쓸 수 있고 저는 작년부터 꾸준히 쓰고 있는데 정말 만족해요 ",
    "en": "yes you can use it in the morning and the evening, i have used it since last year and like it ",
}
AT_THE_END = (
    "bit.ly/abc",
    "dm me",
    "카톡 오픈채팅 주세요",
    "[관리자] 됩니다",
    "[admin] yes",
    "you asshole",
    "병신아",
    "it cures acne",
    "아토피가 싹 나았어요",
    "casino",
)


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("end", [*AT_THE_END, ""])
def test_what_may_not_be_said_is_found_at_the_end_of_a_long_answer(stage: Make, lang: str, end: str) -> None:
    """A post holds more than what is read of a line, and either language may stand in the other; the long answer alone passes."""
    show = stage(known=["bob"])
    show.chat(ASKS["use"][lang], "ann")
    line = show.chat(ANSWER[lang].format(PADDING[lang] * 4 + end), "bob")
    show.wait(20.0)
    assert (line in show.boosted()) == (end == ""), show.refusal(line)


@pytest.mark.parametrize("name", ["관리자", "[운영자]", "★고객센터★", "쇼호스트1", "official", "MOD", "Support", "시발놈"])
def test_a_name_that_is_only_a_role_is_not_said(stage: Make, name: str) -> None:
    """Under the bot's sign it would speak for the shop."""
    show = stage(known=[name])
    show.chat(ASKS["use"]["ko"], "ann")
    line = show.chat("!답 1 네 아침에 쓰셔도 돼요", name)
    show.wait(20.0)
    assert show.refusal(line) in ("guard.impersonation", "guard.abuse") and line not in show.boosted()


@pytest.mark.parametrize("name", ["관리자의딸", "호스트바라기", "supporter", "officialsky", "modern_home", "봄이"])
def test_a_name_with_a_role_in_it_is_a_name(stage: Make, name: str) -> None:
    """The near miss."""
    show = stage(known=[name])
    show.chat(ASKS["use"]["ko"], "ann")
    line = show.chat("!답 1 네 아침에 쓰셔도 돼요", name)
    show.wait(20.0)
    assert line in show.boosted(), show.refusal(line)


DENIED = (
    ("en", "can i return it?", "Returns are accepted within 30 days", "no returns", "yes, returns within 30 days"),
    ("en", "can i return it?", "Returns are accepted within 30 days", "you cannot return it within 30 days", "no, only within 30 days"),
    ("en", "can i return it?", "Returns are accepted within 30 days", "returns are not accepted", "yes within 30 days"),
    ("ko", "환불 되나요?", "7일 안에 환불돼요", "7일 안에도 환불 안돼요", "네 7일 안에 환불돼요"),
    ("ko", "환불 되나요?", "7일 안에 환불돼요", "환불 불가예요", "7일 안에 돼요"),
    ("ko", "배송비 있나요?", "무료배송이에요", "무료 아니에요", "무료예요"),
)


@pytest.mark.parametrize(("lang", "asked", "entry", "denies", "says"), DENIED)
def test_who_denies_what_the_faq_says_does_not_say_the_same(stage: Make, lang: str, asked: str, entry: str, denies: str, says: str) -> None:
    """The same words and numbers with a not in them are the contrary of a firm fact; what says it as it is passes."""
    for text, passes in ((denies, False), (says, True)):
        show = stage(FaqEntry("fact", asked, entry, topic="refund", firm=True), known=["bob"])
        show.chat(asked, "ann")
        line = show.chat(ANSWER[lang].format(text), "bob")
        show.wait(20.0)
        assert (line in show.boosted()) == passes, (text, show.refusal(line))
