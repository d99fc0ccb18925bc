"""The viewers' page in a real browser: phone first, whole without a script, up to date by itself with one."""

import asyncio

import pytest

from livebot.core.events import ShowEnded
from livebot.web.live import ChannelNow

WORDS = {
    "ko-KR": {
        "empty": "지금은 기다리는 질문이 없어요",
        "received": "접수했어요",
        "waits": "기다리는 중",
        "host": "진행자가 방송에서 답했어요",
        "peer": "하늘 님이 답했어요",
        "none": "이 이름으로 받은 질문이 없어요",
        "needs": "단골의 도움이 필요해요",
        "helped": "1명을 도왔어요",
        "ended": "방송이 끝났어요",
        "cut_off": "다시 연결하고 있어요",
        "lost": "다시 시도하고 있어요",
        "find": "찾기",
        "place": "1번째",
        "slow": "너무 자주 열었어요",
        "just": "방금",
        "by_name": "채팅에서 쓰는 이름",
        "masters": "이달의 답변 달인: 하늘, 구름빵",
        "command": "!답 1 ",
        "copied": "복사했어요",
        "closed": "이 질문은 닫혔어요",
        "missing": "여기에는 아무것도 없어요",
        "dark": "어둡게",
        "light": "밝게",
    },
    "en-GB": {
        "empty": "No question is waiting right now",
        "received": "Received",
        "waits": "Waiting",
        "host": "The host answered in the show",
        "peer": "하늘 answered",
        "none": "No question under this name",
        "needs": "Needs a regular",
        "helped": "helped 1 person",
        "ended": "The show is over",
        "cut_off": "reconnecting",
        "lost": "trying again",
        "find": "Find",
        "place": "1st in line",
        "slow": "Opened too often",
        "just": "just now",
        "by_name": "Your name in the chat",
        "masters": "This month's top helpers: 하늘, 구름빵",
        "command": "!answer 1 ",
        "copied": "Copied",
        "closed": "This question was closed",
        "missing": "There is nothing here",
        "dark": "Dark",
        "light": "Light",
    },
}
OTHER = {"ko-KR": "en-GB", "en-GB": "ko-KR"}
# What reaches out of the box it stands in: nothing may, on any screen.
OUTSIDE = """() => [...document.querySelectorAll('main li > *, .way *, .told, .empty *, footer *, .top *')]
  .filter((each) => each.checkVisibility() && !each.closest('svg') && !each.classList.contains('unseen'))
  .filter((each) => each.getBoundingClientRect().right > each.closest('li, .way, .empty, body').getBoundingClientRect().right + 1)
  .map((each) => each.outerHTML.slice(0, 80))"""


@pytest.fixture
def served(served, monkeypatch):
    """Give a way to serve a show with its viewers' page, made anew for every look (test_help.py has the cache)."""
    monkeypatch.setattr("livebot.web.help.KEPT_FOR", 0.0)
    return lambda live, **more: served(live, **{"help": True, **more})


def fill(live) -> None:
    """Play a show: two questions wait, one was answered by a viewer, one by the host."""
    live.put_on_air("serum")
    live.say("선물 포장 되나요?", "달빛정원", months=7)
    live.say("반품 되나요?", "소금빵")
    answer = live.say("7일 안에 돼요", "하늘", months=12)
    live.tap("boost", live.show.records()[-1].id, answer)
    live.say("민감성 피부에도 써도 되나요?", "봄날의곰")
    live.time = 75.0
    live.say("배송은 언제 오나요?", "구름빵")
    live.say("배송 언제 와요?", "여름밤")
    live.speak("저자극이라 괜찮아요")
    live.time = 140.0
    live.speak("네")


async def catch_up(page, shown) -> None:
    """Let the page refresh itself now, as when the network is back, and not in five seconds, until `shown` is there."""
    await following(page)
    async with asyncio.timeout(30):
        while not await shown.count():
            async with page.expect_response("**/help*"):
                await page.evaluate("dispatchEvent(new Event('online'))")


async def following(page) -> None:
    """Wait until the page has begun to keep itself up to date."""
    await page.locator("#fresh").wait_for()


async def search(page, name: str) -> None:
    """Look for one's own question by name."""
    await page.locator("#name").fill(name)
    await page.locator("form button").click()
    await page.wait_for_load_state()


@pytest.mark.every_screen
async def test_the_page_on_every_screen(live, browser, violations, tmp_path, lang, size):
    """Mine, open questions, helpers, the month's masters; nothing is cut off, and axe-core finds nothing, dark and light."""
    fill(live)
    live.masters_now = ("twitch:하늘", "twitch:구름빵")
    words = WORDS[lang]
    page = await browser.open("/help", lang=lang, size=size)
    await page.locator(".needs", has_text=words["needs"]).first.wait_for()
    assert await page.locator(".card").count() == 2
    assert await page.locator("#helpers li", has_text="하늘").locator(".soft").inner_text() == words["helped"]
    assert await page.locator("#helpers > p").inner_text() == words["masters"]
    await search(page, "구름빵")
    assert await page.locator(".way h3").inner_text() == "배송은 언제 오나요?"
    assert await page.get_attribute("html", "lang") == lang[:2]
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await page.evaluate(OUTSIDE) == []
    for scheme in ("dark", "light"):
        await page.emulate_media(color_scheme=scheme)
        assert await violations(page) == []
        await page.screenshot(path=tmp_path / f"help-{size}-{lang}-{scheme}.png", full_page=True)


async def test_the_way_of_mine_from_received_to_answered(live, browser, violations, tmp_path, lang, size):
    """Found by name: waiting, with its place in line; once the host has answered the page says so, also to a screen reader."""
    words = WORDS[lang]
    page = await browser.open("/help", lang=lang, size=size)
    await page.locator("#open .empty", has_text=words["empty"]).wait_for()
    assert await violations(page) == []
    await page.screenshot(path=tmp_path / "empty.png", full_page=True)
    await search(page, "구름빵")
    await page.locator(".empty", has_text=words["none"]).wait_for()
    live.say("배송은 언제 오나요?", "구름빵")
    way = page.locator(".way")
    await catch_up(page, way.locator(".now", has_text=words["place"]))
    assert await way.locator(".done").inner_text() == f"{words['received']} {words['just']}"
    await page.locator("#name").focus()
    live.speak("오늘 출고돼서 모레 도착해요")
    await catch_up(page, way.locator(".done", has_text=words["host"]))
    assert await way.locator("blockquote").inner_text() == "오늘 출고돼서 모레 도착해요"
    assert "배송은 언제 오나요?" in await page.locator("#news").inner_text()
    assert await page.evaluate("document.activeElement.id") == "name"
    assert await violations(page) == []
    await page.screenshot(path=tmp_path / "answered.png", full_page=True)


async def test_who_answered_and_what(live, browser, tmp_path, lang, size):
    """By name or by the bot's link: an answer that was carried further, with its author's name; a closed question says what to do."""
    fill(live)
    page = await browser.open("/help?q=2", lang=lang, size=size)
    await page.locator(".way .done", has_text=WORDS[lang]["peer"]).wait_for()
    assert await page.locator(".way blockquote").inner_text() == "7일 안에 돼요"
    await page.screenshot(path=tmp_path / "peer.png", full_page=True)
    live.tap("dismiss", live.show.records()[0].id)
    await search(page, " @달빛정원 ")
    await page.locator(".way .closed", has_text=WORDS[lang]["closed"]).wait_for()
    assert await page.evaluate(OUTSIDE) == []
    await page.screenshot(path=tmp_path / "closed.png", full_page=True)


async def test_a_lost_network_is_said_and_heals(live, browser, violations, tmp_path, lang, size):
    """While livebot cannot be reached the page keeps what it has and says so; a browser that is offline is told that; then it goes on."""
    fill(live)
    page = await browser.open("/help", lang=lang, size=size)
    browser.excuse("ERR_")
    await following(page)
    await page.route("**/help*", lambda route: route.abort("connectionrefused"))
    await page.evaluate("dispatchEvent(new Event('online'))")
    await page.locator("#link", has_text=WORDS[lang]["lost"]).wait_for()
    assert await page.locator(".card").count() == 2
    assert await violations(page) == []
    await page.screenshot(path=tmp_path / "lost.png", full_page=True)
    await page.context.set_offline(True)
    await page.locator("#link:not(:empty)").wait_for()
    await page.unroute("**/help*")
    await page.context.set_offline(False)
    await page.locator("#link").wait_for(state="hidden")


async def test_it_refreshes_itself(live, browser, lang, size):
    """Without a touch a new question comes onto the page within seconds, and goes when it was answered."""
    page = await browser.open("/help", lang=lang, size=size, clock=True)
    await page.locator("#open .empty").wait_for()
    async with asyncio.timeout(30):
        live.say("배송은 언제 오나요?", "구름빵")
        while not await page.locator(".card", has_text="배송은").count():
            await page.clock.run_for(1_000)
        live.speak("오늘 출고돼서 모레 도착해요")
        while await page.locator(".card").count():
            await page.clock.run_for(1_000)


async def test_how_to_answer_is_copied_by_a_tap(live, browser, lang, size):
    """The words that answer a question in the chat are in the clipboard after one tap, and the button says so."""
    fill(live)
    page = await browser.open("/help", lang=lang, size=size)
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await following(page)
    button = page.locator(".copy").first
    box = await button.bounding_box()
    assert box["height"] >= 44
    await button.click()
    await page.locator(".copy", has_text=WORDS[lang]["copied"]).wait_for()
    assert await page.evaluate("navigator.clipboard.readText()") == WORDS[lang]["command"]


async def test_what_is_not_as_usual_is_said(live, browser, violations, tmp_path, lang, size):
    """A chat that is cut off, and a show that is over, are said at the top."""
    page = await browser.open("/help", lang=lang, size=size)
    live.channels_now = [ChannelNow("twitch:shop", "reconnecting")]
    await catch_up(page, page.locator("#state", has_text=WORDS[lang]["cut_off"]))
    assert await violations(page) == []
    await page.screenshot(path=tmp_path / "cut-off.png", full_page=True)
    live.take(ShowEnded("end", 1.0))
    await catch_up(page, page.locator("#state", has_text=WORDS[lang]["ended"]))
    assert await violations(page) == []


async def test_it_is_whole_without_a_script(live, browser, lang, size):
    """With JavaScript off everything can be read and searched, and the page asks to be loaded again by itself."""
    fill(live)
    page = await browser.open("/help", lang=lang, size=size, java_script_enabled=False)
    assert await page.locator(".card").count() == 2
    assert (
        await page.locator("head noscript meta[http-equiv=refresh]").count() + await page.locator("head meta[http-equiv=refresh]").count()
    )
    await search(page, "구름빵")
    assert await page.locator(".way .now").count() == 1
    assert not await page.locator("#theme").is_visible()
    live.speak("오늘 출고돼서 모레 도착해요")
    await page.locator("footer a").click()
    await page.locator(".way .done", has_text=WORDS[lang]["host"]).wait_for()


async def test_the_language_is_switched_and_kept(live, browser, lang, size):
    """The other language is one tap away; the name stays, and the next search is in that language."""
    fill(live)
    other = OTHER[lang]
    page = await browser.open("/help?name=구름빵", lang=lang, size=size)
    await page.locator(".top a").click()
    await page.locator("label", has_text=WORDS[other]["by_name"]).wait_for()
    assert await page.locator("#name").input_value() == "구름빵"
    assert await page.get_attribute("html", "lang") == other[:2]
    await search(page, "소금빵")
    await page.locator(".way .done", has_text=WORDS[other]["peer"]).wait_for()
    assert f"lang={other[:2]}" in page.url


async def test_light_and_dark_by_choice(live, browser, lang, size):
    """The button's name says what it does, and a reload remembers it."""
    page = await browser.open("/help", scheme="dark", lang=lang, size=size)
    dark = await page.evaluate("getComputedStyle(document.body).color")
    await page.get_by_role("button", name=WORDS[lang]["light"]).click()
    await page.reload()
    await page.get_by_role("button", name=WORDS[lang]["dark"]).wait_for()
    assert await page.evaluate("getComputedStyle(document.body).color") != dark


async def test_everything_is_reached_by_keys_and_seen(live, browser):
    """Tab goes through the links, the field and the buttons in their order, each with a visible ring."""
    fill(live)
    page = await browser.open("/help", size="phone")
    await page.locator(".card").first.wait_for()
    reached = []
    for _ in range(4):
        await page.keyboard.press("Tab")
        reached.append(await page.evaluate("[document.activeElement.tagName, getComputedStyle(document.activeElement).outlineStyle]"))
    assert reached == [["A", "solid"], ["BUTTON", "solid"], ["INPUT", "solid"], ["BUTTON", "solid"]]
    sizes = await page.evaluate("[...document.querySelectorAll('button, input:not([type=hidden]), .top a')].map(e => e.offsetHeight)")
    assert min(sizes) >= 44


async def test_it_can_be_read_at_twice_the_size(live, browser):
    """At 200 % zoom and on the narrowest phone nothing is cut off sideways."""
    fill(live)
    page = await browser.open("/help?name=구름빵", size="phone", reduced_motion="reduce")
    for width in (195, 320, 512):
        await page.set_viewport_size({"width": width, "height": 480})
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await page.evaluate("document.getAnimations().length") == 0


async def test_all_that_a_phone_loads_is_small(live, browser):
    """Page, style and script together are under 60 kB."""
    fill(live)
    page = await browser.open("/help", size="phone")
    await page.locator(".card").first.wait_for()
    sizes = "performance.getEntries().map(e => e.decodedBodySize ?? 0).reduce((a, b) => a + b, 0)"
    assert 10_000 < await page.evaluate(sizes) < 60_000


async def test_who_opens_it_too_often_is_told_in_words(live, site, browsing, violations, monkeypatch, lang, size):
    """After sixty at once the next page says to wait, and opens again by itself."""
    monkeypatch.setattr("livebot.web.help.A_SECOND", 0.0)
    async with site.browser() as client, browsing(site) as looking:
        for _ in range(60):
            assert (await client.get("/help")).status == 200
        page = await looking.open("/help", lang=lang, size=size, clock=True)
        await page.locator("h1", has_text=WORDS[lang]["slow"]).wait_for()
        assert await violations(page) == []
        monkeypatch.setattr("livebot.web.help.A_SECOND", 1000.0)
        await page.clock.run_for(7_000)
        await page.locator("#open .empty", has_text=WORDS[lang]["empty"]).wait_for()


async def test_where_it_is_off_there_is_nothing(live, served, browsing, violations, lang, size):
    """A show that does not offer the page answers like any address where nothing is, and leads to the start."""
    async with served(live, help=False) as site, browsing(site) as looking:
        page = await looking.open("/help", lang=lang, size=size)
        await page.locator("h1", has_text=WORDS[lang]["missing"]).wait_for()
        assert await violations(page) == []
        await page.locator("nav a").click()
        await page.locator("nav a[href='/desk']").wait_for()


@pytest.mark.parametrize("on", [True, False])
async def test_the_start_page_leads_only_where_something_is(live, served, browsing, violations, tmp_path, lang, size, on):
    """Every link of the start page opens a page, in both languages; the viewers' page is among them where it is on."""
    async with served(live, help=on) as site, browsing(site) as looking:
        page = await looking.open("/", lang=lang, size=size)
        addresses = [await each.get_attribute("href") for each in await page.locator("nav a").all()]
        assert addresses == ["/desk", "/board", "/overlay", *(["/help"] if on else [])]
        assert await page.get_attribute("html", "lang") == lang[:2]
        assert await violations(page) == []
        await page.screenshot(path=tmp_path / "start.png")
        async with site.browser() as client:
            assert [(await client.get(address)).status for address in addresses] == [200] * len(addresses)
        await page.locator("main > button").click()
        await page.wait_for_function("lang => document.documentElement.lang !== lang", arg=lang[:2])
        assert looking.complaints == []
