"""The host's voice: a source's segments become captions, each with an id of its own. Must not know which source it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from livebot.core.events import Caption
from livebot.voice.base import Clock, Segment, Sleep, Source, Status, Tell
from livebot.voice.speech import Speech

SETTLE_EVERY = 0.5


class HostVoice:
    """One source, for one show. A caption's time is when it was heard: a source's own time begins anew with each connection."""

    def __init__(self, source: Source, *, clock: Clock, sleep: Sleep = asyncio.sleep) -> None:
        self._source, self._clock, self._sleep = source, clock, sleep
        self.speech = Speech()
        self._emit: Callable[[Caption], None] = lambda caption: None
        self._run = ""
        self._number = 0

    async def run(self, emit: Callable[[Caption], None], tell: Tell) -> None:
        """Hand on captions until cancelled, or until the source says that trying again cannot help."""
        self._emit = emit
        # The show's clock goes on over a restart: ids begun at another time are other ids, which the core would else take for copies.
        self._run = f"{round(self._clock() * 1000):x}"

        def told(status: Status) -> None:
            if status.state != "joined":
                self._hand_on(self.speech.settle(self._clock(), over=True))
            tell(status)

        async with asyncio.TaskGroup() as group:
            settling = group.create_task(self._settle())
            await self._source.run(self._hear, told)
            settling.cancel()

    def _hear(self, segment: Segment) -> None:
        self._hand_on(self.speech.take(segment, self._clock()))

    async def _settle(self) -> None:
        while True:
            await self._sleep(SETTLE_EVERY)
            self._hand_on(self.speech.settle(self._clock()))

    def _hand_on(self, text: str) -> None:
        if text:
            self._number += 1
            self._emit(Caption(f"voice:{self._run}-{self._number}", self._clock(), text))
