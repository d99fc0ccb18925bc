"""Livebot as its users run it: a process of its own, real sockets, a store on disk, and a Twitch-like server that watches it."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from ..servers.twitch_irc import Connection, Room, TwitchServer

PATIENCE = 180.0  # seconds; what takes one on an idle machine takes long on one that has other work
CONFIG = """
[show]
name = "live"
[[channel]]
platform = "twitch"
room = "shop"
url = "{url}"
send = true
login = "bot"
token_env = "LIVEBOT_TEST_TOKEN"
[match]
semantic = "{semantic}"
[ladder]
grace = 1
boost_confidence = {confidence}
resolve_confidence = {confidence}
[ladder.mode]
boost = "auto"
escalate = "off"
[limits]
posts_per_minute = {posts_per_minute}
question_gap = 0
max_lag = 600
[web]
port = 0
[store]
file = "livebot.db"
"""


@dataclass(frozen=True)
class Try:
    """One line that livebot tried to write: when, which, and why the server refused it."""

    at: float
    text: str
    refused: str


class Chat(TwitchServer):
    """The server, and what it saw: the lines that a client in the room heard, and what livebot wrote."""

    def __init__(self, **more: Any) -> None:
        super().__init__(Room("shop"), **more)
        self.heard: list[tuple[float, str]] = []
        self.tries: list[Try] = []

    def _refusal(self, account: Any, room: Room, login: str, text: str, now: float) -> tuple[str, int]:
        refused = super()._refusal(account, room, login, text, now)
        self.tries.append(Try(now, text, refused[0]))
        return refused

    async def speak(self, login: str, text: str, **more: Any) -> str:
        """A viewer writes; return the line's id. It counts as heard if somebody was in the room."""
        listening = any(not client.ws.closed and not _is_cut(client) for client in self.in_room())
        line = await self.say(login, text, **more)
        if listening:
            self.heard.append((time.monotonic(), f"twitch:{line}"))
        return line

    def over_limits(self) -> list[str]:
        """What was written against Twitch's limits: refused lines, more than 20 in 30 s, two within a second."""
        found = [f"{one.text}: {one.refused}" for one in self.tries if one.refused]
        times = [one.at for one in self.tries]
        found += [f"{i}: 21 lines in {b - a:.1f} s" for i, (a, b) in enumerate(zip(times, times[20:], strict=False)) if b - a < 30.0]
        return found + [f"{i}: two lines in {b - a:.2f} s" for i, (a, b) in enumerate(pairwise(times)) if b - a < 1.0]

    def said_twice(self) -> list[str]:
        """Texts that were accepted more than once."""
        return [text for text, count in Counter(self.accepted).items() if count > 1]


def _is_cut(client: Connection) -> bool:
    return client.request.transport is None or client.request.transport.is_closing()


@dataclass
class Livebot:
    """`livebot run` in a folder of its own; started again, it finds the store of the run before."""

    folder: Path
    process: asyncio.subprocess.Process | None = None
    addresses: dict[str, str] = field(default_factory=dict)

    async def start(self) -> None:
        """Start, and return when the pages are there."""
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "livebot", "run", "livebot.toml"),
            cwd=self.folder,
            env={**os.environ, "LIVEBOT_TEST_TOKEN": "good"},
            stdout=subprocess.PIPE,
            stderr=(self.folder / "stderr.txt").open("ab"),
        )
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            while "overlay" not in self.addresses:
                line = (await self.process.stdout.readline()).decode()
                assert line, self.said()
                page, _, address = line.strip().partition(" ")
                self.addresses[page] = address

    async def kill(self) -> None:
        """kill -9: no farewell, nothing is flushed."""
        assert self.process is not None
        self.process.kill()
        await self.process.wait()
        self.addresses.clear()

    async def stop(self) -> int:
        """SIGTERM; return the exit status."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(PATIENCE):
            return await self.process.wait()

    def said(self) -> str:
        """What it told the operator so far."""
        return (self.folder / "stderr.txt").read_text("utf-8")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Read the store from outside, beside the running process."""
        with closing(sqlite3.connect(f"file:{self.folder / 'livebot.db'}?mode=ro", uri=True)) as store:
            return store.execute(query).fetchall()

    def kept(self) -> list[str]:
        """The ids of the chat lines on disk, in their order."""
        return [line for (line,) in self.rows("SELECT id FROM messages WHERE type = 'chat' ORDER BY position")]

    async def until(self, holds: Callable[[], object], seconds: float = PATIENCE) -> None:
        """Return as soon as something on disk holds."""
        try:
            async with asyncio.timeout(seconds):
                while not holds():
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise AssertionError(f"not within {seconds} s\n{self.said()}") from None


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    """The server, up."""
    async with Chat() as server:
        yield server


@pytest.fixture
async def livebot(chat: Chat, tmp_path: Path) -> AsyncIterator[Callable[..., Livebot]]:
    """Make a livebot for that server; whatever still runs at the end is killed."""
    made: list[Livebot] = []

    def make(*, semantic: str = "none", confidence: float = 0.0, posts_per_minute: int = 60) -> Livebot:
        config = CONFIG.format(url=chat.url, semantic=semantic, confidence=confidence, posts_per_minute=posts_per_minute)
        (tmp_path / "livebot.toml").write_text(config, "utf-8")
        made.append(Livebot(tmp_path))
        return made[-1]

    yield make
    for one in made:
        if one.process is not None and one.process.returncode is None:
            await one.kill()
