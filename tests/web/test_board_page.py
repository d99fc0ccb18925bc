"""The board in a real browser: one tap decides, nothing moves under a hand, and every state says what to do."""

import asyncio
from pathlib import Path

import pytest

from livebot.core.events import ShowEnded
from livebot.core.matcher import FaqEntry
from livebot.web.serve import serve

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
SIZES = ("phone", "tablet", "desktop")
WORDS = {
    "ko-KR": {
        "empty": "지금은 놓친 질문이 없어요",
        "answered": "답한 것으로 정리했어요",
        "spoken": "방금 말씀하신 답변으로 정리했어요",
        "read": "읽어 주세요",
        "none": "준비된 답이 없어요",
        "later": "보드에서 내렸어요",
        "to_staff": "담당자에게 넘겼어요",
        "service": "3개 질문 · 6명이 기다려요 · 최장 1분 30초",
        "late": "늦었어요",
        "missed": "놓친 질문: 선물 포장 되나요?",
        "refused": "이 주소로는 들어올 수 없어요",
    },
    "en-GB": {
        "empty": "No missed questions right now",
        "answered": "Settled as answered",
        "spoken": "Settled by what you just said",
        "read": "Read this out",
        "none": "No answer is ready",
        "later": "Off the board",
        "to_staff": "Handed to staff",
        "service": "3 questions · 6 people · longest 1 min 30 s",
        "late": "Late",
        "missed": "Missed question: 선물 포장 되나요?",
        "refused": "This address does not open the page",
    },
}
BOTH = pytest.mark.parametrize("lang", list(WORDS))
MOVED = """() => { window.moved = 0; const seen = new Map();
  const look = () => { for (const each of document.querySelectorAll('.next .card, .decide button, .other')) {
      const key = each.className + (each.dataset.id ?? each.textContent.slice(0, 8)); const { x, y } = each.getBoundingClientRect();
      const before = seen.get(key); if (before && Math.hypot(before.x - x, before.y - y) > 8) window.moved += 1; seen.set(key, { x, y }); }
    requestAnimationFrame(look); }; look(); }"""


def fill(live) -> dict[str, str]:
    """Play a short show with three missed questions; return their ids."""
    live.put_on_air("serum")
    skin = live.say("민감성 피부에도 써도 되나요?", "봄날의곰")
    live.say("민감성인데 괜찮나요?", "달빛정원", channel="youtube:live")
    live.say("민감한데 써도 될까요? 민감", "여름밤")
    live.time = 20.0
    ship = live.say("배송은 언제 오나요?", "구름빵")
    live.say("배송 언제 와요?", "소금빵")
    live.time = 40.0
    odd = live.say("이건 어떤 향이 나나요?", "나무늘보")
    live.time = 92.0
    live.speak("네")
    return {"skin": skin, "ship": ship, "odd": odd}


def asked(page):
    """The text of the next card."""
    return page.locator(".next .asked")


def told(page, text: str):
    """The one line that tells what matters most now."""
    return page.locator(".telling", has_text=text)


async def ready(page) -> None:
    """Wait until the next card takes taps: one that has just come does not."""
    await page.locator(".next .asked").wait_for()
    await page.locator("[class*=going-]").first.wait_for(state="detached")
    await page.wait_for_timeout(500)


async def decide(page, place: int) -> None:
    """Tap one of the three buttons of the next card."""
    await ready(page)
    await page.locator(".decide button").nth(place).click()


async def violations(page) -> list[str]:
    """What axe-core finds wrong by WCAG 2.2 A and AA."""
    await page.evaluate("document.getAnimations().forEach(each => each.finish())")
    await page.evaluate(AXE.read_text("utf-8"))
    rules = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']"
    passed, found = await page.evaluate(f"axe.run({{runOnly: {rules}}}).then(r => [r.passes.length, r.violations])")
    assert passed > 10
    return [f"{each['id']}: {node['html'][:160]} {node['failureSummary'][:200]}" for each in found for node in each["nodes"]]


async def taken(live, action: str, question: str) -> None:
    """Wait until the show has been told of a tap."""
    async with asyncio.timeout(30):
        while (action, question) not in [(getattr(e, "action", ""), getattr(e, "question", None)) for e in live.taken]:
            await asyncio.sleep(0.02)


@BOTH
@pytest.mark.parametrize("scheme", ["dark", "light"])
async def test_the_board_on_every_screen(live, browser, tmp_path, lang, scheme):
    """On phone, tablet and desktop: the most urgent question with its answer, the others, the service line; axe-core finds nothing."""
    fill(live)
    for size in SIZES:
        page = await browser.open("/board", "board", lang=lang, size=size, scheme=scheme)
        await page.locator(".other").nth(1).wait_for()
        assert await asked(page).inner_text() == "민감성 피부에도 써도 되나요?"
        assert await page.locator(".answer-title").inner_text() == WORDS[lang]["read"]
        assert await page.locator(".answer-text").inner_text() == "저자극 테스트를 완료했어요. 처음엔 소량만 써 보세요."
        assert await page.locator(".service").inner_text() == WORDS[lang]["service"]
        assert await page.get_attribute("html", "lang") == lang[:2]
        boxes = [await page.locator(".decide button").nth(i).bounding_box() for i in range(3)]
        assert min(box["height"] for box in boxes) >= 72
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert await violations(page) == []
        await page.screenshot(path=tmp_path / f"board-{size}-{lang}-{scheme}.png")
        await page.context.close()


@pytest.mark.parametrize("size", SIZES)
async def test_the_next_question_can_be_read_from_two_metres(live, browser, size):
    """On a tablet and a screen its letters are at least 46 px high, and it and its answer are whole above the buttons."""
    fill(live)
    page = await browser.open("/board", "board", size=size)
    await ready(page)
    sizes = await page.evaluate("['.asked', '.answer-text'].map(s => parseFloat(getComputedStyle(document.querySelector(s)).fontSize))")
    assert sizes[0] >= (30 if size == "phone" else 46)
    assert sizes[1] >= (20 if size == "phone" else 32)
    answer, buttons = await page.locator(".answer").bounding_box(), await page.locator(".decide").bounding_box()
    assert answer["y"] + answer["height"] <= buttons["y"]
    assert buttons["y"] + buttons["height"] <= await page.evaluate("innerHeight")


@pytest.mark.parametrize("path", ["/board", "/board?prompter=1"])
async def test_a_long_question_with_a_long_answer_is_whole(live, browser, tmp_path, path):
    """Where both need much room their letters get smaller, where there is room larger; nothing is cut off above the buttons."""
    long = "이 세럼을 바르고 바로 위에 자외선 차단제나 다른 크림을 같이 발라도 정말 괜찮을까요? 밀리지는 않나요?"
    live.matcher.entries["skin"] = FaqEntry("skin", "민감성", "저자극 테스트를 완료했어요. 처음엔 소량만 써 보세요. " * 5, topic="skin")
    live.say("민감성 피부인데 " + long)
    live.time = 50.0
    live.speak("네")
    for size in ("tablet", "desktop"):
        page = await browser.open(path, "board", size=size)
        await ready(page)
        assert await page.evaluate("(card => card.scrollHeight <= card.clientHeight)(document.querySelector('.card'))")
        assert await page.evaluate("document.documentElement.scrollHeight <= innerHeight")
        assert await page.evaluate("parseFloat(getComputedStyle(document.querySelector('.answer-text')).fontSize)") >= 20
        await page.screenshot(path=tmp_path / f"long-{size}.png")


@BOTH
async def test_each_of_the_three_taps_and_its_undo(live, browser, lang):
    """Answered is the host's voice; later and to staff take the card off; each is undone by one tap and the card is the next again."""
    ids = fill(live)
    page = await browser.open("/board", "board", lang=lang, size="tablet")
    for place, (action, undo, words) in enumerate(
        [("answered", "reopen", "answered"), ("later", "to_host", "later"), ("later", "to_host", "to_staff")]
    ):
        await decide(page, place)
        await told(page, WORDS[lang][words]).wait_for()
        await taken(live, action, ids["skin"])
        assert await asked(page).inner_text() == "배송은 언제 오나요?"
        live.time += 1
        live.taken.clear()
        await page.locator(".undo button").click()
        await taken(live, undo, ids["skin"])
        await page.locator(".next .asked", has_text="민감성 피부에도 써도 되나요?").wait_for()


async def test_an_answer_tapped_on_the_board_counts_as_the_hosts_voice(live, browser):
    """The tap says that the host answered aloud, prompted by the card: a joint recovery."""
    ids = fill(live)
    page = await browser.open("/board", "board")
    await decide(page, 0)
    await taken(live, "answered", ids["skin"])
    (record,) = [record for record in live.show.records() if record.id == ids["skin"]]
    assert (record.resolution, record.recovery) == ("host_voice", "joint")


async def test_everything_works_by_keys(live, browser):
    """1, 2, 3 decide the next card, u undoes, p is the prompter and m its mirror; also on a Korean keyboard."""
    ids = fill(live)
    page = await browser.open("/board", "board")
    for key, action, question in (("1", "answered", "skin"), ("2", "later", "ship"), ("3", "later", "odd")):
        await ready(page)
        await page.keyboard.press(key)
        await taken(live, action, ids[question])
    await page.locator(".empty").wait_for()
    live.time += 1
    await page.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'ㅕ', code: 'KeyU', bubbles: true}))")
    await taken(live, "to_host", ids["odd"])
    await page.keyboard.press("p")
    await page.locator(".board.prompter.mirrored").wait_for()
    await page.keyboard.press("m")
    await page.locator(".board.prompter:not(.mirrored)").wait_for()


async def test_a_second_tap_is_not_taken_for_the_card_that_came(live, browser):
    """Two taps at once on the same button decide one card: the one that has just come was not meant."""
    ids = fill(live)
    page = await browser.open("/board", "board")
    await ready(page)
    button = page.locator(".decide button").first
    await button.dblclick()
    await page.keyboard.press("1")
    await taken(live, "answered", ids["skin"])
    await ready(page)
    assert [event.question for event in live.taken if getattr(event, "action", "") == "answered"] == [ids["skin"]]
    assert await page.evaluate("document.activeElement.closest('.decide') !== null")


@BOTH
async def test_what_the_host_says_takes_the_card_off(live, browser, tmp_path, lang):
    """The card stays in its place with what settled it and one tap to bring it back; then the next one comes."""
    ids = fill(live)
    page = await browser.open("/board", "board", lang=lang, size="tablet")
    await ready(page)
    live.speak("저자극이라 괜찮아요")
    left = page.locator(".next.left .settled", has_text=WORDS[lang]["spoken"])
    await left.locator("button").click()
    await taken(live, "reopen", ids["skin"])
    await page.locator(".next:not(.left) .asked", has_text="민감성 피부에도 써도 되나요?").wait_for()
    live.time += 1
    live.speak("저자극이라 괜찮아요")
    await left.wait_for()
    await page.screenshot(path=tmp_path / f"spoken-{lang}.png")
    assert await violations(page) == []
    await page.locator(".next:not(.left) .asked", has_text="배송은 언제 오나요?").wait_for()


async def test_a_card_that_left_is_brought_back_later_too(live, browser):
    """Once the next card has come, the one that the host's voice settled is still one key away."""
    ids = fill(live)
    page = await browser.open("/board", "board", size="tablet")
    await ready(page)
    live.speak("저자극이라 괜찮아요")
    await page.locator(".next:not(.left) .asked", has_text="배송은 언제 오나요?").wait_for()
    await page.keyboard.press("u")
    await taken(live, "reopen", ids["skin"])
    await page.locator(".next:not(.left) .asked", has_text="민감성 피부에도 써도 되나요?").wait_for()


async def test_nothing_moves_under_a_finger_or_a_pointer(live, browser):
    """While a finger is down and while a mouse is near, cards neither come, go nor change places; afterwards they are up to date."""
    fill(live)
    page = await browser.open("/board", "board")
    await ready(page)
    await page.evaluate(MOVED)
    await page.locator(".decide button").nth(1).hover()
    await page.mouse.down()
    before = await page.locator(".other-text").all_inner_texts()
    for name in "가나다라마바":
        live.say("선물 포장 되나요?", name)
    live.tap("to_host", live.show.records()[-1].id)
    live.speak("오늘 출고돼서 모레 도착해요")
    await page.locator(".other", has_text="선물 포장 되나요?").wait_for()
    assert (await page.locator(".other-text").all_inner_texts())[-2:] == [before[1], "선물 포장 되나요?"]
    assert await page.evaluate("window.moved") == 0
    await page.mouse.move(5, 300)
    await page.mouse.up()
    await page.locator(".other").first.locator("text=선물 포장 되나요?").wait_for()
    assert await asked(page).inner_text() == "민감성 피부에도 써도 되나요?"


async def test_a_swipe_to_the_right_is_answered(live, browser):
    """A short drag springs back, a long one answers that card; the buttons under the finger do nothing."""
    ids = fill(live)
    page = await browser.open("/board", "board", size="tablet")
    await ready(page)

    async def drag(selector: str, distance: int) -> None:
        box = await page.locator(selector).first.bounding_box()
        await page.mouse.move(box["x"] + 40, box["y"] + 60)
        await page.mouse.down()
        await page.mouse.move(box["x"] + 40 + distance, box["y"] + 64, steps=8)
        await page.mouse.up()

    await drag(".card", 60)
    await page.wait_for_timeout(200)
    assert not [event for event in live.taken if hasattr(event, "action")]
    await drag(".other", 200)
    await taken(live, "answered", ids["ship"])
    await asked(page).filter(has_text="민감성 피부에도").wait_for()
    await ready(page)
    await drag(".card", 400)
    await taken(live, "answered", ids["skin"])


async def test_another_card_is_answered_first(live, browser):
    """A tap on a small card makes it the next one, in exchange with the one before; its tick answers it where it stands."""
    ids = fill(live)
    page = await browser.open("/board", "board", size="phone")
    await ready(page)
    await page.locator(".choose", has_text="이건 어떤 향이").click()
    await asked(page).filter(has_text="이건 어떤 향이 나나요?").wait_for()
    assert await page.locator(".answer.none", has_text="준비된 답이 없어요").count() == 1
    await ready(page)
    await page.locator(".other", has_text="배송은").locator(".tick").click()
    await taken(live, "answered", ids["ship"])
    assert await asked(page).inner_text() == "이건 어떤 향이 나나요?"


async def test_five_cards_at_most_and_the_rest_a_number(live, browser, tmp_path):
    """With nine missed questions five are seen and the others counted."""
    live.matcher.apart = True
    for i in range(9):
        live.say(f"{i}번 상품은 뭐가 다른가요?", f"손님{i}")
    live.time = 50.0
    live.speak("네")
    page = await browser.open("/board", "board", size="tablet", lang="en-GB")
    await page.locator(".other").nth(3).wait_for()
    assert await page.locator(".other").count() == 4
    assert await page.locator(".more").inner_text() == "4 more"
    await page.screenshot(path=tmp_path / "many.png")


async def test_waiting_is_a_bar_and_words(live, browser):
    """The bar fills in steps towards late; late has a word of its own, and no clock runs."""
    fill(live)
    page = await browser.open("/board", "board")
    await ready(page)
    words = page.locator(".next .waits-words")
    assert await words.inner_text() == "1분 반 넘게 기다려요"
    assert await page.locator(".next .waits.is-open .waits-bar > span").get_attribute("style") == "transform: scaleX(0.75);"
    live.time = 125.0
    live.speak("네")
    await page.locator(".next .waits.is-late", has_text="늦었어요 · 2분 넘게 기다려요").wait_for()


@pytest.mark.parametrize("size", ["phone", "tablet", "desktop"])
@BOTH
async def test_a_late_card_keeps_its_words_within_it(live, browser, lang, size):
    """The longest words about a wait do not run over the card's edge."""
    live.say("배송은 언제 오나요?", "이름이아주긴구름빵가게손님")
    live.say("배송은 언제 오나요?", "여름밤")
    live.time = 160.0
    live.speak("네")
    page = await browser.open("/board", "board", lang=lang, size=size)
    await page.locator(".next .waits.is-late").wait_for()
    card, waits = await page.locator(".next .card").bounding_box(), await page.locator(".next .waits-words").bounding_box()
    assert waits["x"] + waits["width"] <= card["x"] + card["width"] - 8


async def test_a_tap_during_a_lost_network_is_kept_and_acts_once(live, browser):
    """The first try gets lost on its way back; the second one shows that it acted, once, and the card does not come back meanwhile."""
    ids = fill(live)
    page = await browser.open("/board", "board")
    tries = []

    async def lose(route):
        tries.append(route.request.post_data_json["id"])
        if len(tries) < 2:
            await route.fetch()
            await route.abort("connectionreset")
        else:
            await route.continue_()

    await page.route("**/api/act", lose)
    await decide(page, 0)
    await told(page, "연결되면 한 번만 보낼게요").wait_for()
    await told(page, "답한 것으로 정리했어요").wait_for()
    assert len(set(tries)) == 1
    assert len(tries) == 2
    assert [e.question for e in live.taken if getattr(e, "action", "") == "answered"] == [ids["skin"]]
    browser.complaints = [text for text in browser.complaints if "ERR_CONNECTION_RESET" not in text]


async def test_a_tap_that_cannot_go_out_gives_the_card_back(live, browser):
    """Where livebot refuses a tap, the card is the next one again and the host is told."""
    fill(live)
    page = await browser.open("/board", "board")
    body = '{"error": {"code": "unable", "what": "no", "next_step": "again"}}'
    await page.route("**/api/act", lambda route: route.fulfill(status=400, content_type="application/json", body=body))
    await decide(page, 0)
    await told(page, "하지 못했어요").wait_for()
    await page.locator(".next .asked", has_text="민감성 피부에도 써도 되나요?").wait_for()
    browser.complaints = [text for text in browser.complaints if "400" not in text]


async def test_somebody_faster_is_said(live, browser):
    """Two people decide the same card: the slower one is told that nothing changed, and the card is gone for both."""
    ids = fill(live)
    page, other = await browser.open("/board", "board"), await browser.open("/board", "board")
    await ready(other)

    async def first_somebody_else(route):
        live.tap("answered", ids["skin"], voice=True)
        await route.continue_()

    await page.route("**/api/act", first_somebody_else)
    await decide(page, 0)
    await told(page, "바뀐 것이 없어요").wait_for()
    await page.locator(".next .asked", has_text="배송은 언제 오나요?").wait_for()
    await other.locator(".next.left .settled", has_text="다른 화면에서 답했다고 눌렀어요").wait_for()
    browser.complaints = [text for text in browser.complaints if "409" not in text]


async def test_who_is_answering_is_seen(live, browser):
    """A question that staff have taken says who is on it."""
    ids = fill(live)
    page = await browser.open("/board", "board")
    await ready(page)
    live.tap("claim", ids["skin"])
    await page.locator(".next .tag", has_text="지은 님이 답하고 있어요").wait_for()


async def test_a_lost_link_is_said_and_heals(live, served, browsing, tmp_path):
    """When livebot goes away the board says that it shows the past; when it is back the board is up to date by itself."""
    async with served(live) as site, browsing(site) as looking:
        page = await looking.open("/board", "board", size="tablet")
        await page.locator(".empty").wait_for()
        ready_again = asyncio.Event()
        await site.stop()
        await told(page, "다시 연결하고 있어요").wait_for()
        await page.locator(".empty h2", has_text="아직 몰라요").wait_for()
        assert await violations(page) == []
        await page.screenshot(path=tmp_path / "lost.png")
        question = live.say("배송은 언제 오나요?")
        live.tap("to_host", question)
        async with asyncio.TaskGroup() as tasks:
            again = tasks.create_task(serve(site.again(live), site.settings, ready_again.set))
            await asked(page).wait_for()
            await told(page, "연결됨").wait_for()
            again.cancel()


@BOTH
async def test_an_empty_a_finished_and_a_closed_board(live, site, browsing, tmp_path, lang):
    """With nothing missed the board says so and what will happen; after the show as well; a wrong token says how to get in."""
    async with browsing(site) as looking:
        page = await looking.open("/board", "board", lang=lang, size="tablet")
        await page.locator(".empty h2", has_text=WORDS[lang]["empty"]).wait_for()
        assert await violations(page) == []
        live.take(ShowEnded("end", 1.0))
        await page.locator(".lamp:not(.lit)").wait_for()
        assert await violations(page) == []
        await page.screenshot(path=tmp_path / f"ended-{lang}.png")
        page = await looking.open("/board#wrong-token-wrong-token-wrong", lang=lang)
        await page.locator(".shut h1", has_text=WORDS[lang]["refused"]).wait_for()
        assert await violations(page) == []


@BOTH
async def test_a_newly_missed_question_is_announced_once(live, browser, lang):
    """A screen reader hears of a question when it comes onto the board, not of those that were there."""
    fill(live)
    page = await browser.open("/board", "board", lang=lang)
    await ready(page)
    assert await page.locator("#missed").inner_text() == ""
    live.tap("to_host", live.say("선물 포장 되나요?", "별"))
    await page.locator("#missed", has_text=WORDS[lang]["missed"]).wait_for(state="attached")


@pytest.mark.parametrize("size", SIZES)
async def test_the_prompter_shows_what_is_read_and_nothing_else(live, browser, tmp_path, size):
    """Opened by its address or a button: mirrored, larger, without buttons; a reload keeps it; axe-core finds nothing."""
    fill(live)
    page = await browser.open("/board?prompter=1", "board", size=size)
    await ready(page)
    assert await page.evaluate("getComputedStyle(document.querySelector('.cards')).transform") == "matrix(-1, 0, 0, 1, 0, 0)"
    assert not await page.locator(".decide").is_visible()
    assert await violations(page) == []
    await page.screenshot(path=tmp_path / f"prompter-{size}.png")
    large = await page.evaluate("parseFloat(getComputedStyle(document.querySelector('.asked')).fontSize)")
    await page.reload()
    await page.locator(".board.prompter").wait_for()
    await page.locator(".tools button").last.click()
    await page.locator(".board:not(.prompter)").wait_for()
    assert page.url == f"{browser.site.base}/board"
    assert await page.evaluate("parseFloat(getComputedStyle(document.querySelector('.asked')).fontSize)") < large


async def test_the_board_can_be_read_at_twice_the_size(live, browser):
    """At 200 % zoom (half the viewport) nothing is cut off sideways and every button can be reached."""
    fill(live)
    page = await browser.open("/board", "board")
    for width, height in ((960, 540), (512, 384), (320, 640)):
        await page.set_viewport_size({"width": width, "height": height})
        await page.locator(".decide button").last.scroll_into_view_if_needed()
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth && document.body.scrollWidth <= innerWidth")
        card, buttons = await page.locator(".card").bounding_box(), await page.locator(".decide").bounding_box()
        assert card["y"] + card["height"] <= buttons["y"]


async def test_nothing_moves_for_who_wants_no_motion(live, browser):
    """With reduced motion asked for, no animation or transition runs, also when a card is decided."""
    fill(live)
    page = await browser.open("/board", "board", reduced_motion="reduce")
    await decide(page, 0)
    await told(page, "답한 것으로 정리했어요").wait_for()
    assert await page.evaluate("document.getAnimations().length") == 0


async def test_it_works_on_a_tablet_that_knows_livebot_by_another_name(make_live, served, browsing):
    """Opened by a name in the studio's network, without TLS, a tap goes out: nothing of the page needs a secure context."""
    live = make_live()
    ids = fill(live)
    async with served(live, name="studio.localhost") as site, browsing(site) as looking:
        site.base = site.base.replace("127.0.0.1", "studio.localhost")
        page = await looking.open("/board", "board", size="tablet")
        await page.evaluate("delete Crypto.prototype.randomUUID")
        await decide(page, 0)
        await taken(live, "answered", ids["skin"])
