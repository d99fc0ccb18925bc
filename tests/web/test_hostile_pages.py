"""Every hostile text, as a question, a name, an answer and an FAQ text, on every page: shown as text, and nothing runs."""

import asyncio
import time
from dataclasses import replace
from urllib.parse import urlencode

from livebot.core.matcher import FaqEntry

# Nothing that a viewer wrote may become an element, run, leave a mark on the page, or reach out of the box it stands in. What the desk
# itself puts into a text are escapes of hidden characters, and the marks of matching words, which come a moment after the answer.
FOUND = """box => {
  const out = [];
  for (const each of document.querySelectorAll('bdi')) {
    const edge = each.closest(box);
    if (!edge || !each.checkVisibility()) continue;
    let clipped = false;
    for (let at = each; at !== edge; at = at.parentElement) clipped ||= getComputedStyle(at).overflowX !== 'visible';
    const [a, b] = [each.getBoundingClientRect(), edge.getBoundingClientRect()];
    if (!clipped && (a.left < b.left - 1 || a.right > b.right + 1 || a.bottom > b.bottom + 1)) out.push(each.textContent.slice(0, 40));
  }
  const made = 'bdi :not(span.escape, mark.same), body :is(script, img, iframe, object, embed, style, [onerror], [onload])';
  return {
    out,
    owned: document.title.includes('owned'),
    wide: document.documentElement.scrollWidth > innerWidth,
    made: document.querySelectorAll(made).length,
    foreign: [...document.querySelectorAll('a[href]')].filter(a => !a.href.startsWith(location.origin)).length,
  };
}"""
CLEAN = {"out": [], "owned": False, "wide": False, "made": 0, "foreign": 0}
# The texts of some elements, without the escapes that stand for hidden characters.
TEXTS = """all => all.map((each) => {
  const copy = each.cloneNode(true);
  copy.querySelectorAll('.escape').forEach((escape) => escape.remove());
  return copy.textContent;
})"""
# Opens question after question by its key, and gives what is shown of each.
WALK = f"""async (n) => {{
  const heads = [];
  const selected = () => document.querySelector('.row[aria-selected=true]')?.ariaPosInSet;
  for (let i = 1; i <= n; i++) {{
    dispatchEvent(new KeyboardEvent('keydown', {{key: 'j', code: 'KeyJ'}}));
    while (selected() !== String(i) || !document.querySelector('.note')) await new Promise(requestAnimationFrame);
    heads.push(document.querySelector('.head-text').cloneNode(true));
  }}
  return ({TEXTS})(heads);
}}"""
WIDEST = ("W" * 500, "مرحبا بكم في العرض " * 26)
UNSEEN = frozenset("\u115f\u1160\u3164\uffa0")


def letters(text: str) -> str:
    """Return the letters, digits and angle brackets of a text that can be seen."""
    return "".join(c for c in text if (c.isalnum() or c in "<>&") and c not in UNSEEN)


def missing(texts: list[str], shown: list[str]) -> list[str]:
    """Return the texts whose beginning is not among what is shown, letter by letter."""
    return [text for text in texts if not any(letters(text)[:12] in letters(each) for each in shown)]


def lines_of(texts: list[str]) -> list[str]:
    """Return these and the widest texts as chat gives them: one line, at most 500 characters; none asks or names a topic by itself."""
    lines = [" ".join(text.split())[:500] for text in (*texts, *WIDEST) if text.strip()]
    return [line.replace("?", "!").replace("배송", "반품").replace("가격", "값") for line in lines]


async def test_on_the_desk_every_hostile_text_is_text(live, browser, hostile, lang, size):
    """As question, name, answer, note, product and FAQ entry, each hostile text leaves the desk as it was."""
    texts = lines_of(hostile)
    live.matcher.apart = True
    live.matcher.entries["hostile"] = FaqEntry("hostile", texts[0], texts[1], topic="refund")
    page = await browser.open("/desk", "staff", lang=lang, size=size)
    await page.locator(".bar").wait_for()
    for i, text in enumerate(texts):
        question = live.say(f"{text} 반품 되나요? {i}번", text, author=f"u{i}")
        live.say(f"{text} 7일", text, author=f"a{i}")
        live.tap("note", question, text=text)
    await page.locator(".filters .tab").last.click()
    await page.locator(f".row[aria-setsize='{len(texts)}']").first.wait_for()
    await page.locator("#rows").focus()
    shown = await page.evaluate(WALK, len(texts))
    assert missing(texts, shown) == []
    assert await page.evaluate(FOUND, ".row, .chat-line, .head, .note, .answer") == CLEAN


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


async def test_on_the_overlay_every_hostile_text_is_text(make_live, served, browsing, hostile, lang, size):
    """Each hostile text that staff carry further is on the overlay as text, or nothing is when it holds no visible letter."""
    start = time.monotonic()
    live = make_live(clock=lambda: time.monotonic() - start)
    async with served(live) as site, browsing(site) as looking:
        live.matcher.apart = True
        page = await looking.open("/overlay?position=<script>alert(1)</script>", "overlay", lang=lang, size=size)
        for i, text in enumerate(lines_of(hostile)):
            question = live.say(f"{text} 반품 되나요? {i}번", text, author=f"u{i}")
            answer = live.say(f"{text} 7일", text, author=f"a{i}")
            live.tap("boost", question, answer)
            await page.locator(".boost").wait_for()
            assert missing([text], await page.locator(".answer").evaluate_all(TEXTS)) == []
            assert await page.evaluate(FOUND, ".boost") == CLEAN
            live.tap("reject", question, answer)
            live.tap("dismiss", question)
            await page.locator(".boost").wait_for(state="detached")
        assert looking.complaints == []
        assert site.registry.get_sample_value("livebot_csp_reports_total") == 0


async def test_on_the_board_every_hostile_text_is_text(live, browser, hostile, lang, size):
    """As question, name, note, product and FAQ entry, each hostile text is text on the board, and none reaches out of its card."""
    texts = lines_of(hostile)
    live.matcher.apart = True
    page = await browser.open("/board", "board", lang=lang, size=size)
    for start in range(0, len(texts), 5):
        batch = texts[start : start + 5]
        shown = [put_hostile(live, i, text) for i, text in enumerate(batch, start)]
        await page.locator(".other").nth(len(shown) - 2).wait_for()
        await page.locator(".card .answer-text").wait_for()
        assert sorted(await page.locator("[data-id]").evaluate_all("all => all.map(each => each.dataset.id)")) == sorted(shown)
        assert missing(batch, await page.locator(".asked, .other-text").evaluate_all(TEXTS)) == []
        assert await page.evaluate(FOUND, ".card, .other") == CLEAN, batch
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


async def test_on_the_help_page_every_hostile_text_is_text(live, served, browsing, hostile, monkeypatch, lang, size):
    """As question, name, answer and search, each hostile text is text on the viewers' page, and none reaches out sideways."""
    monkeypatch.setattr("livebot.web.help.KEPT_FOR", 0.0)
    live.matcher.apart = True
    texts = lines_of(hostile)
    async with served(live, help=True) as site, browsing(site) as looking:
        page = await looking.open("/help", lang=lang, size=size)
        for start in range(0, len(texts), 10):
            batch = texts[start : start + 10]
            asked = [live.say(f"{text[:480]} 반품 되나요? {i}", text, author=f"u{i}") for i, text in enumerate(batch, start)]
            name = batch[0]
            live.tap("boost", asked[0], live.say(f"{name} 7일", name, author=f"a{start}", months=9))
            for i, text in enumerate(batch[1:], start + 1):
                live.say(f"{text[:480]} 반품 되나요? {i}", text, author=f"v{i}")
            await page.goto(f"{site.base}/help?" + urlencode({"name": name}, errors="replace"))
            await page.locator("#fresh").wait_for()
            async with asyncio.timeout(30):
                while await page.locator(".card").count() != len(asked) - 1:  # what was said last is on one of the next pages it fetches
                    async with page.expect_response("**/help*"):
                        await page.evaluate("dispatchEvent(new Event('online'))")
            assert await page.locator(".way blockquote").count() == 1, name
            assert await page.locator("#name").input_value() == name[:80].strip()
            shown = await page.locator(".card > p:first-child, .way h3").evaluate_all(TEXTS)
            assert missing(batch, shown) == [text for text in batch if not live.quotable(text)]  # an advertised link is shown to nobody
            assert await page.evaluate(FOUND, ".card, .way, #helpers li, body") == CLEAN, batch
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
