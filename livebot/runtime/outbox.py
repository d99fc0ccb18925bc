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
        self._current: Send | None = None
        self._taken_back = False
        self._writing: asyncio.Future[SendResult] | None = None

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
        """Drop what still waits of a decision that is taken back; what the platform has been given is not written if it was not yet."""
        gone = [waiting for waiting in self._waiting if waiting[2].decision == decision]
        self._waiting = [waiting for waiting in self._waiting if waiting[2].decision != decision]
        for _, _, send in gone:
            self._tell(send, SendResult("dropped", "taken_back"))
        if self._current is not None and self._current.decision == decision:
            self._taken_back = True
            if self._writing is not None:
                self._writing.cancel()

    async def run(self) -> None:
        """Post one after the other until cancelled."""
        while True:
            while not self._waiting:
                self._arrived.clear()
                await self._arrived.wait()
            _, _, send = self._waiting.pop(0)
            self._current, self._taken_back = send, False
            result = await self._post(send)
            self._current = None
            self._tell(send, result)

    async def _post(self, send: Send) -> SendResult:
        if self._clock() > send.expires:
            return SendResult("dropped", "expired")
        try:
            if not await self._trying(send.id):
                return SendResult("unknown", "tried_before")
        except WorkError:
            # After a crash nobody would know that this was said: better unsaid than said twice.
            return SendResult("dropped", "store_failing")
        return SendResult("dropped", "taken_back") if self._taken_back else await self._write(send)

    async def _write(self, send: Send) -> SendResult:
        """Let the platform write, which may wait for its turn; taken back meanwhile, nothing tells whether it was out."""
        self._writing = asyncio.ensure_future(self._platform.send(Post(send.id, send.text, send.reply_to, send.expires, send.priority)))
        try:
            await asyncio.wait({self._writing})
            return SendResult("unknown", "taken_back") if self._writing.cancelled() else self._writing.result()
        finally:
            self._writing.cancel()
            self._writing = None

    def _tell(self, send: Send, result: SendResult) -> None:
        self._done(Sent(f"sent:{send.id}", self._clock(), send.id, result.fate, result.why, result.message))
