"""Keeps one connection: opens it again whenever it ends, soon at first and seldom later, and finds out when nobody is there any more.

Clock, sleep and chance are passed in.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from livebot.errors import why_unreachable
from livebot.timing import Retry, catch_up
from livebot.voice.base import Clock, Sleep, Status, Tell


class Silent(Exception):
    """The other side says nothing more."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A connection is over, or was none. `over`: it ended as it should, and nothing more will come."""

    code: str
    detail: str = ""
    retry: bool = True
    over: bool = False


def not_opened(error: Exception) -> Ended:
    """Return why a WebSocket could not be opened: `other_program`, `server_error`, `lost`, `not_ready`, or a code of `why_unreachable`."""
    if isinstance(error, InvalidStatus):
        status = error.response.status_code
        return Ended("server_error" if status >= 500 else "other_program", f"HTTP {status}")
    if isinstance(error, InvalidHandshake):
        return Ended("lost" if isinstance(error.__cause__, EOFError | OSError) else "other_program")
    return Ended("not_ready" if isinstance(error, TimeoutError) else why_unreachable(error))


Visit = Callable[[Callable[[], None]], Awaitable[Ended]]
"""Opens one connection, calls what it is given once the connection is good, and returns when it is over. Never raises."""


async def redial(visit: Visit, tell: Tell, *, clock: Clock, sleep: Sleep, rng: random.Random) -> None:
    """Visit again and again; return when trying again cannot help, or nothing more will come. Each change is told."""
    retry, good_since = Retry(clock, rng), -1.0

    def joined() -> None:
        nonlocal good_since
        if good_since < 0:
            good_since = clock()
            tell(Status("joined"))

    tell(Status("connecting"))
    while True:
        good_since = -1.0
        ended = await visit(joined)
        if ended.over or not ended.retry:
            return tell(Status("ended" if ended.over else "stopped", ended.code, ended.detail))
        if good_since >= 0:
            retry.lost(good_since)
        else:
            retry.failed()
        tell(Status("reconnecting", ended.code, ended.detail, 0 if good_since >= 0 else retry.failures))
        await sleep(retry.delay())


async def next_frame(socket: ClientConnection, alive: tuple[float, float]) -> str | bytes:
    """Return the next frame; Silent when neither one nor an answer to a ping comes. `alive`: seconds before the ping, and after it.

    A speech server that is slower than speech answers a ping only after the sound before it: its frames are signs of life as well.
    """
    every, answer_within = alive
    receiving = asyncio.ensure_future(socket.recv())
    try:
        while not (await asyncio.wait({receiving}, timeout=every))[0]:
            asked = asyncio.ensure_future(_pong(socket))
            await asyncio.wait({receiving, asked}, timeout=answer_within, return_when=asyncio.FIRST_COMPLETED)
            await catch_up()
            answered = asked.done() or receiving.done()
            asked.cancel()
            if not answered:
                raise Silent
        return receiving.result()
    finally:
        receiving.cancel()


async def _pong(socket: ClientConnection) -> None:
    """Ask for a sign of life and wait for it; that the connection is over is told by who reads it."""
    with suppress(ConnectionClosed):
        await (await socket.ping())
