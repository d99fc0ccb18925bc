"""Restart: a snapshot and the log after it are the Show as it was, and nothing is said twice."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from livebot.core.decisions import Decision, Outcome, Send
from livebot.core.events import Event, Sent, ShowStarted, StaffAction, Tick
from livebot.core.show import Show
from livebot.store.records import Resume, ShowRow
from livebot.store.store import Store

from .conftest import Clock, Playing, chat, plain_show, story


async def _again(path: Path, clock: Clock) -> tuple[Store, Resume]:
    store = await Store.open(str(path), clock=clock)
    resume = await store.resume("show")
    assert resume is not None
    return store, resume


def _rebuilt(resume: Resume) -> tuple[Show, list[Outcome]]:
    show = plain_show(resume.state)
    show.recall_seen(resume.seen)
    return show, [outcome for event in resume.tail for outcome in show.handle(event, event.time)]


def _play(show: Show, events: Sequence[Event]) -> list[Outcome]:
    return [outcome for event in events for outcome in show.handle(event, event.time)]


@pytest.mark.parametrize("snapshots", [(), (0,), (1,), (3,), (8,), (0, 2, 5), range(9)], ids=str)
async def test_a_resumed_show_goes_on_as_if_nothing_had_happened(path: Path, clock: Clock, snapshots: Sequence[int]) -> None:
    """Wherever the snapshot was taken, the resumed Show has the same records and makes the same decisions from then on."""
    events = story()
    straight = plain_show()
    expected = _play(straight, events[:9])
    store = await Store.open(str(path), clock=clock)
    await store.begin(ShowRow("show", clock.now))
    before = Playing(store)
    for index, event in enumerate(events[:9]):
        before.play([event])
        if index in snapshots:
            before.snapshot()
            await store.flush()
    await store.close()
    store, resume = await _again(path, clock)
    show, replayed = _rebuilt(resume)
    assert show.records() == straight.records()
    assert replayed == expected[len(expected) - len(replayed) :]
    assert [decision for _, decision in await store.decisions("show")] == [o for o in expected if isinstance(o, Decision)]
    later = [*events[9:], Tick(400.0)]
    assert _play(show, later) == _play(straight, later)
    assert show.records() == straight.records()
    assert show.snapshot().base == straight.snapshot().base
    await store.close()


async def test_lines_handled_before_the_restart_are_known(path: Path, clock: Clock) -> None:
    """A platform that sends old lines again after the restart changes nothing; (channel, id) tells."""
    store = await Store.open(str(path), clock=clock)
    await store.begin(ShowRow("show", clock.now))
    playing = Playing(store)
    playing.play(story()[:5])
    playing.snapshot()
    playing.play(story()[5:7])
    await store.close()
    store, resume = await _again(path, clock)
    show, _ = _rebuilt(resume)
    assert resume.seen == tuple(("twitch:shop", f"m{i}") for i in (1, 2, 3, 4))
    assert not [o for o in _play(show, story()[:7]) if not isinstance(o, Decision | Send)]
    await store.close()


async def test_a_post_that_was_being_made_is_never_made_again(path: Path, clock: Clock) -> None:
    """`trying` at the restart becomes `unknown`, the core is told by the log, and only untried posts are queued."""
    store = await Store.open(str(path), clock=clock)
    await store.begin(ShowRow("show", clock.now))
    playing = Playing(store)
    sends = [o for o in playing.play(story()) if isinstance(o, Send)]
    tried, queued = sends[0], sends[1:]
    assert queued
    playing.snapshot()
    assert await store.trying("show", tried.id)
    await store.close()
    clock.now += 30
    store, resume = await _again(path, clock)
    assert resume.queued == tuple(queued)
    assert {row.send.id: (row.state, row.why) for row in resume.sends}[tried.id] == ("unknown", "restart")
    assert resume.tail == (Sent(f"restart:{tried.id}", 130.0, tried.id, "unknown", "restart"),)
    assert resume.tries == {tried.channel: (clock.now - 30,)}
    assert await store.trying("show", tried.id) is False
    show, _ = _rebuilt(resume)
    assert tried.id not in show.snapshot().base["pending"]
    await store.close()
    store, twice = await _again(path, clock)
    assert (twice.tail, twice.queued, twice.sends) == (resume.tail, resume.queued, resume.sends)
    await store.close()


async def test_what_is_put_after_a_restart_goes_on_behind_what_was_there(path: Path, clock: Clock) -> None:
    """Positions, channels and running numbers go on; a decision made again keeps its first row."""
    store = await Store.open(str(path), clock=clock)
    await store.begin(ShowRow("show", clock.now))
    Playing(store).play(story()[:9])
    await store.close()
    store, resume = await _again(path, clock)
    show, replayed = _rebuilt(resume)
    store.put("show", None, replayed)
    after = Playing(store, show)
    after.play(story()[9:])
    after.snapshot()
    await store.close()
    store, _ = await _again(path, clock)
    expected = [o for o in _play(plain_show(), story()) if isinstance(o, Decision)]
    assert [decision for _, decision in await store.decisions("show")] == expected
    rows = await store.messages("show")
    assert [row.line["id"] for row in rows] == [event.id for event in story()]
    assert {row.line.get("channel") for row in rows if row.line["type"] == "chat"} == {"twitch:shop"}
    await store.close()


async def test_merged_and_split_questions_keep_the_cores_order(path: Path, clock: Clock) -> None:
    """A Question that was merged away is gone from the store, one that was split off is there, and all stand in the core's order."""
    store = await Store.open(str(path), clock=clock)
    await store.begin(ShowRow("show", clock.now))
    playing = Playing(store)
    playing.play(story())
    playing.snapshot()
    playing.play([StaffAction("s1", 140.0, "지현", "merge", question="m2", values={"into": "m9"})])
    playing.snapshot()
    playing.play([StaffAction("s2", 141.0, "지현", "split", question="m1", values={"askers": ["m1"]})])
    playing.snapshot()
    await store.flush()
    expected = [record.id for record in playing.show.records()]
    assert "m2" not in expected and "m6" in expected
    assert [row.id for row in await store.questions("show")] == expected
    assert {row.question for row in await store.answers("show")} <= set(expected)
    await store.close()
    store, resume = await _again(path, clock)
    assert _rebuilt(resume)[0].records() == playing.show.records()
    await store.close()


async def test_only_changed_questions_are_written_again(playing: Playing) -> None:
    """The next snapshot asks the core for what changed after the one that is on disk."""
    playing.play(story())
    playing.snapshot()
    await playing.store.flush()
    saved = playing.store.saved("show")
    playing.play([chat("x1", 150.0, "유통기한 다시 알려줘요?", "u7", "새별")])
    assert saved > 0 and [q["id"] for q in playing.show.snapshot(since=saved).questions] == ["m9"]


async def test_a_snapshot_that_was_overtaken_is_not_written(playing: Playing) -> None:
    """Of two snapshots in the spool the newer one counts, and it holds everything since the last one on disk."""
    playing.play(story()[:3])
    playing.snapshot()
    playing.play(story()[3:])
    playing.snapshot()
    await playing.store.flush()
    assert [row.plain for row in await playing.store.questions("show")] == list(playing.show.snapshot().questions)


async def test_a_show_that_ended_is_not_gone_on_with(path: Path, clock: Clock) -> None:
    """There is nothing to resume for an unknown show and for one that is over, whose state is not kept."""
    store = await Store.open(str(path), clock=clock)
    await store.begin(ShowRow("show", clock.now))
    playing = Playing(store)
    playing.play(story())
    playing.snapshot()
    await store.end("show")
    assert await store.resume("show") is None and await store.resume("other") is None
    assert len(await store.questions("show")) == 4
    await store.close()


async def test_a_row_that_is_no_event_does_not_stop_the_restart(path: Path, clock: Clock) -> None:
    """An unreadable row is counted and passed over."""
    store = await Store.open(str(path), clock=clock)
    await store.begin(ShowRow("show", clock.now))
    store.put("show", ShowStarted("", 0.0))
    store.put("show", chat("m1", 1.0, "안녕"))
    await store.close()
    store, resume = await _again(path, clock)
    assert (len(resume.tail), resume.unreadable) == (1, 1)
    await store.close()
