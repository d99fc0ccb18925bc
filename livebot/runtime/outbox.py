"""Carries out what the core wants posted: one queue a channel, by priority, each post noted on disk before it leaves, never twice."""

from __future__ import annotations

import asyncio
import itertools
from bisect import insort
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
        self._waiting: list[tuple[int, int, Send]] = []  # in the order in which they are posted
        self._order = itertools.count()
        self._arrived = asyncio.Event()

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, send: Send) -> None:
        """Queue a post; a full queue drops the one that would be posted last and says so."""
        insort(self._waiting, (-send.priority, next(self._order), send))
        self._arrived.set()
        if len(self._waiting) > BOUND:
            _, _, last = self._waiting.pop()
            self._tell(last, SendResult("dropped", "queue_full"))

    def cancel(self, decision: str) -> None:
        """Drop what still waits of a decision that is taken back."""
        gone = [waiting for waiting in self._waiting if waiting[2].decision == decision]
        self._waiting = [waiting for waiting in self._waiting if waiting[2].decision != decision]
        for _, _, send in gone:
            self._tell(send, SendResult("dropped", "taken_back"))

    async def run(self) -> None:
        """Post one after the other until cancelled."""
        while True:
            while not self._waiting:
                self._arrived.clear()
                await self._arrived.wait()
            _, _, send = self._waiting.pop(0)
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
