"""A live show through real sockets: chat in, boosts out, over broken connections and a bot that is killed."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from .conftest import PATIENCE, Chat, Livebot

Make = Callable[..., Livebot]
LAST_MOMENTS = 3.0  # 0.1 s until the commit, and what a busy machine adds
TALKS = (
    ("이거 세탁기에 돌려도 되나요?", "네 세탁기에 돌려도 돼요"),
    ("안감은 무슨 소재예요?", "안감은 면이에요"),
    ("모자는 떼어지나요?", "네 모자는 단추로 떼어져요"),
    ("비 오는 날 입어도 괜찮아요?", "네 비 오는 날 입어도 괜찮아요"),
    ("아이랑 같이 입을 수 있어요?", "네 아이 옷도 같은 디자인으로 나와요"),
    ("지퍼는 어느 쪽에 있어요?", "지퍼는 왼쪽에 있어요"),
    ("목 부분 까슬까슬한가요?", "아니요 목 부분 부드러워요"),
)


async def talk(chat: Chat, number: int) -> str:
    """One viewer asks, another answers; return the answer's text."""
    question, answer = TALKS[number]
    asked = await chat.speak(f"asker{number}", question)
    await chat.speak(f"helper{number}", answer, extra={"reply-parent-msg-id": asked})
    return answer


async def boosted(chat: Chat, answer: str) -> None:
    """Wait until livebot has carried an answer further."""
    await chat.until(lambda: any(answer in text for text in chat.accepted), PATIENCE)


async def chatter(chat: Chat, every: float) -> None:
    """The rest of the chat, which asks nothing, until cancelled."""
    start = time.monotonic()
    for number in itertools.count(1):
        await asyncio.sleep(max(0.0, start + number * every - time.monotonic()))
        await chat.speak(f"viewer{number % 50}", f"ㅋㅋㅋ 예쁘다 {number}")


async def test_a_show_goes_on_whatever_breaks(chat: Chat, livebot: Make) -> None:
    """RECONNECT, a reset, kill -9 before and right after a post: every line that was heard is kept once, nothing is said twice."""
    bot = livebot()
    await bot.start()
    await chat.until(chat.in_room, PATIENCE)
    noise = asyncio.create_task(chatter(chat, 0.05))
    await boosted(chat, await talk(chat, 0))

    await chat.fault("reconnect")
    await boosted(chat, await talk(chat, 1))

    await all_kept(chat, bot)
    opened = chat.opened
    await chat.fault("rst")
    await chat.until(lambda: chat.opened > opened and chat.in_room(), PATIENCE)
    await boosted(chat, await talk(chat, 2))

    due = await talk(chat, 3)
    await all_kept(chat, bot)
    await killed(chat, bot)  # the answer is on disk, its boost not yet out
    await bot.start()
    await boosted(chat, due)

    out = await talk(chat, 4)
    await boosted(chat, out)
    await killed(chat, bot)  # the boost is out, and nothing on disk says that it arrived
    await bot.start()
    await chat.until(chat.in_room, PATIENCE)
    await boosted(chat, await talk(chat, 5))

    noise.cancel()
    await all_kept(chat, bot)
    assert await bot.stop() == 0, bot.said()
    assert Counter(bot.kept()).most_common(1)[0][1] == 1
    assert chat.said_twice() == []
    assert chat.over_limits() == []
    assert bot.rows("SELECT count(*) FROM shows") == [(1,)]
    assert "Traceback" not in bot.said()


async def killed(chat: Chat, bot: Livebot) -> None:
    """Kill the bot. What it heard in its last moments was not on disk yet; everything before is."""
    await bot.kill()
    forgive(chat, bot, LAST_MOMENTS)


def forgive(chat: Chat, bot: Livebot, seconds: float) -> None:
    """Expect no more of the lines of the last seconds that are not on disk: they were on their way when the connection ended."""
    kept, last = set(bot.kept()), time.monotonic() - seconds
    chat.heard = [(at, line) for at, line in chat.heard if line in kept or at < last]


MINUTES = 10
RATE = 50.0
THINGS = ("코트", "니트", "바지", "가방", "신발", "모자", "장갑", "목도리")
ASKED = (
    ("{} 세탁기에 돌려도 되나요?", "네 {} 세탁기에 돌려도 돼요"),
    ("{} 안감은 무슨 소재예요?", "{} 안감은 면이에요"),
    ("{} 비 오는 날 써도 괜찮아요?", "네 {} 비 오는 날 써도 괜찮아요"),
    ("{} 지퍼는 어느 쪽에 있어요?", "{} 지퍼는 왼쪽에 있어요"),
    ("{} 아이도 쓸 수 있어요?", "네 {} 아이도 쓸 수 있어요"),
)


@dataclass
class Watch:
    """What was seen of livebot from outside, second by second."""

    memory: int = 0
    lag: float = 0.0
    queue: float = 0.0

    async def look(self, bot: Livebot) -> None:
        """Note the largest resident memory in MiB, lag in seconds and queue, until cancelled."""
        async with aiohttp.ClientSession() as session:
            while True:
                with suppress(aiohttp.ClientError, KeyError, FileNotFoundError):
                    assert bot.process is not None
                    status = Path(f"/proc/{bot.process.pid}/status").read_text()
                    self.memory = max(self.memory, int(status.partition("VmRSS:")[2].split()[0]) // 1024)
                    async with session.get(f"{bot.addresses['desk'].partition('/desk')[0]}/metrics") as reply:
                        told = dict(line.rsplit(" ", 1) for line in (await reply.text()).splitlines() if not line.startswith("#"))
                    self.lag = max(self.lag, float(told["livebot_lag_seconds"]))
                    self.queue = max(self.queue, float(told["livebot_queue_depth"]))
                await asyncio.sleep(1.0)


async def talks(chat: Chat) -> None:
    """Somebody asks and somebody answers, every seven seconds, each time something else."""
    for number, ((question, answer), thing) in enumerate(itertools.product(ASKED, THINGS)):
        asked = await chat.speak(f"asker{number}", question.format(thing))
        await asyncio.sleep(3.0)
        await chat.speak(f"helper{number}", answer.format(thing), extra={"reply-parent-msg-id": asked})
        await asyncio.sleep(4.0)


@pytest.mark.long
async def test_ten_minutes_at_fifty_lines_a_second(chat: Chat, livebot: Make, capsys: pytest.CaptureFixture[str]) -> None:
    """As above, for long and fast: the figures are printed."""
    bot, watch = livebot(semantic="auto", confidence=0.5, posts_per_minute=20), Watch()
    await bot.start()
    await chat.until(chat.in_room, PATIENCE)
    beside = [asyncio.create_task(one) for one in (chatter(chat, 1 / RATE), talks(chat), watch.look(bot))]
    part = MINUTES * 60 / 5
    for fault in ("reconnect", "rst", "kill", "reconnect"):
        await asyncio.sleep(part)
        if fault == "kill":
            await killed(chat, bot)
            await bot.start()
        else:
            await chat.fault(fault)
            await asyncio.sleep(LAST_MOMENTS)
            forgive(chat, bot, LAST_MOMENTS * 2)
    await asyncio.sleep(part)
    for task in beside:
        task.cancel()
    await asyncio.gather(*beside, return_exceptions=True)
    await asyncio.sleep(10.0)
    kept = Counter(bot.kept())
    lost = [line for _, line in chat.heard if line not in kept]
    doubled = [line for line, count in kept.items() if count > 1]
    with capsys.disabled():
        print(
            f"\nheard {len(chat.heard)}, on disk {len(kept)}, lost {len(lost)}, doubled {len(doubled)}; posts {len(chat.accepted)}, "
            f"refused {sum(bool(one.refused) for one in chat.tries)}, over limits {len(chat.over_limits())}, "
            f"twice {len(chat.said_twice())}; memory {watch.memory} MiB, lag {watch.lag:.1f} s, queue {watch.queue:.0f}"
        )
    assert await bot.stop() == 0, bot.said()
    assert (lost, doubled, chat.said_twice(), chat.over_limits()) == ([], [], [], [])
    assert len(chat.accepted) >= MINUTES
    assert "Traceback" not in bot.said()


async def all_kept(chat: Chat, bot: Livebot) -> None:
    """Wait until every line that was heard up to now is on disk."""
    heard = {line for _, line in chat.heard}
    await bot.until(lambda: heard <= set(bot.kept()))
