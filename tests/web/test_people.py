"""What the desk knows of people, and what staff can do for them: over the API, and in a real browser in both languages."""

import asyncio

import pytest

from livebot.core.settings import ShowSettings

WORDS = {
    "ko-KR": {
        "regular": "단골",
        "quiet": "이름을 알리고",
        "not_named": "이름 부르지 않기",
        "sure": "네, 부르지 않기",
        "solved": "해결했어요",
        "thank": "모두에게",
        "thanked": "감사 인사를 보냈어요",
        "undone": "되돌렸어요",
        "boosted": ["거두기", "틀린 답이에요"],
    },
    "en-GB": {
        "regular": "Regular",
        "quiet": "Does not want",
        "not_named": "Do not name",
        "sure": "Yes, do not name",
        "solved": "Taken care of",
        "thank": "Thank them all",
        "thanked": "Thanks sent",
        "undone": "Undone",
        "boosted": ["Take back", "Wrong"],
    },
}
SERIAL = iter(range(10_000, 100_000))


@pytest.fixture
def words(lang):
    """Give what the desk says in the language of this run."""
    return WORDS[lang]


async def tap(client, action: str, **more):
    """Tap; return the status and the answer."""
    answer = await client.post("/api/act", json={"id": f"people-{next(SERIAL)}", "action": action, **more})
    return answer.status, await answer.json()


def stuck(live, name: str = "할머니", text: str = "주문이 안 돼요 도와주세요") -> str:
    """Let somebody fail to order; return their line."""
    return live.say(text, name)


def helped(live, name: str = "하늘바다") -> tuple[str, str]:
    """Let somebody help whom staff confirm; return the question and the answer."""
    question = live.say("민감성 피부에도 써도 되나요?", "봄날의곰")
    answer = live.say("저는 써 봤는데 자극 없었어요", name)
    live.tap("boost", question, answer)
    return question, answer


def waiting_answer(live, name: str = "단골하늘") -> tuple[str, str]:
    """Let an answer wait for approval; return the question and the answer."""
    question = live.say("민감성 피부에도 써도 되나요?", "봄날의곰")
    answer = live.say("저는 써 봤는데 자극 없었어요", name, months=8)
    live.time = 20.0
    live.speak("네")
    return question, answer


async def taken(live, action: str):
    """Wait until the show has been told of a tap; return it."""
    async with asyncio.timeout(10):
        while not (found := [event for event in live.taken if getattr(event, "action", "") == action]):
            await asyncio.sleep(0.02)
    return found[-1]


# the API


async def test_a_viewer_is_known_by_all_their_accounts(live, site):
    """Name, lines, standing and the sum of trust in both languages; a linked account is named and its lines count."""
    live.say("안녕하세요", "하늘", months=8)
    live.say("저예요", "하늘tv", channel="youtube:live")
    async with site.browser("staff") as client:
        assert (await tap(client, "link", values={"viewer": "twitch:하늘", "to": "youtube:하늘tv"}))[0] == 200
        seen = await (await client.get("/api/viewers", params={"author": "twitch:하늘"})).json()
    assert (seen["name"], seen["lines"], seen["months"], seen["regular"], seen["quiet"]) == ("하늘", 2, 8, True, False)
    assert seen["accounts"] == [{"author": "youtube:하늘tv", "name": "하늘tv"}]
    assert seen["trust"]["ko"].startswith("신뢰") and seen["trust"]["en"].startswith("trust")


async def test_only_staff_see_people(live, site):
    """The board and strangers are refused, for looking as for acting."""
    live.say("안녕하세요", "하늘")
    for scope in ("board", None):
        async with site.browser(scope) as client:
            for path in ("/api/viewers?author=twitch:하늘", "/api/helpers"):
                assert (await client.get(path)).status in (401, 403)
            for action in ("quiet", "forget", "thank_all"):
                assert (await tap(client, action, values={"viewer": "twitch:하늘"}))[0] in (401, 403)


@pytest.mark.parametrize(
    ("action", "more", "status"),
    [
        ("quiet", {}, 400),
        ("quiet", {"values": {"viewer": "twitch:nobody"}}, 404),
        ("link", {"values": {"viewer": "twitch:하늘"}}, 400),
        ("link", {"values": {"viewer": "twitch:하늘", "to": "twitch:nobody"}}, 404),
        ("link", {"values": {"viewer": "twitch:하늘", "to": "twitch:하늘"}}, 400),
        ("as_before", {}, 400),
        ("as_before", {"values": {"viewer": "twitch:nobody"}}, 404),
        ("as_before", {"values": {"viewer": "twitch:하늘"}}, 409),
        ("forget", {"values": {"viewer": "하늘"}}, 400),
        ("followed_up", {}, 400),
        ("followed_up", {"message": "nothing"}, 404),
        ("thank_all", {}, 409),
        ("take_back", {"question": "m1"}, 400),
    ],
)
async def test_what_names_nobody_is_refused(live, site, action, more, status):
    """Each refusal has a code and says what to do; the show is not touched."""
    live.say("배송은 언제 오나요?", "하늘")
    async with site.page() as page:
        await page.until(lambda doc: doc["questions"])
    before = len(live.taken)
    async with site.browser("staff") as client:
        got, answer = await tap(client, action, **more)
    assert (got, bool(answer["error"]["next_step"])) == (status, True)
    assert [event.action for event in live.taken[before:]] == (["thank_all"] if action == "thank_all" else [])


async def test_a_person_is_forgotten_once(live, site):
    """Who is forgotten is in no answer of the API any more; the tap sent again does nothing more."""
    live.say("배송은 언제 오나요?", "하늘")
    async with site.browser("staff") as client:
        body = {"id": "forget-0001", "action": "forget", "values": {"viewer": "twitch:하늘"}}
        assert [(await (await client.post("/api/act", json=body)).json())["repeated"] for _ in range(2)] == [False, True]
        assert (await client.get("/api/viewers", params={"author": "twitch:하늘"})).status == 404


async def test_helpers_and_their_thanks_are_seen_before_they_are_sent(live, site):
    """The preview is what goes out, with the names as the show wants them; who is quiet is listed and not named."""
    helped(live)
    async with site.browser("staff") as client:
        seen = await (await client.get("/api/helpers")).json()
        assert [helper["name"] for helper in seen["helpers"]] == ["하늘바다"]
        assert [post["can_send"] for post in seen["posts"]] == [True, False]
        status, answer = await tap(client, "thank_all")
        assert status == 200
        assert [post["text"] for post in answer["happened"][0]["posts"]] == [seen["posts"][0]["text"]]
        await tap(client, "quiet", values={"viewer": "twitch:하늘바다"})
        seen = await (await client.get("/api/helpers")).json()
        assert ([helper["quiet"] for helper in seen["helpers"]], seen["posts"]) == ([True], [])


async def test_nobody_is_thanked_while_everything_is_stopped(live, site):
    """Stop-all holds for thanks too."""
    helped(live)
    live.tap("stop")
    async with site.page() as page, site.browser("staff") as client:
        await page.until(lambda doc: doc["show"]["stopped"])
        status, answer = await tap(client, "thank_all")
    assert (status, answer["error"]["code"]) == (409, "stopped")


async def test_who_wants_a_person_is_on_the_desk_until_they_are_forgotten(live, site):
    """The section has what they wrote and who took care of it, and loses them when they are forgotten."""
    line = stuck(live)
    async with site.page() as page:
        doc = await page.until(lambda doc: doc["handoffs"])
        assert (doc["handoffs"][line]["name"], doc["handoffs"][line]["done"], doc["handoffs"][line]["told"]) == ("할머니", "", "")
        live.tap("followed_up", None, line, text="전화로 주문함")
        await page.until(lambda doc: doc["handoffs"][line]["done"] == "지은 · 전화로 주문함")
        live.tap("forget", viewer="twitch:할머니")
        await page.until(lambda doc: not doc["handoffs"])


# the desk, on every screen


@pytest.mark.every_screen
async def test_a_viewers_card_opens_from_a_name(live, desk, tmp_path, violations, words):
    """From the answer or by key: what is known of them; asked first, then quiet, and undone; nothing that axe-core objects to."""
    waiting_answer(live)
    at = await desk()
    page = at.page
    await at.open("민감성 피부에도 써도 되나요?")
    await page.locator(".card.answer .person").click()
    card = page.locator("dialog.viewer")
    await card.locator(".lines-text", has_text="자극 없었어요").wait_for()
    await card.locator(".chip", has_text=words["regular"]).wait_for()
    await page.screenshot(path=tmp_path / "viewer.png")
    assert await violations(page) == []
    assert await at.clipped() == []
    await page.keyboard.press("Escape")
    await card.wait_for(state="detached")
    await page.keyboard.press("v")
    await card.get_by_role("button", name=words["not_named"]).click()
    await page.screenshot(path=tmp_path / "quiet.png")
    assert await violations(page) == []
    assert await at.clipped() == []
    assert not [event for event in live.taken if getattr(event, "action", "") == "quiet"]
    await card.get_by_role("button", name=words["sure"]).click()
    assert (await taken(live, "quiet")).values == {"viewer": "twitch:단골하늘"}
    await card.wait_for(state="detached")
    await page.locator(".card.answer .warn", has_text=words["quiet"]).wait_for()
    await at.undo()
    assert (await taken(live, "as_before")).values == {"viewer": "twitch:단골하늘"}
    await page.locator(".card.answer .warn").wait_for(state="detached")


async def test_two_accounts_are_linked(live, desk, violations, words, tmp_path):
    """The account of the same name on the other platform is offered first; by keys alone on a laptop, by taps elsewhere; undone."""
    live.say("배송은 언제 오나요?", "구름빵")
    live.say("예뻐요", "민트")
    live.say("여기도 있어요", "구름빵", author="yt1", channel="youtube:live")
    at = await desk()
    page = at.page
    await at.open("배송은 언제 오나요?")
    keys = at.size == "desktop"
    await (page.keyboard.press("v") if keys else page.locator(".demand .person").first.click())
    card = page.locator("dialog.viewer")
    link = card.locator(".viewer-actions button").nth(1)
    await (link.press("Enter") if keys else link.click())
    await card.locator(".choice", has_text="구름빵").wait_for()
    await page.screenshot(path=tmp_path / "link.png")
    assert await violations(page) == []
    assert await at.clipped() == []
    if keys:
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
    else:
        await card.locator(".choice").first.click()
    await card.locator(".choice[aria-pressed=true]").wait_for()
    go = card.locator("button.main")
    await (go.press("Enter") if keys else go.click())
    assert (await taken(live, "link")).values == {"viewer": "twitch:구름빵", "to": "youtube:yt1"}
    await card.wait_for(state="detached")
    assert live.standing("구름빵").regular.linked == ["youtube:yt1"]
    await at.undo()
    await taken(live, "as_before")
    await at.toast(words["undone"]).wait_for()
    assert live.standing("구름빵").regular.linked == []


async def test_a_person_is_forgotten_only_after_a_second_tap(live, desk, violations, tmp_path):
    """The first tap says what will be lost, and can be left; after the second nothing of them is on the desk."""
    live.say("배송은 언제 오나요?", "구름빵")
    live.say("예뻐요", "지우개구름")
    at = await desk()
    page = at.page
    await at.side("chat")
    await page.locator(".chat-line .person", has_text="지우개구름").click()
    card = page.locator("dialog.viewer")
    await card.locator(".viewer-actions .danger").click()
    await page.locator(".viewer-sure button:first-child:focus").wait_for()
    await page.screenshot(path=tmp_path / "forget.png")
    assert await violations(page) == []
    assert await at.clipped() == []
    await page.keyboard.press("Enter")
    await card.locator(".viewer-actions .danger").click()
    assert not [event for event in live.taken if getattr(event, "action", "") == "forget"]
    await card.locator(".viewer-sure .danger").click()
    await card.wait_for(state="detached")
    assert (await taken(live, "forget")).values == {"viewer": "twitch:지우개구름"}
    await page.locator(".chat-line .person", has_text="지우개구름").wait_for(state="detached")


async def test_who_wants_a_person_is_seen_and_taken_care_of(live, desk, tmp_path, violations, words):
    """The tab counts them; how it ended is written beside it, and colleagues see it."""
    stuck(live)
    helped(live)
    live.say("배송은 언제 오나요?", "구름빵")
    at = await desk()
    page = at.page
    await at.side("people")
    assert (await page.locator("#tab-people .count").inner_text()).startswith("1")
    await page.locator(".helpers .person", has_text="하늘바다").wait_for()
    await page.locator(".handoff button", has_text=words["solved"]).click()
    await page.locator(".handoff input:focus").wait_for()
    await page.screenshot(path=tmp_path / "people.png")
    assert await violations(page) == []
    assert await at.clipped() == []
    await page.keyboard.type("전화로 주문 도와드림")
    await page.keyboard.press("Enter")
    await page.locator(".handoff-done", has_text="전화로 주문 도와드림").wait_for()
    await page.locator("#tab-people .count").wait_for(state="detached")
    assert await violations(page) == []


async def test_all_helpers_are_thanked_after_a_look_at_the_words(live, desk, violations, words, tmp_path):
    """The words and the channels are shown first; one more tap sends them."""
    helped(live)
    live.say("배송은 언제 오나요?", "구름빵")
    at = await desk()
    page = at.page
    await at.side("people")
    await page.locator(".people button", has_text=words["thank"]).click()
    await page.locator(".people .planned-text", has_text="하늘바다").first.wait_for()
    await page.screenshot(path=tmp_path / "thank.png")
    assert await violations(page) == []
    assert await at.clipped() == []
    assert not [event for event in live.taken if getattr(event, "action", "") == "thank_all"]
    await page.locator(".people button.main").click()
    await at.toast(words["thanked"]).wait_for()
    await taken(live, "thank_all")


async def test_a_boost_is_undone_without_blame(live, desk, words):
    """Undo takes the answer back and nothing else; 'wrong' is another button, beside 'take back'."""
    question, answer = waiting_answer(live)
    at = await desk()
    await at.open("민감성 피부에도 써도 되나요?")
    await at.do("b")
    await at.page.locator(".answer-boosted").wait_for()
    buttons = [text.strip() for text in await at.page.locator(".answer-boosted .buttons button").all_inner_texts()]
    assert buttons == words["boosted"]
    await at.undo()
    undone = await taken(live, "take_back")
    assert (undone.question, undone.message) == (question, answer)
    await at.page.locator(".answer-held").wait_for()
    assert not [event for event in live.taken if getattr(event, "action", "") == "reject"]
    assert live.standing("단골하늘").rejected == 0
    assert live.settings.people == ShowSettings().people
