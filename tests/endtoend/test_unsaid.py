"""Posts that wait for their turn on a real socket, when those whom they quote go: deleted, banned, opted out, taken away by a moderator."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from .conftest import PATIENCE, Chat, Livebot

HELPER = "helper_moonbear"
TALKS = (
    ("이거 세탁기에 돌려도 되나요?", "네 세탁기에 돌려도 돼요"),
    ("안감은 무슨 소재예요?", "안감은 면이에요"),
    ("모자는 떼어지나요?", "네 모자는 단추로 떼어져요"),
    ("아이랑 같이 입을 수 있어요?", "네 아이 옷도 같은 디자인으로 나와요"),
    ("목 부분 까슬까슬한가요?", "아니요 목 부분 부드러워요"),
)
SLOW_MODE = 4  # seconds between two lines of one account: what is wanted waits in the platform and behind it

Going = Callable[[Chat, list[str]], Awaitable[object]]


async def opts_out(chat: Chat, lines: list[str]) -> None:
    await chat.speak(HELPER, "!그만")


async def is_deleted(chat: Chat, lines: list[str]) -> None:
    await chat.speak(HELPER, "!삭제")


async def is_banned(chat: Chat, lines: list[str]) -> None:
    await chat.ban(HELPER)


async def is_taken_away(chat: Chat, lines: list[str]) -> None:
    for line, (_, answer) in zip(lines, TALKS, strict=True):
        await chat.delete(line, HELPER, answer)


@pytest.mark.parametrize("goes", [opts_out, is_deleted, is_banned, is_taken_away])
async def test_what_waits_is_not_said_of_who_is_gone(chat: Chat, livebot: Callable[..., Livebot], goes: Going) -> None:
    """Five boosts are due and the room is slow: after the first one their author goes, and none of the others comes out."""
    bot = livebot()
    await bot.start()
    await chat.until(chat.in_room, PATIENCE)
    await chat.until(lambda: any("!그만" in text for text in chat.accepted), PATIENCE)
    await chat.mode(slow=str(SLOW_MODE))
    lines = []
    for number, (question, answer) in enumerate(TALKS):
        asked = await chat.speak(f"asker{number}", question)
        lines.append(await chat.speak(HELPER, answer, extra={"reply-parent-msg-id": asked}))
    await chat.until(lambda: any(HELPER in text for text in chat.accepted), PATIENCE)
    await bot.until(lambda: len(bot.rows("SELECT 1 FROM sends WHERE kind = 'boost'")) == len(TALKS))
    said = len(chat.accepted)
    await goes(chat, lines)
    await bot.until(lambda: not bot.rows("SELECT 1 FROM sends WHERE kind = 'boost' AND state IN ('queued', 'trying')"))
    await chat.speak("other_snow", "!도움왕")
    await chat.until(lambda: any("도움왕" in text for text in chat.accepted[said:]), PATIENCE)
    after = [text for text in chat.accepted[said:] if "알겠어요" not in text]
    assert not any(HELPER in text or answer in text for text in after for _, answer in TALKS), after
    assert await bot.stop() == 0, bot.said()
    assert "Traceback" not in bot.said()
