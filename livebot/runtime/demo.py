"""The demo show: a recorded broadcast played live, as a platform of its own. What livebot posts appears in its chat."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from livebot.core.events import Author, ChatMessage, Event, ShowEnded
from livebot.platforms.base import Capabilities, Emit, Health, Post, SendResult
from livebot.platforms.replay.files import read_log
from livebot.runtime.clock import ShowClock

LANGUAGES = ("ko", "en")


class DemoRoom:
    """Plays a recorded show into the running one, and takes posts as a chat would."""

    def __init__(self, log: Path, clock: ShowClock) -> None:
        self._events = list(read_log(log, on_problem=lambda problem: None))
        self.channel = next(event.channel for event in self._events if isinstance(event, ChatMessage))
        self.capabilities = Capabilities(send=True, reply=False)
        self._clock = clock
        self._emit: Emit = lambda event: None
        self._posts = 0

    @property
    def seconds(self) -> float:
        """How long the show is."""
        return self._events[-1].time

    async def run(self, emit: Emit, report: Callable[[Health], None]) -> None:
        """Give each event at its time, and the show's end after the last."""
        self._emit = emit
        report(Health("joined"))
        for event in self._events:
            await self._clock.sleep_until(event.time)
            emit(_at(event, max(event.time, self._clock.now())))
        emit(ShowEnded("demo-end", self._clock.now()))
        report(Health("ended", "show_over"))

    async def send(self, post: Post) -> SendResult:
        """Show the post in the chat, as the platform would."""
        self._posts += 1
        line = f"livebot-{self._posts}"
        self._emit(ChatMessage(line, self._clock.now(), self.channel, Author("livebot", "livebot", ("bot",)), post.text))
        return SendResult("sent", message=line)


def _at(event: Event, time: float) -> Event:
    from dataclasses import replace

    return replace(event, time=time)
