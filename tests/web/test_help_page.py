"""The viewers' page in a real browser: phone first, whole without a script, up to date by itself with one."""

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
    },
}
BOTH = pytest.mark.parametrize("lang", list(WORDS))
SIZES = ("phone", "tablet", "desktop")


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


async def catch_up(page) -> None:
    """Let the page refresh itself now, as when the network is back, and not in five seconds."""
    async with page.expect_response("**/help*"):
        await page.evaluate("dispatchEvent(new Event('online'))")


async def search(page, name: str) -> None:
    """Look for one's own question by name."""
    await page.locator("#name").fill(name)
    await page.locator("form button").click()
    await page.wait_for_load_state()


@BOTH
@pytest.mark.parametrize("scheme", ["dark", "light"])
async def test_the_page_on_every_screen(live, browser, violations, tmp_path, lang, scheme):
    """On phone, tablet and desktop: mine, open questions, helpers; nothing is cut off, and axe-core finds nothing."""
    fill(live)
    words = WORDS[lang]
    for size in SIZES:
        page = await browser.open("/help", lang=lang, size=size, scheme=scheme)
        await page.locator(".needs", has_text=words["needs"]).first.wait_for()
        assert await page.locator(".card").count() == 2
        assert await page.locator("#helpers li", has_text="하늘").locator(".soft").inner_text() == words["helped"]
        await search(page, "구름빵")
        assert await page.locator(".way h3").inner_text() == "배송은 언제 오나요?"
        assert await page.get_attribute("html", "lang") == lang[:2]
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert await violations(page) == []
        await page.screenshot(path=tmp_path / f"help-{size}-{lang}-{scheme}.png", full_page=True)
        await page.context.close()


@BOTH
async def test_the_way_of_mine_from_received_to_answered(live, browser, violations, tmp_path, lang):
    """Found by name: waiting, with its place in line; once the host has answered the page says so, also to a screen reader."""
    words = WORDS[lang]
    page = await browser.open("/help", lang=lang, size="phone")
    await page.locator("#open .empty", has_text=words["empty"]).wait_for()
    assert await violations(page) == []
    await page.screenshot(path=tmp_path / "empty.png", full_page=True)
    await search(page, "구름빵")
    await page.locator(".empty", has_text=words["none"]).wait_for()
    live.say("배송은 언제 오나요?", "구름빵")
    await catch_up(page)
    way = page.locator(".way")
    await way.locator(".now", has_text=words["place"]).wait_for()
    assert await way.locator(".done").inner_text() == f"{words['received']} {'방금' if lang == 'ko-KR' else 'just now'}"
    await page.locator("#name").focus()
    live.speak("오늘 출고돼서 모레 도착해요")
    await catch_up(page)
    await way.locator(".done", has_text=words["host"]).wait_for()
    assert await way.locator("blockquote").inner_text() == "오늘 출고돼서 모레 도착해요"
    assert "배송은 언제 오나요?" in await page.locator("#news").inner_text()
    assert await page.evaluate("document.activeElement.id") == "name"
    assert await violations(page) == []
    await page.screenshot(path=tmp_path / "answered.png", full_page=True)


@BOTH
async def test_who_answered_and_what(live, browser, tmp_path, lang):
    """A viewer's answer that was carried further is shown with their name; a closed question says what to do."""
    fill(live)
    page = await browser.open("/help?name=소금빵", lang=lang, size="phone")
    await page.locator(".way .done", has_text=WORDS[lang]["peer"]).wait_for()
    assert await page.locator(".way blockquote").inner_text() == "7일 안에 돼요"
    await page.screenshot(path=tmp_path / "peer.png", full_page=True)
    live.tap("dismiss", live.show.records()[0].id)
    await search(page, " @달빛정원 ")
    await page.locator(".way .closed").wait_for()
    await page.screenshot(path=tmp_path / "closed.png", full_page=True)


@BOTH
async def test_a_lost_network_is_said_and_heals(live, browser, violations, tmp_path, lang):
    """While livebot cannot be reached the page keeps what it has and says so; a browser that is offline is told that; then it goes on."""
    fill(live)
    page = await browser.open("/help", lang=lang, size="phone")
    await page.locator(".card").first.wait_for()
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
    browser.complaints = [text for text in browser.complaints if "ERR_" not in text]


async def test_it_refreshes_itself(live, browser):
    """Without a touch a new question comes onto the page within seconds, and goes when it was answered."""
    page = await browser.open("/help", size="phone")
    live.say("배송은 언제 오나요?", "구름빵")
    await page.locator(".card", has_text="배송은").wait_for()
    live.speak("오늘 출고돼서 모레 도착해요")
    await page.locator(".card").wait_for(state="detached")


@BOTH
async def test_what_is_not_as_usual_is_said(live, browser, violations, tmp_path, lang):
    """A chat that is cut off, and a show that is over, are said at the top."""
    page = await browser.open("/help", lang=lang, size="phone")
    live.channels_now = [ChannelNow("twitch:shop", "reconnecting")]
    await catch_up(page)
    await page.locator("#state", has_text=WORDS[lang]["cut_off"]).wait_for()
    assert await violations(page) == []
    await page.screenshot(path=tmp_path / "cut-off.png", full_page=True)
    live.take(ShowEnded("end", 1.0))
    await catch_up(page)
    await page.locator("#state", has_text=WORDS[lang]["ended"]).wait_for()
    assert await violations(page) == []


@BOTH
async def test_it_is_whole_without_a_script(live, browser, lang):
    """With JavaScript off everything can be read and searched, and the page asks to be loaded again by itself."""
    fill(live)
    page = await browser.open("/help", lang=lang, size="phone", java_script_enabled=False)
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


async def test_the_language_is_switched_and_kept(live, browser):
    """The other language is one tap away; the name stays, and the next search is in that language."""
    fill(live)
    page = await browser.open("/help?name=구름빵", size="phone")
    await page.locator(".top a").click()
    await page.locator(".way .now", has_text="in line").wait_for()
    assert await page.get_attribute("html", "lang") == "en"
    await search(page, "소금빵")
    await page.locator(".way .done", has_text="하늘 answered").wait_for()
    assert "lang=en" in page.url


async def test_light_and_dark_by_choice(live, browser):
    """The button's name says what it does, and a reload remembers it."""
    page = await browser.open("/help", scheme="dark", lang="en-GB")
    dark = await page.evaluate("getComputedStyle(document.body).color")
    await page.get_by_role("button", name="Light").click()
    await page.reload()
    await page.get_by_role("button", name="Dark").wait_for()
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


@BOTH
async def test_who_opens_it_too_often_is_told_in_words(live, site, browsing, monkeypatch, lang):
    """After sixty at once the next page says to wait, and opens again by itself."""
    monkeypatch.setattr("livebot.web.help.A_SECOND", 0.0)
    async with site.browser() as client, browsing(site) as looking:
        for _ in range(60):
            assert (await client.get("/help")).status == 200
        page = await looking.open("/help", lang=lang)
        await page.locator("h1", has_text=WORDS[lang]["slow"]).wait_for()


@BOTH
@pytest.mark.parametrize("on", [True, False])
async def test_the_start_page_leads_only_where_something_is(live, served, browsing, violations, tmp_path, lang, on):
    """Every link of the start page opens a page, in both languages; the viewers' page is among them where it is on."""
    async with served(live, help=on) as site, browsing(site) as looking:
        page = await looking.open("/", lang=lang, size="phone")
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
