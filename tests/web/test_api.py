"""The API: taps that act once, previews, FAQ, settings, product on air, pasted lines, sessions."""

import asyncio
import itertools
import json
from dataclasses import replace

import pytest
import pytest_asyncio

from livebot.core.events import ConfigChanged
from livebot.core.show import ShowState
from livebot.core.snapshot import from_plain, to_plain
from livebot.errors import UserError, WorkError
from livebot.web.api import read_lines

TAPS = itertools.count(1)


def tap(action: str, question: str | None = None, message: str | None = None, **values: object) -> dict:
    """Return the body of one tap, with an id of its own."""
    return {"id": f"tap-{next(TAPS):05d}", "action": action, "question": question, "message": message, "values": values, "by": "지은"}


async def post(client, address: str, body: dict, status: int = 200) -> dict:
    """Send a body and return the answer, which must have that status."""
    answer = await client.post(address, json=body)
    data = await answer.json()
    assert answer.status == status, data
    return data


async def seen(live, site) -> None:
    """Wait until the web app knows every line of the show."""
    async with site.page() as page:
        await page.until(lambda doc: doc["lines"].keys() == live.feed.lines.keys())


@pytest_asyncio.fixture(loop_scope="session")
async def desk(site):
    """Give a signed-in desk."""
    async with site.browser("staff") as client:
        yield client


async def ask(live, site, text: str = "민감성 피부에도 써도 되나요?", name: str = "봄날의곰") -> str:
    """Let somebody ask, and wait until the web app knows it."""
    line = live.say(text, name)
    await seen(live, site)
    return line


# sessions


async def test_a_token_is_exchanged_for_a_cookie_that_no_script_reads(site):
    """The answer sets an HttpOnly, SameSite=Strict cookie of that role and repeats no token."""
    async with site.browser() as client:
        answer = await client.post("/api/session", json={"token": site.tokens["staff"], "role": "staff"})
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith(f"livebot_staff_{site.settings.port}=")
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert site.tokens["staff"] not in cookie + await answer.text()


@pytest.mark.parametrize("role", ["staff", "overlay"])
async def test_a_session_is_known_again(site, role):
    """A page that comes back learns that it is signed in for its role, and for no other."""
    other = {"staff": "overlay", "overlay": "staff"}[role]
    async with site.browser(role) as client:
        assert (await client.get(f"/api/session?role={role}")).status == 200
        assert (await client.get(f"/api/session?role={other}")).status == 401


async def test_a_wrong_token_is_refused_late(site):
    """A guess is answered 401 after a delay that grows."""
    async with site.browser() as client:
        for _ in range(3):
            await post(client, "/api/session", {"token": "guess-guess-guess-guess", "role": "staff"}, 401)
    assert site.held_back == [0.25, 0.5, 1.0]


async def test_a_token_of_another_page_is_refused(site):
    """The overlay's token does not open the desk."""
    async with site.browser() as client:
        answer = await post(client, "/api/session", {"token": site.tokens["overlay"], "role": "staff"}, 403)
        assert answer["error"]["code"] == "role"
        assert (await client.get("/api/session?role=staff")).status == 401


@pytest.mark.parametrize("scope", ["overlay", "board", None])
@pytest.mark.parametrize(
    ("address", "body"),
    [
        ("/api/product", {"id": "tap-00000", "product": "serum"}),
        ("/api/settings", {"id": "tap-00000", "changes": {"ladder.mode.boost": "auto"}}),
        ("/api/paste", {"id": "tap-00000", "text": "배송은 언제 오나요?"}),
        ("/api/preview", {"action": "boost", "question": "m1", "message": "m2"}),
        ("/api/act", {"id": "tap-00000", "action": "stop"}),
    ],
)
async def test_only_staff_may(live, site, scope, address, body):
    """What the desk does is refused for every other page and for nobody at all, without any effect."""
    async with site.browser(scope) as client:
        answer = await client.post(address, json=body)
        assert answer.status == (403 if scope == "board" and address == "/api/act" else 401)
    assert live.taken == []


async def test_the_board_may_answer_and_put_off(live, site):
    """The host's own taps are allowed on the board, and come in as the board's."""
    question = await ask(live, site)
    async with site.browser("board") as board:
        await post(board, "/api/act", tap("answered", question) | {"by": ""})
    assert live.taken[-1].by == "board"


# taps


async def test_a_tap_says_what_came_of_it(live, site, desk):
    """Answering a question is answered with the resolve decision."""
    question = await ask(live, site)
    answer = await post(desk, "/api/act", tap("answered", question))
    assert [(each["kind"], each["question"]) for each in answer["happened"]] == [("resolve", question)]
    assert answer["repeated"] is False
    assert live.taken[-1].by == "지은"


async def test_a_tap_that_is_sent_twice_acts_once(live, site, desk):
    """The same id again gives the first answer, marked as repeated, and no second effect."""
    question = await ask(live, site)
    body = tap("post_faq", question, faq="skin")
    first = await post(desk, "/api/act", body)
    again = await post(desk, "/api/act", body)
    assert again == first | {"repeated": True}
    assert [event.id for event in live.taken].count(f"staff-{body['id']}") == 1
    assert len(live.posts) == 1


async def test_a_tap_sent_twice_at_the_same_time_acts_once(live, site, desk):
    """Two copies that are on the way together share one effect and one answer."""
    question = await ask(live, site)
    body = tap("post_faq", question, faq="skin")
    one, two = await asyncio.gather(post(desk, "/api/act", body), post(desk, "/api/act", body))
    assert one["happened"] == two["happened"]
    assert len(live.posts) == 1


async def test_an_id_is_for_one_tap(live, site, desk):
    """The same id with another action is refused."""
    question = await ask(live, site)
    body = tap("answered", question)
    await post(desk, "/api/act", body)
    answer = await post(desk, "/api/act", body | {"action": "dismiss"}, 409)
    assert answer["error"]["code"] == "id"


async def test_a_tap_on_a_question_that_is_gone_says_so(site, desk):
    """An unknown question is 404 with a next step, not silence."""
    answer = await post(desk, "/api/act", tap("answered", "m404"), 404)
    assert answer["error"]["code"] == "gone"


async def test_a_tap_that_came_too_late_says_so(live, site, desk):
    """Answering what a colleague has just answered is 409: nothing changed."""
    question = await ask(live, site)
    await post(desk, "/api/act", tap("answered", question))
    answer = await post(desk, "/api/act", tap("answered", question), 409)
    assert answer["error"]["code"] == "nothing"


async def test_a_quiet_change_is_not_taken_for_nothing(live, site, desk):
    """A note and a claim make no decision and yet have an effect."""
    question = await ask(live, site)
    assert (await post(desk, "/api/act", tap("claim", question)))["happened"] == []
    assert (await post(desk, "/api/act", tap("note", question, text="창고에 물어봄")))["happened"] == []


async def test_a_tap_that_could_not_be_taken_can_be_tried_again(live, site, desk):
    """While the show cannot take anything the answer is 503, and the same id works afterwards."""
    question = await ask(live, site)
    body = tap("answered", question)
    live.refuse = WorkError("the queue is full", "", "Wait a moment.")
    assert (await post(desk, "/api/act", body, 503))["error"]["what"] == "the queue is full"
    live.refuse = None
    assert (await post(desk, "/api/act", body))["repeated"] is False


async def test_stop_and_resume_need_no_question(live, site, desk):
    """Stop-all works on an empty show, and shows on every desk."""
    await post(desk, "/api/act", tap("stop"))
    async with site.page() as page:
        await page.until(lambda doc: doc["show"]["stopped"])
    await post(desk, "/api/act", tap("resume"))
    assert live.show.snapshot().base["stopped"] is False


@pytest.mark.parametrize("action", ["approve", "boost", "post_faq"])
async def test_nothing_is_sent_while_everything_is_stopped(live, site, desk, action):
    """After stop-all even staff's own taps send nothing, and are told to resume first."""
    question = await ask(live, site)
    await post(desk, "/api/act", tap("stop"))
    async with site.page() as page:
        await page.until(lambda doc: doc["show"]["stopped"])
    answer = await post(desk, "/api/act", tap(action, question, "m2", faq="skin"), 409)
    assert answer["error"]["code"] == "stopped"
    assert live.posts == []


# what will be sent


async def test_a_preview_is_what_is_then_sent(live, site, desk):
    """The texts and channels shown before an FAQ post are those that go out; where nothing may be written it says so."""
    question = await ask(live, site)
    live.say("민감성인데 괜찮나요?", "여름밤", channel="youtube:live")
    await seen(live, site)
    shown = await post(desk, "/api/preview", {"action": "post_faq", "question": question, "faq": "skin", "text": "소량부터 써 보세요."})
    by_channel = {planned["channel"]: planned for planned in shown["posts"]}
    assert by_channel["youtube:live"]["can_send"] is False
    sent = await post(desk, "/api/act", tap("post_faq", question, faq="skin", text="소량부터 써 보세요."))
    posts = sent["happened"][0]["posts"]
    assert posts == [{"channel": "twitch:shop", "text": by_channel["twitch:shop"]["text"]}]
    assert by_channel["twitch:shop"]["account"] == "라이브봇"


@pytest.mark.parametrize(("state", "can_send"), [("reconnecting", True), ("stopped", False), ("ended", False)])
async def test_a_room_that_stopped_takes_no_post(live, site, desk, state, can_send):
    """Where the login ended or the chat is over nothing leaves any more: the preview says so, and the text can be copied."""
    question = await ask(live, site)
    live.channels_now[0] = replace(live.channels_now[0], state=state)
    shown = await post(desk, "/api/preview", {"action": "post_faq", "question": question, "faq": "skin"})
    assert [planned["can_send"] for planned in shown["posts"]] == [can_send]


async def test_a_boost_is_previewed_under_its_authors_name(live, site, desk):
    """A boost's preview is the post that the core then makes."""
    question = await ask(live, site)
    answer = live.say("저자극이라 괜찮아요", "단골하늘")
    await seen(live, site)
    shown = await post(desk, "/api/preview", {"action": "boost", "question": question, "message": answer})
    await post(desk, "/api/act", tap("boost", question, answer))
    assert [planned["text"] for planned in shown["posts"] if planned["can_send"]] == [send.text for send in live.posts]
    assert "단골하늘" in live.posts[0].text


@pytest.mark.parametrize("body", [{"action": "boost", "message": "m404"}, {"action": "post_faq", "faq": "nothing"}])
async def test_a_preview_of_what_is_not_there_is_refused(live, site, desk, body):
    """An answer or entry that is gone has no preview."""
    question = await ask(live, site)
    await post(desk, "/api/preview", body | {"question": question}, 404)


# FAQ, questions


async def test_the_faq_is_searched(site, desk):
    """Entries come with all that the desk shows; an empty search finds nothing."""
    found = (await (await desk.get("/api/faq", params={"q": "반품"})).json())["entries"]
    assert [(entry["faq_id"], entry["firm"]) for entry in found] == [("refund", True)]
    assert (await (await desk.get("/api/faq?q=")).json())["entries"] == []


async def test_one_question_comes_with_all_who_asked(live, site, desk):
    """The list of askers that the socket cuts is whole here."""
    question = await ask(live, site)
    for i in range(40):
        live.say("민감성 피부에도 되나요?", f"손님{i}")
    async with site.page() as page:
        doc = await page.until(lambda doc: doc["questions"][question]["people"] == 41)
        assert len(doc["questions"][question]["askers"]) == 12
    whole = (await (await desk.get(f"/api/questions/{question}")).json())["question"]
    assert len(whole["askers"]) == 41
    assert (await desk.get("/api/questions/m404")).status == 404


async def test_the_words_of_an_answer_that_match_are_named(live, site, desk):
    """With a question come, for each answer, the parts that say what was asked, what the FAQ says or who asked, in code points."""
    question = await ask(live, site)
    answer = live.say("🌸 여름밤님 민감성 테스트를 완료했어요", "단골하늘")
    live.tap("relink", message=answer, answers=[question])
    await seen(live, site)
    whole = await (await desk.get(f"/api/questions/{question}")).json()
    text = next(each["text"] for each in whole["question"]["answers"] if each["message"] == answer)
    assert {(text[start:end], why) for start, end, why in whole["marks"][answer]} >= {("민감성", "asked"), ("테스트를", "faq")}


# product on air, settings


async def test_the_product_on_air_is_set(live, site, desk):
    """A product of the rundown is put on air under its name; an unknown one is refused."""
    await post(desk, "/api/product", {"id": "tap-product-1", "product": "cream"})
    async with site.page() as page:
        doc = await page.until(lambda doc: doc["show"].get("on_air") == "cream")
    assert doc["show"]["products"]["cream"] == "수분 크림 50g"
    await post(desk, "/api/product", {"id": "tap-product-2", "product": "nothing"}, 404)


async def test_a_mode_is_switched_during_the_show(live, site, desk):
    """A change reaches the show and every desk."""
    await post(desk, "/api/settings", {"id": "tap-change-1", "changes": {"ladder.mode.boost": "auto", "limits.posts_per_minute": 6}})
    async with site.page() as page:
        doc = await page.until(lambda doc: doc["settings"]["limits"]["posts_per_minute"] == 6)
    assert doc["settings"]["ladder"]["mode"]["boost"] == "auto"
    assert live.settings.ladder.mode.boost == "auto"
    assert (await (await desk.get("/api/settings")).json()) == doc["settings"]


@pytest.mark.parametrize(
    "changes",
    [
        {"ladder.mode.boost": "sometimes"},
        {"ladder.mode": "auto"},
        {"ladder.mode.boost.x": "auto"},
        {"name": "x"},
        {"channels": None},
        {"people.announce": False},
        {"ladder.grace": -1},
        {"ladder.grace": 1e9},
        {"ladder.post_confidence": 1.5},
        {"limits.posts_per_minute": 2.5},
        {"limits.posts_per_minute": True},
        {"ladder.grace": "8"},
        {},
        {"ladder.grace": 5, "__class__": "x"},
    ],
)
async def test_a_change_that_is_not_allowed_changes_nothing(live, site, desk, changes):
    """An unknown key, a wrong kind or a value out of range is refused in words, together with all that came with it."""
    before = live.settings
    await post(desk, "/api/settings", {"id": "tap-change-1", "changes": changes}, 400)
    assert live.settings == before


async def test_the_shows_own_refusal_is_passed_on(live, site, desk):
    """What the runtime refuses reaches the person as it was said."""
    live.refuse = UserError("boost cannot be automatic here", "ladder.mode.boost", "ask the operator")
    answer = await post(desk, "/api/settings", {"id": "tap-change-1", "changes": {"ladder.mode.boost": "auto"}}, 400)
    assert answer["error"] == {"code": "refused", "what": "boost cannot be automatic here", "next_step": "ask the operator"}
    assert not [event for event in live.taken if isinstance(event, ConfigChanged)]


# pasted lines


async def test_pasted_lines_come_out_with_what_was_found(live, site, desk):
    """Questions in pasted lines are found with their FAQ entries, and they are in the show's queue."""
    text = "달빛: 배송은 언제 오나요?\n우와 예쁘다\n하늘 : 반품할 수 있나요?\n\n"
    answer = await post(desk, "/api/paste", {"id": "tap-paste-1", "text": text})
    assert [(line["name"], line["kind"]) for line in answer["lines"]] == [("달빛", "question"), ("손님", "other"), ("하늘", "question")]
    assert [line["entries"][0]["faq_id"] for line in answer["lines"] if line["kind"] == "question"] == ["ship", "refund"]
    async with site.page() as page:
        doc = await page.until(lambda doc: len(doc["questions"]) == 2)
    assert {channel for q in doc["questions"].values() for channel in q["channels"]} == {"paste:desk"}


async def test_pasting_twice_by_accident_pastes_once(live, site, desk):
    """The same paste again adds nothing to the show."""
    body = {"id": "tap-paste-1", "text": "달빛: 배송은 언제 오나요?"}
    first, again = await post(desk, "/api/paste", body), await post(desk, "/api/paste", body)
    assert (first["repeated"], again["repeated"], again["lines"]) == (False, True, first["lines"])
    assert len(live.taken) == 1


@pytest.mark.parametrize(("text", "status"), [("\n \n", 400), ("줄\n" * 301, 413), ("", 400)])
async def test_a_paste_without_lines_or_with_too_many_is_refused(live, desk, text, status):
    """Nothing of it enters the show."""
    await post(desk, "/api/paste", {"id": "tap-paste-1", "text": text}, status)
    assert live.taken == []


@pytest.mark.parametrize(
    ("line", "name", "text"),
    [
        ("달빛: 배송 언제 와요?", "달빛", "배송 언제 와요?"),
        ("달빛：배송 언제 와요?", "달빛", "배송 언제 와요?"),
        ("달빛 : 배송", "달빛", "배송"),
        ("https://shop.example 여기인가요?", "guest", "https://shop.example 여기인가요?"),
        ("12:30에 시작하나요?", "guest", "12:30에 시작하나요?"),
        ("이거 얼마예요", "guest", "이거 얼마예요"),
        ("  : 이름 없음", "guest", ": 이름 없음"),
        ("이름:", "guest", "이름:"),
        (f"{'긴' * 60}: 이름", "guest", f"{'긴' * 60}: 이름"),
    ],
)
def test_a_pasted_line_is_a_name_and_a_text(line, name, text):
    """A name is short and ends in a colon and a space; addresses and times of day are no names."""
    assert [(n, t) for _, n, t in read_lines(line, "guest")] == [(name, text)]


def test_pasted_lines_without_a_name_are_different_people():
    """Two nameless lines that ask the same count as two askers, two with one name as one."""
    authors = [author for author, _, _ in read_lines("얼마예요?\n얼마예요?\n달: 얼마예요?\n달: 네?", "guest")]
    assert len(set(authors)) == 3


@pytest.mark.parametrize("line", [" " * 40_000, "a" * 40_000, ":" * 40_000, ("a " * 20_000), (" :" * 20_000)])
def test_a_hostile_line_is_read_quickly(line):
    """A very long line costs no more than its cut: all five are read in a moment."""
    import time

    before = time.process_time()
    read_lines(line, "guest")
    assert time.process_time() - before < 0.2


async def test_a_lone_surrogate_is_replaced_before_it_enters_the_show(live, site, desk):
    """What no log could write again never reaches the show."""
    body = json.dumps({"id": "tap-paste-1", "text": "달: 배송은 언제\ud800 오나요?"})
    answer = await desk.post("/api/paste", data=body, headers={"Content-Type": "application/json"})
    assert answer.status == 200
    assert live.taken[-1].text == "배송은 언제? 오나요?"


async def test_taps_leave_a_state_that_can_be_restored(live, site, desk):
    """After taps with every kind of value the show's snapshot is still plain data."""
    question = await ask(live, site)
    await post(desk, "/api/act", tap("note", question, text="메모"))
    snapshot = json.loads(json.dumps(to_plain(live.state(0))))
    assert from_plain(ShowState, snapshot | {"questions": snapshot["questions"]}).revision == live.state(0).revision
