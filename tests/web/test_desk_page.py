"""The desk in a real browser: every flow, in both languages, on phone, tablet and laptop."""

import asyncio
import re
from pathlib import Path

import pytest

from livebot.web.serve import serve

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
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


async def violations(page) -> list[str]:
    """What axe-core finds wrong by WCAG 2.2 A and AA."""
    await page.evaluate(AXE.read_text("utf-8"))
    rules = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']"
    passed, found = await page.evaluate(f"axe.run({{runOnly: {rules}}}).then(r => [r.passes.length, r.violations])")
    assert passed > 10
    return [f"{each['id']}: {node['html'][:160]} {node['failureSummary'][:200]}" for each in found for node in each["nodes"]]


async def taken(live, action: str, question: str | None = None) -> None:
    """Wait until the show has been told of a tap."""
    async with asyncio.timeout(10):
        while not any(getattr(e, "action", "") == action and getattr(e, "question", None) == question for e in live.taken):
            await asyncio.sleep(0.02)


@BOTH
@pytest.mark.parametrize("size", ["phone", "tablet", "desktop"])
@pytest.mark.parametrize("scheme", ["dark", "light"])
async def test_a_question_is_opened_answered_and_brought_back(live, browser, tmp_path, lang, size, scheme):
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
async def test_every_side_of_the_desk_is_accessible(live, browser, tmp_path, lang, size):
    """Chat, paste box, controls, the stop question, the keys and a held answer: axe-core finds nothing on any of them."""
    fill(live)
    page = await browser.open("/desk", "staff", lang=lang, size=size, scheme="light")
    await page.locator(".row").first.wait_for()
    if size != "desktop":
        await page.locator(".bottom button").last.click()
    for side in ("chat", "paste", "controls"):
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
async def test_an_empty_show_is_calm(live, browser, lang, tmp_path):
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
async def test_a_wrong_address_says_what_to_do(site, browsing, lang):
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
    card = page.locator(".answer", has_text="지나가던이")
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
    await page.locator(".answer", has_text="단골하늘").locator("button", has_text="거절").click()
    await page.locator(".answer", has_text="거둠").wait_for()
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


async def test_the_first_page_leads_on(live, browser):
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
