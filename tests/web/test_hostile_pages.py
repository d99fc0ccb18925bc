"""Every hostile text, as a question, a name, an answer and an FAQ text, on every page: shown as text, and nothing runs."""

import time
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from livebot.core.matcher import FaqEntry

# Nothing that a viewer wrote may become an element, run, or leave a mark on the page.
FOUND = """() => ({
  title: document.title,
  wide: document.documentElement.scrollWidth > innerWidth,
  made: document.querySelector('#page, main').querySelectorAll('script, img, iframe, object, embed, style, [onerror], [onload]').length,
  foreign: [...document.querySelectorAll('#page a[href], main a[href]')].filter(a => !a.href.startsWith(location.origin)).length,
})"""


def lines_of(texts: list[str]) -> list[str]:
    """Return the texts as chat gives them: one line, at most five hundred characters; none asks or names a topic by itself."""
    return [" ".join(text.split())[:500].replace("?", "!").replace("배송", "반품").replace("가격", "값") for text in texts if text.strip()]


async def settled(page, text: str) -> None:
    """Wait until the page's text holds `text`."""
    await page.wait_for_function("text => document.body.innerText.includes(text)", arg=text)


@pytest.mark.parametrize("lang", ["ko-KR", "en-GB"])
async def test_on_the_desk_every_hostile_text_is_text(live, browser, hostile, lang):
    """As question, name, answer, note, product and FAQ entry, each hostile text leaves the desk as it was."""
    texts = lines_of(hostile)
    live.matcher.apart = True
    live.matcher.entries["hostile"] = FaqEntry("hostile", texts[0], texts[1], topic="refund")
    page = await browser.open("/desk", "staff", lang=lang)
    await page.locator(".bar").wait_for()
    for i, text in enumerate(texts):
        question = live.say(f"{text} 반품 되나요? {i}번", text, author=f"u{i}")
        live.say(f"{text} 7일", text, author=f"a{i}")
        live.tap("note", question, text=text)
    await settled(page, f"{len(texts) - 1}번")
    await page.locator(".filters .tab").last.click()
    await page.locator("#rows").focus()
    for _ in texts:
        await page.keyboard.press("j")
        await page.locator(".note").wait_for()
    assert await page.locator(".row[aria-selected=true]").get_attribute("aria-posinset") == str(len(texts))
    found = await page.evaluate(FOUND)
    assert "owned" not in found["title"]
    assert (found["made"], found["foreign"]) == (0, 0)


async def test_markup_is_seen_as_it_was_written(live, browser):
    """A script tag, an entity and a template are seen letter by letter in queue, question, chat and paste box."""
    texts = ["<script>alert(1)</script> 배송은?", "&lt;img src=x&gt; 반품 되나요?", "{{7*7}} ${7*7} 선물 포장?"]
    page = await browser.open("/desk", "staff")
    for text in texts:
        live.say(text, f"<b>{text[:6]}</b>")
    for text in texts:
        await page.locator(".row-question", has_text=text).click()
        await page.locator(".head-text", has_text=text).wait_for()
        await page.locator(".chat-line", has_text=text).first.wait_for()
    await page.locator("#tab-paste").click()
    await page.locator("#paste").fill("<i>이름</i>: <svg/onload=alert(1)> 배송은 언제 오나요?")
    await page.locator(".paste > button").click()
    await page.locator(".paste .card", has_text="<svg/onload=alert(1)> 배송은 언제 오나요?").wait_for()


async def test_hidden_characters_are_seen_on_the_desk(live, browser):
    """A text that turns itself around is shown in its written order, with the turning characters as escapes."""
    live.say("가격은 \u2066₩9,900\u2069\u202d000,1₩\u202c 얼마예요?")
    page = await browser.open("/desk", "staff")
    await page.locator(".head-text").wait_for()
    assert await page.locator(".head-text .escape").all_inner_texts() == ["2066", "2069", "202D", "202C"]


async def test_a_name_of_five_hundred_marks_stays_in_its_line(live, browser):
    """A name of combining marks, and a question of five hundred letters, do not reach into the rows beside them."""
    live.say("배송은 언제 오나요?", "e" + "\u0301" * 500)
    live.say("가" * 490 + " 반품 되나요?", "긴" * 400)
    page = await browser.open("/desk", "staff")
    await page.locator(".row").nth(1).wait_for()
    heights = [(await page.locator(".row").nth(i).bounding_box())["height"] for i in range(2)]
    assert heights == [84, 84]
    widths = await page.evaluate("[...document.querySelectorAll('.name')].map(n => n.getBoundingClientRect().width)")
    assert max(widths) < 400
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert len(await page.locator(".chat-line .name").first.inner_text()) < 20


async def test_on_the_overlay_every_hostile_text_is_text(make_live, served, browsing, hostile):
    """Each hostile text that staff carry further is on the overlay as text, or nothing is when it holds no visible letter."""
    start = time.monotonic()
    live = make_live(clock=lambda: time.monotonic() - start)
    async with served(live) as site, browsing(site) as looking:
        live.matcher.apart = True
        page = await looking.open("/overlay", "overlay")
        for i, text in enumerate(lines_of(hostile)):
            question = live.say(f"{text} 반품 되나요? {i}번", text, author=f"u{i}")
            answer = live.say(f"{text} 7일", text, author=f"a{i}")
            live.tap("boost", question, answer)
            await page.locator(".boost").wait_for()
            assert await page.locator(".boost script, .boost img, .boost iframe, .boost a").count() == 0
            live.tap("reject", question, answer)
            live.tap("dismiss", question)
            await page.locator(".boost").wait_for(state="detached")
        assert looking.complaints == []
        assert "owned" not in await page.title()
        assert site.registry.get_sample_value("livebot_csp_reports_total") == 0


async def test_on_the_board_every_hostile_text_is_text(live, browser, hostile):
    """As question, name, note, product and FAQ entry, each hostile text is text on the board, and none reaches out of its card."""
    texts = lines_of(hostile)
    live.matcher.apart = True
    page = await browser.open("/board", "board", size="tablet")
    for start in range(0, len(texts), 5):
        shown = [put_hostile(live, i, text) for i, text in enumerate(texts[start : start + 5], start)]
        await page.locator(".other").nth(len(shown) - 2).wait_for()
        await page.locator(".card .answer-text").wait_for()
        found = await page.evaluate(FOUND)
        assert sorted(await page.locator("[data-id]").evaluate_all("all => all.map(each => each.dataset.id)")) == sorted(shown)
        assert "owned" not in found["title"]
        assert (found["made"], found["foreign"], found["wide"]) == (0, 0, False), texts[start : start + 5]
        for question in shown:
            live.tap("dismiss", question)
        await page.reload()


def put_hostile(live, i: int, text: str) -> str:
    """Put a question, by a name, with an FAQ entry and staff's note that all hold a text, on the board."""
    live.matcher.entries["refund"] = FaqEntry("refund", text, text, topic="refund")
    question = live.say(f"{text} 반품 되나요? {i}", text, author=f"u{i}")
    if i % 2:
        live.tap("note", question, text=text)
    live.tap("to_host", question)
    return question


async def test_on_the_help_page_every_hostile_text_is_text(live, served, browsing, hostile, monkeypatch):
    """As question, name, answer and search, each hostile text is text on the viewers' page, and none reaches out sideways."""
    monkeypatch.setattr("livebot.web.help.KEPT_FOR", 0.0)
    live.matcher.apart = True
    texts = lines_of(hostile)
    async with served(live, help=True) as site, browsing(site) as looking:
        page = await looking.open("/help", size="phone")
        for start in range(0, len(texts), 10):
            asked = [
                live.say(f"{text[:480]} 반품 되나요? {i}", text, author=f"u{i}") for i, text in enumerate(texts[start : start + 10], start)
            ]
            name = texts[start]
            live.tap("boost", asked[0], live.say(f"{name} 7일", name, author=f"a{start}", months=9))
            for i, text in enumerate(texts[start + 1 : start + 10], start + 1):
                live.say(f"{text[:480]} 반품 되나요? {i}", text, author=f"v{i}")
            await page.goto(f"{site.base}/help?" + urlencode({"name": name}, errors="replace"))
            await page.evaluate("dispatchEvent(new Event('online'))")  # what was said last is on the next page that it fetches
            await page.wait_for_function("n => document.querySelectorAll('.card').length === n", arg=len(asked) - 1)
            assert await page.locator(".way blockquote").count() == 1, name
            assert await page.locator("#name").input_value() == name[:80].strip()
            found = await page.evaluate(FOUND)
            assert "owned" not in found["title"]
            assert (found["made"], found["foreign"], found["wide"]) == (0, 0, False), texts[start : start + 10]
            for question in asked:
                live.tap("dismiss", question)
        assert looking.complaints == []
        assert site.registry.get_sample_value("livebot_csp_reports_total") == 0


async def test_an_invisible_answer_takes_no_place_on_the_overlay(make_live, served, browsing):
    """An answer of invisible letters alone shows no card."""
    start = time.monotonic()
    live = make_live(clock=lambda: time.monotonic() - start)
    async with served(live) as site, browsing(site) as looking:
        page = await looking.open("/overlay", "overlay")
        question = live.say("반품 되나요?")
        answer = live.say("7일", "하늘")
        live.tap("boost", question, answer, text="\u115f\u200b\u3164")
        await page.wait_for_timeout(400)
        assert await page.locator(".boost").count() == 0


async def test_the_policy_holds_if_markup_ever_got_in(browser):
    """Even a script that was put into the page by other means cannot run: the browser refuses it and reports it."""
    page = await browser.open("/")
    refused = await page.evaluate("(() => { try { document.body.innerHTML = '<b>x</b>'; return false; } catch { return true; } })()")
    assert refused
    insert = "const s = document.createElement('script'); try { s.text = 'window.ran = 1'; document.body.append(s); } catch {}"
    ran = await page.evaluate(f"(() => {{ {insert} return window.ran; }})()")
    assert ran is None
    browser.complaints.clear()


async def test_the_products_names_are_text_too(make_live, served, browsing):
    """A product's name with markup is text in the rundown."""
    base = make_live().settings
    settings = replace(base, products=(replace(base.products[0], name="<img src=x onerror=alert(1)>"),))
    async with served(make_live(settings)) as site, browsing(site) as looking:
        page = await looking.open("/desk", "staff")
        await page.locator(".rundown-button").click()
        await page.locator("#rundown .rundown-name", has_text="<img src=x onerror=alert(1)>").wait_for()
        assert looking.complaints == []
