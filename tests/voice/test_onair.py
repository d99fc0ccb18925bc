"""Which product is on air: the freshest of what is said, seen and planned, with its reason."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livebot.core.events import Author, Caption, ChatMessage, ProductOnAir, Role, Tick
from livebot.voice.onair import OnAir, Shown, Sight

PRODUCTS = (
    Shown("serum", "시카 세럼 30ml", planned=0.0),
    Shown("cushion", "글로우 쿠션", scene="2부", planned=1200.0),
    Shown("mask", "보습 마스크팩", also=("mask pack",), planned=2400.0),
)


def stage(*products: Shown) -> OnAir:
    """A show that has the serum on air since its start."""
    onair = OnAir(products or PRODUCTS)
    onair.watch(ProductOnAir("p0", 0.0, "serum", why="rundown: 0:00"))
    return onair


def aloud(onair: OnAir, text: str, at: float = 10.0) -> str:
    """What is on air because of a caption: `product|why`, or ''."""
    set_to = onair.watch(Caption(f"v{at}", at, text))
    return f"{set_to.product}|{set_to.why}" if set_to else ""


@pytest.mark.parametrize(
    "text",
    [
        "이번에는 글로우 쿠션 보여드릴게요",
        "자 그럼 쿠션 소개해 드릴게요",
        "다음 상품은요 쿠션이에요",
        "이제 쿠션으로 넘어가 볼게요",
        "자 다음은 글로우 쿠션이에요",
    ],
)
def test_a_host_who_goes_over_to_a_product_sets_it(text: str) -> None:
    """The name with words of going over is enough, without punctuation, and the words are the reason."""
    assert aloud(stage(), text) == f"cushion|host: {text}"


@pytest.mark.parametrize(
    "text",
    [
        "이따가 쿠션도 보여드릴게요",
        "아까 소개한 쿠션 기억하시죠",
        "쿠션 말고 이제 세럼 얘기예요",
        "이번에는 세럼이랑 쿠션 세트예요",
        "쿠션도 있어요",
        "이번에는 가격 말씀드릴게요",
        "이번 세럼 보여드릴게요",
    ],
)
def test_a_host_who_only_speaks_of_a_product_sets_nothing(text: str) -> None:
    """Later, earlier, another one, two at once, in passing, none, or the one that is on air: nothing changes."""
    assert aloud(stage(), text) == ""


def test_a_product_named_twice_in_a_short_while_is_set() -> None:
    """Who keeps naming one product presents it; another one named between, or a long pause, begins anew."""
    onair = stage()
    assert aloud(onair, "쿠션 촉촉하죠", 10.0) == ""
    assert aloud(onair, "쿠션 정말 가벼워요", 20.0).startswith("cushion|")
    onair = stage()
    assert aloud(onair, "쿠션 촉촉하죠", 10.0) == ""
    assert aloud(onair, "쿠션 정말 가벼워요", 70.0) == ""
    assert aloud(onair, "세럼이랑 마스크팩도 있고", 75.0) == ""
    assert aloud(onair, "쿠션은", 80.0) == ""


@pytest.mark.parametrize(("role", "wanted"), [("host", "cushion"), ("staff", ""), ("subscriber", "")])
def test_only_the_host_s_own_chat_lines_count(role: Role, wanted: str) -> None:
    """A viewer or staff who names a product sets nothing."""
    line = ChatMessage("m1", 10.0, "twitch:shop", Author("u1", "a", (role,)), "이번에는 쿠션 소개할게요")
    set_to = stage().watch(line)
    assert (set_to.product if set_to else "") == wanted


def test_the_plan_is_followed_when_nothing_else_speaks() -> None:
    """The rundown sets its products at their times, each once."""
    onair = OnAir(PRODUCTS)
    told = []
    for at in range(0, 3000, 10):
        set_to = onair.watch(Tick(float(at)))
        if set_to:
            told.append((at, set_to.product, set_to.why))
            onair.watch(set_to)
    assert told == [(0, "serum", "rundown: 0:00"), (1200, "cushion", "rundown: 20:00"), (2400, "mask", "rundown: 40:00")]


def test_the_plan_yields_to_what_was_seen() -> None:
    """A show that runs late: for five minutes after a tap or a scene the plan is not fresher; then it counts again."""
    onair = stage()
    onair.watch(ProductOnAir("staff-1", 1100.0, "serum"))
    assert onair.watch(Tick(1200.0)) is None
    set_to = onair.watch(Tick(1401.0))
    assert set_to is not None
    assert (set_to.product, set_to.why) == ("cushion", "rundown: 20:00")


def test_the_freshest_wins() -> None:
    """Scene, then staff, then the host: each in its turn."""
    onair = stage()
    seen = onair.see(Sight("2부"), 5.0)
    assert seen is not None
    assert (seen.product, seen.text, seen.why) == ("cushion", "글로우 쿠션", "obs_scene: 2부")
    onair.watch(seen)
    onair.watch(ProductOnAir("staff-1", 6.0, "mask"))
    assert onair.see(Sight("2부"), 7.0) is None
    assert aloud(onair, "이번에는 쿠션 보여드릴게요", 8.0).startswith("cushion|host")


def test_a_word_of_two_products_names_neither() -> None:
    """A scene named after the brand tells nothing; the whole name does."""
    brand = (Shown("serum", "글로우 세럼"), Shown("cushion", "글로우 쿠션"))
    assert stage(*brand).see(Sight("글로우"), 1.0) is None
    seen = stage(*brand).see(Sight("글로우 쿠션"), 1.0)
    assert seen is not None
    assert seen.product == "cushion"


def test_a_show_of_one_product_is_named_by_its_whole_name() -> None:
    """With one product every word might be it, so only its name or key counts."""
    onair = OnAir((Shown("serum", "시카 세럼"),))
    assert onair.see(Sight("세럼 있는 날"), 1.0) is None
    seen = onair.see(Sight("시카 세럼"), 2.0)
    assert seen is not None
    assert seen.product == "serum"


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(), max_size=10))
def test_any_words_are_heard(texts: list[str]) -> None:
    """Whatever is said or shown, nothing breaks, and a reason is short."""
    onair = stage()
    for at, text in enumerate(texts):
        for set_to in (onair.watch(Caption(f"v{at}", float(at), text)), onair.see(Sight(text, frozenset({text}), text), float(at))):
            assert set_to is None or len(set_to.why) <= 140
