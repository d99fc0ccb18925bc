"""Carries out what the core wants posted: one queue a channel, by priority, each post noted on disk before it leaves, never twice."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable

from livebot.core.decisions import Send
from livebot.core.events import Sent
from livebot.errors import WorkError
from livebot.platforms.base import Clock, Platform, Post, SendResult

BOUND = 200
Trying = Callable[[str], Awaitable[bool]]


class Outbox:
    """The posts of one channel. `trying` notes a post before it leaves and says False if it was tried before."""

    def __init__(self, platform: Platform, clock: Clock, done: Callable[[Sent], None], trying: Trying) -> None:
        self._platform, self._clock, self._done, self._trying = platform, clock, done, trying
        self._queue: asyncio.PriorityQueue[tuple[int, int, Send]] = asyncio.PriorityQueue()
        self._order = itertools.count()

    def __len__(self) -> int:
        return self._queue.qsize()

    def put(self, send: Send) -> None:
        """Queue a post; a full queue drops the new one and says so."""
        if self._queue.qsize() >= BOUND:
            self._tell(send, SendResult("dropped", "queue_full"))
        else:
            self._queue.put_nowait((-send.priority, next(self._order), send))

    async def run(self) -> None:
        """Post one after the other until cancelled."""
        while True:
            _, _, send = await self._queue.get()
            self._tell(send, await self._post(send))

    async def _post(self, send: Send) -> SendResult:
        if self._clock() > send.expires:
            return SendResult("dropped", "expired")
        try:
            if not await self._trying(send.id):
                return SendResult("unknown", "tried_before")
        except WorkError:
            # After a crash nobody would know that this was said: better unsaid than said twice.
            return SendResult("dropped", "store_failing")
        return await self._platform.send(Post(send.id, send.text, send.reply_to, send.expires, send.priority))

    def _tell(self, send: Send, result: SendResult) -> None:
        self._done(Sent(f"sent:{send.id}", self._clock(), send.id, result.fate, result.why, result.message))
