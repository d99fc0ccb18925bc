"""The hub: one flush in 50 ms, slow pages, catching up."""

import asyncio
import json

from livebot.core.events import StaffAction
from livebot.web.documents import OverlayDocument, StaffDocument
from livebot.web.hub import FLUSH_EVERY, MOST_FRAMES, Hub
from livebot.web.mirror import Mirror


class Pause:
    """A sleep that ends when the test says so."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self.over = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        await self.over.wait()
        self.over.clear()


def hub_of(live, sleep=asyncio.sleep) -> Hub:
    mirror = Mirror(live)
    return Hub(live, mirror, {"staff": StaffDocument(live), "overlay": OverlayDocument(live, mirror)}, "e", sleep=sleep)


async def frames_of(reader) -> list[dict]:
    """Take everything that waits in a page's queue."""
    out = []
    while reader._ready.is_set():
        out.append(json.loads(await reader.next()))
    return out


async def settle() -> None:
    """Let every task that can go on go on."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_many_events_within_a_flush_make_one_frame(live):
    """Whatever happens between two looks at the show goes out as one patch, and the next look is 50 ms later."""
    pause = Pause()
    hub = hub_of(live, pause)
    reader = hub.join("staff")
    await frames_of(reader)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(hub.run())
        await settle()
        live.say("첫 줄")
        await settle()
        for i in range(30):
            live.say(f"줄 {i}")
        await settle()
        assert [len(frame["doc"]["lines"]) for frame in await frames_of(reader)] == [1]
        pause.over.set()
        await settle()
        assert [len(frame["doc"]["lines"]) for frame in await frames_of(reader)] == [30]
        assert pause.asked == [FLUSH_EVERY, FLUSH_EVERY]
        running.cancel()


async def test_nothing_goes_out_when_nothing_changed(live):
    """A bell without a difference makes no frame."""
    hub = hub_of(live)
    reader = hub.join("staff")
    await frames_of(reader)
    live.feed.ring()
    hub.flush()
    assert await frames_of(reader) == []


async def test_all_pages_of_a_role_get_the_same_bytes(live):
    """A patch is encoded once: two desks get the very same object."""
    hub = hub_of(live)
    first, second = hub.join("staff"), hub.join("staff")
    await frames_of(first)
    await frames_of(second)
    live.say("배송은 언제 오나요?")
    hub.flush()
    assert await first.next() is await second.next()


async def test_a_page_that_does_not_read_is_skipped_to_a_full_state(live):
    """A slow page's frames are let go and counted; the next thing it gets is the whole state, then patches again."""
    hub = hub_of(live)
    slow, quick = hub.join("staff"), hub.join("staff")
    await frames_of(slow)
    seen = len(await frames_of(quick))
    for i in range(MOST_FRAMES + 10):
        live.say(f"줄 {i}")
        hub.flush()
        seen += len(await frames_of(quick))
    assert seen == 1 + MOST_FRAMES + 10
    (full,) = await frames_of(slow)
    assert (full["t"], full["skipped"], full["id"]) == ("full", MOST_FRAMES + 10, hub._streams["staff"].id)
    assert len(full["doc"]["lines"]) == MOST_FRAMES + 10
    live.say("그다음 줄")
    hub.flush()
    assert [frame["t"] for frame in await frames_of(slow)] == ["patch"]


async def test_a_slow_page_holds_a_bounded_number_of_frames(live):
    """However long a page does not read, what is kept for it does not grow."""
    hub = hub_of(live)
    slow = hub.join("staff")
    await slow.next()
    for i in range(3 * MOST_FRAMES):
        live.say(f"줄 {i}")
        hub.flush()
    assert len(slow._frames) <= MOST_FRAMES


async def test_a_page_comes_back_with_the_id_it_had(live):
    """A page that reconnects with its last id gets what it missed and the word that this is all; with an old epoch the whole state."""
    hub = hub_of(live)
    first = hub.join("staff")
    had = json.loads(await first.next())["id"]
    live.say("놓친 줄")
    hub.flush()
    assert [frame["t"] for frame in await frames_of(hub.join("staff", "e", had))] == ["patch", "now"]
    assert [frame["t"] for frame in await frames_of(hub.join("staff", "older", had))] == ["full"]


async def test_merged_and_split_questions_leave_no_ghosts(live):
    """After a merge and a split the desk has exactly the core's questions."""
    hub = hub_of(live)
    one, two = live.say("배송은 언제 오나요?"), live.say("선물 포장 되나요?", "여름밤")
    live.say("배송 언제 와요?", "하늘")
    hub.flush()
    live.tap("merge", two, into=one)
    hub.flush()
    assert set(hub._streams["staff"].keys("questions")) == {one}
    live.tap("split", one, askers=[one])
    hub.flush()
    assert set(hub._streams["staff"].keys("questions")) == {q["id"] for q in live.state(0).questions}


async def test_a_state_of_two_thousand_questions_is_carried(live):
    """Two thousand questions make one full frame with all of them, and one tap then makes a small patch."""
    hub = hub_of(live)
    for i in range(2000):
        live.say(f"{i}번 상품은 뭐가 다른가요?", f"손님{i}")
    reader = hub.join("staff")
    (full,) = await frames_of(reader)
    assert len(full["doc"]["questions"]) == 2000
    live.take(StaffAction("t", live.now(), "지은", "claim", next(iter(full["doc"]["questions"]))))
    hub.flush()
    (patch,) = await frames_of(reader)
    assert len(patch["doc"]["questions"]) == 1


async def test_deleted_lines_leave_the_desk(live):
    """A line that the platform took away is gone from the chat of every page."""
    from livebot.core.events import AuthorBanned, MessageDeleted

    hub = hub_of(live)
    line, other = live.say("지워질 줄"), live.say("다른 줄", "나쁜손님")
    hub.flush()
    live.take(MessageDeleted("x1", live.now(), line, "twitch:shop"))
    live.take(AuthorBanned("x2", live.now(), "twitch:shop", "나쁜손님"))
    hub.flush()
    assert hub._streams["staff"].keys("lines") == []
    assert other not in live.feed.lines
