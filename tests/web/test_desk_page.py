"""The desk in a real browser: every flow, in both languages, on phone, tablet and laptop."""

import asyncio
import re
from dataclasses import replace
from pathlib import Path

import pytest

from livebot.core.events import ProductOnAir
from livebot.errors import UserError
from livebot.web.serve import serve

BOTH = pytest.mark.parametrize("lang", ["ko-KR", "en-GB"])
WORDS = {
    "ko-KR": {"answered": "답한 것으로 정리했어요", "undone": "되돌렸어요", "none": "지금은 놓친 질문이 없어요", "missed": "놓침"},
    "en-GB": {"answered": "Settled as answered", "undone": "Undone", "none": "No missed questions right now", "missed": "Missed"},
}


def fill(live) -> dict[str, str]:
    """Play a short show; return the ids of its questions by topic."""
    live.put_on_air("serum")
    live.time = 20.0
    skin = live.say("민감성 피부에도 써도 되나요?", "봄날의곰")
    live.say("민감성인데 괜찮나요?", "달빛정원", channel="youtube:live")
    live.time = 40.0
    ship = live.say("배송은 언제 오나요?", "구름빵")
    live.say("저는 써 봤는데 자극 없었어요", "단골하늘", months=8)
    live.time = 52.0
    deal = live.say("1+1은 오늘만인가요?", "민트초코")
    live.time = 90.0
    live.speak("네")
    return {"skin": skin, "ship": ship, "deal": deal}


def row(page, text: str):
    """The queue's row of a question."""
    return page.locator(".row", has_text=text)


def toast(page, text: str):
    """A message that tells what happened."""
    return page.locator(".toast", has_text=text)


async def taken(live, action: str, question: str | None = None) -> None:
    """Wait until the show has been told of a tap."""
    async with asyncio.timeout(10):
        while not any(getattr(e, "action", "") == action and getattr(e, "question", None) == question for e in live.taken):
            await asyncio.sleep(0.02)


@BOTH
@pytest.mark.parametrize("size", ["phone", "tablet", "desktop"])
@pytest.mark.parametrize("scheme", ["dark", "light"])
async def test_a_question_is_opened_answered_and_brought_back(live, browser, tmp_path, lang, size, scheme, violations):
    """Open the desk, open a question, settle it, undo: with the right words, and nothing that axe-core objects to."""
    ids = fill(live)
    page = await browser.open("/desk", "staff", lang=lang, size=size, scheme=scheme)
    await row(page, "배송은 언제 오나요?").click()
    await page.locator(".head-text", has_text="배송은 언제 오나요?").wait_for()
    await page.locator(".planned-text").first.wait_for()
    await page.screenshot(path=tmp_path / f"desk-{size}-{lang}-{scheme}.png")
    assert await violations(page) == []
    assert await page.get_attribute("html", "lang") == lang[:2]
    await page.locator(".actions button").first.click()
    await toast(page, WORDS[lang]["answered"]).wait_for()
    await taken(live, "answered", ids["ship"])
    await toast(page, WORDS[lang]["answered"]).locator("button").first.click()
    await toast(page, WORDS[lang]["undone"]).wait_for()
    await taken(live, "reopen", ids["ship"])


@pytest.mark.parametrize("size", ["phone", "tablet", "desktop"])
@BOTH
async def test_every_side_of_the_desk_is_accessible(live, browser, tmp_path, lang, size, violations):
    """Rundown, chat, charts, paste box, controls, the stop question, the keys: axe-core finds nothing on any of them, dark or light."""
    fill(live)
    page = await browser.open("/desk", "staff", lang=lang, size=size, scheme="dark" if lang == "ko-KR" else "light")
    await page.locator(".row").first.wait_for()
    if size != "desktop":
        await page.locator(".bottom button").last.click()
    await page.locator(".rundown-button").click()
    for side in ("chat", "course", "paste", "controls"):
        await page.locator(f"#tab-{side}").click()
        await page.screenshot(path=tmp_path / f"{side}-{size}-{lang}.png")
        assert await violations(page) == []
    await page.locator(".stop").click()
    await page.locator(".ask").wait_for()
    assert await violations(page) == []
    await page.keyboard.press("Escape")
    await page.keyboard.press("?")
    await page.locator("dialog.keys").wait_for()
    assert await violations(page) == []
    await page.screenshot(path=tmp_path / f"keys-{size}-{lang}.png")


@BOTH
async def test_an_empty_show_is_calm(live, browser, lang, tmp_path, violations):
    """With nothing open the desk says so, and has no fault."""
    page = await browser.open("/desk", "staff", lang=lang)
    await page.locator(".empty", has_text=WORDS[lang]["none"]).wait_for()
    assert WORDS[lang]["none"] in await page.locator(".service").inner_text()
    await page.screenshot(path=tmp_path / f"empty-{lang}.png")
    assert await violations(page) == []


async def test_the_token_leaves_the_address_and_is_nowhere_on_the_page(live, browser):
    """After signing in neither the address, the history, the storage nor a script-readable cookie holds the token."""
    page = await browser.open("/desk", "staff")
    await page.locator(".bar").wait_for()
    token = browser.site.tokens["staff"]
    assert page.url == f"{browser.site.base}/desk"
    kept = await page.evaluate(
        "document.cookie + JSON.stringify({...localStorage}) + JSON.stringify({...sessionStorage}) + document.body.innerHTML"
    )
    assert token not in kept
    assert "livebot_staff" not in kept
    await page.reload()
    await page.locator(".bar").wait_for()


@BOTH
async def test_a_wrong_address_says_what_to_do(site, browsing, lang, violations):
    """A page opened with a wrong token tells how to get in, and shows nothing of the show."""
    async with browsing(site) as looking:
        page = await looking.open("/desk#wrong-token-wrong-token-wrong", lang=lang)
        await page.locator(
            ".shut h1", has_text={"ko-KR": "이 주소로는 들어올 수 없어요", "en-GB": "This address does not open the page"}[lang]
        ).wait_for()
        assert await violations(page) == []


async def test_everything_works_by_keys(live, browser):
    """j k enter a u h c e f b d and ? do what the list of keys says, on a Korean keyboard as well."""
    ids = fill(live)
    page = await browser.open("/desk", "staff")
    await page.locator(".row[aria-selected=true]").wait_for()
    await page.keyboard.press("k")
    await page.keyboard.press("k")
    await page.keyboard.press("j")
    order = await page.locator(".row").all_inner_texts()
    assert await page.locator(".row[aria-selected=true]").inner_text() == order[1]
    await row(page, "배송은 언제 오나요?").click()
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "question"
    await page.keyboard.press("c")
    await taken(live, "claim", ids["ship"])
    await page.keyboard.press("h")
    await taken(live, "to_host", ids["ship"])
    await page.keyboard.press("e")
    await page.locator("#composer").fill("내일 도착해요")
    await page.locator(".planned-text", has_text="내일 도착해요").first.wait_for()
    await page.keyboard.press("Control+Enter")
    await taken(live, "post_faq", ids["ship"])
    assert "내일 도착해요" in live.posts[-1].text
    await row(page, "민감성 피부에도 써도 되나요?").click()
    # a Korean keyboard that is on gives ㅠ for the b key
    await page.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'ㅠ', code: 'KeyB', bubbles: true}))")
    await taken(live, "approve", ids["skin"])
    assert "단골하늘" in live.posts[-1].text
    await row(page, "1+1은 오늘만인가요?").click()
    await page.keyboard.press("d")
    await taken(live, "dismiss", ids["deal"])
    await page.keyboard.press("u")
    await taken(live, "reopen", ids["deal"])
    await page.keyboard.press("/")
    assert await page.evaluate("document.activeElement.id") == "find"
    await page.keyboard.type("배송")
    await page.keyboard.press("Escape")
    await page.keyboard.press("?")
    await page.locator("dialog.keys").wait_for()


async def test_keys_typed_into_a_field_are_text(live, browser):
    """What is typed into the paste box or the search does nothing else."""
    fill(live)
    page = await browser.open("/desk", "staff")
    await page.locator("#tab-paste").click()
    before = len(live.taken)
    await page.locator("#paste").press_sequentially("abcdefhjkru?/")
    assert len(live.taken) == before
    assert await page.locator("#paste").input_value() == "abcdefhjkru?/"


async def test_a_refused_answer_says_why_and_can_still_be_sent(live, browser):
    """An answer that the guard held back shows the reason in words; staff can carry it further after seeing what goes out."""
    live.time = 10.0
    question = live.say("반품할 수 있나요?", "파란하늘")
    answer = live.say("7일, 아니 9일 안이면 되는 것 같아요", "지나가던이")
    live.time = 30.0
    live.speak("네")
    page = await browser.open("/desk", "staff")
    await page.locator(".filters .tab").last.click()
    await row(page, "반품할 수 있나요?").click()
    card = page.locator(".card.answer", has_text="지나가던이")
    await card.locator(".card-state", has_text="본인도 확실하지 않다고 해요").wait_for()
    await card.locator(".planned-text", has_text="지나가던이").wait_for()
    await card.locator("button", has_text="내보내기").click()
    await taken(live, "boost", question)
    assert [event.message for event in live.taken if getattr(event, "action", "") == "boost"] == [answer]
    live.settle("dropped", "rate_limited")
    await card.locator(".fate-dropped", has_text="안 보내짐 (채널의 속도 제한)").wait_for()


async def test_an_entry_that_may_not_fit_is_looked_at_first(live, browser):
    """The key that sends the FAQ's answer opens the composer where the entry is only a guess, and sends at once where it surely fits."""
    live.matcher.sure = 0.41
    guess = live.say("선물 포장 되나요?", "소금빵")
    live.matcher.sure = 0.93
    sure = live.say("배송은 언제 오나요?", "구름빵")
    page = await browser.open("/desk", "staff")
    await row(page, "선물 포장 되나요?").click()
    await page.keyboard.press("f")
    await page.locator("#composer").wait_for()
    await page.keyboard.press("Escape")
    await row(page, "배송은 언제 오나요?").click()
    await page.keyboard.press("f")
    await taken(live, "post_faq", sure)
    assert not any(getattr(event, "action", "") == "post_faq" and event.question == guess for event in live.taken)


async def test_an_answer_is_rejected(live, browser):
    """A rejected answer is marked, and its asker waits again."""
    ids = fill(live)
    page = await browser.open("/desk", "staff")
    await row(page, "민감성 피부에도 써도 되나요?").click()
    await page.locator(".card.answer", has_text="단골하늘").locator("button", has_text="틀린 답이에요").click()
    await page.locator(".card.answer", has_text="거둠").wait_for()
    await row(page, "민감성 피부에도 써도 되나요?").locator(".state", has_text=re.compile("기다림|놓침")).wait_for()
    await taken(live, "reject", ids["skin"])


async def test_a_tap_during_a_lost_network_is_kept_and_acts_once(live, browser):
    """The first two tries of a tap get lost on their way back; the third shows that it acted, once."""
    ids = fill(live)
    page = await browser.open("/desk", "staff")
    tries = []

    async def lose(route):
        tries.append(route.request.post_data_json["id"])
        if len(tries) < 3:
            await route.fetch()  # it reaches livebot, but the answer never comes back
            await route.abort("connectionreset")
        else:
            await route.continue_()

    await page.route("**/api/act", lose)
    await row(page, "배송은 언제 오나요?").click()
    await page.keyboard.press("a")
    await toast(page, "연결되면 한 번만 보낼게요").wait_for()
    await toast(page, "답한 것으로 정리했어요").wait_for()
    assert len(set(tries)) == 1
    assert [e.question for e in live.taken if getattr(e, "action", "") == "answered"] == [ids["ship"]]
    browser.complaints = [text for text in browser.complaints if "ERR_CONNECTION_RESET" not in text]


async def test_somebody_faster_is_said(live, browser):
    """Two staff decide the same question: the slower one is told that nothing changed."""
    ids = fill(live)
    page = await browser.open("/desk", "staff")
    await row(page, "배송은 언제 오나요?").click()
    await page.route("**/ws?**", lambda route: route.abort())

    async def first_somebody_else(route):
        live.tap("answered", ids["ship"])
        await route.continue_()

    await page.route("**/api/act", first_somebody_else)
    await page.locator(".actions button").first.click()
    await page.locator(".toast.error", has_text="바뀐 것이 없어요").wait_for()
    browser.complaints = [text for text in browser.complaints if "409" not in text]


async def test_two_people_on_one_card_see_each_other(live, browser):
    """When one takes a question, the other's desk shows who is answering."""
    fill(live)
    one, two = await browser.open("/desk", "staff"), await browser.open("/desk", "staff")
    await one.locator("#tab-controls").click()
    await one.locator(".me input").fill("지은")
    await row(one, "배송은 언제 오나요?").click()
    await one.locator(".actions button", has_text="내가 맡기").click()
    await row(two, "배송은 언제 오나요?").click()
    await two.locator(".claimed", has_text="지은 님이 답하고 있어요").wait_for()
    await one.locator(".claimed", has_text="내가 답하고 있어요").wait_for()


async def test_what_a_colleague_is_answering_is_asked_about_first(live, browser):
    """Who would send on a question that somebody else has taken is asked once more; leaving sends nothing, going on sends it once."""
    ids = fill(live)
    page = await browser.open("/desk", "staff")
    await row(page, "배송은 언제 오나요?").click()
    live.tap("claim", ids["ship"])
    await page.locator(".claimed-other", has_text="지은 님이 답하고 있어요").wait_for()
    await page.keyboard.press("f")
    await page.locator(".ask", has_text="그래도 보낼까요?").wait_for()
    await page.keyboard.press("Escape")
    await page.locator(".ask").wait_for(state="detached")
    assert live.posts == []
    await page.keyboard.press("f")
    await page.locator(".ask button.main").click()
    await taken(live, "approve", ids["ship"])
    assert [event.action for event in live.taken if getattr(event, "by", "").startswith("담당자")] == ["approve"]


async def test_who_begins_to_write_takes_the_question_and_lets_it_go(live, browser):
    """Opening the composer tells colleagues; leaving it lets the question go again; sending keeps it."""
    ids = fill(live)
    page, other = await browser.open("/desk", "staff"), await browser.open("/desk", "staff")
    for each in (page, other):
        await row(each, "배송은 언제 오나요?").click()
    await page.keyboard.press("w")
    await other.locator(".claimed-other").wait_for()
    await page.locator("#composer").press("Escape")
    await other.locator(".claimed-other").wait_for(state="detached")
    await page.locator(".actions button[aria-pressed=false]:not(:disabled)").wait_for()  # here too, not only at the colleague's
    await page.keyboard.press("e")
    await page.locator("#composer").press("Control+Enter")
    await taken(live, "post_faq", ids["ship"])
    await other.locator(".claimed-other").wait_for()


@BOTH
async def test_an_edited_answer_goes_out_as_staffs(live, browser, lang):
    """A viewer's answer in other words is previewed and sent as staff's answer, without the viewer's name."""
    ids = fill(live)
    page = await browser.open("/desk", "staff", lang=lang)
    await row(page, "민감성 피부에도 써도 되나요?").click()
    await page.locator(".card.answer", has_text="단골하늘").wait_for()
    await page.keyboard.press("g")
    await page.locator(".composer .hint").wait_for()
    await page.locator("#composer").fill("자극이 적은 편이에요")
    await page.locator(".composer .planned-text", has_text="자극이 적은 편이에요").wait_for()
    planned = await page.locator(".composer .planned-text").first.inner_text()
    await page.locator("#composer").press("Control+Enter")
    await taken(live, "boost", ids["skin"])
    await page.locator("#composer").wait_for(state="detached")
    assert [send.text for send in live.posts] == [planned]
    assert "단골하늘" not in planned


async def test_what_could_not_be_sent_is_still_there(live, browser):
    """A written answer that is refused stays in the composer, word for word."""
    ids = fill(live)
    page = await browser.open("/desk", "staff")
    await row(page, "배송은 언제 오나요?").click()
    await page.keyboard.press("w")
    await page.locator("#composer").fill("모레 도착해요")
    await taken(live, "claim", ids["ship"])
    live.refuse = UserError("not now", "here", "try again")
    await page.locator("#composer").press("Control+Enter")
    await page.locator(".toast.error").wait_for()
    assert await page.locator("#composer").input_value() == "모레 도착해요"
    live.refuse = None
    await row(page, "1+1은 오늘만인가요?").click()
    await row(page, "배송은 언제 오나요?").click()
    await page.locator("#composer").press("Control+Enter")
    await taken(live, "post_faq", ids["ship"])
    browser.complaints = [text for text in browser.complaints if "400" not in text]


@BOTH
async def test_a_tap_that_never_got_through_is_given_back(live, browser, lang):
    """After half a minute without network the tap is given back with a way to send it again: the same tap, which acts once."""
    ids = fill(live)
    page = await browser.open("/desk", "staff", lang=lang)
    await row(page, "배송은 언제 오나요?").click()
    sent = []

    async def lose(route):
        sent.append(route.request.post_data_json["id"])
        await route.abort("internetdisconnected")

    await page.clock.install()
    await page.route("**/api/act", lose)
    await page.keyboard.press("a")
    await page.locator(".toast.waiting").wait_for()
    await page.clock.fast_forward(31_000)
    lost = toast(page, {"ko-KR": "보내지 못했어요", "en-GB": "It did not go out"}[lang])
    await lost.wait_for()
    assert not any(getattr(event, "action", "") == "answered" for event in live.taken)
    await page.unroute("**/api/act")
    async with page.expect_request("**/api/act") as request:
        await lost.locator("button").first.click()
    await taken(live, "answered", ids["ship"])
    assert {*sent, (await request.value).post_data_json["id"]} == {sent[0]}
    browser.complaints = [text for text in browser.complaints if "ERR_INTERNET_DISCONNECTED" not in text]


@pytest.mark.parametrize(("lang", "shown"), [("ko-KR", "OBS 장면: 크림 화면"), ("en-US", "OBS scene: 크림 화면")])
async def test_what_put_a_product_on_air_is_said(live, browser, lang, shown):
    """A scene, a text, a source, the host or the rundown; a tap of staff needs no word."""
    live.take(ProductOnAir("p-scene", live.now(), "cream", "수분 크림 50g", why="obs_scene: 크림 화면"))
    page = await browser.open("/desk", "staff", lang=lang)
    await page.locator(".on-air-why").wait_for()
    assert await page.locator(".on-air-why").inner_text() == shown
    live.put_on_air("serum")
    await page.locator(".on-air-why").wait_for(state="detached")


@BOTH
async def test_the_queue_is_narrowed(live, browser, violations, lang):
    """By state, wait, topic, product and channel, together; what it is narrowed to is seen and taken away by a tap."""
    fill(live)
    live.put_on_air("cream")
    live.say("반품할 수 있나요?", "파란하늘", channel="youtube:live")
    page = await browser.open("/desk", "staff", lang=lang)
    await page.locator(".row").first.wait_for()
    texts = page.locator(".row-question")

    async def narrowed(name: str, value: str, *wanted: str) -> None:
        await page.locator(f"#filter-{name}").select_option(value)
        await page.wait_for_function("n => document.querySelectorAll('.row').length === n", arg=len(wanted))
        assert sorted(await texts.all_inner_texts()) == sorted(wanted)

    await page.keyboard.press("x")
    assert await violations(page) == []
    await narrowed("topic", "refund", "반품할 수 있나요?")
    await narrowed(
        "topic", "", *(await texts.all_inner_texts()), "민감성 피부에도 써도 되나요?", "배송은 언제 오나요?", "1+1은 오늘만인가요?"
    )
    await narrowed("product", "cream", "반품할 수 있나요?")
    await narrowed("product", "", "반품할 수 있나요?", "민감성 피부에도 써도 되나요?", "배송은 언제 오나요?", "1+1은 오늘만인가요?")
    await narrowed("wait", "30", "배송은 언제 오나요?", "1+1은 오늘만인가요?")
    await narrowed("state", "late", "배송은 언제 오나요?")
    await page.locator("#filter-wait").press("Escape")
    await page.keyboard.press("Escape")
    assert await page.locator(".narrowed .chip").count() == 2
    assert await violations(page) == []
    await page.locator(".narrowed .chip").first.click()
    await page.locator(".narrowed .chip").first.click()
    await page.locator(".narrowed").wait_for(state="detached")
    await page.keyboard.press("x")
    await page.locator("#filter-topic").select_option("delivery")
    await page.locator("#find").fill("nothing of the kind")
    await page.locator(".queue .empty button").click()
    await page.locator(".row").nth(3).wait_for()


@BOTH
async def test_the_demand_says_who_when_and_where(live, browser, lang):
    """Seventeen askers on two channels: how many, on which channel, when, and each with their own words."""
    live.time = 10.0
    for i in range(17):
        live.time += 3.0
        live.say("배송은 언제 오나요?" if i else "언제 와요 배송?", f"손님{i}", channel="youtube:live" if i % 3 == 0 else "twitch:shop")
    page = await browser.open("/desk", "staff", lang=lang)
    await page.locator("#askers-title", has_text={"ko-KR": "17명이 물었어요", "en-GB": "17 people asked"}[lang]).wait_for()
    await page.locator(".demand-channels", has_text=re.compile(r"youtube:live 6 · twitch:shop 11")).wait_for()
    await page.locator(".strip-bars").wait_for()
    assert await page.locator(".demand .lines > li").count() == 2
    await page.locator(".demand > button").click()
    assert await page.locator(".demand .lines > li").count() == 17
    assert "언제 와요 배송?" in await page.locator(".demand .lines > li").last.inner_text()


async def test_the_words_that_match_stand_out(live, browser):
    """An answer's words that were asked or stand in the FAQ are marked, behind letters of two code units and in leftward text too."""
    question = live.say("민감성 피부에도 써도 되나요?", "봄날의곰")
    for text in ("🌸🌸 민감성 저자극 테스트래요", "\u05d0\u05d1\u05d2 민감성 \u05d3\u05d4"):
        line = live.say(text, "단골하늘")
        live.tap("relink", message=line, answers=[question])
    page = await browser.open("/desk", "staff")
    await page.locator(".filters .tab").last.click()
    await row(page, "민감성 피부에도 써도 되나요?").click()
    await page.locator(".card.answer", has_text="🌸").locator("mark.same-asked", has_text="민감성").wait_for()
    await page.locator(".card.answer", has_text="🌸").locator("mark.same-faq", has_text="저자극").wait_for()
    leftward = page.locator(".card.answer", has_text="\u05d0\u05d1\u05d2")
    await leftward.locator("mark", has_text="민감성").wait_for()
    assert await leftward.locator(".card-text bdi").evaluate("bdi => getComputedStyle(bdi).direction") == "rtl"


@BOTH
async def test_two_questions_are_merged_and_parted_again(live, browser, violations, lang):
    """The question that is the same is found and chosen; undo makes two of them again."""
    ids = fill(live)
    page = await browser.open("/desk", "staff", lang=lang)
    await row(page, "배송은 언제 오나요?").click()
    await page.keyboard.press("m")
    await page.locator("dialog.picker input").fill("1+1")
    await page.locator(".choice", has_text="1+1은 오늘만인가요?").wait_for()
    assert await violations(page) == []
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await taken(live, "merge", ids["ship"])
    await page.locator("#askers-title", has_text="2").wait_for()
    assert await row(page, "배송은 언제 오나요?").count() == 0
    await page.locator(".toast button").first.click()
    await row(page, "배송은 언제 오나요?").wait_for()
    assert sorted(len(question["askers"]) for question in live.show.snapshot().questions) == [1, 1, 2]


@BOTH
async def test_askers_of_something_else_are_split_off_and_brought_back(live, browser, lang):
    """Chosen lines become a question of their own, which is then open; undo joins them again."""
    ids = fill(live)
    other = live.say("민감한 피부 말고 건성에도 되나요?", "나무늘보")
    page = await browser.open("/desk", "staff", lang=lang)
    await row(page, "민감성 피부에도 써도 되나요?").click()
    await page.keyboard.press("s")
    await page.locator(".pick", has_text="나무늘보").locator("input").check()
    await page.locator(".demand button.main").click()
    await taken(live, "split", ids["skin"])
    await page.locator(".head-text", has_text="건성에도").wait_for()
    await row(page, "민감성 피부에도 써도 되나요?").wait_for()
    await page.keyboard.press("u")
    await taken(live, "merge", other)
    await row(page, "건성에도").wait_for(state="detached")


@BOTH
async def test_a_wrong_link_is_corrected(live, browser, violations, lang):
    """An answer is linked to another question, then to none, and each is undone; what was answered by it waits again meanwhile."""
    ids = fill(live)
    page = await browser.open("/desk", "staff", lang=lang)
    await row(page, "민감성 피부에도 써도 되나요?").click()
    await page.locator(".card.answer", has_text="단골하늘").wait_for()
    await page.keyboard.press("l")
    await page.locator(".choice[aria-pressed=true]", has_text="민감성").click()
    await page.locator(".choice", has_text="1+1은 오늘만인가요?").click()
    assert await violations(page) == []
    await page.locator("dialog.picker button.main").click()
    await taken(live, "relink")
    await row(page, "1+1은 오늘만인가요?").click()
    await page.locator(".card.answer", has_text="단골하늘").wait_for()
    await page.keyboard.press("u")
    await page.locator(".card.answer", has_text="단골하늘").wait_for(state="detached")
    relinked = [sorted(event.values["answers"]) for event in live.taken if getattr(event, "action", "") == "relink"]
    assert relinked == [[ids["deal"]], [ids["skin"], "m3"]]


async def test_a_chat_line_that_was_overlooked_is_made_an_answer(live, browser):
    """Any line of the chat can be linked to a question, from the chat."""
    ids = fill(live)
    live.say("그거 작년에 샀는데 순해요", "단골바다")
    page = await browser.open("/desk", "staff")
    line = page.locator(".chat-line", has_text="단골바다")
    await line.hover()
    await line.locator(".link-line").click()
    await page.locator(".choice", has_text="배송은 언제 오나요?").click()
    await page.locator("dialog.picker button.main").click()
    await row(page, "배송은 언제 오나요?").click()
    await page.locator(".card.answer", has_text="단골바다").wait_for()
    await taken(live, "relink")
    assert live.taken[-1].values["answers"] == [ids["ship"]]


@BOTH
async def test_a_note_is_seen_by_colleagues(live, browser, lang):
    """A note is written by key, seen on another desk, and undone."""
    ids = fill(live)
    page, other = await browser.open("/desk", "staff", lang=lang), await browser.open("/desk", "staff", lang=lang)
    await row(page, "배송은 언제 오나요?").click()
    await row(other, "배송은 언제 오나요?").click()
    await page.keyboard.press("n")
    await page.locator(".note-form input").fill("창고에 물어봄")
    await page.keyboard.press("Enter")
    await other.locator(".note", has_text="창고에 물어봄").wait_for()
    await page.locator(".note-form").wait_for(state="detached")
    await page.keyboard.press("u")
    await other.locator(".note").wait_for(state="detached")
    assert [event.values["text"] for event in live.taken if getattr(event, "question", "") == ids["ship"]] == ["창고에 물어봄", ""]


@BOTH
async def test_an_answer_is_copied_where_nothing_can_be_sent(live, browser, lang):
    """Where livebot may not write the desk says so and copies; a post that could go nowhere offers the same."""
    live.say("반품할 수 있나요?", "파란하늘", channel="youtube:live")
    page = await browser.open("/desk", "staff", lang=lang, permissions=["clipboard-read", "clipboard-write"])
    await page.locator(".planned-head button").click()
    await toast(page, {"ko-KR": "복사했어요", "en-GB": "Copied"}[lang]).wait_for()
    assert "받은 날부터 7일 안에" in await page.evaluate("navigator.clipboard.readText()")
    await page.evaluate("navigator.clipboard.writeText('')")
    await page.keyboard.press("y")
    await page.wait_for_function("async () => (await navigator.clipboard.readText()).startsWith('받은 날부터')")
    await page.keyboard.press("f")
    nowhere = toast(page, {"ko-KR": "보낼 수 있는 채널이 없어요", "en-GB": "No channel could be written to"}[lang])
    await nowhere.locator("button").first.click()
    await page.wait_for_function("async () => (await navigator.clipboard.readText()).includes('7일')")


@BOTH
async def test_channels_and_budget_in_plain_words(live, browser, lang):
    """Each channel says how it is, why, and whether answers can be posted; the budget says how many are left and when there are more."""
    korean = lang == "ko-KR"
    live.channels_now[1] = replace(
        live.channels_now[1], state="reconnecting", missed=14.0, why={"ko": "연결이 끊겼어요", "en": "the connection broke"}
    )
    live.feed.ring()
    page = await browser.open("/desk", "staff", lang=lang)
    channels = page.locator(".channels")
    await channels.locator("li", has_text="라이브봇 이름으로 답을 써요" if korean else "Answers go out as 라이브봇").wait_for()
    lost = channels.locator("li", has_text="youtube:live")
    assert ("14초 빠짐" if korean else "14 s missed") in await lost.inner_text()
    assert ("연결이 끊겼어요" if korean else "The connection broke") in await lost.inner_text()
    await channels.locator(".budget", has_text="지금 4번 더" if korean else "4 more posts").wait_for()
    for i, text in enumerate(["배송은 언제 오나요?", "선물 포장 되나요?", "1+1은 오늘만인가요?", "용량이 몇 ml인가요?"]):
        live.tap("post_faq", live.say(text, f"손님{i}"), text="네")
    await channels.locator(".budget", has_text="뒤에 다시" if korean else "again in").wait_for()


@BOTH
async def test_the_course_of_the_show_is_drawn(live, browser, violations, lang):
    """Two small charts with their numbers beneath; both say in words what they show."""
    fill(live)
    page = await browser.open("/desk", "staff", lang=lang)
    await page.locator(".row").first.wait_for()
    await page.keyboard.press("5")
    await page.locator(".chart canvas").nth(1).wait_for()
    assert ("4" in await page.locator(".chart").first.get_attribute("aria-label")) is True
    await page.locator(".course summary").click()
    assert await page.locator(".numbers tbody tr").count() == 4
    assert await violations(page) == []


async def test_a_key_that_is_held_down_decides_once(live, browser):
    """A key that repeats acts once; moving goes on."""
    ids = fill(live)
    page = await browser.open("/desk", "staff")
    await row(page, "배송은 언제 오나요?").click()
    for _ in range(5):
        await page.keyboard.down("c")
    await taken(live, "claim", ids["ship"])
    await page.locator(".claimed").wait_for()
    assert sum(getattr(event, "action", "") == "claim" for event in live.taken) == 1


async def test_focus_comes_back_from_a_window(live, browser):
    """A window takes the focus and gives it back to where it was, however it is left."""
    fill(live)
    page = await browser.open("/desk", "staff")
    await row(page, "배송은 언제 오나요?").click()
    await page.locator(".keys-button").click()
    assert await page.evaluate("document.activeElement.closest('dialog') !== null")
    await page.keyboard.press("Escape")
    await page.locator("dialog").wait_for(state="detached")
    assert await page.evaluate("document.activeElement.matches('.keys-button')")


async def test_pasted_chat_enters_the_show(live, browser):
    """Pasted lines come out as questions with their FAQ answers, and open in the queue."""
    page = await browser.open("/desk", "staff")
    await page.locator("#tab-paste").click()
    await page.locator("#paste").fill("달빛: 배송은 언제 오나요?\n별: 예뻐요\n해: 색은 뭐 있나요?")
    await page.locator(".paste > button").click()
    await page.locator(".paste h3", has_text="질문 2개를 찾았어요").wait_for()
    assert "평일 오후 1시 전 주문은" in await page.locator(".paste .card").first.inner_text()
    await page.locator(".paste .card button").first.click()
    await page.locator(".head-text", has_text="배송은 언제 오나요?").wait_for()
    assert await page.locator("#paste").input_value() == ""


async def test_modes_and_the_product_are_switched(live, browser):
    """A mode and the product on air change for the show, and on another desk at once."""
    fill(live)
    page, other = await browser.open("/desk", "staff"), await browser.open("/desk", "staff")
    await page.locator("#tab-controls").click()
    await page.locator("input[name=mode-boost][value=auto]").check()
    await page.keyboard.press("p")
    await page.locator("#rundown button", has_text="시트 마스크 10매").click()
    await toast(page, "시트 마스크 10매를 방송 중으로 바꿨어요").wait_for()
    await page.keyboard.press("u")
    await page.locator("#rundown [aria-pressed=true]", has_text="시카 세럼 30ml").wait_for()
    await page.keyboard.press("Escape")
    await page.locator(".next", has_text="수분 크림 50g").click()
    await toast(page, "수분 크림 50g을 방송 중으로 바꿨어요").wait_for()
    await other.locator("#tab-controls").click()
    await other.locator("input[name=mode-boost][value=auto]:checked").wait_for(state="attached")
    await other.locator(".on-air-name", has_text="수분 크림 50g").wait_for()
    assert live.settings.ladder.mode.boost == "auto"


async def test_stop_all_takes_two_taps_and_is_undone_by_one(live, browser):
    """The first tap only asks; after the second nothing goes out until somebody resumes."""
    fill(live)
    page = await browser.open("/desk", "staff")
    await page.locator(".stop").click()
    await page.locator(".ask button").first.click()
    assert not any(getattr(event, "action", "") == "stop" for event in live.taken)
    await page.locator(".stop").click()
    await page.locator(".ask .danger").click()
    await page.locator(".notice", has_text="모두 멈췄어요").wait_for()
    await page.locator(".notice button").click()
    await page.locator(".notice", has_text="모두 멈췄어요").wait_for(state="detached")


async def test_a_lost_link_is_said_and_heals(live, served, browsing):
    """When livebot goes away the desk says since when it shows the past; when it is back the desk is up to date by itself."""
    async with served(live) as site, browsing(site) as looking:
        page = await looking.open("/desk", "staff")
        await page.locator(".bar").wait_for()
        ready = asyncio.Event()
        await site.stop()
        await page.locator(".notice.late", has_text="다시 연결하고 있어요").wait_for()
        live.say("배송은 언제 오나요?")
        async with asyncio.TaskGroup() as tasks:
            again = tasks.create_task(serve(site.again(live), site.settings, ready.set))
            await row(page, "배송은 언제 오나요?").wait_for()
            await page.locator(".notice").wait_for(state="detached")
            again.cancel()


async def test_two_thousand_questions_stay_quick(live, browser):
    """With two thousand questions only the rows in sight are drawn, the last one is reachable, and a tap is seen at once."""
    for i in range(2000):
        live.say(f"{i}번 상품은 뭐가 다른가요?", f"손님{i}")
    page = await browser.open("/desk", "staff")
    await page.locator(".row").first.wait_for()
    assert await page.locator(".tab .count").first.inner_text() == "2,000"
    assert await page.locator(".row").count() < 40
    await page.evaluate("document.getElementById('rows').scrollTop = 1e9")
    await row(page, "1999번 상품은 뭐가 다른가요?").click()
    await page.locator(".head-text", has_text="1999번 상품").wait_for()
    assert await page.locator(".row").count() < 40


async def test_the_list_keeps_still_under_a_hand(live, browser):
    """While somebody points at the queue its order stays; what is new is announced and sorted in when the hand leaves."""
    fill(live)
    page = await browser.open("/desk", "staff")
    await row(page, "배송은 언제 오나요?").hover()
    before = [text.split("\n")[0] for text in await page.locator(".row-question").all_inner_texts()]
    for name in "가나다라마바사아자":
        live.say("선물 포장 되나요?", name)
    await page.locator(".fresh", has_text="새 질문 1개").wait_for()
    now = await page.locator(".row-question").all_inner_texts()
    assert now == [*before, "선물 포장 되나요?"]
    await page.mouse.move(960, 20)
    await page.locator(".fresh").wait_for(state="detached")
    assert (await page.locator(".row-question").all_inner_texts())[0] == "선물 포장 되나요?"


async def test_a_missed_question_is_announced_once(live, browser):
    """A screen reader hears of a question when it becomes missed."""
    page = await browser.open("/desk", "staff")
    await page.locator(".bar").wait_for()
    live.say("배송은 언제 오나요?")
    await page.locator(".row").wait_for()
    assert await page.locator("#missed").inner_text() == ""
    live.time = 50.0
    live.speak("네")
    await page.locator("#missed", has_text="놓친 질문: 배송은 언제 오나요?").wait_for(state="attached")


async def test_the_language_is_switched_and_kept(live, browser):
    """The switch changes every word and the page's language, and is remembered in this browser."""
    page = await browser.open("/desk", "staff", lang="ko-KR")
    await page.get_by_role("button", name="English").click()
    await page.locator(".service", has_text="No missed questions right now").wait_for()
    assert await page.get_attribute("html", "lang") == "en"
    await page.reload()
    await page.locator(".service", has_text="No missed questions right now").wait_for()


async def test_every_word_is_there_in_both_languages(browser):
    """No key of the words lacks a language, has other values in one of them, or is used without being there."""
    page = await browser.open("/")
    source = Path(__file__).resolve().parents[2] / "livebot/web/static"
    text = (source / "shared/words.mjs").read_text("utf-8")
    used = {key for module in source.rglob("*.mjs") for key in re.findall(r"""\bt\("([a-z_]+)\"""", module.read_text("utf-8"))}
    forms = await page.evaluate("import('/static/shared/words.mjs').then(m => m.all())")
    assert sorted(used - set(forms)) == []
    for key, (korean, english) in forms.items():
        assert korean and english, key
        names = [set(re.findall(r"\{(\w+)", form)) for form in (korean, english)]
        assert names[0] == names[1], key
    assert text.count("\n") > 100


@pytest.mark.parametrize(
    ("template", "values", "text"),
    [
        ("{name@을를}", {"name": "크림"}, "크림을"),
        ("{name@을를}", {"name": "세럼 30ml"}, "세럼 30ml를"),
        ("{name@을를}", {"name": "마스크"}, "마스크를"),
        ("{name@을를}", {"name": "수분 크림 50g"}, "수분 크림 50g을"),
        ("{name@은는}", {"name": "가격"}, "가격은"),
        ("{name@이가}", {"name": "쿠키3"}, "쿠키3이"),
        ("{name@이가}", {"name": "(세트)"}, "(세트)가"),
        ("{n} {n?question|questions}", {"n": 1}, "1 question"),
        ("{n} {n?question|questions}", {"n": 0}, "0 questions"),
        ("{n}", {"n": 12345}, "12,345"),
        ("{n}{none}", {"n": "<b>"}, "<b>"),
    ],
)
async def test_values_are_put_into_words(browser, template, values, text):
    """Particles, plurals and numbers fit what stands before them."""
    page = await browser.open("/")
    assert await page.evaluate("([f, v]) => import('/static/shared/words.mjs').then(m => m.fill(f, v))", [template, values]) == text


async def test_the_first_page_leads_on(live, browser, violations):
    """The start page names the pages, and an unknown address leads back to it."""
    page = await browser.open("/", lang="en-GB")
    await page.locator("a", has_text="Desk").wait_for()
    assert await violations(page) == []
    page = await browser.open("/nowhere", lang="ko-KR")
    await page.locator("h1", has_text="여기에는 아무것도 없어요").wait_for()
    browser.complaints = [text for text in browser.complaints if "404" not in text]


@BOTH
async def test_nothing_moves_for_who_wants_no_motion(live, browser, lang):
    """With reduced motion asked for, no animation or transition runs."""
    fill(live)
    page = await browser.open("/desk", "staff", lang=lang, reduced_motion="reduce")
    await row(page, "배송은 언제 오나요?").click()
    await page.keyboard.press("a")
    await page.locator(".toast").wait_for()
    assert await page.evaluate("document.getAnimations().length") == 0


async def test_the_desk_can_be_read_at_twice_the_size(live, browser):
    """At 200 % zoom (half the viewport) nothing is cut off sideways."""
    fill(live)
    page = await browser.open("/desk", "staff")
    await page.set_viewport_size({"width": 960, "height": 540})
    await page.locator(".row").first.wait_for()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth && document.body.scrollWidth <= innerWidth")
