"""What the viewers' page may show, how it is cached, and who may open it how often."""

import re

import pytest
from aiohttp.test_utils import make_mocked_request

from livebot.core.events import MessageDeleted
from livebot.web.help import BURST, REMEMBERED, Guests, HelpPage
from livebot.web.help_page import Asked, Markup, put, render
from livebot.web.help_view import OPEN_SHOWN, view_help, way_of_number, ways_of_name
from livebot.web.help_words import LANGS, WORDS, ago, choose_lang, ordinal, say, span
from livebot.web.hub import Hub
from livebot.web.live import ChannelNow
from livebot.web.mirror import Mirror


class Look:
    """The viewers' page without a server."""

    def __init__(self, live) -> None:
        self.live = live
        self.mirror = Mirror(live)

    def view(self):
        """Look at the show anew."""
        self.mirror.look()
        return view_help(self.live, self.mirror.base, self.mirror.questions)

    def ways(self, name: str):
        """Return the ways of a name."""
        return ways_of_name(self.live, self.view(), self.mirror.questions, name)

    def way(self, name: str):
        """Return the one way of a name."""
        (way,) = self.ways(name)
        return way

    def page(self, name: str = "", lang: str = "ko", short: bool = False) -> str:
        """Return the page's HTML."""
        view = self.view()
        asked = Asked(lang, "", name, "", ways_of_name(self.live, view, self.mirror.questions, name) if name else ())
        return render(view, asked, short).decode()


@pytest.fixture
def look(live) -> Look:
    return Look(live)


class Time:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


# what is shown


def test_open_questions_are_those_others_can_answer(live, look):
    """Waiting questions are listed; answered ones, personal ones and complaints are not, though those who asked find them."""
    live.say("배송은 언제 오나요?", "구름빵")
    own = live.say("선물 포장 되나요?", "여름밤")
    live.say("민감성 피부에도 써도 되나요?", "봄날의곰")
    live.speak("저자극이라 괜찮아요")
    live.show._ctx.state.questions[own].personal = True
    assert [question.text for question in look.view().open] == ["배송은 언제 오나요?"]
    assert (look.view().count, look.view().people) == (2, 2)
    assert look.way("여름밤").state == "waiting"


def test_what_may_not_be_repeated_is_shown_to_nobody(live, look):
    """A question that advertises a link keeps its place in the queue without its words, in the list and on its own way."""
    live.say("http://shop.example 배송은 언제 오나요?", "구름빵")
    assert [question.text for question in look.view().open] == ["…"]
    assert look.way("구름빵").text == "…"


def test_a_question_needs_a_regular_once_nobody_had_an_answer_for_a_while(live, look):
    """After `nudge_after` without an answer on its way it does, and stands before the others; one whose answer waits does not."""
    live.say("배송은 언제 오나요?", "구름빵")
    assert [question.needs for question in look.view().open] == [False]
    live.time = 10.0
    live.say("선물 포장 되나요?", "여름밤")
    live.time = 16.0
    assert [(question.text[:2], question.needs) for question in look.view().open] == [("배송", True), ("선물", False)]
    live.say("내일 도착한대요", "하늘", months=12)
    assert not any(question.needs for question in look.view().open)


def test_the_way_of_a_question(live, look):
    """Its place counts from the one that waits longest; what it usually takes is said once three were answered."""
    for name in ("가", "나", "다"):
        live.say("민감성 피부에도 써도 되나요?", name)
    live.time = 60.0
    live.speak("저자극이라 괜찮아요")
    live.say("배송은 언제 오나요?", "구름빵")
    live.say("선물 포장 되나요?", "여름밤")
    live.time = 80.0
    way = look.way("여름밤")
    assert (way.state, way.place, way.left, way.asked) == ("waiting", 2, 40.0, 60.0)
    live.time = 130.0
    assert look.way("여름밤").left == -10.0
    assert "약 1분" not in look.page("여름밤")
    assert "보통보다 오래" in look.page("여름밤")


def test_what_is_usual_is_not_said_from_two_answers(live, look):
    """With fewer than three answers no time is promised."""
    live.say("민감성 피부에도 써도 되나요?", "가")
    live.speak("저자극이라 괜찮아요")
    live.say("배송은 언제 오나요?", "구름빵")
    assert look.way("구름빵").left is None


@pytest.mark.parametrize(
    ("settle", "resolution", "by", "answer"),
    [
        (lambda live, q: live.speak("모레 도착해요"), "host_voice", "", "모레 도착해요"),
        (lambda live, q: live.say("내일 도착한대요", "하늘"), "peer", "하늘", ""),
        (lambda live, q: live.tap("boost", q, live.say("내일 도착한대요", "하늘", months=12)), "peer", "하늘", "내일 도착한대요"),
        (lambda live, q: (live.tap("post_faq", q, faq="ship"), live.settle()), "faq", "", "평일 오후 1시 전 주문은 오늘 출고되고"),
        (lambda live, q: live.tap("answered", q), "staff", "", ""),
        (lambda live, q: live.tap("answered", q, voice=True), "host_voice", "", ""),
    ],
)
def test_by_whom_it_was_answered(live, look, settle, resolution, by, answer):
    """The shop's own words and the FAQ are quoted; a viewer's only where they were carried further, after every check."""
    question = live.say("배송은 언제 오나요?", "구름빵")
    settle(live, question)
    way = look.way("구름빵")
    assert (way.state, way.resolution, way.by) == ("answered", resolution, by)
    assert way.answer.startswith(answer) if answer else way.answer == ""


def test_who_does_not_want_to_be_named_is_not(live, look):
    """A helper who opted out is neither among the helpers nor named as the one who answered."""
    live.say("배송은 언제 오나요?", "구름빵")
    live.say("내일 도착한대요", "하늘")
    assert [helper.name for helper in look.view().helpers] == ["하늘"]
    live.show.viewer("twitch:하늘").quiet = True
    assert look.view().helpers == []
    assert look.way("구름빵").by == ""
    assert "하늘" not in look.page("구름빵")
    assert "다른 시청자가 답했어요" in look.page("구름빵")


@pytest.mark.parametrize(("lang", "title"), [("ko", "이달의 답변 달인"), ("en", "This month&#x27;s top helpers")])
def test_the_months_helpers_are_named_where_there_are_any(live, look, lang, title):
    """Best first and short where the show wants short names; who is unknown or opted out is not named, and without any nothing is said."""
    assert title not in look.page(lang=lang)
    live.say("안녕하세요", "하늘")
    live.say("안녕하세요", "바다")
    live.masters_now = ("twitch:바다", "twitch:하늘", "twitch:gone")
    page = look.page(lang=lang)
    assert title in page and page.index("바다") < page.index("하늘")
    short = look.page(lang=lang, short=True)
    assert title in short and "바다" not in short and "바○" in short
    live.show.viewer("twitch:바다").quiet = True
    assert "바다" not in look.page(lang=lang) and look.view().masters == ["하늘"]
    live.show.viewer("twitch:하늘").quiet = True
    assert title not in look.page(lang=lang)


def test_helpers_are_counted_by_whom_they_reached(live, look):
    """Who settled more lines stands first; an answer that staff refused counts for nobody."""
    for name in ("가", "나"):
        live.say("배송은 언제 오나요?", name)
    live.say("내일 도착한대요", "하늘", months=12)
    live.say("민감성 피부에도 써도 되나요?", "다")
    wrong = live.say("저자극이라 괜찮대요", "바다")
    assert [(h.name, h.people, h.regular) for h in look.view().helpers] == [("하늘", 2, True), ("바다", 1, False)]
    live.tap("reject", live.show.records()[-1].id, wrong)
    assert [helper.name for helper in look.view().helpers] == ["하늘"]


def test_nobodys_id_and_no_asker_is_on_the_page(live, look):
    """Neither platform ids nor the names of who asks are in the page, whatever is looked up."""
    live.say("배송은 언제 오나요?", "구름빵", author="u-secret")
    live.say("선물 포장 되나요?", "여름밤", author="u-other")
    live.say("내일 도착한대요", "하늘", author="u-helper")
    page = look.page("없는이름")
    assert not re.search("u-secret|u-other|u-helper|구름빵|여름밤", page)
    assert "u-" not in look.page("구름빵")


def test_what_was_deleted_is_nowhere(live, look):
    """A line that was taken away is found by no name and listed nowhere."""
    question = live.say("배송은 언제 오나요?", "구름빵")
    live.take(MessageDeleted("d1", 1.0, question, "twitch:shop"))
    assert look.ways("구름빵") == []
    assert "배송은" not in look.page("구름빵")


@pytest.mark.parametrize("name", ["구름빵", " 구름빵 ", "@구름빵", "ＣＬＯＵＤ 빵", "cloud  빵"])
def test_a_name_is_found_as_people_write_it(live, look, name):
    """Case, width, spaces around it and the @ of a mention make no difference; a part of a name finds nothing."""
    live.say("배송은 언제 오나요?", "구름빵" if "구름" in name else "Cloud 빵")
    assert look.way(name).text == "배송은 언제 오나요?"
    assert look.ways("구") == look.ways("") == []


def test_the_link_by_number(live, look):
    """The number that the bot says finds the question as a whole; anything else finds nothing."""
    live.say("배송은 언제 오나요?", "구름빵")
    live.say("배송 언제 와요?", "여름밤")
    view = look.view()
    (way,) = way_of_number(live, view, look.mirror.questions, "1")
    assert (way.number, way.people, way.state) == (1, 2, "waiting")
    for number in ("", "0", "2", "-1", "1e3", "१", "9" * 30):
        assert way_of_number(live, view, look.mirror.questions, number) == []


def test_a_long_list_is_cut_and_the_rest_counted(live, look):
    """Twenty questions are listed and the others are a number."""
    live.matcher.apart = True
    for i in range(OPEN_SHOWN + 3):
        live.say(f"{i}번 색은 뭐가 다른가요?", f"손님{i}")
    assert (len(look.view().open), look.view().more) == (OPEN_SHOWN, 3)
    assert "외 3개 더" in look.page()


def test_names_are_short_where_the_show_wants_that(live, look):
    """With shortened names a helper is their first letter and two rings, as in the chat, also as the one who answered."""
    live.say("배송은 언제 오나요?", "구름빵")
    live.say("내일 도착한대요", "하늘바다")
    assert "하늘바다" not in look.page("구름빵", short=True)
    assert "하○○" in look.page("구름빵", short=True)


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ([ChannelNow("twitch:shop", "reconnecting")], "채팅 연결이 끊겨"),
        ([ChannelNow("twitch:shop", "joined")], ""),
    ],
)
def test_a_chat_that_is_cut_off_is_said(live, look, now, words):
    """While a room is not joined the page says that what is written shows up later."""
    live.channels_now = now
    assert (words or "채팅 연결이 끊겨") in look.page() if words else "채팅 연결이 끊겨" not in look.page()


# words


def test_every_word_is_there_in_both_languages():
    """No wording is empty, and both languages take the same values."""
    values = re.compile(r"\{(\w+)")
    for key, forms in WORDS.items():
        assert all(forms), key
        assert set(values.findall(forms[0])) == set(values.findall(forms[1])), key


def test_numbers_and_times_are_words():
    """Plurals, ordinals and lengths of time in both languages."""
    assert [say("en", "helped", n=n) for n in (1, 2)] == ["helped 1 person", "helped 2 people"]
    assert [ordinal("en", n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 112)] == [
        "1st",
        "2nd",
        "3rd",
        "4th",
        *(f"{n}th" for n in (11, 12, 13)),
        "21st",
        "112th",
    ]
    assert [span("ko", s) for s in (3, 45, 61, 3600, 3725)] == ["잠깐", "45초", "1분", "1시간", "1시간 2분"]
    assert [ago("en", s) for s in (5, 61, 7200)] == ["just now", "1 min ago", "2 h ago"]


@pytest.mark.parametrize(
    ("wanted", "header", "lang"),
    [
        ("", "ko-KR,ko;q=0.9,en;q=0.8", "ko"),
        ("", "en;q=0.5, ko;q=0.9", "ko"),
        ("", "fr-FR,fr;q=0.9", "en"),
        ("", "", "en"),
        ("", "ko;q=0", "en"),
        ("", "q=;;;,,ko;q=9", "ko"),
        ("ko", "en", "ko"),
        ("fr", "ko", "ko"),
    ],
)
def test_the_language_is_the_chosen_one_or_the_browsers(wanted, header, lang):
    """A choice goes first, then the browser's list by weight, else English."""
    assert choose_lang(wanted, header) == lang


def test_values_are_escaped_and_markup_is_not():
    """Whatever is not markup made here is escaped, quotes too."""
    assert put('<b a="{x}">{y}</b>', x='"><script>', y=Markup("<i></i>")) == '<b a="&quot;&gt;&lt;script&gt;"><i></i></b>'


@pytest.mark.parametrize("lang", LANGS)
def test_a_name_of_marks_and_hidden_letters_stays_small(live, look, lang):
    """Five hundred marks on one letter are cut to a dozen, what turns the line around is gone, long texts end in an ellipsis."""
    live.say("가" * 480 + " 배송은?", "구름빵")
    live.say("내일 도착한대요", "e" + "\u0301" * 500 + "\u202e끝")
    page = look.page("구름빵", lang)
    assert "\u0301" * 11 in page
    assert "\u0301" * 13 not in page
    assert "\u202e" not in page
    assert "가" * 160 + "…" in page


# serving


@pytest.fixture
def helping(served):
    """Give a way to serve a show with its viewers' page."""
    return lambda live, **more: served(live, help=True, **more)


async def test_it_is_off_by_default(live, site):
    """Without `[web] help = true` there is nothing at that address."""
    async with site.browser() as client:
        assert (await client.get("/help")).status == 404


async def test_it_is_public_read_only_and_guarded(live, helping):
    """No cookie is asked for or given; nothing but a look is taken; the policy allows its own form and no script but the page's."""
    async with helping(live) as site, site.browser() as client:
        answer = await client.get("/help", headers={"Accept-Language": "ko"})
        assert (answer.status, answer.content_type, answer.cookies) == (200, "text/html", {})
        policy = answer.headers["Content-Security-Policy"]
        assert "form-action 'self'" in policy
        assert "unsafe" not in policy
        assert (await client.post("/help", json={})).status == 405
        assert (await client.head("/help")).status == 200
        assert "form-action 'none'" in (await client.get("/")).headers["Content-Security-Policy"]


async def test_it_is_made_at_most_every_two_seconds(live):
    """A second look within two seconds gives the same page; a browser that has it gets 304; then it is made anew."""
    clock, mirror = Time(), Mirror(live)
    page = HelpPage(live, mirror, Hub(live, mirror, {}, "e"), clock=clock)

    async def look(**headers: str):
        return await page.get(make_mocked_request("GET", "/help", headers={"Accept-Language": "ko", **headers}))

    first = await look()
    assert (first.headers["Cache-Control"], first.headers["Vary"]) == ("public, max-age=2", "Accept-Language")
    live.say("배송은 언제 오나요?", "구름빵")
    mirror.look()
    clock.now += 1.9
    assert (await look()).body == first.body
    assert (await look(**{"If-None-Match": first.headers["ETag"]})).status == 304
    clock.now += 0.1
    assert "배송은" in (await look(**{"If-None-Match": first.headers["ETag"]})).body.decode()


async def test_a_guest_opens_only_so_many(live, helping):
    """After sixty at once the answer is 429 with when to come again."""
    async with helping(live) as site, site.browser() as client:
        statuses = [(await client.get("/help")).status for _ in range(int(BURST) + 60)]
        assert statuses[: int(BURST)] == [200] * int(BURST)
        assert 429 in statuses
        while (last := await client.get("/help")).status != 429:
            pass
        assert last.headers["Retry-After"] == "6"


def test_guests_are_told_apart_and_forgotten():
    """One network's looks take nothing from another's; they come back with time; only so many networks are remembered."""
    clock = Time()
    guests = Guests(clock)
    assert [guests.admit("192.0.2.1") for _ in range(int(BURST) + 1)] == [True] * int(BURST) + [False]
    assert guests.admit("192.0.2.2")
    assert [guests.admit(f"2001:db8::{i:x}") for i in range(int(BURST) + 1)][-1] is False
    clock.now += 0.25
    assert guests.admit("192.0.2.1")
    assert not guests.admit("192.0.2.1")
    for i in range(REMEMBERED):
        guests.admit(f"10.{i >> 16}.{i >> 8 & 255}.{i & 255}")
    assert guests.admit("192.0.2.1")


async def test_behind_a_proxy_guests_are_told_apart_by_its_header(live, helping):
    """A proxy on this machine says who asks in the header's last part; without `https` the header is not believed."""
    async with helping(live, name="shop.example", https=True) as site, site.browser() as client:
        for i in range(int(BURST) + 5):
            assert (await client.get("/help", headers={"X-Forwarded-For": f"evil, 198.51.100.{i}"})).status == 200
    async with helping(live) as site, site.browser() as client:
        found = {(await client.get("/help", headers={"X-Forwarded-For": f"198.51.100.{i}"})).status for i in range(int(BURST) + 60)}
        assert 429 in found


async def test_strange_requests_get_an_answer(live, helping):
    """A name of any bytes, a thousand letters and an unknown language are no error."""
    async with helping(live) as site, site.browser() as client:
        for query in ("name=" + "가" * 400, "name=%ff%00%ed%a0%80", "lang=../../etc", "q=%00", "name=&q=&lang=", "name=%3Cscript%3E&q=1"):
            answer = await client.get(f"/help?{query}")
            assert answer.status == 200, query
            assert "<script>" not in await answer.text()
