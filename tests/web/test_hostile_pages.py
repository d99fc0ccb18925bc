"""Every hostile text, as a question, a name, an answer and an FAQ text, on every page: shown as text, and nothing runs."""

import time
from dataclasses import replace

import pytest

from livebot.core.matcher import FaqEntry

# Nothing that a viewer wrote may become an element, run, or leave a mark on the page.
FOUND = """() => ({
  title: document.title,
  made: document.querySelector('#page').querySelectorAll('script, img, iframe, object, embed, style, [onerror], [onload]').length,
  foreign: [...document.querySelectorAll('#page a[href]')].filter(a => !a.href.startsWith(location.origin)).length,
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
