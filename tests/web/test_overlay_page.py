"""The overlay in a real browser: one answer at a time, restored after a reload, and nothing at all when anything is wrong."""

import pytest

NOTHING = "() => document.body.innerText.trim() === '' && document.querySelectorAll('body > *').length === 0"
# In the language of the chat, which the overlay speaks: whatever the browser's.
CHAT = {
    "ko-KR": {
        "asked": "민감성 피부에도 써도 되나요?",
        "answer": "저자극이라 아침저녁으로 써요",
        "asked_next": "배송은 언제 오나요?",
        "answer_next": "오늘 출고된대요",
        "name": "하늘정원",
        "chip": "단골 하늘정원님",
    },
    "en-GB": {
        "asked": "Is it fine for sensitive skin?",
        "answer": "It is gentle, I use it every day",
        "asked_next": "When is shipping?",
        "answer_next": "They said it will arrive tomorrow",
        "name": "skygarden",
        "chip": "skygarden · regular",
    },
}


@pytest.fixture
def overlay(browser):
    """Give a way to open the overlay."""
    return lambda query="", **more: browser.open(f"/overlay{query}", "overlay", clock=True, **more)


async def hurry(live, page, seconds: float) -> None:
    """Put the show's clock, which stands still by itself, and the page's forward."""
    live.time += seconds
    await page.clock.run_for(round(seconds * 1000))


def boost(live, question: str, answer: str, name: str, months: int = 0) -> tuple[str, str]:
    """Let somebody ask and `name` answer, and carry the answer further; return (question, answer)."""
    asked = live.say(question, f"{name} 물은이")
    line = live.say(answer, name, months=months)
    live.tap("boost", asked, line)
    return asked, line


def boost_one(live, lang: str) -> tuple[str, str]:
    """Carry the first answer of a language further."""
    words = CHAT[lang]
    return boost(live, words["asked"], words["answer"], words["name"], months=8)


async def nothing_seen(page) -> None:
    """Wait until the overlay shows nothing at all."""
    await page.wait_for_function(NOTHING)


async def within_margins(page) -> dict[str, float]:
    """Check that the card and all in it lie within the margin of five percent; return its box."""
    await page.wait_for_function("() => document.getAnimations().every(a => a.playState === 'finished')")
    box, size = await page.locator(".boost").bounding_box(), page.viewport_size
    assert box["x"] >= size["width"] * 0.05 - 0.1
    assert box["x"] + box["width"] <= size["width"] * 0.95 + 0.1
    assert box["y"] >= size["height"] * 0.05 - 0.1
    assert box["y"] + box["height"] <= size["height"] * 0.95 + 0.1
    assert box["width"] <= max(960 * max(size.values()) / 1920, 320) + 0.5
    for part in await page.locator(".boost > p").all():
        inner = await part.bounding_box()
        assert inner["x"] >= box["x"] + 8
        assert inner["x"] + inner["width"] <= box["x"] + box["width"] - 8
    return box


async def test_an_answer_is_shown_with_its_author_and_then_leaves(live, overlay, tmp_path, lang, size):
    """A boost is seen with name, answer and question, in its own language, and is gone when its time is over."""
    page, words = await overlay(lang=lang, size=size), CHAT[lang]
    await nothing_seen(page)
    boost_one(live, lang)
    await page.locator(".boost").wait_for()
    assert await page.locator(".who").inner_text() == words["chip"]
    assert await page.locator(".answer").inner_text() == words["answer"]
    assert await page.locator(".asked").inner_text() == words["asked"]
    assert await page.locator(".boost").get_attribute("lang") == lang[:2]
    await within_margins(page)
    assert await page.evaluate("parseFloat(getComputedStyle(document.querySelector('.answer')).fontSize)") >= 20
    await page.screenshot(path=tmp_path / f"overlay-{lang}-{size}.png", omit_background=True)
    await hurry(live, page, 3)
    assert await page.locator(".boost").count() == 1
    await hurry(live, page, 4)
    await page.locator(".boost").wait_for(state="detached")


async def test_a_reloaded_overlay_goes_on_where_it_was(live, overlay, lang, size):
    """After a reload the same answer is there again, and ends when it would have ended."""
    page = await overlay(lang=lang, size=size)
    boost_one(live, lang)
    await page.locator(".boost").wait_for()
    live.time += 3
    await page.reload()
    await page.locator(".answer", has_text=CHAT[lang]["answer"]).wait_for()
    await hurry(live, page, 4)
    await page.locator(".boost").wait_for(state="detached")


async def test_two_answers_are_never_seen_at_once(live, overlay, lang, size):
    """The second boost comes after the first one has left."""
    page, words = await overlay(lang=lang, size=size), CHAT[lang]
    await page.evaluate(
        "window.most = 0; new MutationObserver(() => { window.most = Math.max(window.most, document.querySelectorAll('.boost').length); })"
        ".observe(document.body, {childList: true})"
    )
    boost_one(live, lang)
    boost(live, words["asked_next"], words["answer_next"], "바다")
    await page.locator(".answer", has_text=words["answer"]).wait_for()
    await hurry(live, page, 7)
    await page.locator(".answer", has_text=words["answer_next"]).wait_for()
    assert await page.evaluate("window.most") == 1


@pytest.mark.parametrize("wrong", ["stop", "reject"])
async def test_it_is_taken_down_at_once(live, overlay, lang, size, wrong):
    """Stop-all and a rejected answer clear the screen while the answer is on it."""
    page = await overlay(lang=lang, size=size)
    question, answer = boost_one(live, lang)
    await page.locator(".boost").wait_for()
    live.tap(wrong, question, answer)
    await page.locator(".boost").wait_for(state="detached", timeout=2_000)


async def test_without_livebot_there_is_nothing(live, served, browsing, lang, size):
    """When livebot goes away, nothing is left on the screen: no answer, no error."""
    async with served(live) as site, browsing(site) as looking:
        page = await looking.open("/overlay", "overlay", lang=lang, size=size)
        boost_one(live, lang)
        await page.locator(".boost").wait_for()
        await site.stop()
        await nothing_seen(page)


async def test_a_wrong_token_shows_nothing(live, site, browsing, lang, size):
    """An overlay that may not come in is an empty screen, also when it tries again."""
    async with browsing(site) as looking:
        page = await looking.open("/", lang=lang, size=size, clock=True)
        boost_one(live, lang)
        async with page.expect_response("**/api/session*") as refused:
            await page.goto(f"{site.base}/overlay#wrong-token-wrong-token-wrong")
        assert (await refused.value).status == 401
        async with page.expect_response("**/api/session*") as refused:
            await page.clock.run_for(6_000)
        assert (await refused.value).status == 401
        await nothing_seen(page)


async def test_it_stands_where_it_is_told_within_the_margins(live, overlay, site, lang, size):
    """Every position keeps the five percent margin; a strange one is the usual place, and is written nowhere."""
    page = await overlay(lang=lang, size=size)
    boost(live, CHAT[lang]["asked"], f"{CHAT[lang]['answer']}. " * 12, "하늘" * 20, months=8)
    for position in ("bottom-left", "bottom", "bottom-right", "top", "<script>", ""):
        await page.goto(f"{site.base}/overlay?position={position}&text=<b>x</b>&css=body{{background:red}}")
        await page.locator(".boost").wait_for()
        box, middle = await within_margins(page), page.viewport_size["height"] / 2
        assert (box["y"] < middle) == (position == "top")
        assert await page.locator("b, script[src^='<'], style").count() == 0
        assert await page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgba(0, 0, 0, 0)"


async def test_a_studio_colours_it_by_variables(live, overlay, lang, size):
    """What OBS sets as custom CSS variables is what is seen."""
    page = await overlay(lang=lang, size=size)
    await page.evaluate("document.documentElement.style.setProperty('--lb-accent', 'rgb(1, 2, 3)')")
    await page.evaluate("document.documentElement.style.setProperty('--lb-size', '26px')")
    boost_one(live, lang)
    await page.locator(".who").wait_for()
    assert await page.evaluate("getComputedStyle(document.querySelector('.who')).backgroundColor") == "rgb(1, 2, 3)"
    assert await page.evaluate("getComputedStyle(document.querySelector('.answer')).fontSize") == "26px"
