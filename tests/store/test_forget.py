"""Taking a person out: not a byte of their name, id or words is left in the files, and the rest hangs together."""

from __future__ import annotations

import sqlite3
import unicodedata
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from livebot.core.decisions import Decision, Reason, Send
from livebot.core.events import Author, ChatMessage, Event, Lookup, Purchase, Sent, StaffAction
from livebot.core.log import event_from
from livebot.core.matcher import FaqEntry
from livebot.core.questions import Question
from livebot.core.snapshot import from_plain
from livebot.errors import WorkError
from livebot.store import people
from livebot.store.records import ShowRow, ViewerRow
from livebot.store.store import Store

from .conftest import CHANNEL, Clock, Playing, chat, story

NAME = "비밀의정원사"
IDENTITY = "user-to-forget-4711"
WORDS = ("유통기한 내년 삼월이라고 봤어요!", "포장 선물용 으로 되나요?")


def _told() -> list[Event]:
    """A show in which the person asks, answers, buys, is answered, is named by others and by staff."""
    theirs = Author(IDENTITY, NAME)
    return [
        *story()[:13],
        ChatMessage("s1", 95.0, CHANNEL, theirs, WORDS[0]),
        chat("s2", 96.0, "감사합니다", "u6", "꼼꼼이"),
        chat("s3", 97.0, f"@{NAME} 저도 봤어요", "u4", "구경꾼"),
        ChatMessage("s4", 100.0, CHANNEL, theirs, WORDS[1]),
        chat("s5", 101.0, "포장 저도 궁금해요?", "u4", "구경꾼"),
        chat("s6", 130.0, "포장 다 돼요!", "u3", "단골손님"),
        Purchase("s7", 131.0, CHANNEL, theirs, "serum"),
        StaffAction("s8", 140.0, "지현", "note", question="s4", values={"text": f"{NAME}님께 연락"}),
        chat("s9", 200.0, "안녕", "u9", "남은이"),
    ]


def _bytes(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.glob(path.name + "*"))


def _left(path: Path) -> list[str]:
    raw = _bytes(path)
    return [trace for trace in (NAME, IDENTITY, *WORDS) if trace.encode() in raw]


@pytest.fixture
async def told(path: Path, clock: Clock) -> Path:
    """A database with two shows that the person was in, one that never ended, and candidates made from their words."""
    store = await Store.open(str(path), clock=clock)
    for name in ("ended", "broken off"):
        await store.begin(ShowRow(name, clock.now))
        playing = Playing(store, id=name)
        playing.play(_told()[:15])
        playing.snapshot()
        playing.play(_told()[15:])
        playing.snapshot()
        store.put_viewers(people.visitors(playing.show.snapshot(), clock.now))
        await store.flush()
    await store.faq_propose(FaqEntry("c1", WORDS[1], ""), "ended", "s4")
    await store.faq_propose(FaqEntry("c2", "색상 뭐 있어요?", ""), "ended", "m7")
    await store.faq_import([FaqEntry("price", "가격이 얼마예요?", "29,900원")])
    await store.end("ended")
    await store.close()
    assert _left(path) == [NAME, IDENTITY, *WORDS]
    return path


async def test_not_a_byte_of_the_person_is_left(told: Path, clock: Clock) -> None:
    """Name, id and words are gone from the database file and its log, free pages and the word index included."""
    store = await Store.open(str(told), clock=clock)
    assert await store.forget_person("twitch", IDENTITY) == 6
    assert _left(told) == []
    await store.close()
    assert _left(told) == []


LONG = "이 세제는 스스무라고 하는 데서 나온 것인데 아주 오래 써 봤어요!"
DECOMPOSED = unicodedata.normalize("NFD", NAME)


async def test_what_repeats_the_person_is_gone_too(path: Path, store: Store) -> None:
    """Posts that quote them, cut short or answered to somebody else, these posts' echoes, notes on what they asked, names in any form."""
    await store.begin(ShowRow("show", 1.0))
    theirs = Author(IDENTITY, NAME)
    post = Send("send1", 5.0, "d1", "reply", CHANNEL, f"🤖 1) {LONG[:20]}…", 35.0, 20)
    said = Decision("d1", 5.0, "reply", Reason.of("reply.command", name="달님"), message="m2", text=post.text)
    store.put("show", ChatMessage("m1", 1.0, CHANNEL, theirs, LONG))
    store.put("show", chat("m2", 2.0, "!질문", "u2", "달님"), [said, post])
    store.put("show", Sent("f1", 6.0, "send1", "sent", message="own1"))
    store.put("show", chat("own1", 7.0, post.text + " ", "bot", "bot"))
    store.put("show", chat("m3", 8.0, f"{DECOMPOSED} 언니 안녕 {NAME.upper()}", "u3", "구름"))
    store.put("show", Lookup("lookup:m1", 0.5, "m1", {"fast": "AAECAwQFBgc="}))
    store.put("show", StaffAction("a1", 9.0, "지현", "boost", message="m1", values={"text": "스스무 세제예요"}))
    await store.flush()
    await store.end("show")
    await store.forget_person("twitch", IDENTITY)
    raw = _bytes(path)
    assert [trace for trace in (NAME, DECOMPOSED, LONG[:8], "스스무", "AAECAwQF") if trace.encode() in raw] == []
    rows = {row.line["id"]: row.line.get("text") for row in await store.messages("show")}
    assert rows["own1"] == "" and rows["m3"] == " 언니 안녕 "


async def test_a_show_that_only_named_the_person_is_cleaned_too(path: Path, store: Store) -> None:
    """Where they wrote nothing, others may have called for them."""
    for show in ("wrote", "named"):
        await store.begin(ShowRow(show, 1.0))
    store.put("wrote", ChatMessage("m1", 1.0, CHANNEL, Author(IDENTITY, NAME), WORDS[0]))
    store.put("named", chat("m1", 1.0, f"{NAME} 어디 갔어요", "u2", "달님"))
    for show in ("wrote", "named"):
        await store.end(show)
    await store.forget_person("twitch", IDENTITY)
    assert NAME.encode() not in _bytes(path)


async def test_a_reader_that_holds_the_old_text_is_told(told: Path, clock: Clock) -> None:
    """While another program still reads, the file cannot be built anew: it says so, and the next try leaves nothing."""
    store = await Store.open(str(told), clock=clock)
    with closing(sqlite3.connect(told, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM messages").fetchone()
        with pytest.raises(WorkError, match="still holds the old text"):
            await store.forget_person("twitch", IDENTITY)
    await store.forget_person("twitch", IDENTITY)
    assert _left(told) == []
    await store.close()


async def test_what_others_did_is_left_whole(told: Path, clock: Clock) -> None:
    """Every line keeps its type, id and time; other people's lines their words, but for the name."""
    store = await Store.open(str(told), clock=clock)
    await store.forget_person("twitch", IDENTITY)
    rows = await store.messages("ended")
    told_lines = {event.id: event for event in _told()}  # type: ignore[union-attr]
    for row in rows:
        event, was = event_from(row.line), told_lines[row.line["id"]]
        if row.line["id"] in ("s1", "s4"):
            assert event == replace(was, author=Author("deleted", ""), text="")  # type: ignore[type-var]
        elif row.line["id"] == "s3":
            assert isinstance(event, ChatMessage) and event.text == " 저도 봤어요"
        elif row.line["id"] not in ("s7", "s8"):
            assert event == was
    assert [event_from(row.line).time for row in rows] == [event.time for event in _told()]  # type: ignore[union-attr]
    assert [row.entry.faq_id for row in await store.faq_list("candidate")] == ["c2"]
    assert [hit.entry.faq_id for hit in await store.faq_search("가격")] == ["price"]
    assert IDENTITY not in {viewer.id for viewer in await store.viewers()}
    assert len(await store.viewers()) == 7
    await store.close()


async def test_the_state_can_still_be_gone_on_with(told: Path, clock: Clock) -> None:
    """The show that was broken off is resumed with the person's lines as somebody's."""
    store = await Store.open(str(told), clock=clock)
    await store.forget_person("twitch", IDENTITY)
    resume = await store.resume("broken off")
    assert resume is not None and resume.state is not None and resume.unreadable == 0
    questions = {question.id: question for question in (from_plain(Question, plain) for plain in resume.state.questions)}
    first = questions["s4"].askers[0]
    assert (first.author, first.name, first.text) == ("twitch:deleted", "", "")
    assert questions["s4"].askers[1].text == "포장 저도 궁금해요?"
    assert {answer.author for answer in await store.answers("broken off") if answer.message == "s1"} == {"twitch:deleted"}
    await store.close()


async def test_somebody_else_of_that_id_on_another_platform_stays(told: Path, clock: Clock) -> None:
    """A person is a platform and an id."""
    store = await Store.open(str(told), clock=clock)
    assert await store.forget_person("youtube", IDENTITY) == 0
    assert _left(told) == [NAME, IDENTITY, *WORDS]
    await store.close()


@pytest.mark.parametrize(
    ("name", "said", "left"),
    [
        ("배송", "배송 언제 와요? @배송 아세요", "배송 언제 와요?  아세요"),
        ("달", "달님 감사, 달 예뻐요", "님 감사, 달 예뻐요"),
        ("[.*]+", "@[.*]+ 안녕", " 안녕"),
        ("민지", "민지 님 고마워요 민지야", " 님 고마워요 민지야"),
    ],
)
async def test_an_everyday_word_is_no_name(store: Store, clock: Clock, name: str, said: str, left: str) -> None:
    """A short name is cut out of other people's lines only where it is clearly one."""
    await store.begin(ShowRow("show", clock.now))
    store.put("show", chat("m1", 1.0, "안녕", "u1", name))
    store.put("show", chat("m2", 2.0, said, "u2", "다른이"))
    await store.end("show")
    assert await store.forget_person("twitch", "u1") == 1
    assert [row.line["text"] for row in await store.messages("show")] == ["", left]


async def test_a_person_is_not_deleted_while_a_show_runs(playing: Playing) -> None:
    """The running show would bring them back: it says so instead."""
    with pytest.raises(WorkError, match="while a show runs"):
        await playing.store.forget_person("twitch", "u1")


async def test_what_is_too_old_is_deleted_with_all_its_rows(told: Path, clock: Clock) -> None:
    """Shows that ended before the day go, with everything that hangs on them; newer ones and those seen since stay."""
    store = await Store.open(str(told), clock=clock)
    clock.now += 1_000
    await store.begin(ShowRow("new", clock.now))
    store.put("new", chat("n1", 1.0, "안녕", "u1", "하늘바다"))
    store.put_viewers([ViewerRow("twitch", "u1", "하늘바다", visits=2, last_seen=clock.now)])
    await store.flush()
    purged = await store.purge(clock.now - 1)
    assert (purged.shows, purged.viewers) == (2, 7)
    assert [show.id for show in await store.shows()] == ["new"]
    assert await store.messages("ended") == () and await store.decisions("ended") == () and await store.sends("ended") == ()
    assert [viewer.id for viewer in await store.viewers()] == ["u1"]
    assert NAME.encode() not in _bytes(told)
    assert (await store.purge(clock.now + 10)).shows == 0
    await store.close()
