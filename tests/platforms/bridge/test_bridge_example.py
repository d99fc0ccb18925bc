"""The worked example, run as a program of its own against a real server."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from livebot.core.events import ChatMessage
from livebot.platforms.base import Post

from .conftest import TOKEN, Stage

SCRIPT = Path(__file__).parents[3] / "scripts" / "bridge_example.py"


async def start(*arguments: str, token: str = TOKEN) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    environment = os.environ | {"BRIDGE_TOKEN": token, "PYTHONUNBUFFERED": "1"}
    return await asyncio.create_subprocess_exec(
        sys.executable, str(SCRIPT), *arguments, stdin=pipe, stdout=pipe, stderr=pipe, env=environment
    )


async def line(stream: asyncio.StreamReader | None) -> str:
    assert stream is not None
    async with asyncio.timeout(20):
        return (await stream.readline()).decode()


async def test_the_example_brings_a_file_and_says_what_it_could_not_read(stage: Stage, server: TestServer, tmp_path: Path) -> None:
    """Every `name: text` line of a file arrives in order; other lines are named."""
    chat = tmp_path / "chat.txt"
    chat.write_text("하늘: 배송비 있어요?\nno colon here\n\nmina: time is 12:30?\n", "utf-8")
    program = await start(str(chat), "--url", str(server.make_url("/")).rstrip("/"))
    async with asyncio.timeout(20):
        _, errors = await program.communicate()
    assert program.returncode == 0
    lines = [(event.author.name, event.text) for event in stage.events if isinstance(event, ChatMessage)]
    assert lines == [("하늘", "배송비 있어요?"), ("mina", "time is 12:30?")]
    assert "line 2 is not" in errors.decode()
    assert "2 lines sent" in errors.decode()


async def test_the_example_prints_what_livebot_writes_and_reports_it_sent(stage: Stage, server: TestServer) -> None:
    """It reads standard input as it comes, stays connected, and answers a send."""
    program = await start("-", "--stay", "--url", str(server.make_url("/")).rstrip("/"))
    assert program.stdin is not None
    try:
        assert "connected as naver:shop" in await line(program.stderr)
        program.stdin.write("하늘: 세일 언제까지예요\n".encode())
        program.stdin.close()
        assert "1 lines sent" in await line(program.stderr)
        stage.bridge._send_seconds = 20.0
        result = await stage.bridge.send(Post("s1", "오늘까지예요", reply_to="naver:shop:1"))
        assert result.fate == "sent"
        assert await line(program.stdout) == "livebot (to 1): 오늘까지예요\n"
    finally:
        program.terminate()
        await program.wait()


async def test_the_example_stops_where_trying_again_cannot_help(server: TestServer, tmp_path: Path) -> None:
    """A wrong token ends it with status 1 and no traceback."""
    chat = tmp_path / "chat.txt"
    chat.write_text("a: b\n", "utf-8")
    program = await start(str(chat), "--url", str(server.make_url("/")).rstrip("/"), token="wrong")
    async with asyncio.timeout(20):
        _, errors = await program.communicate()
    assert program.returncode == 1
    assert "401" in errors.decode()
    assert "Traceback" not in errors.decode()


@pytest.mark.parametrize(("arguments", "token"), [(["chat.txt"], ""), (["not-there.txt"], TOKEN), ([], TOKEN)])
async def test_the_example_explains_a_wrong_call(arguments: list[str], token: str) -> None:
    """A missing token, file or argument is status 2."""
    program = await start(*arguments, token=token)
    async with asyncio.timeout(20):
        _, errors = await program.communicate()
    assert program.returncode == 2
    assert "usage:" in errors.decode()
