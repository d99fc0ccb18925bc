"""The desk in a real browser: every flow, in both languages, on phone, tablet and laptop."""

import asyncio
import re
from dataclasses import replace
from pathlib import Path

import pytest

from livebot.core.events import ProductOnAir
from livebot.errors import UserError
from livebot.web.serve import serve

SKIN, SHIP, DEAL, REFUND = "민감성 피부에도 써도 되나요?", "배송은 언제 오나요?", "1+1은 오늘만인가요?", "반품할 수 있나요?"
WORDS = {
    "ko-KR": {
        "answered": "답한 것으로 정리했어요",
        "undone": "되돌렸어요",
        "none": "지금은 놓친 질문이 없어요",
        "waits": re.compile("기다림|놓침"),
        "missed": "놓친 질문: 배송은 언제 오나요?",
        "two_missed": "놓친 질문 2개: 배송은 언제 오나요? 등",
        "service": "2개 질문 · 2명이 기다려요",
        "not_in": "이 주소로는 들어올 수 없어요",
        "may_not_fit": "확실하지 않아요",
        "far": "livebot은 권하지 않아요",
        "unsure": "본인도 확실하지 않다고 해요",
        "dropped": "안 보내짐 (채널의 속도 제한)",
        "taken_back": "거둠",
        "kept": "연결되면 한 번만 보낼게요",
        "lost": "보내지 못했어요",
        "nothing": "바뀐 것이 없어요",
        "by_other": "지은 님이 답하고 있어요",
        "by_me": "내가 답하고 있어요",
        "anyway": "그래도 보낼까요?",
        "scene": "OBS 장면: 크림 화면",
        "asked": "17명이 물었어요",
        "on_board": "진행자 보드에 있음",
        "copied": "복사했어요",
        "nowhere": "보낼 수 있는 채널이 없어요",
        "writes": "라이브봇 이름으로 답을 써요",
        "gap": "14초 빠짐",
        "why": "연결이 끊겼어요",
        "left": "지금 4번 더",
        "again": "뒤에 다시",
        "found": "4줄에서 질문 2개를 찾았어요",
        "mask": "시트 마스크 10매를 방송 중으로 바꿨어요",
        "cream": "수분 크림 50g을 방송 중으로 바꿨어요",
        "stopped": "모두 멈췄어요",
        "reconnecting": "다시 연결하고 있어요",
        "is_question": "질문",
        "is_answer": "답",
    },
    "en-GB": {
        "answered": "Settled as answered",
        "undone": "Undone",
        "none": "No missed questions right now",
        "waits": re.compile("Waiting|Missed"),
        "missed": "Missed question: 배송은 언제 오나요?",
        "two_missed": "2 missed questions: 배송은 언제 오나요?, and more",
        "service": "2 questions · 2 people",
        "not_in": "This address does not open the page",
        "may_not_fit": "may not be the right answer",
        "far": "livebot would not suggest it",
        "unsure": "Its author is not sure either",
        "dropped": "Not sent (the channel's rate limit)",
        "taken_back": "Taken back",
        "kept": "Kept: goes out once the connection is back",
        "lost": "It did not go out",
        "nothing": "Nothing changed",
        "by_other": "지은 is answering this",
        "by_me": "You are answering this",
        "anyway": "Send anyway?",
        "scene": "OBS scene: 크림 화면",
        "asked": "17 people asked",
        "on_board": "On the host's board",
        "copied": "Copied",
        "nowhere": "No channel could be written to",
        "writes": "Answers go out as 라이브봇",
        "gap": "14 s missed",
        "why": "The connection broke",
        "left": "4 more posts",
        "again": "again in",
        "found": "2 questions found in 4 lines",
        "mask": "시트 마스크 10매 is on air",
        "cream": "수분 크림 50g is on air",
        "stopped": "Everything is stopped",
        "reconnecting": "Connection lost, reconnecting",
        "is_question": "Question",
        "is_answer": "Answer",
    },
}


@pytest.fixture
def words(lang):
    """Give what the desk says in the language of this run."""
    return WORDS[lang]


def fill(live) -> dict[str, str]:
    """Play a short show; return the ids of its questions by topic."""
    live.put_on_air("serum")
    live.time = 20.0
    skin = live.say(SKIN, "봄날의곰")
    live.say("민감성인데 괜찮나요?", "달빛정원", channel="youtube:live")
    live.time = 40.0
    ship = live.say(SHIP, "구름빵")
    live.say("저는 써 봤는데 자극 없었어요", "단골하늘", months=8)
    live.time = 52.0
    deal = live.say(DEAL, "민트초코")
    live.time = 90.0
    live.speak("네")
    return {"skin": skin, "ship": ship, "deal": deal}


def row(page, text: str):
    """The queue's row of a question."""
    return page.locator(".row", has_text=text)


def toast(page, text: str):
    """A message that tells what happened."""
    return page.locator(".toast", has_text=text)


async def taken(live, action: str, question: str | None = None) -> None:
    """Wait until the show has been told of a tap."""
    async with asyncio.timeout(10):
        while not any(getattr(e, "action", "") == action and getattr(e, "question", None) == question for e in live.taken):
            await asyncio.sleep(0.02)


# every flow, in both languages and at every size


@pytest.mark.every_screen
async def test_a_question_is_opened_answered_and_brought_back(live, desk, tmp_path, violations, words, lang):
    """Open the desk, open a question, settle it, undo: with the right words, nothing cut off, and nothing that axe-core objects to."""
    ids = fill(live)
    at = await desk()
    assert words["service"] in await at.page.locator(".service").inner_text()
    assert await at.clipped() == []
    await at.open(SHIP)
    await at.page.locator(".planned-text").first.wait_for()
    await at.page.screenshot(path=tmp_path / "desk.png")
    assert await violations(at.page) == []
    assert await at.clipped() == []
    assert await at.page.get_attribute("html", "lang") == lang[:2]
    await at.page.locator(".actions button").first.click()
    await at.toast(words["answered"]).wait_for()
    await taken(live, "answered", ids["ship"])
    await at.toast(words["answered"]).locator("button").first.click()
    await at.toast(words["undone"]).wait_for()
    await taken(live, "reopen", ids["ship"])


async def test_every_side_of_the_desk_is_accessible(live, desk, tmp_path, violations, size):
    """Rundown, chat, charts, people, paste box, controls, the stop question, keys: nothing cut off, and axe-core finds nothing."""
    fill(live)
    at = await desk()
    page = at.page
    await page.locator(".row, .head-text").first.wait_for()
    await at.show("around")
    await page.locator(".rundown-button").click()
    for side in ("chat", "course", "people", "paste", "controls"):
        await at.side(side)
        await page.screenshot(path=tmp_path / f"{side}.png")
        assert await violations(page) == []
        assert await at.clipped() == []
    await page.locator(".stop").click()
    await page.locator(".ask").wait_for()
    await page.screenshot(path=tmp_path / "stop.png")
    assert await violations(page) == []
    assert await at.clipped() == []
    await page.keyboard.press("Escape")
    await page.keyboard.press("?")
    await page.locator("dialog.keys").wait_for()
    await page.screenshot(path=tmp_path / "keys.png")
    assert await violations(page) == []
    assert await at.clipped() == []


async def test_an_empty_show_is_calm(live, desk, tmp_path, violations, words):
    """With nothing open the desk says so, and has no fault."""
    at = await desk()
    await at.page.locator(".empty", has_text=words["none"]).wait_for()
    assert words["none"] in await at.page.locator(".service").inner_text()
    await at.page.screenshot(path=tmp_path / "empty.png")
    assert await violations(at.page) == []
    assert await at.clipped() == []


async def test_the_first_question_that_comes_is_open_until_another_is_chosen(live, desk):
    """Who opens the desk before anybody asked finds the first question open; a more urgent one does not take its place."""
    at = await desk()
    await at.page.locator(".empty").first.wait_for()
    live.say(SHIP)
    await at.show("question")
    await at.page.locator(".head-text", has_text=SHIP).wait_for()
    for name in ("구름", "달빛", "바다"):
        live.say(SKIN, name)
    await at.show("queue")
    await at.row(SKIN).wait_for()
    await at.show("question")
    assert SHIP in await at.page.locator(".head-text").inner_text()


async def test_a_wrong_address_says_what_to_do(site, browsing, violations, words, lang, size, scheme):
    """A page opened with a wrong token tells how to get in, and shows nothing of the show."""
    async with browsing(site) as looking:
        page = await looking.open("/desk#wrong-token-wrong-token-wrong", lang=lang, size=size, scheme=scheme)
        await page.locator(".shut h1", has_text=words["not_in"]).wait_for()
        assert await violations(page) == []


async def test_a_refused_answer_says_why_and_can_still_be_sent(live, desk, words, tmp_path):
    """An answer that the guard held back shows the reason in words; staff can carry it further after seeing what goes out."""
    live.time = 10.0
    question = live.say(REFUND, "파란하늘")
    answer = live.say("7일, 아니 9일 안이면 되는 것 같아요", "지나가던이")
    live.time = 30.0
    live.speak("네")
    at = await desk()
    await at.page.locator(".filters .tab").last.click()
    await at.open(REFUND)
    card = at.page.locator(".card.answer", has_text="지나가던이")
    await card.locator(".card-state", has_text=words["unsure"]).wait_for()
    await card.locator(".planned-text", has_text="지나가던이").wait_for()
    await at.page.screenshot(path=tmp_path / "refused.png")
    assert await at.clipped() == []
    await card.locator(".buttons button").first.click()
    await taken(live, "boost", question)
    assert [event.message for event in live.taken if getattr(event, "action", "") == "boost"] == [answer]
    live.settle("dropped", "rate_limited")
    await card.locator(".fate-dropped", has_text=words["dropped"]).wait_for()


async def test_an_entry_that_may_not_fit_is_looked_at_first(live, desk, violations, words, tmp_path):
    """The FAQ's answer goes out by one tap only where it surely fits; a guess says that it is one, and opens the composer."""
    live.matcher.sure = 0.41
    guess = live.say("선물 포장 되나요?", "소금빵")
    live.matcher.sure = 0.16
    far = live.say(DEAL, "민트초코")
    live.matcher.sure = 0.93
    sure = live.say(SHIP, "구름빵")
    at = await desk()
    page = at.page
    for text, told, shown in ((DEAL, "far", False), ("선물 포장 되나요?", "may_not_fit", True)):
        await at.show("queue")
        assert await at.row(text).locator(".row-faq").count() == shown
        await at.open(text)
        await page.locator(".entry.unsure .hint", has_text=words[told]).wait_for()
        assert await page.locator(".entry .main, .entry .planned-text").count() == 0
        await page.screenshot(path=tmp_path / f"{told}.png")
        assert await violations(page) == []
        assert await at.clipped() == []
        await at.do("f")
        await page.locator("#composer").press("Escape")
        await at.do("y")
    await at.toast(words["copied"]).wait_for()
    assert await at.toast(words["copied"]).count() == 1  # what livebot would not suggest is not copied unseen
    await at.open(SHIP)
    await page.locator(".entry .main").wait_for()
    await at.do("f")
    await taken(live, "post_faq", sure)
    assert not any(getattr(event, "action", "") == "post_faq" and event.question in (guess, far) for event in live.taken)


async def test_an_answer_is_rejected(live, desk, words):
    """A rejected answer is marked, and its asker waits again."""
    ids = fill(live)
    at = await desk()
    await at.open(SKIN)
    await at.page.locator(".card.answer", has_text="단골하늘").locator(".buttons button").last.click()
    await at.page.locator(".card.answer", has_text=words["taken_back"]).wait_for()
    await taken(live, "reject", ids["skin"])
    await at.show("queue")
    await at.row(SKIN).locator(".state", has_text=words["waits"]).wait_for()


async def test_an_edited_answer_goes_out_as_staffs(live, desk, violations, tmp_path):
    """A viewer's answer in other words is previewed and sent as staff's answer, without the viewer's name."""
    ids = fill(live)
    at = await desk()
    page = at.page
    await at.open(SKIN)
    await page.locator(".card.answer", has_text="단골하늘").wait_for()
    await at.do("g")
    await page.locator(".composer .hint").wait_for()
    await page.locator("#composer").fill("자극이 적은 편이에요")
    await page.locator(".composer .planned-text", has_text="자극이 적은 편이에요").wait_for()
    await page.screenshot(path=tmp_path / "composer.png")
    assert await violations(page) == []
    assert await at.clipped() == []
    planned = await page.locator(".composer .planned-text").first.inner_text()
    await (page.locator("#composer").press("Control+Enter") if at.size == "desktop" else page.locator(".composer button.main").click())
    await taken(live, "boost", ids["skin"])
    await page.locator("#composer").wait_for(state="detached")
    assert [send.text for send in live.posts] == [planned]
    assert "단골하늘" not in planned


async def test_an_faq_answer_is_edited_and_posted(live, desk):
    """The entry's answer in staff's words is shown as it will go out, and goes out once."""
    ids = fill(live)
    at = await desk()
    await at.open(SHIP)
    await at.do("e")
    await at.page.locator("#composer").fill("내일 도착해요")
    await at.page.locator(".composer .planned-text", has_text="내일 도착해요").first.wait_for()
    await at.page.locator(".composer button.main").click()
    await taken(live, "post_faq", ids["ship"])
    assert ["내일 도착해요" in send.text for send in live.posts] == [True]


async def test_what_could_not_be_sent_is_still_there(live, desk, browser):
    """A written answer that is refused stays in the composer, word for word."""
    browser.excuse("400")
    ids = fill(live)
    at = await desk()
    await at.open(SHIP)
    await (at.page.keyboard.press("w") if at.size == "desktop" else at.page.locator(".find-faq .find-row button").click())
    await at.page.locator("#composer").fill("모레 도착해요")
    await taken(live, "claim", ids["ship"])
    live.refuse = UserError("not now", "here", "try again")
    await at.page.locator(".composer button.main").click()
    await at.page.locator(".toast.error").wait_for()
    assert await at.page.locator("#composer").input_value() == "모레 도착해요"
    live.refuse = None
    await at.open(DEAL)
    await at.open(SHIP)
    await at.page.locator(".composer button.main").click()
    await taken(live, "post_faq", ids["ship"])


async def test_a_question_is_handed_to_the_host_and_back(live, desk, words):
    """It is on the host's board, which colleagues see at the question; undo takes it off."""
    ids = fill(live)
    at = await desk()
    await at.open(DEAL)
    await at.do("h")
    await taken(live, "to_host", ids["deal"])
    await at.page.locator(".head-facts", has_text=words["on_board"]).wait_for()
    await at.undo()
    await taken(live, "later", ids["deal"])
    await at.page.locator(".head-facts", has_text=words["on_board"]).wait_for(state="detached")


async def test_a_tap_during_a_lost_network_is_kept_and_acts_once(live, desk, browser, words):
    """The first two tries of a tap get lost on their way back; the third shows that it acted, once."""
    browser.excuse("ERR_CONNECTION_RESET")
    ids = fill(live)
    at = await desk()
    tries = []

    async def lose(route):
        tries.append(route.request.post_data_json["id"])
        if len(tries) < 3:
            await route.fetch()  # it reaches livebot, but the answer never comes back
            await route.abort("connectionreset")
        else:
            await route.continue_()

    await at.page.route("**/api/act", lose)
    await at.open(SHIP)
    await at.do("a")
    await at.toast(words["kept"]).wait_for()
    await at.toast(words["answered"]).wait_for()
    assert len(set(tries)) == 1
    assert [e.question for e in live.taken if getattr(e, "action", "") == "answered"] == [ids["ship"]]


async def test_a_tap_that_never_got_through_is_given_back(live, desk, browser, words):
    """After half a minute without network the tap is given back with a way to send it again: the same tap, which acts once."""
    browser.excuse("ERR_INTERNET_DISCONNECTED")
    ids = fill(live)
    at = await desk()
    await at.open(SHIP)
    sent = []

    async def lose(route):
        sent.append(route.request.post_data_json["id"])
        await route.abort("internetdisconnected")

    await at.page.clock.install()
    await at.page.route("**/api/act", lose)
    await at.do("a")
    await at.page.locator(".toast.waiting").wait_for()
    await at.page.clock.fast_forward(31_000)
    lost = at.toast(words["lost"])
    await lost.wait_for()
    assert not any(getattr(event, "action", "") == "answered" for event in live.taken)
    await at.page.unroute("**/api/act")
    async with at.page.expect_request("**/api/act") as request:
        await lost.locator("button").first.click()
    await taken(live, "answered", ids["ship"])
    assert {*sent, (await request.value).post_data_json["id"]} == {sent[0]}


async def test_somebody_faster_is_said(live, desk, browser, words):
    """Two staff decide the same question: the slower one is told that nothing changed."""
    browser.excuse("409", "WebSocket")
    ids = fill(live)
    at = await desk()
    await at.open(SHIP)
    await at.page.route("**/ws?**", lambda route: route.abort())

    async def first_somebody_else(route):
        live.tap("answered", ids["ship"])
        await route.continue_()

    await at.page.route("**/api/act", first_somebody_else)
    await at.do("a")
    await at.page.locator(".toast.error", has_text=words["nothing"]).wait_for()


async def test_two_people_on_one_card_see_each_other(live, desk, words):
    """When one takes a question, the other's desk shows who is answering, in the queue and at the question."""
    fill(live)
    one, two = await desk(), await desk()
    await one.side("controls")
    await one.page.locator(".me input").fill("지은")
    await one.open(SHIP)
    await one.do("c")
    await one.page.locator(".claimed", has_text=words["by_me"]).wait_for()
    await two.show("queue")
    await two.row(SHIP).locator(".row-claim", has_text="지은").wait_for()
    await two.open(SHIP)
    await two.page.locator(".claimed", has_text=words["by_other"]).wait_for()
    assert await two.clipped() == []


async def test_what_a_colleague_is_answering_is_asked_about_first(live, desk, violations, words, tmp_path):
    """Who would send on a question that somebody else has taken is asked once more; leaving sends nothing, going on sends it once."""
    ids = fill(live)
    at = await desk()
    page = at.page
    await at.open(SHIP)
    live.tap("claim", ids["ship"])
    await page.locator(".claimed-other", has_text=words["by_other"]).wait_for()
    await at.do("f")
    await page.locator(".ask", has_text=words["anyway"]).wait_for()
    await page.screenshot(path=tmp_path / "ask.png")
    assert await violations(page) == []
    assert await at.clipped() == []
    await page.locator(".ask button").first.click()
    await page.locator(".ask").wait_for(state="detached")
    assert live.posts == []
    await at.do("f")
    await page.locator(".ask button.main").click()
    await taken(live, "approve", ids["ship"])
    assert [event.action for event in live.taken if getattr(event, "by", "") not in ("", "지은")] == ["approve"]


async def test_who_begins_to_write_takes_the_question_and_lets_it_go(live, desk):
    """Opening the composer tells colleagues; leaving it lets the question go again; sending keeps it."""
    ids = fill(live)
    one, two = await desk(), await desk()
    for each in (one, two):
        await each.open(SHIP)
    await one.do("e")
    await two.page.locator(".claimed-other").wait_for()
    await one.page.locator(".composer .buttons button").last.click()
    await two.page.locator(".claimed-other").wait_for(state="detached")
    await one.page.locator(".actions button[aria-pressed=false]:not(:disabled)").wait_for()  # here too, not only at the colleague's
    await one.do("e")
    await one.page.locator(".composer button.main").click()
    await taken(live, "post_faq", ids["ship"])
    await two.page.locator(".claimed-other").wait_for()


async def test_what_put_a_product_on_air_is_said(live, desk, words):
    """A scene, a text, a source, the host or the rundown; a tap of staff needs no word."""
    live.take(ProductOnAir("p-scene", live.now(), "cream", "수분 크림 50g", why="obs_scene: 크림 화면"))
    at = await desk()
    await at.show("around")
    await at.page.locator(".on-air-why").wait_for()
    assert await at.page.locator(".on-air-why").inner_text() == words["scene"]
    live.put_on_air("serum")
    await at.page.locator(".on-air-why").wait_for(state="detached")


async def test_the_queue_is_narrowed(live, desk, violations, tmp_path):
    """By state, wait, topic, product and channel, together; what it is narrowed to is seen and taken away by a tap."""
    fill(live)
    live.put_on_air("cream")
    live.say(REFUND, "파란하늘", channel="youtube:live")
    at = await desk()
    page = at.page
    await page.locator(".row").first.wait_for()
    every = (REFUND, SKIN, SHIP, DEAL)

    async def narrowed(name: str, value: str, *wanted: str) -> None:
        await page.locator(f"#filter-{name}").select_option(value)
        await page.wait_for_function("n => document.querySelectorAll('.row').length === n", arg=len(wanted))
        assert sorted(await page.locator(".row-question").all_inner_texts()) == sorted(wanted)

    await at.do("x")
    await page.screenshot(path=tmp_path / "filters.png")
    assert await violations(page) == []
    assert await at.clipped() == []
    await narrowed("topic", "refund", REFUND)
    await narrowed("topic", "", *every)
    await narrowed("product", "cream", REFUND)
    await narrowed("product", "", *every)
    await narrowed("channel", "youtube:live", REFUND, SKIN)
    await narrowed("channel", "", *every)
    await narrowed("wait", "30", SHIP, DEAL)
    await narrowed("state", "late", SHIP)
    await page.locator(".narrowing-end button").last.click()
    assert await page.locator(".narrowed .chip").count() == 2
    assert await violations(page) == []
    assert await at.clipped() == []
    await page.locator(".narrowed .chip").first.click()
    await page.locator(".narrowed .chip").first.click()
    await page.locator(".narrowed").wait_for(state="detached")
    await at.do("x")
    await page.locator("#filter-topic").select_option("delivery")
    await page.locator("#find").fill("nothing of the kind")
    await page.locator(".queue .empty button").click()
    await page.locator(".row").nth(3).wait_for()


async def test_the_demand_says_who_when_and_where(live, desk, words, tmp_path):
    """Seventeen askers on two channels: how many, on which channel, when, and each with their own words."""
    live.time = 10.0
    for i in range(17):
        live.time += 3.0
        live.say(SHIP if i else "언제 와요 배송?", f"손님{i}", channel="youtube:live" if i % 3 == 0 else "twitch:shop")
    at = await desk()
    await at.open("배송")
    await at.page.locator("#askers-title", has_text=words["asked"]).wait_for()
    await at.page.locator(".demand-channels", has_text=re.compile(r"youtube:live 6 · twitch:shop 11")).wait_for()
    await at.page.locator(".strip-bars").wait_for()
    assert await at.page.locator(".demand .lines > li").count() == 2
    await at.page.locator(".demand > button").click()
    assert await at.page.locator(".demand .lines > li").count() == 17
    assert "언제 와요 배송?" in await at.page.locator(".demand .lines > li").last.inner_text()
    await at.page.screenshot(path=tmp_path / "demand.png")
    assert await at.clipped() == []


async def test_two_questions_are_merged_and_parted_again(live, desk, violations, tmp_path):
    """The question that is the same is found and chosen; undo makes two of them again."""
    ids = fill(live)
    at = await desk()
    page = at.page
    await at.open(SHIP)
    await at.do("m")
    await page.locator("dialog.picker input").fill("1+1")
    choice = page.locator(".choice", has_text=DEAL)
    await choice.wait_for()
    await page.screenshot(path=tmp_path / "merge.png")
    assert await violations(page) == []
    assert await at.clipped() == []
    if at.size == "desktop":
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
    else:
        await choice.click()
    await taken(live, "merge", ids["ship"])
    await page.locator("#askers-title", has_text="2").wait_for()
    assert await at.row(SHIP).count() == 0
    await page.locator(".toast button").first.click()
    await at.show("queue")
    await at.row(SHIP).wait_for()
    assert sorted(len(question["askers"]) for question in live.show.snapshot().questions) == [1, 1, 2]


async def test_askers_of_something_else_are_split_off_and_brought_back(live, desk, violations, tmp_path):
    """Chosen lines become a question of their own, which is then open; undo joins them again."""
    ids = fill(live)
    other = live.say("민감한 피부 말고 건성에도 되나요?", "나무늘보")
    at = await desk()
    page = at.page
    await at.open(SKIN)
    await at.do("s")
    await page.locator(".pick", has_text="나무늘보").locator("input").check()
    await page.screenshot(path=tmp_path / "split.png")
    assert await violations(page) == []
    assert await at.clipped() == []
    await page.locator(".demand button.main").click()
    await taken(live, "split", ids["skin"])
    await page.locator(".head-text", has_text="건성에도").wait_for()
    assert await at.row(SKIN).count() == 1
    await at.undo()
    await taken(live, "merge", other)
    await at.row("건성에도").wait_for(state="detached")


async def test_a_wrong_link_is_corrected(live, desk, violations, tmp_path):
    """An answer is linked to another question, then to none, and each is undone; what was answered by it waits again meanwhile."""
    ids = fill(live)
    at = await desk()
    page = at.page
    await at.open(SKIN)
    card = page.locator(".card.answer", has_text="단골하늘")
    await card.wait_for()
    await (page.keyboard.press("l") if at.size == "desktop" else card.locator(".relink").click())
    await page.locator(".choice[aria-pressed=true]", has_text="민감성").click()
    await page.locator(".choice", has_text=DEAL).click()
    await page.screenshot(path=tmp_path / "relink.png")
    assert await violations(page) == []
    assert await at.clipped() == []
    await page.locator("dialog.picker button.main").click()
    await taken(live, "relink")
    await card.wait_for(state="detached")
    await at.undo()
    await card.wait_for()
    relinked = [sorted(event.values["answers"]) for event in live.taken if getattr(event, "action", "") == "relink"]
    assert relinked == [[ids["deal"]], [ids["skin"], "m3"]]


async def test_the_chat_shows_which_lines_ask_and_answer(live, desk, words):
    """Questions and answers are marked by shape and word; a tap on a marked question opens it."""
    fill(live)
    at = await desk()
    await at.side("chat")
    page = at.page
    asks = page.locator(".chat-line", has_text=DEAL)
    await asks.locator(".tag", has_text=words["is_question"]).wait_for()
    await page.locator(".chat-line", has_text="단골하늘").locator(".tag", has_text=words["is_answer"]).wait_for()
    await asks.locator("button.tag").click()
    await page.locator(".head-text", has_text=DEAL).wait_for()


async def test_a_chat_line_that_was_overlooked_is_made_an_answer(live, desk):
    """Any line of the chat can be linked to a question, from the chat."""
    ids = fill(live)
    live.say("그거 작년에 샀는데 순해요", "단골바다")
    at = await desk()
    await at.side("chat")
    line = at.page.locator(".chat-line", has_text="단골바다")
    if at.size == "desktop":
        await line.hover()
    await line.locator(".link-line").click()
    await at.page.locator(".choice", has_text=SHIP).click()
    await at.page.locator("dialog.picker button.main").click()
    await taken(live, "relink")
    await at.open(SHIP)
    await at.page.locator(".card.answer", has_text="단골바다").wait_for()
    assert live.taken[-1].values["answers"] == [ids["ship"]]


async def test_a_note_is_seen_by_colleagues(live, desk, violations):
    """A note is written, seen on another desk, and undone."""
    ids = fill(live)
    one, two = await desk(), await desk()
    await one.open(SHIP)
    await two.open(SHIP)
    await one.do("n")
    await one.page.locator(".note-form input:focus").fill("창고에 물어봄")
    assert await violations(one.page) == []
    assert await one.clipped() == []
    await one.page.keyboard.press("Enter")
    await two.page.locator(".note", has_text="창고에 물어봄").wait_for()
    await one.page.locator(".note-form").wait_for(state="detached")
    await one.undo()
    await two.page.locator(".note").wait_for(state="detached")
    assert [event.values["text"] for event in live.taken if getattr(event, "question", "") == ids["ship"]] == ["창고에 물어봄", ""]


async def test_an_answer_is_copied_where_nothing_can_be_sent(live, desk, words):
    """Where livebot may not write the desk says so and copies; a post that could go nowhere offers the same."""
    live.say(REFUND, "파란하늘", channel="youtube:live")
    at = await desk(permissions=["clipboard-read", "clipboard-write"])
    page = at.page
    await at.open(REFUND)
    await page.locator(".planned-head button").click()
    await at.toast(words["copied"]).wait_for()
    assert "받은 날부터 7일 안에" in await page.evaluate("navigator.clipboard.readText()")
    await page.evaluate("navigator.clipboard.writeText('')")
    await at.do("y")
    await page.wait_for_function("async () => (await navigator.clipboard.readText()).startsWith('받은 날부터')")
    await at.do("f")
    await at.toast(words["nowhere"]).locator("button").first.click()
    await page.wait_for_function("async () => (await navigator.clipboard.readText()).includes('7일')")


async def test_channels_and_budget_in_plain_words(live, desk, words, tmp_path):
    """Each channel says how it is, why, and whether answers can be posted; the budget says how many are left and when there are more."""
    live.channels_now[1] = replace(
        live.channels_now[1], state="reconnecting", missed=14.0, why={"ko": "연결이 끊겼어요", "en": "the connection broke"}
    )
    live.feed.ring()
    at = await desk()
    await at.show("around")
    channels = at.page.locator(".channels")
    await channels.locator("li", has_text=words["writes"]).wait_for()
    lost = channels.locator("li", has_text="youtube:live")
    assert words["gap"] in await lost.inner_text()
    assert words["why"] in await lost.inner_text()
    await channels.locator(".budget", has_text=words["left"]).wait_for()
    for i, text in enumerate([SHIP, "선물 포장 되나요?", DEAL, "용량이 몇 ml인가요?"]):
        live.tap("post_faq", live.say(text, f"손님{i}"), text="네")
    await channels.locator(".budget", has_text=words["again"]).wait_for()
    await at.page.screenshot(path=tmp_path / "channels.png")
    assert await at.clipped() == []


async def test_the_course_of_the_show_is_drawn(live, desk, violations):
    """Two small charts with their numbers beneath; both say in words what they show."""
    fill(live)
    at = await desk()
    await at.side("course")
    page = at.page
    await page.locator(".chart canvas").nth(1).wait_for()
    assert "4" in await page.locator(".chart").first.get_attribute("aria-label")
    await page.locator(".course summary").click()
    assert await page.locator(".numbers tbody tr").count() == 4
    assert await violations(page) == []
    assert await at.clipped() == []


async def test_pasted_chat_enters_the_show(live, desk, violations, words, tmp_path):
    """Pasted lines come out as questions with their FAQ answers, those that ask the same as one, and open in the queue."""
    at = await desk()
    await at.side("paste")
    page = at.page
    await page.locator("#paste").fill("달빛: 배송은 언제 오나요?\n별: 예뻐요\n해: 색은 뭐 있나요?\n구름: 배송은 언제 오나요?")
    await page.locator(".paste > button").click()
    await page.locator(".paste h3", has_text=words["found"]).wait_for()
    assert "평일 오후 1시 전 주문은" in await page.locator(".paste .card").first.inner_text()
    await page.screenshot(path=tmp_path / "pasted.png")
    assert await violations(page) == []
    assert await at.clipped() == []
    assert await page.locator("#paste").input_value() == ""
    await page.locator(".paste .card button").first.click()
    await page.locator(".head-text", has_text=SHIP).wait_for()


async def test_modes_and_the_product_are_switched(live, desk, words):
    """A mode and the product on air change for the show, and on another desk at once."""
    fill(live)
    one, two = await desk(), await desk()
    page = one.page
    await one.side("controls")
    await page.locator("input[name=mode-boost][value=auto]").check()
    await one.do("p")
    await page.locator("#rundown button", has_text="시트 마스크 10매").click()
    await one.toast(words["mask"]).wait_for()
    await one.undo()
    await page.locator("#rundown [aria-pressed=true]", has_text="시카 세럼 30ml").wait_for()
    await one.do("p")
    await page.locator(".next", has_text="수분 크림 50g").click()
    await one.toast(words["cream"]).wait_for()
    await two.side("controls")
    await two.page.locator("input[name=mode-boost][value=auto]:checked").wait_for(state="attached")
    await two.page.locator(".on-air-name", has_text="수분 크림 50g").wait_for()
    assert live.settings.ladder.mode.boost == "auto"


async def test_stop_all_takes_two_taps_and_is_undone_by_one(live, desk, violations, words):
    """The first tap only asks; after the second nothing goes out until somebody resumes."""
    fill(live)
    at = await desk()
    page = at.page
    await page.locator(".stop").click()
    await page.locator(".ask button").first.click()
    assert not any(getattr(event, "action", "") == "stop" for event in live.taken)
    await at.do("0")
    await page.locator(".ask .danger").click()
    await page.locator(".notice", has_text=words["stopped"]).wait_for()
    assert await violations(page) == []
    assert await at.clipped() == []
    await page.locator(".notice button").click()
    await page.locator(".notice", has_text=words["stopped"]).wait_for(state="detached")


async def test_a_lost_link_is_said_and_heals(live, served, browsing, words, lang, size, scheme):
    """When livebot goes away the desk says since when it shows the past; when it is back the desk is up to date by itself."""
    async with served(live) as site, browsing(site) as looking:
        page = await looking.open("/desk", "staff", lang=lang, size=size, scheme=scheme)
        await page.locator(".bar").wait_for()
        ready = asyncio.Event()
        await site.stop()
        await page.locator(".notice.late", has_text=words["reconnecting"]).wait_for()
        live.say(SHIP)
        async with asyncio.TaskGroup() as tasks:
            again = tasks.create_task(serve(site.again(live), site.settings, ready.set))
            await row(page, SHIP).wait_for()
            await page.locator(".notice").wait_for(state="detached")
            again.cancel()


async def test_focus_comes_back_from_a_window(live, desk):
    """A window takes the focus and gives it back to where it was, however it is left."""
    fill(live)
    at = await desk()
    page = at.page
    await at.open(SKIN)
    opener = page.locator(".card.answer .person")
    await opener.focus()
    await page.keyboard.press("Enter")
    await page.locator("dialog").wait_for()
    await page.locator("dialog:focus-within").wait_for()
    await page.keyboard.press("Escape")
    await page.locator("dialog").wait_for(state="detached")
    await page.locator(".card.answer .person:focus").wait_for()


async def test_a_missed_question_is_announced_once(live, desk, words):
    """A screen reader hears of a question when it becomes missed."""
    at = await desk()
    await at.page.locator(".bar").wait_for()
    live.say(SHIP)
    await at.page.locator(".row").wait_for()
    assert await at.page.locator("#missed").inner_text() == ""
    live.time = 50.0
    live.speak("네")
    await at.page.locator("#missed", has_text=words["missed"]).wait_for(state="attached")


async def test_several_missed_at_once_are_announced_together(live, desk, words):
    """Of questions that become missed in the same moment a screen reader hears the first, and how many there are."""
    at = await desk()
    live.say(SHIP)
    live.say(DEAL)
    await at.page.locator(".row").nth(1).wait_for()
    live.time = 50.0
    live.speak("네")
    await at.page.locator("#missed", has_text=words["two_missed"]).wait_for(state="attached")


async def test_single_keys_can_be_turned_off(live, desk, violations, words):
    """Who turns single keys off decides nothing by one, also after opening the page again; Escape and keys in pairs still work."""
    ids = fill(live)
    at = await desk()
    page = at.page
    await at.open(SHIP)
    await page.keyboard.press("?")
    box = page.locator("dialog.keys input")
    await box.uncheck()
    assert await violations(page) == []
    assert await at.clipped() == []
    await page.keyboard.press("Escape")
    await page.locator("dialog.keys").wait_for(state="detached")
    for _ in range(2):
        await page.keyboard.press("a")
        assert not await page.locator("button > kbd:not(.chord)").filter(visible=True).count()
        await page.reload()
        await at.open(SHIP)
    await page.locator(".find-faq .find-row button").click()
    await page.locator("#composer").fill("모레 도착해요")
    await page.locator("#composer").press("Control+Enter")
    await taken(live, "post_faq", ids["ship"])
    assert not any(getattr(event, "action", "") == "answered" for event in live.taken)


async def test_nothing_moves_for_who_wants_no_motion(live, desk):
    """With reduced motion asked for, no animation or transition runs."""
    fill(live)
    at = await desk(reduced_motion="reduce")
    await at.open(SHIP)
    await at.do("a")
    await at.page.locator(".toast").wait_for()
    assert await at.page.evaluate("document.getAnimations().length") == 0


# what is the same on every screen


async def test_the_token_leaves_the_address_and_is_nowhere_on_the_page(live, browser):
    """After signing in neither the address, the history, the storage nor a script-readable cookie holds the token."""
    page = await browser.open("/desk", "staff")
    await page.locator(".bar").wait_for()
    token = browser.site.tokens["staff"]
    assert page.url == f"{browser.site.base}/desk"
    kept = await page.evaluate(
        "document.cookie + JSON.stringify({...localStorage}) + JSON.stringify({...sessionStorage}) + document.body.innerHTML"
    )
    assert token not in kept
    assert "livebot_staff" not in kept
    await page.reload()
    await page.locator(".bar").wait_for()


async def test_everything_works_by_keys(live, browser):
    """j k enter a u h c e f b d and ? do what the list of keys says, on a Korean keyboard as well."""
    ids = fill(live)
    page = await browser.open("/desk", "staff")
    await page.locator(".row[aria-selected=true]").wait_for()
    await page.keyboard.press("k")
    await page.keyboard.press("k")
    await page.keyboard.press("j")
    order = await page.locator(".row").all_inner_texts()
    assert await page.locator(".row[aria-selected=true]").inner_text() == order[1]
    await row(page, "배송은 언제 오나요?").click()
    await page.keyboard.press("Enter")
    await page.locator("#question:focus").wait_for()
    await page.keyboard.press("c")
    await taken(live, "claim", ids["ship"])
    await page.keyboard.press("h")
    await taken(live, "to_host", ids["ship"])
    await page.keyboard.press("e")
    await page.locator("#composer").fill("내일 도착해요")
    await page.locator(".planned-text", has_text="내일 도착해요").first.wait_for()
    await page.keyboard.press("Control+Enter")
    await taken(live, "post_faq", ids["ship"])
    assert "내일 도착해요" in live.posts[-1].text
    await row(page, "민감성 피부에도 써도 되나요?").click()
    # a Korean keyboard that is on gives ㅠ for the b key
    await page.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'ㅠ', code: 'KeyB', bubbles: true}))")
    await taken(live, "approve", ids["skin"])
    assert "단골하늘" in live.posts[-1].text
    await row(page, "1+1은 오늘만인가요?").click()
    await page.keyboard.press("d")
    await taken(live, "dismiss", ids["deal"])
    await page.keyboard.press("u")
    await taken(live, "reopen", ids["deal"])
    await page.keyboard.press("/")
    await page.locator("#find:focus").wait_for()
    await page.keyboard.type("배송")
    await page.keyboard.press("Escape")
    await page.keyboard.press("?")
    await page.locator("dialog.keys").wait_for()


async def test_keys_typed_into_a_field_are_text(live, browser):
    """What is typed into the paste box or the search does nothing else."""
    fill(live)
    page = await browser.open("/desk", "staff")
    await page.locator("#tab-paste").click()
    before = len(live.taken)
    await page.locator("#paste").press_sequentially("abcdefhjkru?/")
    assert len(live.taken) == before
    assert await page.locator("#paste").input_value() == "abcdefhjkru?/"


async def test_the_words_that_match_stand_out(live, browser):
    """An answer's words that were asked or stand in the FAQ are marked, behind letters of two code units and in leftward text too."""
    question = live.say("민감성 피부에도 써도 되나요?", "봄날의곰")
    for text in ("🌸🌸 민감성 저자극 테스트래요", "\u05d0\u05d1\u05d2 민감성 \u05d3\u05d4"):
        line = live.say(text, "단골하늘")
        live.tap("relink", message=line, answers=[question])
    page = await browser.open("/desk", "staff")
    await page.locator(".filters .tab").last.click()
    await row(page, "민감성 피부에도 써도 되나요?").click()
    await page.locator(".card.answer", has_text="🌸").locator("mark.same-asked", has_text="민감성").wait_for()
    await page.locator(".card.answer", has_text="🌸").locator("mark.same-faq", has_text="저자극").wait_for()
    leftward = page.locator(".card.answer", has_text="\u05d0\u05d1\u05d2")
    await leftward.locator("mark", has_text="민감성").wait_for()
    assert await leftward.locator(".card-text bdi").evaluate("bdi => getComputedStyle(bdi).direction") == "rtl"


async def test_a_key_that_is_held_down_decides_once(live, browser):
    """A key that repeats acts once; moving goes on."""
    ids = fill(live)
    page = await browser.open("/desk", "staff")
    await row(page, "배송은 언제 오나요?").click()
    for _ in range(5):
        await page.keyboard.down("c")
    await taken(live, "claim", ids["ship"])
    await page.locator(".claimed").wait_for()
    assert sum(getattr(event, "action", "") == "claim" for event in live.taken) == 1


async def test_two_thousand_questions_stay_quick(live, browser):
    """With two thousand questions only the rows in sight are drawn, the last one is reachable, and a tap is seen at once."""
    for i in range(2000):
        live.say(f"{i}번 상품은 뭐가 다른가요?", f"손님{i}")
    page = await browser.open("/desk", "staff")
    await page.locator(".row").first.wait_for()
    assert await page.locator(".tab .count").first.inner_text() == "2,000"
    assert await page.locator(".row").count() < 40
    await page.evaluate("document.getElementById('rows').scrollTop = 1e9")
    await row(page, "1999번 상품은 뭐가 다른가요?").click()
    await page.locator(".head-text", has_text="1999번 상품").wait_for()
    assert await page.locator(".row").count() < 40


async def test_the_list_keeps_still_under_a_hand(live, browser):
    """While somebody points at the queue its order stays; what is new is announced and sorted in when the hand leaves."""
    fill(live)
    page = await browser.open("/desk", "staff")
    await row(page, "배송은 언제 오나요?").hover()
    before = [text.split("\n")[0] for text in await page.locator(".row-question").all_inner_texts()]
    for name in "가나다라마바사아자":
        live.say("선물 포장 되나요?", name)
    await page.locator(".fresh", has_text="새 질문 1개").wait_for()
    now = await page.locator(".row-question").all_inner_texts()
    assert now == [*before, "선물 포장 되나요?"]
    await page.mouse.move(960, 20)
    await page.locator(".fresh").wait_for(state="detached")
    assert (await page.locator(".row-question").all_inner_texts())[0] == "선물 포장 되나요?"


async def test_the_language_is_switched_and_kept(live, browser):
    """The switch changes every word and the page's language, and is remembered in this browser."""
    page = await browser.open("/desk", "staff", lang="ko-KR")
    await page.get_by_role("button", name="English").click()
    await page.locator(".service", has_text="No missed questions right now").wait_for()
    assert await page.get_attribute("html", "lang") == "en"
    await page.reload()
    await page.locator(".service", has_text="No missed questions right now").wait_for()


async def test_every_word_is_there_in_both_languages(browser):
    """No key of the words lacks a language, has other values in one of them, or is used without being there."""
    page = await browser.open("/")
    source = Path(__file__).resolve().parents[2] / "livebot/web/static"
    text = (source / "shared/words.mjs").read_text("utf-8")
    used = {key for module in source.rglob("*.mjs") for key in re.findall(r"""\bt\("([a-z_]+)\"""", module.read_text("utf-8"))}
    forms = await page.evaluate("import('/static/shared/words.mjs').then(m => m.all())")
    assert sorted(used - set(forms)) == []
    for key, (korean, english) in forms.items():
        assert korean and english, key
        names = [set(re.findall(r"\{(\w+)", form)) for form in (korean, english)]
        assert names[0] == names[1], key
    assert text.count("\n") > 100


@pytest.mark.parametrize(
    ("template", "values", "text"),
    [
        ("{name@을를}", {"name": "크림"}, "크림을"),
        ("{name@을를}", {"name": "세럼 30ml"}, "세럼 30ml를"),
        ("{name@을를}", {"name": "마스크"}, "마스크를"),
        ("{name@을를}", {"name": "수분 크림 50g"}, "수분 크림 50g을"),
        ("{name@은는}", {"name": "가격"}, "가격은"),
        ("{name@이가}", {"name": "쿠키3"}, "쿠키3이"),
        ("{name@이가}", {"name": "(세트)"}, "(세트)가"),
        ("{n} {n?question|questions}", {"n": 1}, "1 question"),
        ("{n} {n?question|questions}", {"n": 0}, "0 questions"),
        ("{n}", {"n": 12345}, "12,345"),
        ("{n}{none}", {"n": "<b>"}, "<b>"),
    ],
)
async def test_values_are_put_into_words(browser, template, values, text):
    """Particles, plurals and numbers fit what stands before them."""
    page = await browser.open("/")
    assert await page.evaluate("([f, v]) => import('/static/shared/words.mjs').then(m => m.fill(f, v))", [template, values]) == text


async def test_the_first_page_leads_on(live, browser, violations):
    """The start page names the pages, and an unknown address leads back to it."""
    page = await browser.open("/", lang="en-GB")
    await page.locator("a", has_text="Desk").wait_for()
    assert await violations(page) == []
    page = await browser.open("/nowhere", lang="ko-KR")
    await page.locator("h1", has_text="여기에는 아무것도 없어요").wait_for()
    browser.complaints = [text for text in browser.complaints if "404" not in text]


async def test_the_desk_can_be_read_at_twice_the_size(live, browser):
    """At 200 % zoom (half the viewport) nothing is cut off sideways."""
    fill(live)
    page = await browser.open("/desk", "staff")
    await page.set_viewport_size({"width": 960, "height": 540})
    await page.locator(".row").first.wait_for()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth && document.body.scrollWidth <= innerWidth")
