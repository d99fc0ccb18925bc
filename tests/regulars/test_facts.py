"""Firm facts, in Korean and English: what is another fact in the same numbers or words is not carried further, what is the same passes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from livebot.core.events import ProductOnAir
from livebot.core.matcher import FaqEntry

from .conftest import RealStage

Make = Callable[..., RealStage]


@dataclass(frozen=True)
class Fact:
    """A question that the FAQ answers, the answer that is not that fact, and the one that is."""

    kind: str
    asks: str
    faq: str
    wrong: str
    right: str


FACTS = (
    Fact("list price", "이거 얼마예요?", "정가 32,000원, 라이브에서 19,900원입니다.", "3만 2천원이요", "19,900원이요"),
    Fact("list price", "How much is the knife?", "The knife is $49 tonight, regularly $79.", "it's $79", "it's $49"),
    Fact("nearly", "이거 얼마예요?", "라이브 특가 39,900원입니다.", "4만원이에요", "삼만 구천구백원이요"),
    Fact("nearly", "How much is the knife?", "The knife is $39.90 tonight.", "it's $40", "it's $39.90"),
    Fact("fee", "배송비 있나요?", "배송비는 3,000원입니다.", "무료배송이에요", "배송비 3천원이에요"),
    Fact("fee", "How much is shipping?", "Shipping is $5.95.", "shipping is free", "it's $5.95"),
    Fact("free from", "배송비 있나요?", "3,500원이고 4만 원 이상 구매하시면 무료입니다.", "무료배송이에요", "4만원 넘으면 무료배송이에요"),
    Fact("free from", "Is shipping free?", "Shipping is $6, free over $50.", "yes shipping is free", "shipping is free over $50"),
    Fact("all free", "못난이도 무료배송이죠?", "모두 무료배송이고 못난이만 상자당 4,000원입니다.", "네 다 무료", "못난이는 4천원이에요"),
    Fact("free", "배송비 있나요?", "모든 상품이 무료배송입니다.", "배송비 3천원이에요", "무료배송이에요"),
    Fact("free", "Is shipping free?", "Shipping is free on every order.", "it's not free, shipping is $6", "shipping is free"),
    Fact("share for sum", "쿠폰 할인 얼마예요?", "첫 구매는 10,000원 할인 쿠폰을 드립니다.", "10% 할인이에요", "만원 할인이에요"),
    Fact("share for sum", "How much off is the coupon?", "The coupon takes $10 off.", "10% off", "$10 off"),
    Fact("day", "언제 도착해요?", "오늘 주문하시면 내일 출고하여 모레 도착합니다.", "내일 도착해요", "모레 도착해요"),
    Fact("day", "When does it arrive?", "Orders ship tomorrow and arrive on Friday.", "it arrives on thursday", "it arrives on friday"),
    Fact("weekday", "배송 언제 와요?", "지금 주문하시면 목요일에 받으세요.", "수요일에 와요", "목요일에 와요"),
    Fact(
        "days", "When will it arrive?", "It ships tomorrow and arrives in 3 to 5 days.", "it arrives tomorrow", "it arrives in 3 to 5 days"
    ),
    Fact("model", "2세대 가격 얼마예요?", "1세대는 59,000원, 2세대는 89,000원입니다.", "59,000원이에요", "89,000원이에요"),
    Fact("model", "How much is the gen 2?", "Gen 1 is $59, gen 2 is $89.", "it's $59", "it's $89"),
    Fact("term", "반품 며칠 안에 해야 돼요?", "받으신 뒤 7일 안에 반품됩니다.", "30일 안에 돼요", "7일 안에 돼요"),
    Fact("term", "How long do I have to return it?", "You can return it within 30 days.", "you have 60 days", "you have 30 days"),
    Fact("safe", "임산부가 써도 되나요?", "아니요, 임산부는 쓰시면 안 됩니다.", "네 임산부도 돼요", "아니요 임산부는 안 돼요"),
    Fact(
        "safe", "Is it safe during pregnancy?", "No, it is not safe during pregnancy.", "yes it's safe", "no it's not safe during pregnancy"
    ),
)


def said(show: RealStage, text: str) -> str:
    """The regular gives this answer to the first question; return its line."""
    line = show.chat(f"!답 1 {text}", "bob")
    show.wait(20.0)
    return line


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: f"{fact.kind}: {fact.wrong}")
def test_only_the_fact_that_is_asked_for_is_carried_further(stage: Make, fact: Fact) -> None:
    """The FAQ holds the fact: what only sounds like it is refused, what is it passes."""
    for text, passes in ((fact.wrong, False), (fact.right, True)):
        show = stage(FaqEntry("fact", fact.asks, fact.faq), known=["bob"])
        show.chat(fact.asks, "ann")
        line = said(show, text)
        assert (line in show.boosted()) == passes, (text, show.refusal(line))


@pytest.mark.parametrize(
    ("asks", "host", "wrong", "right"),
    [
        ("이거 얼마예요?", "가격은 원래 육만 구천 원 하던 거 오늘 라이브만 삼만 구천구백 원입니다", "69,000원이에요", "39,900원이에요"),
        ("How much is it?", "the price is normally sixty nine dollars and tonight it is thirty nine dollars", "it's $69", "it's $39"),
    ],
)
def test_a_spoken_list_price_is_not_the_price(stage: Make, asks: str, host: str, wrong: str, right: str) -> None:
    """What the host said aloud of both prices confirms only the one that is asked for."""
    for text, passes in ((wrong, False), (right, True)):
        show = stage(known=["bob"])
        show.chat(asks, "ann")
        show.voice(host)
        show.chat(asks, "cat", after=5.0)
        line = said(show, text)
        assert (line in show.boosted()) == passes, (text, show.refusal(line))


@pytest.mark.parametrize(
    ("asks", "faq", "text"),
    [("이거 가격 얼마예요?", "가격은 59,000원입니다.", "59,000원이에요"), ("How much is it?", "The price is $59.", "it's $59")],
)
def test_the_price_of_another_product_is_not_the_price(stage: Make, asks: str, faq: str, text: str) -> None:
    """The older model's entry, while the newer one is on air, confirms nothing; the entry of what is on air does."""
    for product, passes in (("old", False), ("new", True)):
        show = stage(FaqEntry("price", asks, faq, product=product), known=["bob"])
        show.play(ProductOnAir("p1", 0.0, "new", ""))
        show.chat(asks, "ann")
        line = said(show, text)
        assert (line in show.boosted()) == passes, (product, show.refusal(line))


@pytest.mark.parametrize(
    ("asks", "faq", "passes"),
    [
        ("29,900원 맞죠?", "라이브가 39,900원입니다.", False),
        ("무료배송 맞죠?", "배송비는 3,000원입니다.", False),
        ("is shipping free?", "Shipping is $5.95.", False),
        ("is shipping free?", "Yes, shipping is free.", True),
        ("무료배송 맞죠?", "네, 무료배송입니다.", True),
    ],
)
def test_a_yes_says_what_was_asked(stage: Make, asks: str, faq: str, passes: bool) -> None:
    """Who says yes to a wrong price or to `free` says that price, or free."""
    show = stage(FaqEntry("fact", asks, faq), known=["bob"])
    show.chat(asks, "ann")
    line = said(show, "네 맞아요" if "맞" in asks else "yes it is")
    assert (line in show.boosted()) == passes, show.refusal(line)
