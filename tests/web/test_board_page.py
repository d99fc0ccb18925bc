"""The board in a real browser: one tap decides, nothing moves under a hand, and every state says what to do."""

import asyncio

import pytest

from livebot.core.events import Author, ChatMessage, ShowEnded
from livebot.core.matcher import FaqEntry
from livebot.web.serve import serve

SKIN, SHIP, SCENT = "민감성 피부에도 써도 되나요?", "배송은 언제 오나요?", "이건 어떤 향이 나나요?"
WORDS = {
    "ko-KR": {
        "empty": "지금은 놓친 질문이 없어요",
        "unknown": "아직 몰라요",
        "answered": "답한 것으로 정리했어요",
        "voice": "방금 말씀하신 답변으로 정리했어요",
        "chat": "방금 채팅으로 하신 답변으로 정리했어요",
        "elsewhere": "다른 화면에서 답했다고 눌렀어요",
        "read": "읽어 주세요",
        "none": "준비된 답이 없어요",
        "later": "보드에서 내렸어요",
        "to_staff": "담당자에게 넘겼어요",
        "service": "3개 질문 · 6명이 기다려요 · 최장 1분 30초",
        "waits": "1분 반 넘게 기다려요",
        "late": "늦었어요 · 2분 넘게 기다려요",
        "more": "외 4개 더",
        "claimed": "지은 님이 답하고 있어요",
        "missed": "놓친 질문: 선물 포장 되나요?",
        "kept": "연결되면 한 번만 보낼게요",
        "given_back": "보내지 못했어요. 다시 눌러 주세요",
        "refused": "하지 못했어요",
        "nothing": "바뀐 것이 없어요",
        "lost": "다시 연결하고 있어요",
        "live": "연결됨",
        "ended": "방송이 끝났어요",
        "shut": "이 주소로는 들어올 수 없어요",
        "prompter": "프롬프터",
        "leave": "프롬프터 끝내기",
    },
    "en-GB": {
        "empty": "No missed questions right now",
        "unknown": "Not known",
        "answered": "Settled as answered",
        "voice": "Settled by what you just said",
        "chat": "Settled by what you just wrote",
        "elsewhere": "Marked as answered on another screen",
        "read": "Read this out",
        "none": "No answer is ready",
        "later": "Off the board",
        "to_staff": "Handed to staff",
        "service": "3 questions · 6 people · longest 1 min 30 s",
        "waits": "Waiting over 1½ min",
        "late": "Late · Waiting over 2 min",
        "more": "4 more",
        "claimed": "지은 is answering this",
        "missed": "Missed question: 선물 포장 되나요?",
        "kept": "goes out once the connection is back",
        "given_back": "It did not go out. Please tap again",
        "refused": "That did not work",
        "nothing": "Nothing changed",
        "lost": "reconnecting",
        "live": "Connected",
        "ended": "The show is over",
        "shut": "This address does not open the page",
        "prompter": "Prompter",
        "leave": "Leave the prompter",
    },
}
MOVED = """() => {
  window.moved = [];
  const seen = new Map();
  document.getAnimations().forEach((each) => each.finish());
  const look = () => {
    for (const each of document.querySelectorAll('.next .card, .decide button, .other')) {
      const key = each.className + (each.dataset.id ?? each.textContent.slice(0, 8));
      const { x, y } = each.getBoundingClientRect();
      const before = seen.get(key);
      if (before && Math.hypot(before.x - x, before.y - y) > 8) window.moved.push(key);
      seen.set(key, { x, y });
    }
    requestAnimationFrame(look);
  };
  look();
}"""
# What stands over another thing, or is cut off: nothing may, on any screen.
CROWDED = """() => {
  const box = (each) => each.getBoundingClientRect(), found = [];
  const parts = [...document.querySelectorAll('.telling, .tools, .card, .decide, .others')].filter((each) => each.checkVisibility());
  for (const [i, one] of parts.entries()) for (const other of parts.slice(i + 1)) {
    const [a, b] = [box(one), box(other)];
    if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1)
      found.push(`${one.className} over ${other.className}`);
  }
  for (const each of document.querySelectorAll('.decide button, .telling p, .facts, .line, .tools button, .answer, .asked')) {
    const narrow = each.scrollWidth > each.clientWidth + 1 || box(each).width < 24;
    if (narrow && each.checkVisibility()) found.push(`${each.className || each.tagName} is cut off`);
  }
  return found;
}"""


def fill(live) -> dict[str, str]:
    """Play a short show with three missed questions; return their ids."""
    live.put_on_air("serum")
    skin = live.say(SKIN, "봄날의곰")
    live.say("민감성인데 괜찮나요?", "달빛정원", channel="youtube:live")
    live.say("민감한데 써도 될까요? 민감", "여름밤")
    live.time = 20.0
    ship = live.say(SHIP, "구름빵")
    live.say("배송 언제 와요?", "소금빵")
    live.time = 40.0
    odd = live.say(SCENT, "나무늘보")
    live.time = 92.0
    live.speak("네")
    return {"skin": skin, "ship": ship, "odd": odd}


@pytest.fixture
def board(browser):
    """Give a way to open the board whose time can be hurried: waiting costs nothing."""
    return lambda address="/board", **more: browser.open(address, "board", clock=True, **more)


def asked(page, text: str):
    """The next card, which asks `text` and waits."""
    return page.locator(".next:not(.left) .asked", has_text=text)


def left(page, text: str):
    """The words about a next card that left by itself."""
    return page.locator(".next.left .settled", has_text=text)


def told(page, text: str):
    """The one line that tells what matters most now."""
    return page.locator(".telling", has_text=text)


async def ready(page, text: str = "") -> None:
    """Wait until the next card takes taps: one that has just come does not."""
    await asked(page, text).wait_for()
    await page.locator("[class*=going-]").first.wait_for(state="detached")
    await page.clock.run_for(500)


async def decide(page, place: int) -> None:
    """Tap one of the three buttons of the next card."""
    await ready(page)
    await page.locator(".decide button").nth(place).click()


async def taken(live, action: str, question: str) -> None:
    """Wait until the show has been told of a tap."""
    async with asyncio.timeout(30):
        while (action, question) not in [(getattr(e, "action", ""), getattr(e, "question", None)) for e in live.taken]:
            await asyncio.sleep(0.02)


class Hand:
    """A finger where the screen is touched, else a mouse."""

    def __init__(self, page, touch) -> None:
        self._page = page
        self._touch = touch

    async def _finger(self, kind: str, *points: tuple[float, float]) -> None:
        await self._touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    async def down(self, x: float, y: float) -> None:
        """Put it down."""
        if self._touch:
            await self._finger("touchStart", (x, y))
        else:
            await self._page.mouse.move(x, y)
            await self._page.mouse.down()

    async def move(self, x: float, y: float) -> None:
        """Move it while it is down."""
        await (self._finger("touchMove", (x, y)) if self._touch else self._page.mouse.move(x, y))

    async def up(self) -> None:
        """Lift it."""
        await (self._finger("touchEnd") if self._touch else self._page.mouse.up())


async def hand_on(page, size: str) -> Hand:
    """Return the hand that works a screen of this size."""
    return Hand(page, None if size == "desktop" else await page.context.new_cdp_session(page))


@pytest.mark.every_screen
async def test_the_board_on_every_screen(live, board, violations, tmp_path, lang, size):
    """The most urgent question with its answer, the others, the service line; nothing is cut off, and axe-core finds nothing."""
    fill(live)
    page = await board(lang=lang, size=size)
    await page.locator(".other").nth(1).wait_for()
    assert await page.locator(".next .asked").inner_text() == SKIN
    assert await page.locator(".answer-title").inner_text() == WORDS[lang]["read"]
    assert await page.locator(".answer-text").inner_text() == "저자극 테스트를 완료했어요. 처음엔 소량만 써 보세요."
    assert await page.locator(".service").inner_text() == WORDS[lang]["service"]
    assert await page.get_attribute("html", "lang") == lang[:2]
    boxes = [await page.locator(".decide button").nth(i).bounding_box() for i in range(3)]
    assert min(box["height"] for box in boxes) >= 72
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await page.evaluate(CROWDED) == []
    for scheme in ("dark", "light"):
        await page.emulate_media(color_scheme=scheme)
        assert await violations(page) == []
        await page.screenshot(path=tmp_path / f"board-{size}-{lang}-{scheme}.png")


async def test_the_next_question_can_be_read_from_two_metres(live, board, lang, size):
    """On a tablet and a screen its letters are at least 46 px high, and it and its answer are whole above the buttons."""
    fill(live)
    page = await board(lang=lang, size=size)
    await ready(page)
    sizes = await page.evaluate("['.asked', '.answer-text'].map(s => parseFloat(getComputedStyle(document.querySelector(s)).fontSize))")
    assert sizes[0] >= (30 if size == "phone" else 46)
    assert sizes[1] >= (20 if size == "phone" else 32)
    answer, buttons = await page.locator(".answer").bounding_box(), await page.locator(".decide").bounding_box()
    assert answer["y"] + answer["height"] <= buttons["y"]
    assert buttons["y"] + buttons["height"] <= await page.evaluate("innerHeight")


async def test_a_long_question_with_a_long_answer_is_whole(live, board, tmp_path, lang, size):
    """Where both need much room their letters get smaller, where there is room larger; nothing is cut off above the buttons."""
    long = "이 세럼을 바르고 바로 위에 자외선 차단제나 다른 크림을 같이 발라도 정말 괜찮을까요? 밀리지는 않나요?"
    live.matcher.entries["skin"] = FaqEntry(
        "skin", "민감성", "저자극 테스트를 완료했어요. 처음엔 소량만 귀 뒤에 발라 보세요. " * 5, topic="skin"
    )
    live.say("민감성 피부인데 " + long)
    live.time = 50.0
    live.speak("네")
    for address in ("/board", "/board?prompter=1"):
        page = await board(address, lang=lang, size=size)
        await ready(page)
        assert await page.evaluate("(card => card.scrollHeight <= card.clientHeight + 4)(document.querySelector('.card'))")
        assert await page.evaluate(CROWDED) == []
        assert size == "phone" or await page.evaluate("document.documentElement.scrollHeight <= innerHeight")
        assert await page.evaluate("parseFloat(getComputedStyle(document.querySelector('.answer-text')).fontSize)") >= 20
        assert (await page.locator(".answer-text").inner_text()).endswith(
            ("완료했어요. …", "발라 보세요. …")
        )  # whole sentences: nobody breaks off in one
        await page.screenshot(path=tmp_path / f"long-{size}-{address[-1]}.png")


async def test_each_of_the_three_taps_and_its_undo(live, board, lang, size):
    """Answered is the host's voice; later and to staff take the card off; each is undone by one tap and the card is the next again."""
    ids = fill(live)
    page = await board(lang=lang, size=size)
    taps = [("answered", "reopen", "answered"), ("later", "to_host", "later"), ("later", "to_host", "to_staff")]
    for place, (action, undo, words) in enumerate(taps):
        await decide(page, place)
        await told(page, WORDS[lang][words]).wait_for()
        await taken(live, action, ids["skin"])
        await asked(page, SHIP).wait_for()
        assert await page.evaluate(CROWDED) == []
        live.time += 1
        live.taken.clear()
        await page.locator(".undo button").click()
        await taken(live, undo, ids["skin"])
        await asked(page, SKIN).wait_for()


@pytest.mark.parametrize("place", range(3))
async def test_an_undone_card_is_back_also_where_many_wait(live, board, place):
    """With dozens of missed questions the card of the last tap is the next one again after undo, not one of those that took its place."""
    live.matcher.apart = True
    for i in range(40):
        live.say(f"{i}번은 뭐가 다른가요?", f"손님{i}")
    live.time = 60.0
    live.speak("네")
    page = await board()
    await ready(page)
    first = await page.locator(".next .asked").inner_text()
    await decide(page, place)
    await page.locator(".undo button").wait_for()
    await page.locator(".next .asked", has_not_text=first).wait_for()
    live.time += 1
    live.say("새로 온 질문은 뭐가 다른가요?", "새손님")
    await page.locator(".undo button").click()
    await asked(page, first).wait_for()
    await page.clock.run_for(8_000)
    assert await page.locator(".next:not(.left) .asked").inner_text() == first


async def test_an_answer_tapped_on_the_board_counts_as_the_hosts_voice(live, board):
    """The tap says that the host answered aloud, prompted by the card: a joint recovery."""
    ids = fill(live)
    page = await board()
    await decide(page, 0)
    await taken(live, "answered", ids["skin"])
    (record,) = [record for record in live.show.records() if record.id == ids["skin"]]
    assert (record.resolution, record.recovery) == ("host_voice", "joint")


async def test_everything_works_by_keys(live, board, lang, size):
    """1, 2, 3 decide the next card, u undoes, p is the prompter and m its mirror; also on a Korean keyboard."""
    ids = fill(live)
    page = await board(lang=lang, size=size)
    for key, action, question in (("1", "answered", "skin"), ("2", "later", "ship"), ("3", "later", "odd")):
        await ready(page)
        await page.keyboard.press(key)
        await taken(live, action, ids[question])
    await page.locator(".empty", has_text=WORDS[lang]["empty"]).wait_for()
    live.time += 1
    await page.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'ㅕ', code: 'KeyU', bubbles: true}))")
    await taken(live, "to_host", ids["odd"])
    await page.keyboard.press("p")
    await page.locator(".board.prompter.mirrored").wait_for()
    await page.keyboard.press("m")
    await page.locator(".board.prompter:not(.mirrored)").wait_for()


async def test_the_keys_can_be_turned_off(live, board, lang, size):
    """A key that is hit by chance decides nothing once keys are off; the button that does it turns them on again."""
    ids = fill(live)
    page = await board(lang=lang, size=size)
    await ready(page)
    keys = page.locator(".keys-button")
    assert await keys.is_visible() == (size == "desktop")  # a tablet shows it once it has a keyboard, or a pedal
    await page.keyboard.press("F9")
    await keys.click()
    await page.keyboard.press("1")
    await page.keyboard.press("p")
    await page.locator(".keys-button[aria-pressed=false]").wait_for()
    assert await page.locator(".decide kbd").first.is_hidden()
    assert await page.evaluate(CROWDED) == []
    await keys.click()
    await page.keyboard.press("2")
    await taken(live, "later", ids["skin"])
    assert not any(getattr(event, "action", "") == "answered" for event in live.taken)


async def test_a_second_tap_is_not_taken_for_the_card_that_came(live, board, lang, size):
    """Two taps at once on the same button decide one card: the one that has just come was not meant."""
    ids = fill(live)
    page = await board(lang=lang, size=size)
    await ready(page)
    button = page.locator(".decide button").first
    await button.dblclick()
    await page.keyboard.press("1")
    await taken(live, "answered", ids["skin"])
    await ready(page)
    assert [event.question for event in live.taken if getattr(event, "action", "") == "answered"] == [ids["skin"]]
    assert await page.evaluate("document.activeElement.closest('.decide') !== null")


def answer_aloud(live) -> None:
    """Let the host answer the question about skin by voice."""
    live.speak("저자극이라 괜찮아요")


def answer_in_chat(live) -> None:
    """Let the host answer the question about skin in the chat."""
    live.take(ChatMessage(f"h{live.time}", live.time, "twitch:shop", Author("host", "진행자", ("host",)), "저자극이라 괜찮아요"))


@pytest.mark.parametrize(("answer", "words"), [(answer_aloud, "voice"), (answer_in_chat, "chat")], ids=["voice", "chat"])
async def test_what_the_host_says_takes_the_card_off(live, board, violations, tmp_path, lang, size, answer, words):
    """The card stays in its place with what settled it and one tap to bring it back; then the next one comes, and a key still does."""
    ids = fill(live)
    page = await board(lang=lang, size=size)
    await ready(page)
    before = await page.locator(".decide").bounding_box()
    answer(live)
    await left(page, WORDS[lang][words]).wait_for()
    assert await page.locator(".decide").bounding_box() == before
    assert await page.evaluate(CROWDED) == []
    await left(page, WORDS[lang][words]).locator("button").click()
    await taken(live, "reopen", ids["skin"])
    await asked(page, SKIN).wait_for()
    live.time += 1
    live.taken.clear()
    answer(live)
    await left(page, WORDS[lang][words]).wait_for()
    await page.screenshot(path=tmp_path / f"{words}-{lang}-{size}.png")
    assert await violations(page) == []
    await page.clock.run_for(7_000)
    await asked(page, SHIP).wait_for()
    await page.keyboard.press("u")
    await taken(live, "reopen", ids["skin"])
    await asked(page, SKIN).wait_for()


async def test_nothing_moves_under_a_finger_or_a_pointer(live, board, lang, size):
    """While a finger is down or a mouse is near, cards neither come, go nor change places; afterwards they are up to date."""
    fill(live)
    page = await board(lang=lang, size=size)
    await ready(page)
    await page.evaluate(MOVED)
    hand, button = await hand_on(page, size), await page.locator(".decide button").nth(1).bounding_box()
    await hand.down(button["x"] + 30, button["y"] + 30)
    before = await page.locator(".other-text").all_inner_texts()
    for name in "가나다라마바":
        live.say("선물 포장 되나요?", name)
    live.tap("to_host", live.show.records()[-1].id)
    live.speak("오늘 출고돼서 모레 도착해요")
    await page.locator(".other", has_text="선물 포장 되나요?").wait_for()
    await page.clock.run_for(3_000)
    assert (await page.locator(".other-text").all_inner_texts())[-2:] == [before[1], "선물 포장 되나요?"]
    assert await page.evaluate("window.moved") == []
    await hand.move(5, 300)
    await hand.up()
    await page.clock.run_for(3_000)
    await page.locator(".other").first.locator("text=선물 포장 되나요?").wait_for()
    assert await page.locator(".next .asked").inner_text() == SKIN
    assert not [event for event in live.taken if getattr(event, "action", "") == "later"]


async def test_a_swipe_to_the_right_is_answered(live, board, lang, size):
    """A short drag springs back, a long one answers that card; the buttons under the finger do nothing."""
    ids = fill(live)
    page = await board(lang=lang, size=size)
    await ready(page)
    hand = await hand_on(page, size)

    async def drag(selector: str, share: float) -> None:
        box = await page.locator(selector).first.bounding_box()
        x, y = box["x"] + 20, box["y"] + min(60, box["height"] / 2)
        await hand.down(x, y)
        for step in range(1, 9):
            await hand.move(x + box["width"] * share * step / 8, y + step / 2)
        await hand.up()
        await page.clock.run_for(200)

    await drag(".card", 0.15)
    await drag(".other", 0.2)
    assert not [event for event in live.taken if hasattr(event, "action")]
    await drag(".other", 0.85)
    await taken(live, "answered", ids["ship"])
    await ready(page, SKIN)
    await drag(".card", 0.6)
    await taken(live, "answered", ids["skin"])


async def test_another_card_is_answered_first(live, board, lang, size):
    """A tap on a small card makes it the next one, in sight, in exchange with the one before; its tick answers it where it stands."""
    ids = fill(live)
    page = await board(lang=lang, size=size)
    await ready(page)
    await page.set_viewport_size({"width": page.viewport_size["width"], "height": min(600, page.viewport_size["height"])})
    await page.locator(".choose", has_text=SCENT).click()
    await asked(page, SCENT).wait_for()
    await page.wait_for_function("() => scrollY === 0")
    assert await page.locator(".answer.none", has_text=WORDS[lang]["none"]).count() == 1
    await ready(page)
    await page.locator(".other", has_text=SHIP).locator(".tick").click()
    await taken(live, "answered", ids["ship"])
    assert await page.locator(".next .asked").inner_text() == SCENT


async def test_five_cards_at_most_and_the_rest_a_number(live, board, tmp_path, lang, size):
    """With nine missed questions five are seen and the others counted."""
    live.matcher.apart = True
    for i in range(9):
        live.say(f"{i}번 상품은 뭐가 다른가요?", f"손님{i}")
    live.time = 50.0
    live.speak("네")
    page = await board(lang=lang, size=size)
    await page.locator(".other").nth(3).wait_for()
    assert await page.locator(".other").count() == 4
    assert await page.locator(".more").inner_text() == WORDS[lang]["more"]
    assert await page.evaluate(CROWDED) == []
    await page.screenshot(path=tmp_path / f"many-{lang}-{size}.png", full_page=True)


async def test_waiting_is_a_bar_and_words(live, board, lang, size):
    """The bar fills in steps towards late; late has a word of its own that stays within the card, and no clock runs."""
    fill(live)
    page = await board(lang=lang, size=size)
    await ready(page)
    assert await page.locator(".next .waits-words").inner_text() == WORDS[lang]["waits"]
    assert await page.locator(".next .waits.is-open .waits-bar > span").get_attribute("style") == "transform: scaleX(0.75);"
    live.time = 125.0
    await page.clock.run_for(6_000)  # long enough for the page to ask how late it is
    await page.locator(".next .waits.is-late", has_text=WORDS[lang]["late"]).wait_for()
    assert await page.evaluate(CROWDED) == []
    card, waits = await page.locator(".next .card").bounding_box(), await page.locator(".next .waits-words").bounding_box()
    assert waits["x"] + waits["width"] <= card["x"] + card["width"] - 8


async def test_a_tap_during_a_lost_network_is_kept_and_acts_once(live, board, browser, lang, size):
    """The first try gets lost on its way back; the second one shows that it acted, once, and the card does not come back meanwhile."""
    ids = fill(live)
    page = await board(lang=lang, size=size)
    browser.excuse("ERR_CONNECTION_RESET")
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
    await told(page, WORDS[lang]["kept"]).wait_for()
    await ready(page, SHIP)
    assert await page.evaluate(CROWDED) == []
    await page.clock.run_for(1_000)
    await told(page, WORDS[lang]["answered"]).wait_for()
    assert (len(set(tries)), len(tries)) == (1, 2)
    assert [e.question for e in live.taken if getattr(e, "action", "") == "answered"] == [ids["skin"]]


async def test_a_tap_that_cannot_go_out_gives_the_card_back(live, board, browser, lang, size):
    """Where livebot refuses a tap, or cannot be reached for half a minute, the card is the next one again and the host is told."""
    fill(live)
    page = await board(lang=lang, size=size)
    browser.excuse("400", "ERR_CONNECTION_REFUSED")
    body = '{"error": {"code": "unable", "what": "no", "next_step": "again"}}'
    await page.route("**/api/act", lambda route: route.fulfill(status=400, content_type="application/json", body=body))
    await decide(page, 0)
    await told(page, WORDS[lang]["refused"]).wait_for()
    await ready(page, SKIN)
    await page.unroute("**/api/act")
    await page.route("**/api/act", lambda route: route.abort("connectionrefused"))
    await decide(page, 1)
    await page.locator(".telling button").click()
    await told(page, WORDS[lang]["kept"]).wait_for()
    await page.clock.run_for(31_000)
    await told(page, WORDS[lang]["given_back"]).wait_for()
    await asked(page, SKIN).wait_for()
    assert await page.evaluate(CROWDED) == []
    assert not [event for event in live.taken if hasattr(event, "action")]


async def test_somebody_faster_is_said(live, board, browser, lang, size):
    """Two people decide the same card: the slower one is told that nothing changed, and the card is gone for both."""
    ids = fill(live)
    page, other = await board(lang=lang, size=size), await board(lang=lang, size=size)
    browser.excuse("409")
    await ready(other)

    async def first_somebody_else(route):
        live.tap("answered", ids["skin"], voice=True)
        await route.continue_()

    await page.route("**/api/act", first_somebody_else)
    await decide(page, 0)
    await told(page, WORDS[lang]["nothing"]).wait_for()
    await asked(page, SHIP).wait_for()
    await left(other, WORDS[lang]["elsewhere"]).wait_for()


async def test_who_is_answering_is_seen(live, board, lang, size):
    """A question that staff have taken says who is on it."""
    ids = fill(live)
    page = await board(lang=lang, size=size)
    await ready(page)
    live.tap("claim", ids["skin"])
    await page.locator(".next .tag", has_text=WORDS[lang]["claimed"]).wait_for()
    assert await page.evaluate(CROWDED) == []


async def test_a_lost_link_is_said_and_heals(live, served, browsing, violations, tmp_path, lang, size):
    """When livebot goes away the board says that it shows the past; when it is back the board is up to date by itself."""
    async with served(live) as site, browsing(site) as looking:
        page = await looking.open("/board", "board", lang=lang, size=size, clock=True)
        await page.locator(".empty").wait_for()
        ready_again = asyncio.Event()
        await site.stop()
        await told(page, WORDS[lang]["lost"]).wait_for()
        await page.locator(".empty h2", has_text=WORDS[lang]["unknown"]).wait_for()
        assert await violations(page) == []
        assert await page.evaluate(CROWDED) == []
        await page.screenshot(path=tmp_path / f"lost-{lang}-{size}.png")
        live.tap("to_host", live.say(SHIP))
        async with asyncio.TaskGroup() as tasks:
            again = tasks.create_task(serve(site.again(live), site.settings, ready_again.set))
            await ready_again.wait()
            await page.clock.run_for(4_000)
            await asked(page, SHIP).wait_for()
            await told(page, WORDS[lang]["live"]).wait_for()
            again.cancel()


async def test_an_empty_a_finished_and_a_closed_board(live, site, browsing, violations, tmp_path, lang, size):
    """With nothing missed the board says so and what will happen; after the show as well; a wrong token says how to get in."""
    async with browsing(site) as looking:
        page = await looking.open("/board", "board", lang=lang, size=size)
        await page.locator(".empty h2", has_text=WORDS[lang]["empty"]).wait_for()
        assert await violations(page) == []
        live.take(ShowEnded("end", 1.0))
        await page.locator(".lamp:not(.lit)").wait_for()
        await told(page, WORDS[lang]["ended"]).wait_for()
        assert await violations(page) == []
        assert await page.evaluate(CROWDED) == []
        await page.screenshot(path=tmp_path / f"ended-{lang}-{size}.png")
        page = await looking.open("/board#wrong-token-wrong-token-wrong", lang=lang, size=size)
        await page.locator(".shut h1", has_text=WORDS[lang]["shut"]).wait_for()
        assert await violations(page) == []


async def test_a_newly_missed_question_is_announced_once(live, board, lang, size):
    """A screen reader hears of a question when it comes onto the board, not of those that were there."""
    fill(live)
    page = await board(lang=lang, size=size)
    await ready(page)
    assert await page.locator("#missed").inner_text() == ""
    live.tap("to_host", live.say("선물 포장 되나요?", "별"))
    await page.locator("#missed", has_text=WORDS[lang]["missed"]).wait_for(state="attached")


async def test_the_prompter_shows_what_is_read_and_nothing_else(live, board, site, violations, tmp_path, lang, size):
    """Opened by its address or a button: mirrored, larger, without buttons; a reload keeps it; axe-core finds nothing."""
    fill(live)
    page = await board("/board?prompter=1", lang=lang, size=size)
    await ready(page)
    assert await page.evaluate("getComputedStyle(document.querySelector('.cards')).transform") == "matrix(-1, 0, 0, 1, 0, 0)"
    assert not await page.locator(".decide").is_visible()
    assert await page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert await page.evaluate(CROWDED) == []
    assert await violations(page) == []
    await page.screenshot(path=tmp_path / f"prompter-{size}.png")
    large = await page.evaluate("parseFloat(getComputedStyle(document.querySelector('.asked')).fontSize)")
    await page.reload()
    await page.locator(".board.prompter").wait_for()
    await page.get_by_role("button", name=WORDS[lang]["leave"]).click()
    await page.locator(".board:not(.prompter)").wait_for()
    assert page.url == f"{site.base}/board"
    assert await page.evaluate("parseFloat(getComputedStyle(document.querySelector('.asked')).fontSize)") < large
    await page.get_by_role("button", name=WORDS[lang]["prompter"]).click()
    await page.locator(".board.prompter").wait_for()


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


async def test_nothing_moves_for_who_wants_no_motion(live, board):
    """With reduced motion asked for, no animation or transition runs, also when a card is decided."""
    fill(live)
    page = await board(reduced_motion="reduce")
    await decide(page, 0)
    await told(page, WORDS["ko-KR"]["answered"]).wait_for()
    assert await page.evaluate("document.getAnimations().length") == 0


async def test_it_works_on_a_tablet_that_knows_livebot_by_another_name(make_live, served, browsing):
    """Opened by a name in the studio's network, without TLS, a tap goes out: nothing of the page needs a secure context."""
    live = make_live()
    ids = fill(live)
    async with served(live, name="studio.localhost") as site, browsing(site) as looking:
        site.base = site.base.replace("127.0.0.1", "studio.localhost")
        page = await looking.open("/board", "board", size="tablet", clock=True)
        await page.evaluate("delete Crypto.prototype.randomUUID")
        await decide(page, 0)
        await taken(live, "answered", ids["skin"])
