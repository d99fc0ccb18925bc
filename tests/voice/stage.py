"""What the tests of the voice share: an ear that hears what a source gives as the show would, and the other side of each source."""

from __future__ import annotations

import asyncio
import re
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from livebot.core.events import Caption
from livebot.runtime.hints import HINTS
from livebot.voice.base import Source, Status
from livebot.voice.host import HostVoice

SYSTEM_TEXT = re.compile(r"Errno|Error\b|Exception|Connect|connect|sent |frame|timeout")
"""What is neither the other side's own text nor a name or number."""


async def soon(seconds: float) -> None:
    """A sleep that only lets others work, for sources that look again and again."""
    await asyncio.sleep(min(seconds, 0.001))


@dataclass
class Ear:
    """What was heard and told so far."""

    captions: list[Caption] = field(default_factory=list)
    told: list[tuple[float, Status]] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        return [caption.text for caption in self.captions]

    @property
    def states(self) -> list[str]:
        return [status.state for _, status in self.told]

    def tell(self, status: Status) -> None:
        assert status.code == "" or status.code in HINTS, f"{status.code} has no words"
        assert not SYSTEM_TEXT.search(status.detail), f"what the system says is of one language: {status.detail}"
        self.told.append((time.monotonic(), status))

    def at(self, state: str, times: int = 1) -> float:
        """Return when a state was told for the `times`-th time."""
        return [at for at, status in self.told if status.state == state][times - 1]


async def until(holds: Callable[[], object], within: float = 10.0) -> None:
    """Wait for something real; TimeoutError after `within` seconds."""
    async with asyncio.timeout(within):
        while not holds():
            await asyncio.sleep(0.002)


@asynccontextmanager
async def listening(source: Source) -> AsyncIterator[Ear]:
    """Run a source until the block is left."""
    ear = Ear()
    task = asyncio.create_task(HostVoice(source, clock=time.monotonic).run(ear.captions.append, ear.tell))
    try:
        yield ear
    finally:
        task.cancel()
        [ended] = await asyncio.gather(task, return_exceptions=True)
        if isinstance(ended, Exception):
            raise ended


class OtherSide(ABC):
    """The other side of one source."""

    joins = True
    """Whether the source is joined as soon as it runs; else when somebody says something."""

    lines = 100
    """Lines of the longest test."""

    tells_breaks = True
    """Whether a break is told at all: a file that is replaced at once is not gone."""

    found_within: float | None = None
    """Seconds within which a dead connection must be found, or None where there is no connection."""

    @abstractmethod
    def source(self) -> Source:
        """Make the source that is tested."""

    @abstractmethod
    async def say(self, text: str) -> None:
        """The host says a line."""

    @abstractmethod
    async def repeat(self) -> None:
        """What was said last is delivered once more."""

    @abstractmethod
    async def cut(self) -> None:
        """Break off; the other side is there again at once."""

    @abstractmethod
    async def garbage(self) -> None:
        """Deliver what cannot be read."""

    async def freeze(self) -> None:
        """The other side vanishes without a word."""
        raise NotImplementedError

    async def thaw(self) -> None:
        """The other side is there again."""
        raise NotImplementedError
