"""Writes a room's posts one after the other: in the platform's pace, in its length, not after their time, and each fate is told.

How a line reaches the platform is passed in. Also remembers what was written lately, since it comes back from many platforms.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from livebot.lang.wordings import one_line, shorten
from livebot.platforms.base import Clock, Post, SendResult
from livebot.timing import Sleep

ECHO_WITHIN = 120.0
MOST_TRIES = 3

Write = Callable[[Post], Awaitable[SendResult]]


class Pen:
    """The writing half of a platform. `write` sends one line and tells its fate; `gap` is the least seconds between two lines."""

    def __init__(self, write: Write, *, gap: float, max_length: int, clock: Clock, sleep: Sleep) -> None:
        self._write, self._gap, self._max_length = write, gap, max_length
        self._clock, self._sleep = clock, sleep
        self._turn = asyncio.Lock()
        self._free_at = float("-inf")
        self._open = False
        self._on_its_way: dict[asyncio.Task[SendResult], bool] = {}
        self._wrote: dict[str, float] = {}

    def open(self) -> None:
        """Take posts from now on."""
        self._open = True

    def close(self) -> None:
        """Take no more posts, and settle those that wait."""
        self._open = False
        for task in self._on_its_way:
            task.cancel()

    def wrote(self, text: str) -> bool:
        """Whether this text was written from here lately: then it is an echo."""
        at = self._wrote.get(same(text))
        return at is not None and self._clock() - at <= ECHO_WITHIN

    async def send(self, post: Post) -> SendResult:
        """Write a post when its turn comes; return its fate."""
        if not self._open:
            return SendResult("dropped", "stopped")
        text = shorten(one_line(post.text), self._max_length)
        if not text:
            return SendResult("dropped", "empty")
        task = asyncio.ensure_future(self._in_turn(replace(post, text=text)))
        self._on_its_way[task] = False
        try:
            await asyncio.wait({task})
            if task.cancelled():
                return SendResult("unknown" if self._on_its_way[task] else "dropped", "stopped")
            return task.result()
        finally:
            task.cancel()
            del self._on_its_way[task]

    async def _in_turn(self, post: Post) -> SendResult:
        async with self._turn:
            result = SendResult("dropped", "expired")
            for _ in range(MOST_TRIES):
                await self._sleep(max(0.0, self._free_at - self._clock()))
                if self._clock() > post.expires:
                    break
                result = await self._once(post)
                if result.why != "rate_limited" or result.retry_after is None:
                    break
                self._free_at = self._clock() + result.retry_after
            return result

    async def _once(self, post: Post) -> SendResult:
        now = self._clock()
        self._free_at = now + self._gap
        self._wrote = {text: at for text, at in self._wrote.items() if now - at <= ECHO_WITHIN}
        self._wrote[same(post.text)] = now  # before it leaves: its echo may come first
        task = asyncio.current_task()
        if task in self._on_its_way:
            self._on_its_way[task] = True
        result = await self._write(post)
        if result.fate == "dropped":
            self._wrote.pop(same(post.text), None)
            if task in self._on_its_way:
                self._on_its_way[task] = False
        return result


def same(text: str) -> str:
    """Return what is alike for a text and its echo: platforms trim and change spaces."""
    return " ".join(text.split())
