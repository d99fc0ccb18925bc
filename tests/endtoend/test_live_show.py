"""A live show through real sockets: chat in, boosts out, over broken connections and a bot that is killed."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable

from .conftest import Chat, Livebot

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
    await chat.until(lambda: any(answer in text for text in chat.accepted), 60.0)


async def chatter(chat: Chat, every: float) -> None:
    """The rest of the chat, which asks nothing, until cancelled."""
    number = 0
    while True:
        await asyncio.sleep(every)
        number += 1
        await chat.speak(f"viewer{number % 50}", f"ㅋㅋㅋ 예쁘다 {number}")


async def test_a_show_goes_on_whatever_breaks(chat: Chat, livebot: Make) -> None:
    """RECONNECT, a reset, kill -9 before and right after a post: every line that was heard is kept once, nothing is said twice."""
    bot = livebot()
    await bot.start()
    await chat.until(chat.in_room)
    noise = asyncio.create_task(chatter(chat, 0.05))
    await boosted(chat, await talk(chat, 0))

    await chat.fault("reconnect")
    await boosted(chat, await talk(chat, 1))

    await all_kept(chat, bot)
    opened = chat.opened
    await chat.fault("rst")
    await chat.until(lambda: chat.opened > opened and chat.in_room(), 60.0)
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
    await chat.until(chat.in_room)
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
    kept, last = set(bot.kept()), time.monotonic() - LAST_MOMENTS
    chat.heard = [(at, line) for at, line in chat.heard if line in kept or at < last]


async def all_kept(chat: Chat, bot: Livebot) -> None:
    """Wait until every line that was heard up to now is on disk."""
    heard = {line for _, line in chat.heard}
    await bot.until(lambda: heard <= set(bot.kept()))
