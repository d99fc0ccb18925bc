"""A viewer's whole path through real sockets and a store on disk: asks, looks, is answered, thanks, helps, opts out, is deleted."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

from .conftest import Chat, Livebot

HELPER, ASKER, OTHER = "helper_moonbear", "asker_rain", "other_snow"
QUESTION, ANSWER = "이거 세탁기에 돌려도 되나요?", "네 세탁기에 돌려도 돼요"
SECOND, UNNAMED = "안감은 무슨 소재예요?", "안감은 부드러운 면이에요"
OFTEN = "question_gap = 0\nreplies_per_minute = 60\nviewer_gap = 0\nthanks_gap = 0"


async def told(chat: Chat, login: str, command: str, *expected: str) -> str:
    """Somebody gives a command; return the bot's answer, once one came that says all that is expected."""
    before = len(chat.accepted)
    await chat.speak(login, command)
    await chat.until(lambda: any(all(part in text for part in expected) for text in chat.accepted[before:]), 60.0)
    return next(text for text in chat.accepted[before:] if all(part in text for part in expected))


async def said(chat: Chat, *expected: str) -> None:
    """Wait for a line of the bot's that says all that is expected."""
    await chat.until(lambda: any(all(part in text for part in expected) for text in chat.accepted), 60.0)


def in_files(folder: Path, *texts: str) -> list[tuple[str, str]]:
    """The files of the run in which one of the texts is left, however it is composed."""
    forms = [(text, unicodedata.normalize(form, text).encode()) for text in texts for form in ("NFC", "NFD")]
    files = [(file.name, file.read_bytes()) for file in folder.rglob("*") if file.is_file()]
    return [(name, text) for name, content in files for text, form in forms if form in content]


async def test_a_viewers_whole_path(chat: Chat, livebot: Callable[..., Livebot]) -> None:
    """Asked, seen waiting, answered under the helper's name, thanked, scored; after `!그만` unnamed, after `!삭제` nowhere."""
    bot = livebot()
    config = bot.folder / "livebot.toml"
    config.write_text(
        config.read_text("utf-8").replace("question_gap = 0", OFTEN).replace('escalate = "off"', 'escalate = "off"\nthank = "auto"'),
        "utf-8",
    )
    await bot.start()
    await chat.until(chat.in_room)
    await said(chat, "!그만")  # how to opt out is said before anybody is named

    asked = await chat.speak(ASKER, QUESTION)
    await told(chat, ASKER, "!내질문", "1번 질문 접수됐어요")
    await chat.speak(HELPER, ANSWER, extra={"reply-parent-msg-id": asked})
    await said(chat, "💡", HELPER, ANSWER)
    await told(chat, ASKER, "!내질문", "1번 질문", HELPER)
    assert "도움 0점" in await told(chat, HELPER, "!도움", HELPER)

    await chat.speak(ASKER, "감사합니다!")
    await said(chat, "👏", HELPER)
    assert "points today 1 " in await told(chat, HELPER, "!score", HELPER)
    await told(chat, OTHER, "!도움왕", f"{HELPER} 1")

    await told(chat, HELPER, "!그만", "알겠어요")
    again = await chat.speak(OTHER, SECOND)
    await chat.speak(HELPER, UNNAMED, extra={"reply-parent-msg-id": again})
    assert HELPER not in await told(chat, OTHER, "!내질문", "다른 시청자")
    await told(chat, OTHER, "!도움왕", "아직 도움왕이 없어요")
    assert not any(UNNAMED in text for text in chat.accepted)

    await told(chat, HELPER, "!내정보", "모두 지우기: !삭제")
    await bot.until(lambda: bot.rows(f"SELECT 1 FROM messages WHERE name = '{HELPER}'"))
    ((identity,),) = bot.rows(f"SELECT DISTINCT author FROM messages WHERE name = '{HELPER}'")
    assert {text for _, text in in_files(bot.folder, HELPER, identity, ANSWER, UNNAMED)} == {HELPER, identity, ANSWER, UNNAMED}
    await told(chat, HELPER, "!삭제", "모두 지웠어요")
    await bot.until(lambda: not bot.rows(f"SELECT 1 FROM messages WHERE name = '{HELPER}'"))
    await told(chat, OTHER, "!내질문", "2번 질문")  # the show goes on
    assert await bot.stop() == 0, bot.said()
    assert in_files(bot.folder, HELPER, identity, ANSWER, UNNAMED) == []
    names = {name for (name,) in bot.rows("SELECT name FROM viewers")}
    assert ASKER in names and HELPER not in names
    assert "Traceback" not in bot.said()


async def test_the_wish_to_be_left_alone_outlives_deletion_and_a_kill(chat: Chat, livebot: Callable[..., Livebot]) -> None:
    """After `!그만`, `!삭제` and kill -9 right after, the helper comes back and answers: nobody hears their name, and nothing spells it."""
    bot = livebot()
    await bot.start()
    await chat.until(chat.in_room)
    await told(chat, HELPER, "!그만", "알겠어요")
    await told(chat, HELPER, "!삭제", "표시만 남")
    await bot.until(lambda: bot.rows("SELECT 1 FROM quiet") and not bot.rows(f"SELECT 1 FROM messages WHERE name = '{HELPER}'"))
    assert in_files(bot.folder, HELPER) == []
    await bot.kill()

    await bot.start()
    await chat.until(chat.in_room)
    before = len(chat.accepted)
    asked = await chat.speak(ASKER, QUESTION)
    await chat.speak(HELPER, ANSWER, extra={"reply-parent-msg-id": asked})
    await told(chat, ASKER, "!내질문", "다른 시청자")
    await told(chat, OTHER, "!도움왕", "도움왕")
    assert not any(HELPER in text for text in chat.accepted[before:])
    assert await bot.stop() == 0, bot.said()
