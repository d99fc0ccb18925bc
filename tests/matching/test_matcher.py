"""The matcher over a shop's FAQ, with the trained networks: order, bounds, dates, products, aliases, and the smallest FAQs."""

from __future__ import annotations

import pytest

from livebot.core.matcher import Asked, Evidence, FaqEntry, Hit, Past, Said, Score
from livebot.core.reader import LineReading
from livebot.core.settings import ShowSettings
from livebot.lang.data import load
from livebot.lang.wordings import LANGUAGES
from livebot.learned.files import load_model
from livebot.matching import faq, sides
from livebot.matching.matcher import LineMatcher
from livebot.matching.right import right_features

from .conftest import Shop

ODD = ("", "?", "ㅋㅋㅋ", "☺", "이거 얼마예요", "how much is this", "29,900", "これいくら", "가" * 400, "\x00\u200b", "배송 " * 60)


def asked(line: str, reading: LineReading, age: float = 10.0, **more: object) -> Asked:
    """An asker line as the core gives it."""
    return Asked(line, line, f"u-{line}", f"name{line}", reading, None, (), "log:shop", age, **more)  # type: ignore[arg-type]


def said(reading: LineReading, side: str = "viewer") -> Said:
    """A line that may answer."""
    return Said("w1", side, "u-w", reading, None, "log:shop")  # type: ignore[arg-type]


# features and networks


def test_every_network_knows_its_features_by_name() -> None:
    """What is computed is what the networks were fitted on, in the same order where rows are arrays."""
    nets = load_model("matching")["nets"]
    for name, net in nets.items():
        if name.startswith("faq") and "top" not in name:
            assert tuple(net["inputs"]) == faq.FEATURES, name
        assert len(net["inputs"]) == len(set(net["inputs"])) == len(net["mean"]) == len(net["scale"]), name


def test_every_feature_that_explain_shows_has_words() -> None:
    """In both languages."""
    nets = load_model("matching")["nets"]
    shown = {
        feature for name, net in nets.items() if name.startswith(("faq", "answer_last")) and "top" not in name for feature in net["inputs"]
    }
    plain = {feature.removeprefix("below_best_").removeprefix("above_next_") for feature in shown}
    assert sorted(feature for feature in plain if set(load("signals.json").get(feature, {})) != set(LANGUAGES)) == []


def test_features_do_not_depend_on_the_order_of_the_entries(plain: Shop) -> None:
    """The same entry has the same features and score, wherever it stands in the file."""
    question = "배송 언제 와요?"
    forth, back = plain.matcher(), plain.matcher(*reversed(plain.entries))
    one = forth.index.features(forth.text(plain.read(question)), "cu")
    other = back.index.features(back.text(plain.read(question)), "cu")
    assert one == pytest.approx(other[::-1])
    first, second = ({hit.faq_id: hit.score for hit in matcher.faq(plain.read(question), "cu")} for matcher in (forth, back))
    assert all(first[faq_id] == second[faq_id] for faq_id in first.keys() & second.keys())
    assert sorted(first.values()) == sorted(second.values())


def test_the_right_features_are_all_there(plain: Shop) -> None:
    """The network of right answers asks for nothing that the evidence does not give."""
    reading = plain.read("네 돼요")
    evidence = Evidence(
        line="w1", question="m1", reading=reading, asked=reading, faq=(), link=0.9, judged=0.9, by_faq=1.0, by_host=-1.0, by_peers=None
    )
    assert set(load_model("matching")["nets"]["right"]["inputs"]) <= set(right_features(evidence))
    assert 0.0 <= plain.matcher().right(evidence) <= 1.0


def past(reading: LineReading, **more: object) -> Past:
    """A line that waits at the end of a show, about which nothing else is known."""
    values: dict[str, object] = {
        "line": "m1", "reading": reading, "age": 600.0, "settled": "", "faq": 0.3, "answers": 0, "best": 0.0, "accepted": False,
        "rejected": False, "thanked": False, "chased": 0, "again": False, "spoke": 1, "others": 0, "others_wait": 0.5,
    }  # fmt: skip
    return Past(**values | more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asks", "asks_nothing"), [("세탁은 어떻게 해요?", "은하수 언제 볼 수 있으려나"), ("does it ship to peru?", "wow nice")]
)
def test_what_tells_that_a_line_was_missed(plain: Shop, asks: str, asks_nothing: str) -> None:
    """An answer, thanks, and hardly a question: each makes it less probable; chasing and others who wait more."""
    matcher, reading = plain.matcher(), plain.read(asks)
    waits = matcher.missed(past(reading))
    assert matcher.missed(past(plain.read(asks_nothing))) < waits
    assert matcher.missed(past(reading, settled="voice", answers=1, best=0.9)) < waits
    assert matcher.missed(past(reading, thanked=True)) < waits
    assert waits < matcher.missed(past(reading, chased=2))
    assert matcher.missed(past(reading, others=3, others_wait=0.0)) < matcher.missed(past(reading, others=3, others_wait=1.0))


# scores


@pytest.mark.parametrize("text", ODD)
def test_scores_are_probabilities(shop: Shop, text: str) -> None:
    """Whatever the line: ranked, rounded, between 0 and 1."""
    matcher, reading = shop.matcher(), shop.read(text)
    for hits in (matcher.faq(reading, None), matcher.faq(reading, "cu"), matcher.says(reading)):
        scores = [hit.score for hit in hits]
        assert scores == sorted(scores, reverse=True)
        assert all(0.0 <= score <= 1.0 and score == round(score, 4) for score in scores)
    others = [asked(f"m{i}", shop.read(other), float(i)) for i, other in enumerate(ODD)]
    for scores_of in (
        matcher.same(reading, (), None, others),
        matcher.answers(said(reading), others),
        matcher.answers(said(reading, "voice"), others),
    ):
        assert [score.index for score in scores_of] == list(range(len(ODD)))
        assert all(0.0 <= score.score <= 1.0 for score in scores_of)
    assert -1.0 <= matcher.agrees(reading, shop.entries[0].faq_id) <= 1.0
    assert all((value := matcher.agree(reading, other.reading)) is None or -1.0 <= value <= 1.0 for other in others)


def test_the_same_is_asked_twice_and_answered_the_same(shop: Shop) -> None:
    """What a matcher says depends on its arguments alone."""
    matcher, reading = shop.matcher(), shop.read("배송 언제 와요?")
    others = [asked("m1", shop.read("언제 배송되나요")), asked("m2", shop.read("색상 뭐 있어요"))]
    assert matcher.faq(reading, "cu") == matcher.faq(reading, "cu")
    assert matcher.same(reading, (), "cu", others) == matcher.same(reading, (), "cu", others)
    assert matcher.answers(said(reading), others) == matcher.answers(said(reading), others)


def test_every_entrys_own_question_finds_it(shop: Shop) -> None:
    """The canonical wording ranks its own entry first."""
    matcher = shop.matcher()
    first = [matcher.faq(shop.read(entry.canonical), entry.product)[0].faq_id for entry in shop.entries]
    right = sum(one == entry.faq_id for one, entry in zip(first, shop.entries, strict=True))
    assert right >= 0.95 * len(shop.entries)


# small and odd FAQs


def test_without_an_faq_nothing_fits(shop: Shop) -> None:
    """And lines can still be compared with each other."""
    matcher = LineMatcher((), shop.read)
    reading = shop.read("배송 언제 와요?")
    assert matcher.faq(reading, "cu") == matcher.says(reading) == ()
    assert matcher.agrees(reading, "nothing") == 0.0
    others = [asked("m1", shop.read("언제 배송되나요"))]
    assert 0.0 <= matcher.same(reading, (), None, others)[0].score <= 1.0
    assert 0.0 <= matcher.answers(said(reading), others)[0].score <= 1.0
    assert matcher.same(reading, (), None, []) == matcher.answers(said(reading), []) == []


def test_an_faq_of_one_entry(shop: Shop) -> None:
    """There is no next one to be above."""
    matcher = shop.matcher(shop.entries[0])
    (hit,) = matcher.faq(shop.read(shop.entries[0].canonical), None)
    assert hit.faq_id == shop.entries[0].faq_id and 0.0 < hit.score <= 1.0


def test_a_question_of_another_wording_finds_its_entry(plain: Shop) -> None:
    """`questions` are other wordings of the canonical one: asked word by word they find the entry, and raise it above a rival."""
    entry = FaqEntry("gift", "사은품이 있나요?", "5만원 이상 사시면 파우치를 드려요", questions=("뭐 더 얹어 주시나요", "덤으로 뭐 주세요"))
    matcher = plain.matcher(*plain.entries, entry)
    for wording in entry.questions:
        assert matcher.faq(plain.read(wording), None)[0].faq_id == "gift"


@pytest.mark.parametrize(
    ("date", "offered"), [("2026-11-21", False), ("2026-11-22", True), ("2026-11-30", True), ("2026-12-01", False), ("", True)]
)
def test_entries_out_of_date_are_never_offered(plain: Shop, date: str, offered: bool) -> None:
    """From and until are inclusive; a show without a date knows no better."""
    entry = FaqEntry("sale", "블랙프라이데이 할인 되나요?", "30% 할인이에요", valid_from="2026-11-22", valid_until="2026-11-30")
    matcher = plain.matcher(*plain.entries, entry, date=date)
    hits = [hit.faq_id for text in ("블랙프라이데이 할인 되나요?", "할인돼요?") for hit in matcher.faq(plain.read(text), None)]
    assert ("sale" in hits) is offered
    assert ("sale" in [hit.faq_id for hit in matcher.says(plain.read("30% 할인이에요"))]) is offered


def test_an_entry_out_of_date_is_not_there(plain: Shop) -> None:
    """Never offered means by no way."""
    entry = FaqEntry("sale", "할인 되나요?", "30% 할인이에요", valid_until="2026-11-01")
    assert plain.matcher(entry, date="2026-11-22").entry("sale") is None


def test_what_is_on_air_raises_and_filters_nothing_out(shop: Shop) -> None:
    """The price of this one is the price of the product on air; every entry is still ranked."""
    entries = [FaqEntry(f"price-{key}", f"{name} 가격이 얼마인가요?", f"{price}원입니다", product=key)
               for key, name, price in (("cu", "쿠션", "29,900"), ("ti", "틴트", "18,000"), ("se", "세럼", "35,000"))]  # fmt: skip
    matcher = shop.matcher(*entries)
    reading = shop.read("이거 얼마예요?")
    for key in ("cu", "ti", "se"):
        hits = matcher.faq(reading, key)
        assert hits[0].faq_id == f"price-{key}"
        assert {hit.faq_id for hit in hits} == {entry.faq_id for entry in entries}


def test_a_product_named_outweighs_what_is_on_air(plain: Shop) -> None:
    """Who names the tint means the tint."""
    plain.reader.learn_product("cu", "물광 쿠션")
    plain.reader.learn_product("ti", "글로우 틴트")
    entries = [
        FaqEntry("price-cu", "가격이 얼마인가요?", "29,900원입니다", product="cu"),
        FaqEntry("price-ti", "가격이 얼마인가요?", "18,000원입니다", product="ti"),
    ]
    assert plain.matcher(*entries).faq(plain.read("틴트 얼마예요?"), "cu")[0].faq_id == "price-ti"


# agreement


@pytest.mark.parametrize(
    ("one", "other", "sign"),
    [
        ("29,900원이에요", "이만 구천구백 원입니다", 1),
        ("29,900원이에요", "19,900원이에요", -1),
        ("네 돼요", "네 가능해요", 1),
        ("네 맞아요", "아니요 없어요", -1),
        ("3일 걸려요", "사흘 걸려요", 1),
        ("2일 걸려요", "2시간 걸려요", 0),
    ],
)
def test_two_answers_agree_by_numbers_then_by_yes_and_no(plain: Shop, one: str, other: str, sign: int) -> None:
    """A spoken number is a written one."""
    value = plain.matcher().agree(plain.read(one), plain.read(other)) or 0.0
    assert value == plain.matcher().agree(plain.read(other), plain.read(one)) or sign == 0
    assert (value > 0) - (value < 0) == sign if sign else value >= 0


@pytest.mark.parametrize("no", ["아니요 안 돼요", "안돼요", "불가능해요", "포함 안 돼요", "it doesn't work"])
def test_a_no_contradicts_a_yes(plain: Shop, no: str) -> None:
    """The commonest ways to say no are no."""
    yes = "yes it works" if no.isascii() else "네 돼요"
    assert (plain.matcher().agree(plain.read(yes), plain.read(no)) or 0.0) < 0


# memory


def test_remembered_questions_are_recalled_by_what_they_ask(plain: Shop) -> None:
    """By words and by the FAQ entry they point at; forgotten ones not."""
    matcher = plain.matcher()
    lines = {"m1": "배송 언제 와요?", "m2": "색상 뭐 있어요?", "m3": "택배 며칠 걸려요"}
    for key, text in lines.items():
        matcher.remember(plain.read(text), matcher.faq(plain.read(text), None), key)
    assert matcher.recall(plain.read("배송 며칠 걸리나요"), (), 5)[0] in ("m1", "m3")
    assert matcher.recall(plain.read("무슨 색상 있나요"), (), 1) == ["m2"]
    matcher.forget("m2")
    assert "m2" not in matcher.recall(plain.read("무슨 색상 있나요"), (), 5)
    assert matcher.recall(plain.read("zzz"), (Hit("m-ship-when", 0.9),), 5) != []


def test_a_reading_that_got_its_vectors_is_compared_anew(plain: Shop) -> None:
    """The matcher's own cache follows the reader's."""
    matcher = plain.matcher()
    before = plain.read("새로운 줄이에요")
    first = matcher.text(before)
    plain.reader.take_vectors("새로운 줄이에요", {"odd": "AQID"})
    after = plain.reader.read("새로운 줄이에요")
    assert matcher.text(after) is not first and matcher.text(after).vectors.keys() == {"odd"}
    assert matcher.text(after) is matcher.text(after)


def test_the_same_words_again_ask_the_same(shop: Shop) -> None:
    """Whether the first one still waits or was answered, and by whatever they ask: real chats repeat lines."""
    matcher = shop.matcher()
    for entry in shop.entries:
        reading = shop.read(entry.canonical)
        first = asked("m1", reading, 40.0)
        for earlier in (first, first._replace(answered=10.0, answered_by_host=True)):
            (score,) = matcher.same(reading, matcher.faq(reading, entry.product), entry.product, [earlier._replace(product=entry.product)])
            assert score.score >= ShowSettings().match.same, entry.canonical


def test_one_number_right_and_one_wrong_say_neither(shop: Shop) -> None:
    """Who names the right pack at the wrong price does not say what the FAQ says."""
    matcher = LineMatcher([FaqEntry("sheets", "활동지만 따로 살 수 있나요?", "80장 묶음을 12,000원에 사실 수 있습니다.", "all")], shop.read)
    assert matcher.agrees(shop.read("만원이요 80장에"), "sheets") == 0.0
    assert matcher.agrees(shop.read("80장에 12000원이요"), "sheets") == 1.0
    assert matcher.agrees(shop.read("9천원이에요"), "sheets") == -1.0


def test_nothing_hangs_on_what_is_kept_to_be_quick(plain: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts forgotten, and words numbered anew in the midst of a show, change no score."""
    matcher, reading = plain.matcher(), plain.read("배송비 얼마예요?")
    others = [asked(f"m{i}", plain.read(text), float(i)) for i, text in enumerate(("배송비 있나요", "언제 와요", "색상 뭐 있어요"))]

    def scores() -> list[Score]:
        return [*matcher.same(reading, matcher.faq(reading, None), None, others), *matcher.answers(said(reading), others)]

    first = scores()
    matcher.forget_texts()
    assert scores() == first
    monkeypatch.setattr(sides, "NUMBERED", 0)
    assert scores() == first


@pytest.mark.parametrize("text", ["How much is it?", "얼마예요?", "이거 언제 와요"])
def test_an_entrys_own_words_are_sure(shop: Shop, text: str) -> None:
    """However few and common they are."""
    matcher = LineMatcher([FaqEntry("one", text, "29,900", "all"), FaqEntry("wash", "세탁기 돼요?", "네", "all")], shop.read)
    first = matcher.faq(shop.read(text), None)[0]
    assert (first.faq_id, first.score >= 0.95) == ("one", True)
