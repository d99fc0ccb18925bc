"""What was missed in one show is told in the next, over real sockets and the command line: asked, missed, found out, told once."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable

import pytest

from .conftest import PATIENCE, Chat, Livebot


async def command(bot: Livebot, *words: str) -> str:
    """Run a livebot command in the bot's folder; return what it says."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "livebot", *words, "--config", "livebot.toml"),
        cwd=bot.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    out, _ = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 0, out.decode()
    return out.decode()


@pytest.mark.parametrize(
    ("asked", "hello", "answer", "told"),
    [
        ("이거 유리병인가요?", "안녕하세요 또 왔어요", "유리병이에요", "지난번에 물어보신 ‘이거 유리병인가요?’: 유리병이에요"),
        (
            "is the bottle made of glass?",
            "hello, back again",
            "It is glass",
            "you asked last time “is the bottle made of glass?”: It is glass",
        ),
    ],
    ids=["ko", "en"],
)
async def test_what_was_found_out_is_told_at_the_next_visit(
    chat: Chat, livebot: Callable[..., Livebot], asked: str, hello: str, answer: str, told: str
) -> None:
    """Nobody answers; staff answer after the show; the asker is told with their first line of the next show, and not again."""
    bot = livebot()
    await bot.start()
    await chat.until(chat.in_room, PATIENCE)
    await chat.speak("choco", asked)
    await bot.until(lambda: bot.rows("SELECT 1 FROM messages WHERE name = 'choco'"))
    assert await bot.stop() == 0, bot.said()

    listed = await command(bot, "missed", "list")
    assert asked in listed
    which = listed.split()[0]
    await command(bot, "missed", "answer", which, answer)
    config = bot.folder / "livebot.toml"
    config.write_text(config.read_text("utf-8").replace('name = "live"', 'name = "next"'), "utf-8")

    bot.addresses.clear()
    await bot.start()
    await chat.until(chat.in_room, PATIENCE)
    await chat.speak("someone", hello)
    await chat.speak("choco", hello)
    await chat.until(lambda: any(told in text for text in chat.accepted), PATIENCE)
    await chat.speak("choco", hello + "!!")
    await chat.speak("someone", "!도움왕")
    await chat.until(lambda: any("도움왕" in text for text in chat.accepted), PATIENCE)
    assert sum(told in text for text in chat.accepted) == 1
    assert await bot.stop() == 0, bot.said()
    assert asked not in await command(bot, "missed", "list")
