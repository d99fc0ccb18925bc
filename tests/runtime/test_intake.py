"""The queue before the core: in order, in batches, bounded; what gives way is counted, and who waits for an answer is told."""

from __future__ import annotations

import asyncio

import pytest

from livebot.core.events import Author, Caption, ChatMessage, Event, MessageDeleted, Notice, Sent, StaffAction
from livebot.errors import WorkError
from livebot.runtime.intake import BATCH, Intake


def chat(line: str, channel: str = "twitch:shop") -> ChatMessage:
    return ChatMessage(line, 0.0, channel, Author("u", "u"), line)


async def ids(intake: Intake) -> list[str]:
    """Everything that waits, in order."""
    found: list[str] = []
    while len(intake):
        found += [waiting.event.id for waiting in await intake.take(0.0)]  # type: ignore[union-attr]
    return found


async def test_events_come_out_as_they_went_in_in_batches() -> None:
    """Never more than a batch at once."""
    intake = Intake()
    for i in range(BATCH + 3):
        intake.put(chat(f"m{i}"))
    assert len(await intake.take(None)) == BATCH
    assert len(intake) == 3
    assert await ids(intake) == [f"m{BATCH + i}" for i in range(3)]


async def test_nothing_comes_when_the_time_is_up() -> None:
    """An empty batch says: look at the clock."""
    assert await Intake().take(0.0) == []


async def test_who_waits_gets_what_comes_in_meanwhile() -> None:
    """Without a time, for as long as it takes; a cancelled wait loses nothing."""
    intake = Intake()
    waiting = asyncio.create_task(intake.take(None))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    waiting = asyncio.create_task(intake.take(None))
    await asyncio.sleep(0)
    intake.put(chat("m1"))
    assert [one.event.id for one in await asyncio.wait_for(waiting, 5.0)] == ["m1"]  # type: ignore[union-attr]


async def test_a_full_queue_drops_the_oldest_chat_line_and_counts_it() -> None:
    """By channel; what staff and moderators did, and what became of posts, stays."""
    intake = Intake(bound=4)
    kept: list[Event] = [StaffAction("a1", 0.0, "kim", "stop"), MessageDeleted("d1", 0.0, "m1"), Sent("f1", 0.0, "s1", "sent")]
    for event in (kept[0], chat("m1"), kept[1], chat("m2", "bridge:shop"), kept[2], chat("m3"), chat("m4")):
        intake.put(event)
    assert intake.dropped == {"twitch:shop": 2, "bridge:shop": 1}
    assert await ids(intake) == ["a1", "d1", "f1", "m4"]


async def test_notices_give_way_like_chat_and_the_hosts_words_last() -> None:
    """A flood of whatever kind does not fill the memory."""
    intake = Intake(bound=3)
    for i in range(50):
        intake.put(Notice(f"n{i}", 0.0, "twitch:shop", "join"))
    assert (len(intake), intake.dropped) == (3, {"twitch:shop": 47})
    voices = Intake(bound=3)
    for i in range(5):
        voices.put(Caption(f"v{i}", 0.0, "네"))
    assert (await ids(voices), voices.dropped) == (["v2", "v3", "v4"], {"voice": 2})


async def test_what_staff_do_is_taken_however_full_it_is() -> None:
    """There are never many of them."""
    intake = Intake(bound=2)
    for i in range(5):
        intake.put(StaffAction(f"a{i}", 0.0, "kim", "note"))
    assert (await ids(intake), intake.dropped) == ([f"a{i}" for i in range(5)], {})


async def test_who_asks_gets_the_answer() -> None:
    """What came of the event, once it was handled."""
    intake = Intake()
    asking = asyncio.create_task(intake.ask(chat("m1")))
    (waiting,) = await intake.take(None)
    assert waiting.answer is not None and not asking.done()
    waiting.answer.set_result([])
    assert await asking == []


async def test_who_asks_is_told_when_the_line_gave_way() -> None:
    """A page that pasted a line does not wait for ever."""
    intake = Intake(bound=1)
    asking = asyncio.create_task(intake.ask(chat("m1")))
    await asyncio.sleep(0)
    intake.put(chat("m2"))
    with pytest.raises(WorkError, match="too much"):
        await asyncio.wait_for(asking, 5.0)
