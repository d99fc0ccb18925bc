"""The overlay in a real browser: one answer at a time, restored after a reload, and nothing at all when anything is wrong."""

import time

import pytest

NOTHING = "() => document.body.innerText.trim() === '' && document.querySelectorAll('body > *').length === 0"


@pytest.fixture
def live(make_live):
    """Give a show whose clock runs, so that boosts begin and end."""
    start = time.monotonic()
    return make_live(clock=lambda: time.monotonic() - start)


def boost(live, question: str, answer: str, name: str, months: int = 0) -> tuple[str, str]:
    """Let somebody ask and `name` answer, and carry the answer further; return (question, answer)."""
    asked = live.say(question, f"{name} 물은이")
    line = live.say(answer, name, months=months)
    live.tap("boost", asked, line)
    return asked, line


async def nothing_seen(page) -> None:
    """Wait until the overlay shows nothing at all."""
    await page.wait_for_function(NOTHING)


@pytest.mark.parametrize("lang", ["ko-KR", "en-GB"])
async def test_an_answer_is_shown_with_its_author_and_then_leaves(live, browser, tmp_path, lang):
    """A boost is seen with name, answer and question, in its own language, and is gone when its time is over."""
    page = await browser.open("/overlay", "overlay", lang=lang)
    await nothing_seen(page)
    boost(live, "민감성 피부에도 써도 되나요?", "저자극이라 아침저녁으로 써요", "하늘정원", months=8)
    await page.locator(".boost").wait_for()
    assert await page.locator(".who").inner_text() == "단골 하늘정원님"
    assert await page.locator(".answer").inner_text() == "저자극이라 아침저녁으로 써요"
    assert await page.locator(".asked").inner_text() == "민감성 피부에도 써도 되나요?"
    await page.screenshot(path=tmp_path / f"overlay-{lang}.png", omit_background=True)
    await page.locator(".boost").wait_for(state="detached", timeout=12_000)


async def test_a_reloaded_overlay_goes_on_where_it_was(live, browser):
    """After a reload the same answer is there again, and ends when it would have ended."""
    page = await browser.open("/overlay", "overlay")
    boost(live, "민감성 피부에도 써도 되나요?", "저자극이라 괜찮아요", "하늘")
    await page.locator(".boost").wait_for()
    await page.reload()
    await page.locator(".answer", has_text="저자극이라 괜찮아요").wait_for()
    await page.locator(".boost").wait_for(state="detached", timeout=8_000)


async def test_two_answers_are_never_seen_at_once(live, browser):
    """The second boost comes after the first one has left."""
    page = await browser.open("/overlay", "overlay")
    await page.evaluate(
        "window.most = 0; new MutationObserver(() => { window.most = Math.max(window.most, document.querySelectorAll('.boost').length); })"
        ".observe(document.body, {childList: true})"
    )
    boost(live, "민감성 피부에도 써도 되나요?", "저자극이라 괜찮아요", "하늘")
    boost(live, "배송은 언제 오나요?", "오늘 출고된대요", "바다")
    await page.locator(".answer", has_text="저자극이라 괜찮아요").wait_for()
    await page.locator(".answer", has_text="오늘 출고된대요").wait_for(timeout=12_000)
    assert await page.evaluate("window.most") == 1


@pytest.mark.parametrize("wrong", ["stop", "reject"])
async def test_it_is_taken_down_at_once(live, browser, wrong):
    """Stop-all and a rejected answer clear the screen while the answer is on it."""
    page = await browser.open("/overlay", "overlay")
    question, answer = boost(live, "민감성 피부에도 써도 되나요?", "저자극이라 괜찮아요", "하늘")
    await page.locator(".boost").wait_for()
    live.tap(wrong, question, answer)
    await page.locator(".boost").wait_for(state="detached", timeout=2_000)


async def test_without_livebot_there_is_nothing(live, served, browsing):
    """When livebot goes away, nothing is left on the screen: no answer, no error."""
    async with served(live) as site, browsing(site) as looking:
        page = await looking.open("/overlay", "overlay")
        boost(live, "민감성 피부에도 써도 되나요?", "저자극이라 괜찮아요", "하늘")
        await page.locator(".boost").wait_for()
        await site.stop()
        await nothing_seen(page)


async def test_a_wrong_token_shows_nothing(live, site, browsing):
    """An overlay that may not come in is an empty screen."""
    async with browsing(site) as looking:
        page = await looking.open("/overlay#wrong-token-wrong-token-wrong")
        boost(live, "민감성 피부에도 써도 되나요?", "저자극이라 괜찮아요", "하늘")
        await page.wait_for_timeout(500)
        await nothing_seen(page)


@pytest.mark.parametrize("position", ["bottom-left", "bottom", "bottom-right", "top", "<script>", ""])
async def test_it_stands_where_it_is_told_within_the_margins(live, browser, position):
    """Every position keeps the five percent margin; a strange one is the usual place, and is written nowhere."""
    page = await browser.open(f"/overlay?position={position}&text=<b>x</b>&css=body{{background:red}}", "overlay")
    boost(live, "민감성 피부에도 써도 되나요?", "저자극이라 괜찮아요. " * 30, "하늘")
    await page.locator(".boost").wait_for()
    await page.wait_for_function("() => document.getAnimations().every(a => a.playState === 'finished')")
    box = await page.locator(".boost").bounding_box()
    assert box["x"] >= 95.9
    assert box["x"] + box["width"] <= 1824.1
    assert box["y"] >= 53.9
    assert box["y"] + box["height"] <= 1026.1
    assert box["width"] <= 960.5
    assert (box["y"] < 540) == (position == "top")
    assert await page.locator("b, script[src^='<'], style").count() == 0
    assert await page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgba(0, 0, 0, 0)"


async def test_a_studio_colours_it_by_variables(live, browser):
    """What OBS sets as custom CSS variables is what is seen."""
    page = await browser.open("/overlay", "overlay")
    await page.evaluate("document.documentElement.style.setProperty('--lb-accent', 'rgb(1, 2, 3)')")
    boost(live, "민감성 피부에도 써도 되나요?", "저자극이라 괜찮아요", "하늘")
    await page.locator(".who").wait_for()
    assert await page.evaluate("getComputedStyle(document.querySelector('.who')).backgroundColor") == "rgb(1, 2, 3)"
