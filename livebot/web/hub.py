"""Carries what changed in the show to every open page: one look at the show every 50 ms at most, one encoding for all pages of a role.

A page that reads too slowly is not waited for: its frames are let go and it gets the whole state when it reads again. Must not know what
the documents hold, nor how a socket is written to.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from livebot.web.live import Live
from livebot.web.mirror import Mirror, Update
from livebot.web.settings import Scope
from livebot.web.stream import Changes, Stream

FLUSH_EVERY = 0.05
MOST_FRAMES = 64
MOST_BYTES = 1024 * 1024


class Document(Protocol):
    """What one role may see of the show."""

    def changes(self, update: Update) -> Changes:
        """Return the entries that may be different now; the first update says all there is."""
        ...


class Reader:
    """One open page's bounded queue of frames."""

    def __init__(self, stream: Stream, now: Callable[[], float]) -> None:
        self._stream = stream
        self._now = now
        self._frames: deque[bytes] = deque()
        self._bytes = 0
        self._behind = False
        self._skipped = 0
        self._ready = asyncio.Event()

    def start(self, epoch: str, since: int | None) -> None:
        """Queue what the page needs first: the patches it missed if they are still there, else the whole state."""
        missed = None if since is None else self._stream.since(epoch, since)
        if missed is None:
            self.fall_behind(0)
            return
        for frame in missed:
            self.offer(frame)
        self.offer(self._stream.tell_now(self._now()))

    def offer(self, frame: bytes) -> None:
        """Queue a frame; when there are too many, let all of them go and remember that the page is behind."""
        if self._behind:
            self._skipped += 1
        elif len(self._frames) >= MOST_FRAMES or self._bytes + len(frame) > MOST_BYTES:
            self.fall_behind(len(self._frames) + 1)
        else:
            self._frames.append(frame)
            self._bytes += len(frame)
        self._ready.set()

    def fall_behind(self, skipped: int) -> None:
        """Let the queue go: the page gets the whole state next."""
        self._frames.clear()
        self._bytes = 0
        self._behind, self._skipped = True, skipped
        self._ready.set()

    async def next(self) -> bytes:
        """Return the next frame for this page as soon as there is one."""
        await self._ready.wait()
        if self._behind:
            frame = self._stream.full(self._now(), self._skipped)
            self._behind, self._skipped = False, 0
        else:
            frame = self._frames.popleft()
            self._bytes -= len(frame)
        if not self._frames:
            self._ready.clear()
        return frame


class Hub:
    """The streams of all roles and the pages that read them."""

    def __init__(
        self,
        live: Live,
        mirror: Mirror,
        documents: Mapping[Scope, Document],
        epoch: str,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._live = live
        self._mirror = mirror
        self._documents = documents
        self._streams: dict[Scope, Stream] = {scope: Stream(epoch) for scope in documents}
        self._readers: dict[Scope, set[Reader]] = {scope: set() for scope in documents}
        self._sleep = sleep

    async def run(self) -> None:
        """Carry changes to the pages until cancelled."""
        while True:
            await self._live.feed.changed.wait()
            self.flush()
            await self._sleep(FLUSH_EVERY)

    def flush(self) -> None:
        """Look at the show once and give every page what is different."""
        update = self._mirror.look()
        now = self._live.now()
        for scope, document in self._documents.items():
            frame = self._streams[scope].publish(document.changes(update), now)
            if frame is not None:
                for reader in self._readers[scope]:
                    reader.offer(frame)

    def join(self, scope: Scope, epoch: str = "", since: int | None = None) -> Reader:
        """Return a new page's queue, which begins with what it needs to be up to date."""
        if not self._streams[scope].id:
            self.flush()
        reader = Reader(self._streams[scope], self._live.now)
        reader.start(epoch, since)
        self._readers[scope].add(reader)
        return reader

    def leave(self, scope: Scope, reader: Reader) -> None:
        """Forget a page that was closed."""
        self._readers[scope].discard(reader)

    def reads(self, scope: Scope) -> bool:
        """Whether there is a document for that role."""
        return scope in self._streams

    def tell_now(self, scope: Scope) -> bytes:
        """Return the answer to a page's ping."""
        return self._streams[scope].tell_now(self._live.now())

    def counts(self) -> dict[Scope, int]:
        """Return how many pages are open by role."""
        return {scope: len(readers) for scope, readers in self._readers.items()}
