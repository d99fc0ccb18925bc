"""The Store's face: what is put is there to be read, and what a person asks about a line is answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from livebot.core.decisions import Decision, Reading, Send
from livebot.core.events import ChatMessage, Sent
from livebot.core.log import event_from
from livebot.core.questions import Question
from livebot.core.snapshot import from_plain
from livebot.errors import UserError, WorkError
from livebot.store import people
from livebot.store.records import ShowRow, ViewerRow
from livebot.store.store import Store

from .conftest import CHANNEL, Clock, Playing, chat, plain_show, story


async def test_what_was_put_is_read_back_in_order_with_its_readings(playing: Playing) -> None:
    """Every event of a show comes back as it was, in order, each with the reading that the core gave it."""
    came = playing.play(story())
    await playing.store.flush()
    rows = await playing.store.messages("show")
    assert [event_from(row.line) for row in rows] == story()
    assert [row.reading for row in rows if row.reading] == [outcome for outcome in came if isinstance(outcome, Reading)]


async def test_messages_are_read_in_pages(playing: Playing) -> None:
    """Reading on after a position gives each line once."""
    playing.play(story())
    await playing.store.flush()
    first = await playing.store.messages("show", limit=5)
    rest = await playing.store.messages("show", after=first[-1].position)
    assert [row.line["id"] for row in (*first, *rest)] == [event.id for event in story()]


async def test_decisions_come_back_whole(playing: Playing) -> None:
    """Decisions are the core's own, in order, reasons and all."""
    came = playing.play(story())
    await playing.store.flush()
    decisions = [decision for _, decision in await playing.store.decisions("show")]
    assert decisions == [outcome for outcome in came if isinstance(outcome, Decision)]
    assert {"resolve", "boost", "post_faq", "nudge", "escalate"} <= {decision.kind for decision in decisions}


async def test_questions_and_answers_stand_as_of_the_snapshot(playing: Playing) -> None:
    """A snapshot makes the Questions searchable: state, people, and the candidate answers with their authors."""
    playing.play(story())
    playing.snapshot()
    await playing.store.flush()
    rows = await playing.store.questions("show")
    state = playing.show.snapshot()
    assert [row.plain for row in rows] == list(state.questions)
    assert [from_plain(Question, row.plain).id for row in rows] == [record.id for record in playing.show.records()]
    assert {row.id: (row.state, row.askers, row.waiting) for row in rows} == {
        "m1": ("open", 2, 2),
        "m2": ("answered", 1, 0),
        "m7": ("answered", 2, 0),
        "m9": ("answered", 1, 0),
    }
    assert [row.id for row in await playing.store.questions("show", state="open")] == ["m1"]
    answers = {row.message: row for row in await playing.store.answers("show")}
    assert answers["m3"].author == "twitch:u3" and answers["m3"].accepted and answers["m3"].question == "m2"


async def test_a_second_copy_of_a_line_is_stored_once(playing: Playing) -> None:
    """The key is (channel, id): the same key again changes nothing, the same id on another channel is another line."""
    playing.play([chat("m1", 1.0, "안녕"), chat("m1", 2.0, "안녕 다시")])
    other = ChatMessage("m1", 3.0, "youtube:shop", chat("m1", 3.0, "").author, "안녕")
    playing.play([other])
    await playing.store.flush()
    lines = [row.line for row in await playing.store.messages("show")]
    assert [(line["channel"], line["text"]) for line in lines] == [(CHANNEL, "안녕"), ("youtube:shop", "안녕")]


async def test_keys_that_livebot_does_not_know_are_kept(playing: Playing) -> None:
    """A recorder keeps what it was given."""
    playing.store.put("show", chat("m1", 1.0, "안녕"), unknown={"badge": "vip"})
    await playing.store.flush()
    (row,) = await playing.store.messages("show")
    assert row.line["badge"] == "vip"


async def test_explain_finds_a_line_with_its_question_and_decisions(playing: Playing) -> None:
    """What is known about one line: its reading, its Question, the decisions about either."""
    playing.play(story())
    playing.snapshot()
    await playing.store.flush()
    found = await playing.store.explain("show", "m2")
    assert found is not None and found.message.reading is not None and found.question is not None
    assert found.message.line["text"] == "배송 언제 와요?" and found.message.reading.kind == "question"
    assert found.question.id == "m2" and "resolve" in {decision.kind for decision in found.decisions}
    assert await playing.store.explain("show", "nothing") is None
    assert await playing.store.explain("no show", "m2") is None


async def test_a_send_goes_through_its_states_once(playing: Playing, clock: Clock) -> None:
    """Queued, tried (once, never again), then what the `sent` event says; the attempts count for the budget."""
    (send,) = [outcome for outcome in playing.play(story()[:8]) if isinstance(outcome, Send) and outcome.kind == "boost"]
    await playing.store.flush()
    assert {row.send.id: row.state for row in await playing.store.sends("show")}[send.id] == "queued"
    assert await playing.store.trying("show", send.id) is True
    assert await playing.store.trying("show", send.id) is False
    assert await playing.store.tries(clock.now - 1) == {CHANNEL: (clock.now,)}
    assert await playing.store.tries(clock.now + 1) == {}
    playing.play([Sent("e1", 30.0, send.id, "sent", message="platform-77")])
    await playing.store.flush()
    row = next(row for row in await playing.store.sends("show") if row.send.id == send.id)
    assert (row.send, row.state, row.message, row.tried) == (send, "sent", "platform-77", clock.now)


async def test_shows_are_listed_newest_first(store: Store, clock: Clock) -> None:
    """Shows carry what was said about them at their beginning, and when they ended."""
    await store.begin(ShowRow("one", clock.now, name="첫 방송", about={"products": ["serum"]}))
    await store.begin(ShowRow("two", clock.now + 10))
    clock.now += 100
    await store.end("one")
    assert [show.id for show in await store.shows()] == ["two", "one"]
    assert [show.id for show in await store.shows(before=clock.now - 95)] == ["one"]
    assert await store.show("one") == ShowRow("one", clock.now - 100, name="첫 방송", ended=clock.now, about={"products": ["serum"]})
    assert await store.show("three") is None
    with pytest.raises(UserError, match="already"):
        await store.begin(ShowRow("one", clock.now))


async def test_regulars_go_from_show_to_show(playing: Playing, clock: Clock) -> None:
    """The people of a show stand in the next one with their visits and accepted answers."""
    playing.play(story())
    started = clock.now
    playing.store.put_viewers(people.visitors(playing.show.snapshot(), started))
    await playing.store.flush()
    known = {viewer.id: viewer for viewer in await playing.store.viewers()}
    seen = {"first_seen": started + 3.0, "last_seen": started + 130.0}
    topics = {"": {"accepted": 1.0, "rejected": 0.0, "at": started + 5.0}}
    more = {"helped": {"twitch:u2": 1}, "nudged": 1}
    assert known["u3"] == ViewerRow("twitch", "u3", "단골손님", visits=1, accepted=1.0, more=more, topics=topics, **seen)
    following = plain_show(people.starting_state(known.values(), started + 86_400))
    following.handle(chat("n1", 1.0, "안녕하세요", "u3", "단골손님"), 1.0)
    after = {viewer.id: viewer for viewer in people.visitors(following.snapshot(), started + 86_400)}
    assert after["u3"].visits == 2 and after["u3"].accepted == 1.0 and after["u3"].first_seen == started + 3.0
    assert set(after) == {"u3"}


async def test_a_viewer_keeps_the_first_time_they_were_seen(store: Store) -> None:
    """Putting a person again replaces their counts and widens the time in which they were seen."""
    store.put_viewers([ViewerRow("twitch", "u1", "별", visits=1, first_seen=100.0, last_seen=200.0)])
    store.put_viewers([ViewerRow("twitch", "u1", "별님", visits=2, first_seen=150.0, last_seen=300.0)])
    await store.flush()
    assert await store.viewers() == (ViewerRow("twitch", "u1", "별님", visits=2, first_seen=100.0, last_seen=300.0),)


async def test_text_is_never_read_as_sql(playing: Playing) -> None:
    """Hostile texts and ids are values: they come back as they were and nothing else happens."""
    hostile = "'); DROP TABLE messages;--"
    playing.play([chat(hostile, 1.0, f'{hostile} "배송" OR NEAR( %%% _', hostile, hostile)])
    await playing.store.flush()
    (row,) = await playing.store.messages("show")
    assert (row.line["id"], row.line["author"]["name"]) == (hostile, hostile)
    assert await playing.store.explain("show", hostile) is not None
    assert await playing.store.explain("show", "%") is None


async def test_closing_writes_what_waits(path: Path, clock: Clock) -> None:
    """No flush is needed before the end."""
    store = await Store.open(str(path), clock=clock)
    await store.begin(ShowRow("show", clock.now))
    store.put("show", chat("m1", 1.0, "안녕"))
    await store.close()
    again = await Store.open(f"sqlite:///{path}", clock=clock)
    assert len(await again.messages("show")) == 1
    await again.close()


async def test_a_closed_store_says_so(path: Path) -> None:
    """A job given to a closed store fails at once."""
    store = await Store.open(str(path))
    await store.close()
    with pytest.raises(WorkError, match="closed"):
        await store.flush()


async def test_the_use_of_a_quota_outlives_a_restart(path: Path) -> None:
    """The last that was put stands, for each platform by itself; one that never used any has used nothing."""
    store = await Store.open(str(path))
    for used in (5, 10):
        assert store.put_quota("youtube", "2026-11-22", used)
    await store.close()
    again = await Store.open(str(path))
    assert (await again.quota("youtube"), await again.quota("other")) == (("2026-11-22", 10), ("", 0))
    await again.close()
